//! Scopes: providers for pieces of code, beside the one of the process. One test file, because the installation is the
//! process's own and a scope anywhere sends every call the long way.

#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "a test fails by panicking")]

use std::{
    pin::pin,
    sync::{Arc, LazyLock},
    task::{self, Poll, Waker},
    thread,
};

use metrics_define::{BoundCounter, Recording, Scope, domain, install, scope};
use metrics_pipeline::{Collector, Value, walk};
use opentelemetry_sdk::{Resource, metrics::SdkMeterProvider, metrics::data::ResourceMetrics};

/// Test metrics
#[domain(title = "Scope Metrics", prefixes = ["s"], crate = metrics_define)]
mod s {
    /// Counted
    #[counter(name = "s.counted", unit = "{thing}")]
    pub struct Counted {
        pub large: bool,
    }

    /// Text
    #[counter(name = "s.text", unit = "{thing}")]
    pub struct Text<'a> {
        #[label(max_values = 2)]
        pub text: &'a str,
    }

    /// Running
    #[updown_counter(name = "s.running", unit = "{thing}")]
    pub struct Running;

    /// Level
    #[updown_counter(name = "s.level", unit = "{thing}", absolute)]
    pub struct Level;

    /// Observed
    #[observable_gauge(name = "s.observed", unit = "{thing}", value = i64)]
    pub struct Observed;

    /// Observed from many users
    #[observable_counter(name = "s.users", unit = "{thing}")]
    pub struct Users<'a> {
        #[label(max_values = 2)]
        pub user: &'a str,
    }

    /// Starts at zero
    #[counter(name = "s.zero", unit = "{thing}", zero)]
    pub struct Zero;
}

static BOUND: LazyLock<BoundCounter> = LazyLock::new(|| s::Counted { large: true }.bind());

struct Pipeline(SdkMeterProvider, Collector);

impl Pipeline {
    fn new() -> Self {
        let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
        Self(provider, collector)
    }

    fn scope(&self) -> Scope {
        scope(Arc::new(self.0.clone()), Recording::Bound)
    }

    /// What was recorded of the domain, except for zeros.
    fn values(&self) -> Vec<(String, f64)> {
        let mut collected = ResourceMetrics::default();
        self.1.collect(&mut collected).unwrap();
        let mut values = Vec::new();
        for metric in walk(&collected).filter(|metric| metric.name.starts_with("s.") && metric.name != "s.zero") {
            metric.for_each_point(|point| {
                let Value::Number(number) = point.value else { return };
                let labels = point.attributes.iter().map(|attribute| format!(" {}", attribute.value));
                values.push((metric.name.to_owned() + &labels.collect::<String>(), number.as_f64()));
            });
        }
        values.sort_by(|a, b| a.0.cmp(&b.0));
        values
    }

    /// What was counted as beyond a limit.
    fn overflows(&self) -> Vec<f64> {
        let mut collected = ResourceMetrics::default();
        self.1.collect(&mut collected).unwrap();
        let mut overflows = Vec::new();
        for metric in walk(&collected).filter(|metric| metric.name == "metrics_catalog.overflow.total") {
            metric.for_each_point(|point| {
                let Value::Number(number) = point.value else { return };
                overflows.push(number.as_f64());
            });
        }
        overflows
    }

