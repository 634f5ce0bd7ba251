//! The words for what a definition holds, the same in every document.

use metrics_define::{Kind, LabelDef, LabelValues, MetricDef, Stability, ValueType};

/// OpenTelemetry's name of the instrument, as the tables write it.
pub(crate) fn instrument(def: &MetricDef) -> &'static str {
    match def.kind {
        Kind::Counter => "Counter",
        Kind::UpDownCounter => "UpDownCounter",
        Kind::Gauge if def.info => "Info",
        Kind::Gauge => "Gauge",
        Kind::Histogram => "Histogram",
    }
}

/// The name of the kind for programs.
pub(crate) fn kind(def: &MetricDef) -> &'static str {
    match def.kind {
        Kind::Counter => "counter",
        Kind::UpDownCounter => "updown_counter",
        Kind::Gauge if def.info => "info",
        Kind::Gauge => "gauge",
        Kind::Histogram => "histogram",
    }
}

pub(crate) fn value_type(value: ValueType) -> &'static str {
    match value {
        ValueType::U64 => "u64",
        ValueType::I64 => "i64",
        ValueType::F64 => "f64",
    }
}

pub(crate) fn stability(stability: Stability) -> &'static str {
    match stability {
        Stability::Alpha => "alpha",
        Stability::Beta => "beta",
        Stability::ReleaseCandidate => "release_candidate",
        Stability::Stable => "stable",
        // Development, and levels that are not known yet.
        _ => "development",
    }
}

/// The name in Prometheus; the macro and the registry let no metric pass that has none.
pub(crate) fn exposed_name(def: &MetricDef) -> String {
    def.exposed_name().map(|name| name.to_string()).unwrap_or_default()
}

/// The series that the labels allow when every value is used; without the bound that the SDK keeps.
pub(crate) fn possible_series(def: &MetricDef) -> usize {
    def.labels.iter().map(possible_values).fold(1, usize::saturating_mul)
}

fn possible_values(label: &LabelDef) -> usize {
    match label.values {
        LabelValues::Closed(values) => values.len(),
        LabelValues::Open { max_values } => max_values,
    }
}
