//! The catalogue against the tables of the seed documents: every row, every column.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use metrics_catalog::{CATALOG, Kind, LabelDef, LabelValues, MetricDef, Naming};

const INSTRUMENTS: &str = include_str!("data/instruments.md");
const INSTRUMENTS_HEADER: &str =
    "| OTel name | kind | unit (UCUM) | labels | buckets | Prometheus name exposed | description | seed |";
const SEED_001: &str = include_str!("data/seed_001.md");

#[test]
fn every_instrument_is_as_its_row_says() {
    let documented: Vec<Row> = rows(INSTRUMENTS, INSTRUMENTS_HEADER).map(|cells| Row::parse(&cells)).collect();
    assert_eq!(documented.len(), 110, "the tables were read");
    let defined: Vec<Row> = metrics().map(Row::of).collect();
    for (defined, documented) in defined.iter().zip(&documented) {
        assert_eq!(defined, documented);
    }
    assert_eq!(defined.len(), documented.len());
}

#[test]
fn every_domain_is_as_its_section_says() {
    let documented: Vec<_> = INSTRUMENTS
        .split("\n## ")
        .skip(1)
        .map(|section| {
            let (title, rest) = section.split_once('\n').unwrap();
            let (purpose, rest) = rest.trim().split_once(" Naming: `").unwrap();
            let naming = rest.split('`').next().unwrap();
            let count = rows(rest, INSTRUMENTS_HEADER).count();
            (title.to_owned(), purpose.to_owned(), naming.to_owned(), count)
        })
        .collect();
    let defined: Vec<_> = CATALOG
        .domains
        .iter()
        .map(|domain| {
            let naming = match domain.def.naming {
                Naming::Plain => "plain",
                Naming::Units => "units",
            };
            let title = format!("{} (`{}`)", domain.def.title, domain.def.name);
            (title, format!("{}.", domain.def.description), naming.to_owned(), domain.metrics.len())
        })
        .collect();
    assert_eq!(documented.len(), 20, "the sections were read");
    assert_eq!(defined, documented);
}

#[test]
fn the_plain_domains_are_the_tables_of_seed_document_001() {
    let documented: Vec<[String; 4]> = tables_of_seed_001();
    assert_eq!(documented.len(), 43, "the tables were read");
    let plain = CATALOG.domains.iter().filter(|domain| domain.def.naming == Naming::Plain);
    let defined: Vec<[String; 4]> = plain.flat_map(|domain| domain.metrics).map(|def| line_of_seed_001(def)).collect();
    for (defined, documented) in defined.iter().zip(&documented) {
        assert_eq!(defined, documented);
    }
    assert_eq!(defined.len(), documented.len());
}

#[test]
fn two_names_are_exact_and_no_other() {
    let exact: Vec<_> = metrics().filter_map(|def| Some((def.name, def.prometheus?))).collect();
    assert_eq!(exact, [("http.connections.active", "active_connections"), ("llm.cost.dollars", "llm_cost_dollars")]);
}

#[test]
fn levels_are_set_and_what_is_read_is_observed() {
    let absolute: Vec<_> = metrics().filter(|def| def.absolute).map(|def| def.name).collect();
    assert_eq!(absolute, ["events.lag", "health.dependencies.status", "dlq.size"]);
    let observed: Vec<_> = metrics().filter(|def| def.observable && !def.info).map(|def| def.name).collect();
    assert_eq!(observed, ["aos.trace.parity.status", "system.cpu.usage", "system.memory.usage", "system.disk.usage"]);
}

/// A rate sees the first failure of what starts at 0.
#[test]
fn every_status_counter_of_few_series_starts_at_zero() {
    let says_how_it_ended = |def: &&MetricDef| {
        def.labels.iter().any(|label| matches!(label.key, "status" | "error_type" | "final_state"))
            && def.labels.iter().all(|label| matches!(label.values, LabelValues::Closed(_)))
    };
    let counters: Vec<_> = metrics().filter(|def| def.kind == Kind::Counter).filter(says_how_it_ended).collect();
    assert_eq!(counters.len(), 6);
    for def in counters {
        assert_eq!(def.zero, def.series_limit() <= 32, "{} with {} series", def.name, def.series_limit());
    }
}

