//! Rules about names.

use metrics_define::{Kind, MetricDef};

use crate::{
    lint::{Breach, rule::Rule, units},
    words,
};

pub(super) fn findings(def: &'static MetricDef) -> Vec<Breach> {
    let found = [
        (Rule::CounterWithoutTotal, counter_without_total(def)),
        (Rule::UnitInName, unit_in_name(def)),
        (Rule::TotalInName, total_in_name(def)),
        (Rule::PluralName, plural(def)),
        (Rule::MisnamedQuantity, misnamed_quantity(def)),
        (Rule::ForeignNamespace, foreign_namespace(def)),
    ];
    found.into_iter().filter_map(|(rule, message)| Some(Breach::new(def, rule, message?))).collect()
}

/// Metrics whose whole name is the beginning of another's.
pub(super) fn in_catalog(metrics: &[&'static MetricDef]) -> Vec<Breach> {
    let inside = |def: &MetricDef| {
        metrics.iter().find(|other| other.name.strip_prefix(def.name).is_some_and(|rest| rest.starts_with('.')))
    };
    let breach = |def: &'static MetricDef| {
        let message = format!("the name is the namespace of `{}`: add a word to it", inside(def)?.name);
        Some(Breach::new(def, Rule::NameIsNamespace, message))
    };
    metrics.iter().filter_map(|def| breach(def)).collect()
}

fn counter_without_total(def: &MetricDef) -> Option<String> {
    let exposed = words::exposed_name(def);
    (def.kind == Kind::Counter && !exposed.ends_with("_total"))
        .then(|| format!("`{exposed}` is a counter in Prometheus: end it in `_total`"))
}

fn unit_in_name(def: &MetricDef) -> Option<String> {
    let word = def.name.split(['.', '_']).find(|word| UNIT_WORDS.contains(word) || KIND_WORDS.contains(word))?;
    Some(format!("`{word}` in the name is a unit or a kind: take it out, the definition has both in their own places"))
}

fn total_in_name(def: &MetricDef) -> Option<String> {
    let rest = def.name.strip_suffix(".total")?;
    Some(format!("Prometheus alone adds `total`: write `{rest}`"))
}

fn plural(def: &MetricDef) -> Option<String> {
    let segments: Vec<&str> = def.name.split('.').filter(|segment| *segment != "total").collect();
    let (_, namespace) = segments.split_last()?;
    let looked_at = if def.kind == Kind::UpDownCounter || namespace.is_empty() { &segments[..] } else { namespace };
    let segment = looked_at.iter().find(|segment| is_plural(segment))?;
    let place = if def.kind == Kind::UpDownCounter { "an up-down counter" } else { "a namespace" };
    Some(format!("{place} is in the singular: write `{}` for `{segment}`", singular(segment)))
}

fn misnamed_quantity(def: &MetricDef) -> Option<String> {
    let last = def.name.rsplit('.').next()?;
    match last {
        "utilization" if def.unit != "1" => Some("a utilization is a fraction: measure in `1`".to_owned()),
        "usage" if matches!(def.unit, "%" | "1") => Some("a usage is an amount: call a share `utilization`".to_owned()),
        _ if def.kind == Kind::Histogram && units::is_time(def.unit) && last != "duration" => {
            Some(format!("a histogram of time is called `duration`: write it for `{last}`"))
        }
        _ => None,
    }
}

fn foreign_namespace(def: &MetricDef) -> Option<String> {
    let first = def.name.split('.').next()?;
    SEMANTIC_CONVENTIONS
        .contains(&first)
        .then(|| format!("`{first}.` belongs to OpenTelemetry's conventions: begin with a namespace of your own"))
}

/// English is not this regular, but names of metrics are.
fn is_plural(segment: &str) -> bool {
    let last = segment.rsplit('_').next().unwrap_or(segment);
    let ends_otherwise = ["ss", "us", "is"].iter().any(|ending| last.ends_with(ending)) || last == "kubernetes";
    last.len() > 3 && last.ends_with('s') && !ends_otherwise
}

fn singular(plural: &str) -> String {
    plural.strip_suffix("ies").map_or_else(|| plural.trim_end_matches('s').to_owned(), |stem| format!("{stem}y"))
}

const UNIT_WORDS: &[&str] = &[
    "amperes",
    "bits",
    "bytes",
    "celsius",
    "days",
    "dollars",
    "euros",
    "fahrenheit",
    "grams",
    "hours",
    "inches",
    "joules",
    "kelvin",
    "meters",
    "metres",
    "microseconds",
    "miles",
    "milliseconds",
    "minutes",
    "nanoseconds",
    "percent",
    "pounds",
    "seconds",
    "volts",
    "watts",
    "weeks",
    "kibibytes",
    "mebibytes",
    "gibibytes",
    "kilobytes",
    "megabytes",
    "gigabytes",
    "s",
    "ms",
    "us",
    "ns",
    "sec",
    "b",
    "kb",
    "mb",
    "gb",
    "tb",
    "pb",
    "m",
    "h",
    "d",
];

const KIND_WORDS: &[&str] = &["counter", "gauge", "histogram", "summary"];

/// The first words of the names of OpenTelemetry's semantic conventions.
const SEMANTIC_CONVENTIONS: &[&str] = &[
    "aspnetcore",
    "azure",
    "cicd",
    "container",
    "cpython",
    "db",
    "dns",
    "dotnet",
    "faas",
    "gen_ai",
    "go",
    "http",
    "hw",
    "jvm",
    "k8s",
    "kestrel",
    "mcp",
    "messaging",
    "nfs",
    "nodejs",
    "openshift",
    "otel",
    "process",
    "rpc",
    "signalr",
    "system",
    "v8js",
    "vcs",
    "webengine",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_are_told_from_words_that_end_in_s() {
        for plural in ["events", "queue_sizes", "dependencies", "executions", "rates"] {
            assert!(is_plural(plural), "{plural}");
        }
        for singular in ["status", "redis", "process", "aos", "tts", "kubernetes"] {
            assert!(!is_plural(singular), "{singular}");
        }
        assert_eq!((singular("dependencies"), singular("events")), ("dependency".to_owned(), "event".to_owned()));
    }
}
