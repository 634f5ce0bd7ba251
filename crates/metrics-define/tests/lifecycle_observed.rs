//! Observable metrics before, between and after installations of the guarded provider that services use.
//! One test, because the installation is the process's own.

#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "a test fails by panicking")]

use std::sync::Arc;

use metrics_define::{Recording, domain, install};
use metrics_pipeline::{Collector, Value, guard, walk};
use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};

/// Test metrics
#[domain(title = "Test Metrics", crate = metrics_define)]
mod life {
    /// Observed
    #[observable_gauge(name = "life.observed", unit = "{thing}", value = i64)]
    pub struct Observed;

    /// Never observed
    #[observable_gauge(name = "life.forgotten", unit = "{thing}", value = i64)]
    pub struct Forgotten;

    /// Observed from many users
    #[observable_counter(name = "life.users", unit = "{thing}")]
    pub struct Users<'a> {
        #[label(max_values = 2)]
        pub user: &'a str,
    }

    /// Build
    #[info(name = "life.build")]
    pub struct Build {
        pub debug: bool,
    }

    /// Level
    #[updown_counter(name = "life.level", unit = "{thing}", absolute)]
    pub struct Level;
}

#[test]
fn registrations_follow_the_installation() {
    let observing = life::Observed::observe(|observer| observer.observe(5, life::Observed));
    drop(life::Forgotten::observe(|observer| observer.observe(5, life::Forgotten)));
    life::Build { debug: true }.set();
    life::Level.set(3);

    let (first_provider, first) = metrics_pipeline::build(Resource::builder_empty().build());
    let _first = install(Arc::new(guard(first_provider.clone(), &first)), Recording::Bound);
    assert_eq!(values(&first), [("life.build", 1), ("life.observed", 5)], "what was registered early is observed");
    life::Level.set(4);
    let later = life::Forgotten::observe(|observer| observer.observe(6, life::Forgotten));
    let all = [("life.build", 1), ("life.forgotten", 6), ("life.level", 4), ("life.observed", 5)];
    assert_eq!(values(&first), all);

    // The first that is ever beyond a limit, in a callback, where no instrument may be made.
    let users = life::Users::observe(|observer| {
        for user in ["a", "b", "c"] {
            observer.observe(1, life::Users { user });
        }
    });
    let overflows: Vec<_> =
        values(&first).into_iter().filter(|(name, _)| *name == "metrics_catalog.overflow.total").collect();
    assert_eq!(overflows, [("metrics_catalog.overflow.total", 2)]);
    drop(users);

    let (second_provider, second) = metrics_pipeline::build(Resource::builder_empty().build());
    let second_installation = install(Arc::new(guard(second_provider.clone(), &second)), Recording::Unbound);
    assert_eq!(values(&second), [("life.build", 1), ("life.forgotten", 6), ("life.observed", 5)]);
    life::Level.set(9);
    drop(later);
    assert_eq!(values(&second), [("life.build", 1), ("life.level", 9), ("life.observed", 5)]);
    assert_eq!(
        values(&first),
        [("life.level", 4), ("metrics_catalog.overflow.total", 2)],
        "callbacks are called for the latest installation only"
    );

    second_installation.uninstall();
    life::Level.set(10);
    let last = [("life.build", 1), ("life.level", 9), ("life.observed", 5)];
    assert_eq!(values(&second), last, "the last collection of a provider still observes");
    drop(observing);
    assert_eq!(values(&second), [("life.build", 1), ("life.level", 9)]);
}

fn values(collector: &Collector) -> Vec<(&'static str, i64)> {
    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).unwrap();
    let mut values = Vec::new();
    for metric in walk(&collected) {
        let name = metric.definition().unwrap().name;
        metric.for_each_point(|point| {
            let Value::Number(number) = point.value else { return };
            #[expect(clippy::cast_possible_truncation, reason = "small numbers")]
            values.push((name, number.as_f64() as i64));
        });
    }
    values.sort_unstable();
    values
}
