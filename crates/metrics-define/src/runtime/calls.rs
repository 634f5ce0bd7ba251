//! Calls by name, for code that is being moved from a registry of names: the first call registers the metric.

use std::time::{Duration, Instant};

use metric_names::Kind;

use crate::{
    runtime::{CallError, MetricSpec, RecordError, Registry, RuntimeMetric},
    time_unit,
};

/// The boundaries of a histogram of seconds that is registered by its first call.
const SECONDS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Adds to the counter or up-down counter of this name; the first call registers a counter with these labels.
///
/// The unit is taken from the end of the name: `_seconds`, `_bytes` and so on, `1` for `_ratio`; a name that says none
/// counts something without one, `{call}`, `{error}` or `{value}`.
/// A name that a typed metric has in Prometheus is refused if that metric was recorded before, or its catalogue is
/// [reserved](Registry::reserve).
///
/// ```
/// metrics_define::increment_counter("custom_events_total", 1.0, &[("kind", "user_action")])?;
/// # Ok::<(), metrics_define::CallError>(())
/// ```
pub fn increment_counter(name: &str, amount: f64, labels: &[(&str, &str)]) -> Result<(), CallError> {
    let metric = registered(Kind::Counter, name, labels)?;
    record(metric, &[Kind::Counter, Kind::UpDownCounter], amount, labels)
}

/// Sets the gauge of this name; the first call registers it with these labels.
pub fn set_gauge(name: &str, value: f64, labels: &[(&str, &str)]) -> Result<(), CallError> {
    let metric = registered(Kind::Gauge, name, labels)?;
    record(metric, &[Kind::Gauge], value, labels)
}

/// Records a value in the histogram of this name; the first call registers it with these labels.
///
/// One whose name ends in `_seconds` has boundaries from 5 ms to 10 s, any other those of the SDK.
pub fn observe_histogram(name: &str, value: f64, labels: &[(&str, &str)]) -> Result<(), CallError> {
    let metric = registered(Kind::Histogram, name, labels)?;
    record(metric, &[Kind::Histogram], value, labels)
}

/// Times an operation: what it gives records the time in the histogram of this name when it is dropped.
///
/// The first call registers the histogram. It works across `await` as well, because it only holds a clock.
///
/// ```
/// let timer = metrics_define::time_operation("lookup_duration_seconds", &[("table", "users")])?;
/// // ... the operation ...
/// drop(timer);
/// # Ok::<(), metrics_define::CallError>(())
/// ```
pub fn time_operation(name: &str, labels: &[(&str, &str)]) -> Result<OperationTimer, CallError> {
    let metric = registered(Kind::Histogram, name, labels)?;
    check_kind(metric, &[Kind::Histogram])?;
    let values = metric.ordered(labels).map_err(RecordError::from)?;
    let labels = values.into_iter().take(labels.len()).map(str::to_owned).collect();
    Ok(OperationTimer { metric, labels, start: Instant::now() })
}

/// A running clock of a run-time histogram; made by [`time_operation`].
#[must_use = "bind it to a name such as `_timer`: `let _ = ..` would record at once"]
#[derive(Debug)]
pub struct OperationTimer {
    metric: RuntimeMetric,
    labels: Vec<String>,
    start: Instant,
}

impl OperationTimer {
    /// The time since the start.
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

impl Drop for OperationTimer {
    fn drop(&mut self) {
        let value = time_unit::in_unit(self.elapsed(), self.metric.definition().unit);
        let labels: Vec<&str> = self.labels.iter().map(String::as_str).collect();
        // The labels were checked at the start, and a time is a number that a histogram takes.
        let _recorded = self.metric.record(value, &labels);
    }
}

fn registered(kind: Kind, name: &str, labels: &[(&str, &str)]) -> Result<RuntimeMetric, CallError> {
    match Registry::find(name) {
        Some(metric) => Ok(metric),
        None => register(kind, name, labels),
    }
}

#[cold]
fn register(kind: Kind, name: &str, labels: &[(&str, &str)]) -> Result<RuntimeMetric, CallError> {
    let unit = unit_of(name);
    let boundaries = if kind == Kind::Histogram && unit == "s" { SECONDS.to_vec() } else { Vec::new() };
    let spec = MetricSpec::new(kind, name, unit, name.replace(['_', '.'], " "))
        .with_labels(labels.iter().map(|(key, _)| *key))
        .with_boundaries(boundaries);
    match Registry::register(spec) {
        Ok(metric) => Ok(metric),
        // Another thread may have made the first call meanwhile, with its labels in another order.
        Err(error) => Registry::find(name).ok_or_else(|| error.into()),
    }
}

fn record(metric: RuntimeMetric, kinds: &[Kind], value: f64, labels: &[(&str, &str)]) -> Result<(), CallError> {
    check_kind(metric, kinds)?;
    Ok(metric.record_named(value, labels)?)
}

fn check_kind(metric: RuntimeMetric, kinds: &[Kind]) -> Result<(), RecordError> {
    let def = metric.definition();
    if kinds.contains(&def.kind) { Ok(()) } else { Err(RecordError::Kind { metric: def.name, kind: def.kind }) }
}

/// The UCUM code for the unit that the name ends with.
fn unit_of(name: &str) -> &'static str {
    let name = name.strip_suffix("_total").unwrap_or(name);
    match name.rsplit(['_', '.']).next() {
        Some("seconds") => "s",
        Some("milliseconds" | "ms") => "ms",
        Some("microseconds") => "us",
        Some("nanoseconds") => "ns",
        Some("minutes") => "min",
        Some("hours") => "h",
        Some("bytes") => "By",
        Some("percent") => "%",
        Some("celsius") => "Cel",
        Some("ratio") => "1",
        Some("calls") => "{call}",
        Some("errors") => "{error}",
        _ => "{value}",
    }
}
