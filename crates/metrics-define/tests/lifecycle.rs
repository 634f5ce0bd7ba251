//! Before, between and after installations. One test, because the installation is the process's own.

#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "a test fails by panicking")]

use std::sync::{Arc, LazyLock};

use metrics_define::{BoundCounter, Recording, definition, domain, install};
use metrics_pipeline::{Collector, Value, walk};
use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};

/// Test metrics
#[domain(title = "Test Metrics", crate = metrics_define)]
mod life {
    /// Counted
    #[counter(name = "life.counted", unit = "{thing}")]
    pub struct Counted {
        pub early: bool,
    }

    /// Running
    #[updown_counter(name = "life.running", unit = "{thing}")]
    pub struct Running;

    /// Taken time
    #[histogram(name = "life.time", unit = "s", buckets = [1.0])]
    pub struct Time;
}

static BOUND: LazyLock<BoundCounter> = LazyLock::new(|| life::Counted { early: false }.bind());

#[test]
fn metrics_follow_the_installation() {
    let allocations = allocation_counter::measure(|| life::Counted { early: true }.inc());
    assert_eq!(allocations.count_total, 0, "nothing is installed");
    assert!(definition("metrics-define/life", "life.counted").is_none());
    BOUND.inc();
    let early_guard = life::Running.track();
    let early_timer = life::Time.start_timer();
    let early_recorders = (life::Counted { early: true }.on_drop(), life::Time.on_drop());
    let early_bound = life::Running.bind().track();

    let (first_provider, first) = metrics_pipeline::build(Resource::builder_empty().build());
    let first_installation = install(Arc::new(first_provider.clone()), Recording::Bound);
    drop((early_guard, early_timer, early_recorders, early_bound));
    assert_eq!(values(&first), [], "what was made before is a no-op, also afterwards");
    BOUND.add(2);
    life::Counted { early: false }.inc();
    assert_eq!(values(&first), [("life.counted", 3)]);
    assert!(definition("metrics-define/life", "life.counted").is_some());
    let guard = life::Running.track();

    let (second_provider, second) = metrics_pipeline::build(Resource::builder_empty().build());
    let second_installation = install(Arc::new(second_provider.clone()), Recording::Unbound);
    BOUND.inc();
    life::Counted { early: false }.add(10);
    life::Counted { early: false }.inc();
    drop(guard);
    assert_eq!(values(&first), [("life.counted", 3), ("life.running", 0)], "the guard ends where it began");
    assert_eq!(values(&second), [("life.counted", 12)]);

    first_installation.uninstall();
    BOUND.inc();
    assert_eq!(values(&second), [("life.counted", 13)], "only the latest installation can be ended");
    second_installation.uninstall();
    BOUND.inc();
    life::Counted { early: false }.inc();
    assert_eq!(values(&second), [("life.counted", 13)]);

    // Shut down under an installation, and gone.
    let third_provider = metrics_pipeline::build(Resource::builder_empty().build()).0;
    let third_installation = install(Arc::new(third_provider.clone()), Recording::Bound);
    BOUND.inc();
    let guard = life::Running.track();
    third_provider.shutdown().unwrap();
    drop(third_provider);
    BOUND.inc();
    life::Counted { early: true }.inc();
    drop(guard);
    third_installation.uninstall();

    let (fourth_provider, fourth) = metrics_pipeline::build(Resource::builder_empty().build());
    let _fourth_installation = install(Arc::new(fourth_provider), Recording::Bound);
    BOUND.inc();
    life::Time.record(0.5);
    assert_eq!(values(&fourth), [("life.counted", 1), ("life.time", -1)]);
}

fn values(collector: &Collector) -> Vec<(&'static str, i64)> {
    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).unwrap();
    let mut values = Vec::new();
    for metric in walk(&collected) {
        let name = metric.definition().unwrap().name;
        metric.for_each_point(|point| match point.value {
            #[expect(clippy::cast_possible_truncation, reason = "small numbers")]
            Value::Number(number) => values.push((name, number.as_f64() as i64)),
            Value::Histogram(_) | Value::Exponential(_) => values.push((name, -1)),
        });
    }
    values.sort_unstable();
    values
}
