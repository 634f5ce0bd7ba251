//! The catalogue against the tables of the seed documents: every row, every column.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a test fails by panicking")]

use metric_names::exposed_name;
use metrics_catalog::{Kind, LabelDef, LabelValues, MetricDef, execution, rate_limit};

const TABLES: &str = include_str!("data/instruments.md");
const HEADER: &str =
    "| OTel name | kind | unit (UCUM) | labels | buckets | Prometheus name exposed | description | seed |";

#[test]
fn every_instrument_is_as_its_document_says() {
    let defined: Vec<Row> = execution::METRICS.iter().chain(rate_limit::METRICS).map(|def| Row::of(def)).collect();
    let documented = rows();
    assert_eq!(documented.len(), 17, "the tables were read");
    assert_eq!(defined, documented);
}

#[derive(Debug, PartialEq)]
struct Row {
    name: String,
    kind: String,
    unit: String,
    labels: String,
    buckets: Vec<f64>,
    exposed: String,
    description: String,
}

impl Row {
    fn of(def: &MetricDef) -> Self {
        let labels: Vec<_> = def.labels.iter().map(label).collect();
        Self {
            name: def.name.to_owned(),
            kind: kind(def.kind).to_owned(),
            unit: def.unit.to_owned(),
            labels: if labels.is_empty() { "-".to_owned() } else { labels.join("; ") },
            buckets: def.boundaries.to_vec(),
            exposed: exposed_name(def.name, def.unit, def.kind, def.domain.naming).unwrap().as_str().to_owned(),
            description: def.description.to_owned(),
        }
    }

    fn parse(line: &str) -> Self {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let [name, kind, unit, labels, buckets, exposed, description, _seed] = cells[..] else { panic!("{line}") };
        Self {
            name: name.to_owned(),
            kind: kind.to_owned(),
            unit: unit.to_owned(),
            labels: labels.to_owned(),
            buckets: buckets.split(' ').filter_map(|bound| bound.parse().ok()).collect(),
            exposed: exposed.to_owned(),
            // The document repeats the unit in the text; the definition has it in its own field.
            description: description.split(" (").next().unwrap().to_owned(),
        }
    }
}

fn rows() -> Vec<Row> {
    let mut lines = TABLES.lines();
    let mut rows = Vec::new();
    while lines.by_ref().any(|line| line == HEADER) {
        rows.extend(lines.by_ref().skip(1).take_while(|line| line.starts_with('|')).map(Row::parse));
    }
    rows
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Counter => "counter",
        Kind::UpDownCounter => "updown_counter",
        Kind::Gauge => "gauge",
        Kind::Histogram => "histogram",
    }
}

fn label(label: &LabelDef) -> String {
    match label.values {
        LabelValues::Closed(["false", "true"]) => format!("{}=bool", label.key),
        LabelValues::Closed(values) => format!("{}={{{}}}", label.key, values.join(",")),
        LabelValues::Open { max_values } => format!("{}=open:{max_values}", label.key),
    }
}
