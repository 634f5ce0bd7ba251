//! The whole catalogue, as the seed documents name it and ask about it.

use std::sync::Arc;

use metrics_catalog::{
    CATALOG, Kind, Recording,
    execution::{ExecutionDuration, ExecutionStatus, ExecutionsTotal},
    install,
    rate_limit::{Algorithm, RateGroup, RejectedTotal, RequestsTotal},
};
use metrics_pipeline::{Collector, guard};
use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};
use prometheus_bridge::{EncodeOptions, encode};

use crate::{every_metric::record_everything, prometheus::Prometheus};

/// Records every metric of the catalogue. The provider is the process's own from then on.
pub(crate) fn record() -> Collector {
    let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
    let _installation = install(Arc::new(guard(provider, &collector)), Recording::Bound);
    record_everything();
    collector
}

/// How many samples there are.
pub(crate) fn samples(collector: &Collector) -> u32 {
    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).unwrap();
    let mut body = Vec::new();
    assert_eq!(encode(&collected, &EncodeOptions::default(), &mut body), []);
    let lines = String::from_utf8(body).unwrap();
    lines.lines().filter(|line| !line.starts_with('#')).count().try_into().unwrap()
}

/// Every name of the contract's column, those of seeds 000, 002 and 004 among them, is a series with that name.
pub(crate) fn check_names(prometheus: &Prometheus) {
    let contract = include_str!("../../../metrics-catalog/tests/data/instruments.md");
    let mut checked = [0; 3];
    for line in contract.lines() {
        let columns: Vec<_> = line.trim_matches('|').split(" | ").map(|it| it.trim().trim_matches('`')).collect();
        let [_, kind, .., exposed, _, seed] = columns[..] else { continue };
        let suffix = match kind {
            "histogram" => "_count",
            "counter" | "updown_counter" | "gauge" | "info" => "",
            _ => continue,
        };
        let query = format!("count({exposed}{suffix}{{job='seeds'}})");
        assert!(prometheus.value(&query) >= 1.0, "{query}");
        for (at, number) in ["000", "002", "004"].into_iter().enumerate() {
            checked[at] += usize::from(seed.contains(number));
        }
    }
    assert!(checked.iter().all(|count| *count > 0), "{checked:?}");
    assert_eq!(CATALOG.metrics().count(), 110);
    assert!(CATALOG.metrics().any(|def| def.kind == Kind::Histogram));
}

/// The queries of seed document 001 find what was recorded.
pub(crate) fn check_queries(prometheus: &Prometheus) {
    let text = include_str!("../../../metrics-catalog/tests/data/seed_001_queries.promql");
    let queries: Vec<String> = text
        .trim()
        .split("\n\n")
        .map(|query| query.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n"))
        .collect();
    let [success, p99, rejection, queue] = &queries[..] else { panic!("{queries:?}") };

    // A rate needs the counters to have grown between two scrapes.
    let grown = telemetry_testkit::wait_until(std::time::Duration::from_secs(60), || {
        for (status, times) in [(ExecutionStatus::Completed, 3), (ExecutionStatus::Failed, 1)] {
            (0..times).for_each(|_| ExecutionsTotal { status, lang_and_version: "python-3.12" }.inc());
        }
        ExecutionDuration { lang_and_version: "python-3.12" }.record(0.75);
        RequestsTotal { authenticated: true, endpoint: "/api/v1/execute", algorithm: Algorithm::SlidingWindow }.add(4);
        RejectedTotal { group: RateGroup::Api, priority: "10", multiplier: "1" }.add(1);
        let found = prometheus.query(p99)?;
        found.iter().any(|(_, value)| value.is_finite()).then_some(())
    });
    assert!(grown.is_some(), "no rates in time");
    // Series that appeared at different scrapes have been growing for different times; the shares are near the truth.
    let success = prometheus.value(success);
    assert!((0.5..=0.9).contains(&success), "three of four were completed, {success} says Prometheus");
    let p99 = prometheus.value(p99);
    assert!((0.5..=1.0).contains(&p99), "0.75 s lies in the bucket up to 1 s, {p99} says Prometheus");
    let rejection = prometheus.value(rejection);
    assert!((0.1..=0.5).contains(&rejection), "one of four was rejected, {rejection} says Prometheus");
    assert!(prometheus.value(queue) >= 1.0);
}
