//! The rules by which we write something else than opentelemetry-prometheus, and when each applies.

use metric_names::Kind;
use opentelemetry::{Array, KeyValue, Value};

use crate::random_set::{Metric, Number, Recorded};

/// Why something is different. What no rule explains must be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    // Names of metrics.
    /// A counter ends in one `_total`, behind its unit.
    TotalOnce,
    /// The unit is added unless the name ends with it.
    UnitOnce,
    /// Unit `1` makes a ratio of gauges alone.
    RatioOfGauges,
    /// The table of units is the specification's; rates are words, braces are dropped, other units are passed on.
    UnitTable,
    /// Several underscores are one, and none is at an end.
    CollapsedName,
    // Names of labels.
    /// `[a-zA-Z_][a-zA-Z0-9_]*`: no colon, and no digit first.
    LabelCharacters,
    /// Several underscores are one.
    CollapsedLabel,
    /// `__name__` and its like, and `le` on histograms, belong to Prometheus.
    ReservedLabel,
    /// Without an ASCII letter or digit nothing is left of a key.
    NothingLeft,
    // Values of labels.
    /// No value is the same as no label.
    EmptyValue,
    /// Arrays are JSON.
    JsonArray,
    /// Floats are as JSON writes them, and the others are `NaN` and `Infinity`.
    JsonFloat,
    // Order.
    /// Labels are ordered by name, those of the scope, too.
    LabelOrder,
    /// Series are ordered by their labels.
    SeriesOrder,
    // Numbers.
    /// Integers are exact.
    ExactInteger,
    /// Numbers are as Go writes them: `1e+06` from a million on, `1e-05` below a ten thousandth, `+Inf`.
    GoNumber,
    /// Bounds are as OpenMetrics writes them: `5.0`.
    CanonicalBound,
    // Families.
    /// A description of blanks is none.
    BlankHelp,
    /// The wording of one description is free.
    TargetHelp,
    /// No counter is negative.
    NegativeCounter,
    /// Exponential histograms are classic ones in text.
    Exponential,
}

/// All of them, each of which must be needed somewhere.
pub(crate) const RULES: usize = 21;

/// What explains that the name of a metric is another.
pub(crate) fn of_name(metric: &Metric) -> Option<Rule> {
    let (name, unit) = (metric.name.as_str(), metric.unit);
    let known = ["s", "ms", "By", "%", "m/s", "By/s", "J", "Cel"];
    let word = metric_names::unit_suffix(unit).unwrap().to_string();
    let sanitised = name.replace(['.', '-', '/'], "_");
    let ends_with = |word: &str| sanitised.trim_end_matches('_').ends_with(word);
    if metric.kind == Kind::Counter && sanitised.split('_').any(|word| word == "total") {
        Some(Rule::TotalOnce)
    } else if unit == "1" && metric.kind != Kind::Gauge {
        Some(Rule::RatioOfGauges)
    } else if !word.is_empty() && (ends_with(&word) || word.split('_').next().is_some_and(ends_with))
        || unit == "1" && ends_with("ratio")
    {
        Some(Rule::UnitOnce)
    } else if !word.is_empty() && !known.contains(&unit) {
        Some(Rule::UnitTable)
    } else if sanitised.contains("__") || sanitised.ends_with('_') {
        Some(Rule::CollapsedName)
    } else {
        None
    }
}

/// What explains that the label of an attribute is another, or has another value.
pub(crate) fn of_attribute(attribute: &KeyValue, kind: Kind) -> Option<Rule> {
    let key = attribute.key.as_str();
    let theirs = their_label(key);
    if !key.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
        Some(Rule::NothingLeft)
    } else if theirs.starts_with("__") && theirs.ends_with("__") || (theirs == "le" && kind == Kind::Histogram) {
        Some(Rule::ReservedLabel)
    } else if key.contains(':') || key.starts_with(|first: char| first.is_ascii_digit()) {
        Some(Rule::LabelCharacters)
    } else if theirs.contains("__") {
        Some(Rule::CollapsedLabel)
    } else {
        of_value(&attribute.value)
    }
}

fn of_value(value: &Value) -> Option<Rule> {
    match value {
        Value::String(text) if text.as_str().is_empty() => Some(Rule::EmptyValue),
        Value::F64(value) if !(1e-6..1e15).contains(&value.abs()) && *value != 0.0 => Some(Rule::JsonFloat),
        Value::Array(Array::String(_)) => Some(Rule::JsonArray),
        _ => None,
    }
}

/// What explains that a value is written otherwise, if it is the same number.
pub(crate) fn of_number(series: &Recorded, theirs: &str, ours: &str) -> Option<Rule> {
    let (their_number, our_number): (f64, f64) = (theirs.parse().ok()?, ours.parse().ok()?);
    if their_number.to_bits() != our_number.to_bits() {
        return None;
    }
    let size = our_number.abs();
    match series.value {
        Number::Integer(_) => (size > 9e15).then_some(Rule::ExactInteger),
        Number::Float(_) => (size != 0.0 && !(1e-4..1e6).contains(&size)).then_some(Rule::GoNumber),
    }
}

/// A key as opentelemetry-prometheus writes it.
pub(crate) fn their_label(key: &str) -> String {
    key.chars().map(|it| if it.is_ascii_alphanumeric() || it == ':' { it } else { '_' }).collect()
}
