//! The queries of seed document 001, word for word: what they name exists, and Prometheus parses them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test fails by panicking")]

use std::{fs, path::Path, process::Command};

use metrics_catalog::{CATALOG, Kind, LabelValues, MetricDef};
use telemetry_testkit::find_program;

const QUERIES: &str = include_str!("data/seed_001_queries.promql");

#[test]
fn every_metric_label_and_value_exists() {
    let mut selectors = 0;
    for query in queries() {
        let defs: Vec<&MetricDef> = metrics_in(&query).iter().map(|name| by_sample(name)).collect();
        for (key, value) in matchers_in(&query) {
            let label = defs.iter().flat_map(|def| def.labels).find(|label| label.key == key);
            let values = label.unwrap_or_else(|| panic!("no label {key} in {query}")).values;
            assert!(matches!(values, LabelValues::Closed(values) if values.contains(&value)), "{value} in {query}");
        }
        for key in groupings_in(&query) {
            let is_bound = key == "le" && defs.iter().any(|def| def.kind == Kind::Histogram);
            assert!(
                is_bound || defs.iter().flat_map(|def| def.labels).any(|label| label.key == key),
                "{key} in {query}"
            );
        }
        selectors += defs.len();
    }
    assert_eq!(selectors, 6, "the queries were read");
}

#[test]
fn prometheus_parses_them() {
    let Some(promtool) = find_program("promtool") else { return };
    let rule = |(at, query): (usize, String)| {
        format!("  - record: seed:query{at}\n    expr: |\n      {}\n", query.replace('\n', "\n      "))
    };
    let rules: Vec<String> = queries().into_iter().enumerate().map(rule).collect();
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("seed_001_queries.yml");
    fs::write(&file, format!("groups:\n- name: seed_001\n  rules:\n{}", rules.concat())).unwrap();
    let output = Command::new(promtool).args(["check", "rules"]).arg(&file).output().unwrap();

    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("4 rules found"), "{output:?}");
}

fn queries() -> Vec<String> {
    let without_comments =
        |text: &str| text.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n");
    QUERIES.trim().split("\n\n").map(without_comments).collect()
}

/// The metric with this family or sample.
fn by_sample(sample: &str) -> &'static MetricDef {
    let is_it = |def: &MetricDef| {
        let family = def.exposed_name().unwrap();
        let bucket = format!("{family}_bucket");
        if def.kind == Kind::Histogram { sample == bucket } else { sample == family.as_str() }
    };
    CATALOG.metrics().find(|def| is_it(def)).unwrap_or_else(|| panic!("no metric has the sample {sample}"))
}

/// What stands before a range or a list of matchers.
fn metrics_in(query: &str) -> Vec<&str> {
    let ends = query.match_indices(['[', '{']).filter(|(at, _)| !query[..*at].ends_with('}'));
    ends.map(|(at, _)| last_word(&query[..at])).collect()
}

fn last_word(text: &str) -> &str {
    let start = text.rfind(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').map_or(0, |at| at + 1);
    &text[start..]
}

fn matchers_in(query: &str) -> Vec<(&str, &str)> {
    let lists = query.split('{').skip(1).map(|rest| rest.split('}').next().unwrap());
    lists.flat_map(|list| list.split(',')).map(|one| one.split_once('=').unwrap()).map(unquoted).collect()
}

fn unquoted<'a>((key, value): (&'a str, &'a str)) -> (&'a str, &'a str) {
    (key, value.trim_matches('"'))
}

fn groupings_in(query: &str) -> Vec<&str> {
    let lists = query.split("by (").skip(1).map(|rest| rest.split(')').next().unwrap());
    lists.flat_map(|list| list.split(", ")).collect()
}
