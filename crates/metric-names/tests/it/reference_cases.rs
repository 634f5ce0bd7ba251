//! Every published case of prometheus/otlptranslator: `tests/data/otlptranslator_cases.json`, which names its source.
//!
//! A summary is asked as a histogram and an unknown type as an up-down counter: neither adds a suffix.

use metric_names::{ExposedName, Kind, Naming, Strategy, Translation, label_name, unit_suffix};
use serde_json::Value;

#[test]
fn metric_names_are_those_of_the_reference_translator() {
    let cases = cases("metric_cases");
    assert_eq!(cases.len(), 84);
    let mut deviations = Vec::new();
    for case in &cases {
        let text = |key: &str| case[key].as_str().unwrap_or_default();
        let flag = |key: &str| case[key].as_bool().unwrap();
        let strategy = match (flag("utf8_allowed"), flag("with_suffixes")) {
            (false, true) => Strategy::UnderscoreEscapingWithSuffixes,
            (false, false) => Strategy::UnderscoreEscapingWithoutSuffixes,
            (true, true) => Strategy::NoUtf8EscapingWithSuffixes,
            (true, false) => Strategy::NoTranslation,
        };
        let translation = Translation::new(strategy).with_namespace(text("namespace"));
        let ours = translation.name(text("name"), text("unit"), kind(text("type")), Naming::Units).ok();
        let ours = ours.as_ref().map_or("", ExposedName::as_str);
        if ours != text("want_name") {
            deviations.push((text("want_name").to_owned(), ours.to_owned()));
        }
    }
    assert_eq!(deviations, DEVIATIONS.map(|(theirs, ours, _)| (theirs.to_owned(), ours.to_owned())));
}

#[test]
fn units_are_those_of_the_reference_translator() {
    let mut deviations = Vec::new();
    for case in &cases("metric_cases") {
        let unit = unit_suffix(case["unit"].as_str().unwrap()).unwrap();
        let theirs = case["want_unit"].as_str().unwrap_or_default();
        if unit.as_str() != theirs {
            deviations.push((theirs.to_owned(), unit.to_string()));
        }
    }
    // The specification's spelling, as in the name.
    assert_eq!(deviations, [("tibibytes".to_owned(), "tebibytes".to_owned())]);
}

#[test]
fn label_names_are_those_of_the_reference_translator() {
    let cases = cases("label_cases");
    assert_eq!(cases.len(), 16);
    for case in &cases {
        let key = case["label"].as_str().unwrap();
        let expected = case["sanitized"].as_str().filter(|name| !name.is_empty());
        assert_eq!(label_name(key).as_deref(), expected, "{key:?}");
    }
}

/// What the reference gives, what we give, and the rule that demands it.
const DEVIATIONS: [(&str, &str, &str); 1] = [(
    "capacity_tibibytes",
    "capacity_tebibytes",
    "the specification's table of units spells TiBy `tebibytes`, and it is the one that says MUST",
)];

fn kind(name: &str) -> Kind {
    match name {
        "MonotonicCounter" => Kind::Counter,
        "NonMonotonicCounter" | "Unknown" => Kind::UpDownCounter,
        "Gauge" => Kind::Gauge,
        "Histogram" | "ExponentialHistogram" | "Summary" => Kind::Histogram,
        other => panic!("{other}"),
    }
}

fn cases(key: &str) -> Vec<Value> {
    let table: Value = serde_json::from_str(include_str!("../data/otlptranslator_cases.json")).unwrap();
    assert!(table["source"].as_str().unwrap().starts_with("prometheus/otlptranslator@51da773"));
    table[key].as_array().unwrap().clone()
}
