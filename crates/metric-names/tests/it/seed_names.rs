//! The names that the contract of the catalogue prints for its 110 instruments.

use metric_names::{ExposedName, Kind, Naming, exposed_name};

#[test]
fn every_name_of_the_contract_is_exact() {
    let mut naming = Naming::Units;
    let mut names = Vec::new();
    let mut differences = Vec::new();
    for line in include_str!("../../../metrics-catalog/tests/data/instruments.md").lines() {
        if let Some((_, after)) = line.split_once("Naming: `") {
            naming = if after.starts_with("plain") { Naming::Plain } else { Naming::Units };
        }
        let columns: Vec<_> =
            line.trim_matches('|').split(" | ").map(|column| column.trim().trim_matches('`')).collect();
        let [name, kind, unit, _, _, exposed, ..] = columns[..] else { continue };
        let Some(kind) = kind_of(kind) else { continue };
        let unit = unit.trim_start_matches('-');
        let ours = exposed_name(name, unit, kind, naming).unwrap();
        if ours.as_str() != exposed {
            differences.push((name, exposed, ours.to_string()));
        }
        names.push(ours);
    }
    let expected: Vec<_> = CHOSEN.iter().map(|(name, exposed, ours)| (*name, *exposed, (*ours).to_owned())).collect();
    assert_eq!(differences, expected);
    assert_eq!(names.len(), 110);
    names.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    names.dedup();
    assert_eq!(names.iter().map(ExposedName::as_str).count(), 110, "two instruments have one name");
}

/// Names that the contract chose and the rules would not give: they are written into the definition.
const CHOSEN: &[(&str, &str, &str)] = &[
    ("http.connections.active", "active_connections", "http_connections_active"),
    ("llm.cost.dollars", "llm_cost_dollars", "llm_cost_dollars_total"),
];

fn kind_of(word: &str) -> Option<Kind> {
    Some(match word {
        "counter" => Kind::Counter,
        "updown_counter" => Kind::UpDownCounter,
        "gauge" | "info" => Kind::Gauge,
        "histogram" => Kind::Histogram,
        _ => return None,
    })
}
