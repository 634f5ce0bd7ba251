//! Engines meet, in whatever order they come. One test, because the list is the process's own.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking")]

use std::{sync::Mutex, thread};

use metrics_engines::Engine;

static HEARD: Mutex<Vec<(&str, &str)>> = Mutex::new(Vec::new());

static ONE: Engine = Engine::new("1", |other| HEARD.lock().unwrap().push(("1", other.version())));
static TWO: Engine = Engine::new("2", |other| HEARD.lock().unwrap().push(("2", other.version())));
static MANY: [Engine; 8] = [const { Engine::new("many", |_| {}) }; 8];

fn others(engine: &'static Engine) -> Vec<&'static str> {
    engine.others().map(Engine::version).collect()
}

#[test]
fn each_hears_of_those_that_come_later_and_finds_those_before() {
    ONE.announce();
    assert!(others(&ONE).is_empty() && HEARD.lock().unwrap().is_empty());
    TWO.announce();
    ONE.announce();
    TWO.announce();
    assert_eq!(*HEARD.lock().unwrap(), [("1", "2")]);
    assert_eq!((others(&ONE), others(&TWO)), (vec!["2"], vec!["1"]));

    thread::scope(|scope| {
        for engine in MANY.iter().chain(&MANY) {
            scope.spawn(|| engine.announce());
        }
    });
    assert_eq!((others(&ONE).len(), others(&MANY[3]).len()), (9, 9), "each is on the list once");
    assert_eq!(HEARD.lock().unwrap().len(), 17);
}
