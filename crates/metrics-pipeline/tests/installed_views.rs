//! What views make of the sums of the process's own installation, which are pending until a collection.
//! One test, because the installation is the process's own.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub, reason = "a test fails by panicking")]

use std::{collections::BTreeMap, sync::Arc, thread};

use metrics_define::{Problem, Recording, domain, install, problems};
use metrics_pipeline::{Collector, Number, Pipeline, Stream, Value, guard, walk};
use opentelemetry::Key;
use opentelemetry_sdk::{
    Resource,
    metrics::{Instrument, data::ResourceMetrics},
};

use i::{Digit, Name};

/// Test metrics
#[domain(title = "Installed Metrics", prefixes = ["i"], crate = metrics_define)]
mod i {
    use metrics_define::{LabelValue, label_text};

    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Digit {
        D0,
        D1,
        D2,
        D3,
        D4,
        D5,
        D6,
        D7,
    }

    /// A name that is looked up once
    #[label_text(max_values = 400)]
    pub struct Name;

    /// A few places
    #[counter(name = "i.dense", unit = "{thing}")]
    pub struct Dense {
        pub digit: Digit,
        pub odd: bool,
    }

    /// More places than have cells from the start
    #[counter(name = "i.paged", unit = "{thing}")]
    pub struct Paged {
        pub name: Name,
        pub digit: Digit,
    }

    /// Text
    #[updown_counter(name = "i.text", unit = "{thing}")]
    pub struct Text<'a> {
        #[label(max_values = 100)]
        pub text: &'a str,
        pub digit: Digit,
    }
}

const DIGITS: [Digit; 8] = [Digit::D0, Digit::D1, Digit::D2, Digit::D3, Digit::D4, Digit::D5, Digit::D6, Digit::D7];
/// How many threads there are, and so how often they record each series.
const EACH: u64 = 4;

#[test]
fn views_fold_sums_that_are_pending() {
    let limited = installed(|instrument, stream| match instrument.name() {
        "i.dense" => stream.with_cardinality_limit(5),
        "i.paged" => stream.with_cardinality_limit(300),
        "i.text" => stream.with_cardinality_limit(10),
        _ => stream,
    });
    for round in [1, 2] {
        record();
        // Beyond their limits are 11 series of 16, 1,300 of 1,600 and 150 of 160, each recorded once a round.
        let all = collect(&limited);
        all.check("i.dense", (6, 16 * round, 11 * round));
        all.check("i.text", (11, 3 * 160 * round, 3 * 150 * round));
        threads();
        let all = collect(&limited);
        all.check("i.paged", (301, 1600 * EACH * round, 1300 * EACH * round));
        for (name, measurements) in [("i.dense", 11), ("i.text", 150), ("i.paged", 1300 * EACH)] {
            assert_eq!(all.0["metrics_catalog.overflow.total"][&format!("instrument={name}")], measurements * round);
            let counted = problems().into_iter().find(|it: &Problem| it.definition.is_some_and(|def| def.name == name));
            assert_eq!(counted.map(|it| it.measurements), Some(measurements * round));
        }
    }

    let dropped = installed(|instrument, stream| match instrument.name() {
        "i.dense" | "i.paged" | "i.text" => stream.with_allowed_attribute_keys([Key::from_static_str("digit")]),
        _ => stream,
    });
    for round in [1, 2] {
        record();
        threads();
        let all = collect(&dropped);
        all.check("i.dense", (8, 16 * round, 0));
        all.check("i.text", (8, 3 * 160 * round, 0));
        all.check("i.paged", (8, 1600 * EACH * round, 0));
        assert_eq!(all.0["i.paged"]["digit=d3"], 200 * EACH * round);
        assert!(!all.0.contains_key("metrics_catalog.overflow.total"), "nothing was beyond a limit");
    }
}

fn record() {
    for digit in DIGITS {
        for odd in [false, true] {
            i::Dense { digit, odd }.inc();
        }
        for n in 0..20 {
            i::Text { text: &n.to_string(), digit }.add(3);
        }
    }
}

/// All threads record the same label sets, each from another one on.
fn threads() {
    let names: Vec<_> = (0..200).map(|n| Name::intern(&format!("name {n}"))).collect();
    thread::scope(|scope| {
        for worker in 0..usize::try_from(EACH).unwrap() {
            let names = &names;
            scope.spawn(move || {
                for at in 0..1600 {
                    let at = (at + worker * 400) % 1600;
                    i::Paged { name: names[at / 8], digit: DIGITS[at % 8] }.inc();
                }
            });
        }
    });
}

fn installed(view: impl Fn(&Instrument, Stream) -> Stream + Send + Sync + 'static) -> Collector {
    let (provider, collector) = Pipeline::builder(Resource::builder_empty().build()).with_view(view).build();
    let _installation = install(Arc::new(guard(provider, &collector)), Recording::Bound);
    collector
}

/// The series of each metric, as their attributes and values.
struct Collected(BTreeMap<String, BTreeMap<String, u64>>);

impl Collected {
    /// How many series there are, what they add up to, and what of it is in the overflow series.
    fn check(&self, name: &str, expected: (usize, u64, u64)) {
        let series = &self.0[name];
        let beyond = series.get("otel.metric.overflow=true").copied().unwrap_or_default();
        assert_eq!((series.len(), series.values().sum(), beyond), expected, "{name}: {series:#?}");
    }
}

fn collect(collector: &Collector) -> Collected {
    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).unwrap();
    let mut all = BTreeMap::<_, BTreeMap<_, _>>::new();
    for metric in walk(&collected) {
        metric.for_each_point(|point| {
            let attributes: Vec<_> =
                point.attributes.iter().map(|attribute| format!("{}={}", attribute.key, attribute.value)).collect();
            let number = match point.value {
                Value::Number(Number::U64(number)) => number,
                Value::Number(Number::I64(number)) => u64::try_from(number).unwrap(),
                _ => panic!("{point:?}"),
            };
            all.entry(metric.name.to_owned()).or_default().insert(attributes.join(","), number);
        });
    }
    Collected(all)
}
