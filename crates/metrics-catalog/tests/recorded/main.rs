//! Every metric of the catalogue, recorded and read back: as the SDK has it, and as Prometheus reads it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test fails by panicking")]

mod every_metric;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    process::{Command, Stdio},
    sync::{Arc, LazyLock},
};

use metrics_catalog::{CATALOG, Kind, MetricDef, Recording, install};
use metrics_pipeline::{Collector, Metric, Value, walk};
use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};
use prometheus_bridge::{EncodeOptions, encode};
use telemetry_testkit::find_program;

/// One installation for all tests; they only read.
static COLLECTOR: LazyLock<Collector> = LazyLock::new(|| {
    let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
    let _installation = install(Arc::new(provider), Recording::Bound);
    every_metric::record_everything();
    collector
});

#[test]
fn every_metric_arrives_as_it_is_defined() {
    let collected = collected();
    let arrived: BTreeMap<&str, Metric<'_>> = walk(&collected).map(|metric| (metric.name, metric)).collect();

    for def in CATALOG.metrics() {
        let metric = arrived.get(def.name).unwrap_or_else(|| panic!("{} did not arrive", def.name));
        assert_eq!(
            (metric.scope.name(), metric.unit, metric.description, metric.kind),
            (def.domain.scope, def.unit, def.description, def.kind),
        );
        assert_eq!(metric.definition().map(|found| found.name), Some(def.name));
        check_points(metric, def);
    }
    assert_eq!(arrived.len(), 110);
}

/// One series, or all of a metric that starts at zero, with exactly the keys and the boundaries of the definition.
fn check_points(metric: &Metric<'_>, def: &MetricDef) {
    let mut points = 0;
    metric.for_each_point(|point| {
        points += 1;
        let keys: BTreeSet<&str> = point.attributes.iter().map(|attribute| attribute.key.as_str()).collect();
        assert_eq!(keys, def.labels.iter().map(|label| label.key).collect(), "{}", def.name);
        match point.value {
            Value::Histogram(histogram) => assert_eq!(histogram.bounds, def.boundaries, "{}", def.name),
            Value::Number(_) => assert_ne!(def.kind, Kind::Histogram, "{}", def.name),
            Value::Exponential(_) => panic!("{} has boundaries", def.name),
        }
    });
    assert_eq!(points, if def.zero { def.series_limit() } else { 1 }, "{}", def.name);
}

#[test]
fn every_metric_has_its_name_in_prometheus() {
    let body = body();
    let families: BTreeSet<&str> =
        body.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let defined: Vec<String> = CATALOG.metrics().map(|def| def.exposed_name().unwrap().to_string()).collect();

    assert_eq!(families, defined.iter().map(String::as_str).collect());
}

/// One name is a finding on purpose: the seed document's `llm_cost_dollars`.
#[test]
fn promtool_has_one_finding() {
    let Some(promtool) = find_program("promtool") else { return };
    let mut child = Command::new(promtool)
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(body().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr) + String::from_utf8_lossy(&output.stdout);

    assert_eq!(said.trim(), "llm_cost_dollars counter metrics should have \"_total\" suffix");
}

fn body() -> String {
    let mut body = Vec::new();
    let findings = encode(&collected(), &EncodeOptions::default().with_target_info(false), &mut body);
    assert!(findings.is_empty(), "{findings:?}");
    String::from_utf8(body).unwrap()
}

fn collected() -> ResourceMetrics {
    let mut collected = ResourceMetrics::default();
    COLLECTOR.collect(&mut collected).unwrap();
    collected
}
