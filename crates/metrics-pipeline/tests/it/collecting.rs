//! What a collector says when there is nothing to collect.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use metrics_pipeline::{CollectError, build};
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};

fn empty() -> Resource {
    Resource::builder_empty().build()
}

#[test]
fn a_provider_that_was_shut_down_is_told_from_a_poisoned_one() {
    let (provider, collector) = build(empty());
    provider.shutdown().unwrap();
    assert_eq!(collector.collect(&mut ResourceMetrics::default()), Err(CollectError::ShutDown));

    let (provider, collector) = build(empty());
    let _broken = provider
        .meter("a")
        .u64_observable_gauge("g")
        .with_callback(|_| resume_unwind(Box::new("as this test wants")))
        .build();
    let unwound = catch_unwind(AssertUnwindSafe(|| collector.collect(&mut ResourceMetrics::default())));
    assert!(unwound.is_err(), "the SDK contains no panic of its own callbacks");
    assert_eq!(collector.collect(&mut ResourceMetrics::default()), Err(CollectError::Poisoned));
}

#[test]
fn a_provider_that_was_dropped_is_shut_down() {
    let (provider, collector) = build(empty());
    drop(provider);
    assert_eq!(collector.collect(&mut ResourceMetrics::default()), Err(CollectError::ShutDown));
}
