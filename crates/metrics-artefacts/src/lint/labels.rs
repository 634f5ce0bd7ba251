//! Rules about labels.

use std::collections::BTreeMap;

use metrics_define::{LabelDef, LabelValues, MetricDef};

use crate::{
    lint::{Breach, rule::Rule},
    words,
};

/// The series that the SDK keeps of one instrument unless it is told otherwise.
const MOST_SERIES: usize = 2000;

/// What Prometheus, its operator and Kubernetes attach to every series of a target.
const TARGET_LABELS: &[&str] = &["job", "instance", "endpoint", "service", "namespace", "pod", "container", "node"];

pub(super) fn findings(def: &'static MetricDef) -> Vec<Breach> {
    let mut breaches: Vec<Breach> = def.labels.iter().flat_map(|label| of_label(def, label)).collect();
    let possible = words::possible_series(def);
    if possible > MOST_SERIES {
        let message = format!(
            "its labels allow {possible} series and {MOST_SERIES} are kept: take a label away, or lower its `max_values`"
        );
        breaches.push(Breach::new(def, Rule::TooManySeries, message));
    }
    breaches
}

fn of_label(def: &'static MetricDef, label: &LabelDef) -> Vec<Breach> {
    let key = label.key;
    let mut breaches = Vec::new();
    if !key.contains('.') {
        let message = format!("`{key}` has no namespace: write `{}.{key}`", def.domain.name);
        breaches.push(Breach::new(def, Rule::LabelWithoutNamespace, message));
    }
    if TARGET_LABELS.contains(&key) {
        let message = format!("`{key}` is a label of scrape targets, and becomes `exported_{key}`: choose another key");
        breaches.push(Breach::new(def, Rule::TargetLabel, message));
    }
    if has_words_of(def.name, key) {
        let message = format!("`{key}` is in the name too: take it out of one of them");
        breaches.push(Breach::new(def, Rule::LabelInName, message));
    }
    breaches
}

fn has_words_of(name: &str, key: &str) -> bool {
    let words = |text: &str| text.split(['.', '_']).map(str::to_owned).collect::<Vec<_>>();
    let key = words(key);
    words(name).windows(key.len()).any(|window| window == key)
}

/// Labels whose values differ from those of the first metric with the same key.
pub(super) fn in_catalog(metrics: &[&'static MetricDef]) -> Vec<Breach> {
    let mut firsts: BTreeMap<&str, (&MetricDef, LabelValues)> = BTreeMap::new();
    let mut breaches = Vec::new();
    for def in metrics {
        for label in def.labels {
            let (first, values) = *firsts.entry(label.key).or_insert((def, label.values));
            if values != label.values {
                let message =
                    format!("`{}` has other values here than in `{}`: choose another key", label.key, first.name);
                breaches.push(Breach::new(def, Rule::LabelDiffers, message));
            }
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_as_whole_words() {
        assert!(has_words_of("cache.hits.total", "cache"));
        assert!(has_words_of("http.request.method.total", "request.method"));
        assert!(!has_words_of("events.produced.total", "event"));
        assert!(!has_words_of("cache.hits.total", "cache_key_prefix"));
    }
}
