//! An OTLP receiver inside the process, for whoever tries the service without a collector.

use std::{io, time::Duration};

use telemetry_init::{Environment, Logs, Metrics, Off, Protocol, Settings, TargetError, Traces};
use telemetry_testkit::OtlpReceiver;

/// Why the receiver cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DemoError {
    #[error("the embedded receiver cannot listen on 127.0.0.1")]
    Listen(#[source] io::Error),
    #[error("the embedded receiver's address is of no use")]
    Address(#[source] TargetError),
}

/// Starts a receiver and points at it those signals of `settings` that lack only an endpoint. Where a variable names an
/// exporter or an endpoint, for whatever signal, somebody has decided where telemetry goes: then there is no receiver.
pub(crate) fn with_receiver(
    mut settings: Settings,
    environment: &impl Environment,
) -> Result<(Settings, Option<OtlpReceiver>), DemoError> {
    let unset = |name: &&str| environment.value(name).is_none_or(|value| value.is_empty());
    let lack = Lack::of(&settings);
    if lack == Lack::default() || !DECISIONS.iter().all(unset) {
        return Ok((settings, None));
    }
    let receiver = OtlpReceiver::start_keeping(SPANS_KEPT).map_err(DemoError::Listen)?;
    let endpoint = receiver.http_endpoint();
    let pointed = settings.clone().with_otlp_endpoint(Protocol::HttpProtobuf, &endpoint).map_err(DemoError::Address)?;
    if lack.traces {
        settings.traces = pointed.traces;
    }
    if lack.metrics {
        settings.metrics = pointed.metrics;
    }
    if lack.logs {
        settings.logs = pointed.logs;
    }
    if INTERVALS.iter().all(unset) {
        settings.metric_interval = LIVELY;
    }
    Ok((settings, Some(receiver)))
}

/// Which signals would be exported if there were an endpoint. A signal that was switched off is none of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Lack {
    traces: bool,
    metrics: bool,
    logs: bool,
}

impl Lack {
    fn of(settings: &Settings) -> Self {
        Self {
            traces: settings.traces == Traces::Off(Off::NoEndpoint),
            metrics: matches!(settings.metrics, Metrics::Off(Off::NoEndpoint) | Metrics::On { otlp: None, .. }),
            logs: settings.logs == Logs::Off(Off::NoEndpoint),
        }
    }
}

/// Only their totals are shown, which are exact however few spans are kept.
const SPANS_KEPT: usize = 1_000;

/// The lines that are printed each second shall show what happened since the last one.
const LIVELY: Duration = Duration::from_secs(1);

const INTERVALS: [&str; 2] = ["OTEL_METRIC_EXPORT_INTERVAL", "METRICS_EXPORT_INTERVAL_MS"];

const DECISIONS: [&str; 7] = [
    "OTEL_TRACES_EXPORTER",
    "OTEL_METRICS_EXPORTER",
    "OTEL_LOGS_EXPORTER",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Gives the signals that are pushed; `interval` is that of metrics, in seconds.
    fn check(variables: &[(&'static str, &'static str)], receiver: bool, interval: u64, pushed: &str) {
        let environment: BTreeMap<&str, &str> = variables.iter().copied().collect();
        let (settings, _) = Settings::from_environment(&environment);
        let (settings, started) = with_receiver(settings, &environment).unwrap();
        assert_eq!(started.is_some(), receiver, "{variables:?}");
        assert_eq!(settings.metric_interval, Duration::from_secs(interval), "{variables:?}");
        let signals = [
            ("traces", matches!(settings.traces, Traces::On { otlp: Some(_), .. })),
            ("metrics", matches!(settings.metrics, Metrics::On { otlp: Some(_), .. })),
            ("logs", matches!(settings.logs, Logs::On { otlp: Some(_), .. })),
        ];
        let found: Vec<&str> = signals.into_iter().filter_map(|(name, on)| on.then_some(name)).collect();
        assert_eq!(found.join(" "), pushed, "{variables:?}");
    }

    #[test]
    fn a_receiver_starts_when_nothing_says_where_to_send() {
        let all = "traces metrics logs";
        check(&[], true, 1, all);
        check(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "")], true, 1, all);
        check(&[("OTEL_METRICS_EXPORTER", "")], true, 1, all);
        check(&[("ENABLE_TRACING", "true")], true, 1, all);
        check(&[("PROMETHEUS_PORT", "0")], true, 1, all);
        check(&[("OTEL_METRIC_EXPORT_INTERVAL", "3000")], true, 3, all);
        check(&[("METRICS_EXPORT_INTERVAL_MS", "10000")], true, 10, all);
    }

    #[test]
    fn an_endpoint_or_an_exporter_is_a_decision() {
        let elsewhere = "http://127.0.0.1:9";
        check(&[("OTEL_EXPORTER_OTLP_ENDPOINT", elsewhere)], false, 10, "traces metrics logs");
        check(&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", elsewhere)], false, 10, "traces");
        check(&[("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", elsewhere)], false, 10, "metrics");
        check(&[("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", elsewhere)], false, 10, "logs");
        check(&[("OTEL_METRICS_EXPORTER", "prometheus")], false, 10, "");
        check(&[("OTEL_TRACES_EXPORTER", "none")], false, 10, "");
        check(&[("OTEL_TRACES_EXPORTER", "otlp")], false, 10, "traces");
    }

    #[test]
    fn what_is_switched_off_stays_off() {
        check(&[("ENABLE_METRICS", "false")], true, 1, "traces logs");
        check(&[("ENABLE_TRACING", "false"), ("ENABLE_METRICS", "true")], true, 1, "metrics logs");
        check(&[("ENABLE_TRACING", "false")], false, 10, "");
        check(&[("OTEL_SDK_DISABLED", "true")], false, 10, "");
    }
}
