//! What of the settings shows a variable's effect, as text.

use telemetry_init::{BatchOptions, Logs, Metrics, Settings, Target, Traces};

/// A signal by its name in the variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    Traces,
    Metrics,
    Logs,
}

/// The signal's target, or why it has none.
fn target(settings: &Settings, signal: Signal) -> Result<&Target, String> {
    let (target, off) = match (signal, settings) {
        (Signal::Traces, Settings { traces: Traces::On { otlp, .. }, .. })
        | (Signal::Metrics, Settings { metrics: Metrics::On { otlp, .. }, .. })
        | (Signal::Logs, Settings { logs: Logs::On { otlp, .. }, .. }) => (otlp.as_ref(), None),
        (Signal::Traces, Settings { traces: Traces::Off(off), .. })
        | (Signal::Metrics, Settings { metrics: Metrics::Off(off), .. })
        | (Signal::Logs, Settings { logs: Logs::Off(off), .. }) => (None, Some(off)),
    };
    target.ok_or_else(|| off.map_or("no OTLP".to_owned(), |off| format!("off: {off}")))
}

fn of_target(settings: &Settings, signal: Signal, show: impl Fn(&Target) -> String) -> String {
    target(settings, signal).map_or_else(|off| off, show)
}

pub(crate) fn endpoint(settings: &Settings, signal: Signal) -> String {
    of_target(settings, signal, |target| format!("{} {}", target.protocol(), target.endpoint()))
}

pub(crate) fn headers(settings: &Settings, signal: Signal) -> String {
    of_target(settings, signal, |target| format!("{:?}", target.headers()))
}

pub(crate) fn timeout(settings: &Settings, signal: Signal) -> String {
    of_target(settings, signal, |target| match target.timeout() {
        Some(timeout) => timeout.as_millis().to_string(),
        None => "no limit".to_owned(),
    })
}

pub(crate) fn compression(settings: &Settings, signal: Signal) -> String {
    of_target(settings, signal, |target| target.compression().to_string())
}

pub(crate) fn tls(settings: &Settings, signal: Signal) -> String {
    of_target(settings, signal, |target| format!("{:?}", target.tls()))
}

pub(crate) fn traces(settings: &Settings) -> String {
    match &settings.traces {
        Traces::Off(off) => format!("off: {off}"),
        Traces::On { otlp, console, .. } => list([("otlp", otlp.is_some()), ("console", *console)]),
    }
}

pub(crate) fn metrics(settings: &Settings) -> String {
    match &settings.metrics {
        Metrics::Off(off) => format!("off: {off}"),
        Metrics::On { otlp, prometheus, console, .. } => {
            list([("otlp", otlp.is_some()), ("prometheus", prometheus.is_some()), ("console", *console)])
        }
    }
}

pub(crate) fn logs(settings: &Settings) -> String {
    match &settings.logs {
        Logs::Off(off) => format!("off: {off}"),
        Logs::On { otlp, console, .. } => list([("otlp", otlp.is_some()), ("console", *console)]),
    }
}

fn list<const N: usize>(parts: [(&str, bool); N]) -> String {
    parts.into_iter().filter(|(_, on)| *on).map(|(name, _)| name).collect::<Vec<_>>().join(",")
}

pub(crate) fn listen(settings: &Settings) -> String {
    match &settings.metrics {
        Metrics::On { prometheus: Some(listen), .. } => format!("{}:{}", listen.host, listen.port),
        _ => "no scrape".to_owned(),
    }
}

pub(crate) fn span_batch(settings: &Settings) -> BatchOptions {
    match &settings.traces {
        Traces::On { batch, .. } => *batch,
        Traces::Off(off) => panic!("traces are off: {off}"),
    }
}

pub(crate) fn log_batch(settings: &Settings) -> BatchOptions {
    match &settings.logs {
        Logs::On { batch, .. } => *batch,
        Logs::Off(off) => panic!("logs are off: {off}"),
    }
}

pub(crate) fn attribute(settings: &Settings, key: &str) -> String {
    let found = settings.resource_attributes.iter().rfind(|(present, _)| present == key);
    found.map_or("none".to_owned(), |(_, value)| value.clone())
}

pub(crate) fn limit(limit: Option<u32>) -> String {
    limit.map_or("no limit".to_owned(), |limit| limit.to_string())
}
