//! An OTLP receiver inside the process, for whoever tries the service without a collector.

use std::{io, time::Duration};

use telemetry_init::{Environment, Metrics, Off, Protocol, Settings, TargetError, Traces};
use telemetry_testkit::OtlpReceiver;

/// Why the receiver cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DemoError {
    #[error("the embedded receiver cannot listen on 127.0.0.1")]
    Listen(#[source] io::Error),
    #[error("the embedded receiver's address is of no use")]
    Address(#[source] TargetError),
}

/// Starts a receiver and points `settings` at it, if all they lack is an endpoint. Telemetry that was switched off
/// stays off, and telemetry that has somewhere to go goes there.
pub(crate) fn with_receiver(
    settings: Settings,
    environment: &impl Environment,
) -> Result<(Settings, Option<OtlpReceiver>), DemoError> {
    if !lacks_only_an_endpoint(&settings) {
        return Ok((settings, None));
    }
    let receiver = OtlpReceiver::start().map_err(DemoError::Listen)?;
    let mut settings =
        settings.with_otlp_endpoint(Protocol::HttpProtobuf, &receiver.http_endpoint()).map_err(DemoError::Address)?;
    if INTERVALS.iter().all(|name| is_unset(environment, name)) {
        settings.metric_interval = LIVELY;
    }
    Ok((settings, Some(receiver)))
}

/// The lines that are printed each second shall show what happened since the last one.
const LIVELY: Duration = Duration::from_secs(1);

const INTERVALS: [&str; 2] = ["OTEL_METRIC_EXPORT_INTERVAL", "METRICS_EXPORT_INTERVAL_MS"];

fn lacks_only_an_endpoint(settings: &Settings) -> bool {
    let metrics_pushed_nowhere =
        matches!(settings.metrics, Metrics::Off(Off::NoEndpoint) | Metrics::On { otlp: None, .. });
    settings.traces == Traces::Off(Off::NoEndpoint) && metrics_pushed_nowhere
}

fn is_unset(environment: &impl Environment, name: &str) -> bool {
    environment.value(name).is_none_or(|value| value.is_empty())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn check(variables: &[(&'static str, &'static str)], receiver: bool, interval: u64) {
        let environment: BTreeMap<&str, &str> = variables.iter().copied().collect();
        let (settings, _) = Settings::from_environment(&environment);
        let (settings, started) = with_receiver(settings, &environment).unwrap();
        assert_eq!(started.is_some(), receiver, "{variables:?}");
        assert_eq!(settings.metric_interval, Duration::from_secs(interval), "{variables:?}");
        let on = matches!(settings.traces, Traces::Otlp { .. });
        assert!(on || !receiver, "{variables:?}");
    }

    #[test]
    fn a_receiver_starts_only_when_nothing_says_where_to_send() {
        check(&[], true, 1);
        check(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "")], true, 1);
        check(&[("ENABLE_TRACING", "true")], true, 1);
        check(&[("PROMETHEUS_PORT", "0")], true, 1);
        check(&[("OTEL_METRIC_EXPORT_INTERVAL", "3000")], true, 3);
        check(&[("METRICS_EXPORT_INTERVAL_MS", "10000")], true, 10);
        let elsewhere = "http://127.0.0.1:9";
        for name in
            ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"]
        {
            check(&[(name, elsewhere)], false, 10);
        }
        check(&[("ENABLE_TRACING", "false")], false, 10);
        check(&[("OTEL_SDK_DISABLED", "true")], false, 10);
        check(&[("OTEL_TRACES_EXPORTER", "none")], false, 10);
    }
}