    fn check(&self, expected: &[(&str, f64)]) {
        let values = self.values();
        assert_eq!(values.iter().map(|(name, value)| (name.as_str(), *value)).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn scopes_stand_beside_the_installation() {
    let [process, one, two] = [(); 3].map(|()| Pipeline::new());
    let first = one.scope();

    // Nothing is installed.
    s::Counted { large: true }.inc();
    {
        let _inside = first.enter();
        s::Counted { large: true }.inc();
        BOUND.add(2);
    }
    one.check(&[("s.counted true", 3.0)]);

    let _installation = install(Arc::new(process.0.clone()), Recording::Bound);
    s::Counted { large: true }.inc();
    BOUND.inc();
    let second = two.scope();
    let (guard, timer) = {
        let _inside = first.enter();
        s::Counted { large: false }.inc();
        s::Level.set(5);
        let guard = s::Running.track();
        let _deeper = second.enter();
        BOUND.inc();
        s::Level.set(6);
        for text in ["a", "b", "c"] {
            s::Text { text }.inc();
        }
        (guard, s::Running.track())
    };
    BOUND.inc();
    s::Text { text: "z" }.inc();
    thread::spawn(move || drop(guard)).join().unwrap();
    process.check(&[("s.counted true", 3.0), ("s.text z", 1.0)]);
    one.check(&[("s.counted false", 1.0), ("s.counted true", 3.0), ("s.level", 5.0), ("s.running", 0.0)]);
    two.check(&[
        ("s.counted true", 1.0),
        ("s.level", 6.0),
        ("s.running", 1.0),
        ("s.text a", 1.0),
        ("s.text other", 2.0),
    ]);

    // A guard may outlive the scope.
    drop((first, second));
    drop(timer);
    s::Counted { large: true }.inc();
    BOUND.inc();
    process.check(&[("s.counted true", 5.0), ("s.text z", 1.0)]);
    two.check(&[
        ("s.counted true", 1.0),
        ("s.level", 6.0),
        ("s.running", 0.0),
        ("s.text a", 1.0),
        ("s.text other", 2.0),
    ]);

    observing_stays_inside();
    a_future_takes_its_scope_along();
    zeros_start_in_the_scope();
}

fn observing_stays_inside() {
    let [one, two] = [(); 2].map(|()| Pipeline::new());
    let [first, second] = [&one, &two].map(Pipeline::scope);
    let observing = {
        let _inside = first.enter();
        s::Observed::observe(|observer| observer.observe(1, s::Observed))
    };
    {
        let _inside = second.enter();
        s::Observed::observe(|observer| observer.observe(2, s::Observed)).keep();
    }
    one.check(&[("s.observed", 1.0)]);
    two.check(&[("s.observed", 2.0)]);
    drop(observing);
    two.check(&[("s.observed", 2.0)]);

    // What a callback has folded is counted in its scope, whoever collects.
    let three = Pipeline::new();
    let third = three.scope();
    let _users = {
        let _inside = third.enter();
        s::Users::observe(|observer| {
            for user in ["a", "b", "c"] {
                observer.observe(1, s::Users { user });
            }
        })
    };
    three.check(&[("s.users a", 1.0), ("s.users other", 2.0)]);
    assert_eq!([&one, &two, &three].map(Pipeline::overflows), [vec![], vec![], vec![4.0]], "in two collections");
}

fn a_future_takes_its_scope_along() {
    let one = Pipeline::new();
    let outside = Pipeline::new();
    let other = outside.scope();
    let scope = one.scope();
    let future = async {
        s::Counted { large: true }.inc();
        // What another thread does belongs to the scope only when the context goes along.
        let taken = opentelemetry::Context::current();
        thread::spawn(move || {
            let _inside = taken.attach();
            s::Counted { large: true }.inc();
        })
        .join()
        .unwrap();
    };
    let _inside = other.enter();
    let mut future = pin!(scope.run(future));
    assert_eq!(future.as_mut().poll(&mut task::Context::from_waker(Waker::noop())), Poll::Ready(()));
    s::Counted { large: false }.inc();
    one.check(&[("s.counted true", 2.0)]);
    outside.check(&[("s.counted false", 1.0)]);
}

fn zeros_start_in_the_scope() {
    let one = Pipeline::new();
    let _inside = one.scope().enter();
    s::Counted { large: true }.inc();
    let mut collected = ResourceMetrics::default();
    one.1.collect(&mut collected).unwrap();
    assert!(walk(&collected).any(|metric| metric.name == "s.zero"));
}

/// Test metrics
#[domain(title = "Ending Metrics", crate = metrics_define)]
mod ending {
    /// Recorded by a thread that ends
    #[counter(name = "ending.recorded", unit = "{thing}")]
    pub struct Recorded;
}

/// Records when its thread ends.
struct AtTheEnd;

impl Drop for AtTheEnd {
    fn drop(&mut self) {
        ending::Recorded.inc();
    }
}

thread_local! {
    static AT_THE_END: AtTheEnd = const { AtTheEnd };
}

#[test]
fn a_thread_that_records_while_it_ends_ends_well() {
    let pipeline = Pipeline::new();
    let scope = pipeline.scope();
    thread::spawn(move || {
        // Before the context, so that the context is dropped first.
        AT_THE_END.with(|_| ());
        let _inside = scope.enter();
        s::Counted { large: false }.add(2);
    })
    .join()
    .unwrap();
    pipeline.check(&[("s.counted false", 2.0)]);
}