#[test]
fn no_two_names_meet_in_prometheus() {
    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    for def in metrics() {
        let exposed = exposed_name(def);
        let suffixes: &[&str] = if def.kind == Kind::Histogram { &["", "_bucket", "_sum", "_count"] } else { &[""] };
        for suffix in suffixes {
            let sample = format!("{exposed}{suffix}");
            let earlier = taken.insert(sample.clone(), def.name);
            assert_eq!(earlier, None, "{} and {earlier:?} are both {sample}", def.name);
        }
    }
    let folded: std::collections::BTreeSet<_> = metrics().map(|def| def.name.replace('.', "_")).collect();
    assert_eq!(folded.len(), 110);
}

fn metrics() -> impl Iterator<Item = &'static MetricDef> {
    CATALOG.domains.iter().flat_map(|domain| domain.metrics).copied()
}

#[derive(Debug, PartialEq)]
struct Row {
    name: String,
    kind: String,
    unit: String,
    labels: Vec<String>,
    buckets: Vec<f64>,
    exposed: String,
    description: String,
}

impl Row {
    fn of(def: &MetricDef) -> Self {
        Self {
            name: def.name.to_owned(),
            kind: kind(def).to_owned(),
            unit: if def.info { "-".to_owned() } else { def.unit.to_owned() },
            labels: def.labels.iter().map(label).collect(),
            buckets: def.boundaries.to_vec(),
            exposed: exposed_name(def),
            description: def.description.to_owned(),
        }
    }

    fn parse(cells: &[&str]) -> Self {
        let [name, kind, unit, labels, buckets, exposed, description, _seed] = *cells else { panic!("{cells:?}") };
        Self {
            name: name.to_owned(),
            kind: kind.to_owned(),
            unit: unit.to_owned(),
            labels: labels.split("; ").filter(|label| *label != "-").map(str::to_owned).collect(),
            buckets: bounds(buckets),
            exposed: exposed.to_owned(),
            description: without_unit(description).to_owned(),
        }
    }
}

fn bounds(cell: &str) -> Vec<f64> {
    let Some((_origin, bounds)) = cell.split_once(": ") else {
        assert_eq!(cell, "-");
        return Vec::new();
    };
    bounds.split(' ').map(|bound| bound.parse().unwrap()).collect()
}

/// Metric, type, labels and description, as the seed document's tables have them.
fn tables_of_seed_001() -> Vec<[String; 4]> {
    let lines = SEED_001.lines().filter(|line| line.starts_with("| `"));
    lines
        .map(|line| {
            let [name, kind, labels, description] = cells(line)[..] else { panic!("{line}") };
            [name, kind, labels, without_unit(description)].map(str::to_owned)
        })
        .collect()
}

fn line_of_seed_001(def: &MetricDef) -> [String; 4] {
    let kind = match def.kind {
        Kind::Counter => "Counter",
        Kind::UpDownCounter => "UpDownCounter",
        Kind::Gauge => "Gauge",
        Kind::Histogram => "Histogram",
    };
    let keys: Vec<_> = def.labels.iter().map(|label| label.key).collect();
    let labels = if keys.is_empty() { "-".to_owned() } else { keys.join(", ") };
    [def.name.to_owned(), kind.to_owned(), labels, def.description.to_owned()]
}

/// The document repeats some units in the text; the definition has the unit in its own field.
fn without_unit(description: &str) -> &str {
    let units = [" (seconds)", " (ms)", " (MiB)", " (millicores)", " (%)"];
    units.iter().find_map(|unit| description.strip_suffix(unit)).unwrap_or(description)
}

fn rows<'a>(tables: &'a str, header: &'a str) -> impl Iterator<Item = Vec<&'a str>> {
    let mut in_table = false;
    let lines = tables.lines().filter(move |line| {
        in_table = line.starts_with('|') && (in_table || *line == header);
        in_table && *line != header && !line.starts_with("|-")
    });
    lines.map(cells)
}

fn cells(line: &str) -> Vec<&str> {
    line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect()
}

fn kind(def: &MetricDef) -> &'static str {
    match def.kind {
        Kind::Counter => "counter",
        Kind::UpDownCounter => "updown_counter",
        Kind::Gauge if def.info => "info",
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

fn exposed_name(def: &MetricDef) -> String {
    def.exposed_name().unwrap().to_string()
}
