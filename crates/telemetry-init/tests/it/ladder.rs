//! The steps below `init`.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use telemetry_init::{Compression, InitError, Logs, Metrics, Off, Protocol, Providers, Settings, Target, Traces};
use telemetry_testkit::OtlpReceiver;
use tracing_subscriber::layer::SubscriberExt;

use crate::child::{WATCHDOG, run};

#[test]
fn a_second_init_is_refused_and_the_first_goes_on() {
    let receiver = OtlpReceiver::start().unwrap();
    run("twice", &[("OTEL_EXPORTER_OTLP_ENDPOINT", &receiver.http_endpoint())]);
    receiver.expect(WATCHDOG, "the span after the refusal", |received| received.spans.len() == 1);
}

pub(crate) fn twice() {
    let telemetry = telemetry_init::init().unwrap();
    let error = telemetry_init::init().unwrap_err();
    assert!(matches!(error, InitError::AlreadyInstalled), "{error}");
    drop(tracing::info_span!("still here").entered());
    assert_eq!(telemetry.shutdown(WATCHDOG).traces.unwrap().exported, 1);
}

#[test]
fn the_layer_works_in_a_registry_of_ones_own() {
    let receiver = OtlpReceiver::start().unwrap();
    run(
        "own_subscriber",
        &[("OTEL_EXPORTER_OTLP_ENDPOINT", &receiver.grpc_endpoint()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")],
    );
    receiver.expect(WATCHDOG, "the span", |received| received.spans_named("mine").len() == 1);
}

pub(crate) fn own_subscriber() {
    let (settings, diagnostics) = Settings::from_environment(&telemetry_init::ProcessEnvironment);
    assert_eq!(diagnostics, []);
    let providers = Providers::build(settings).unwrap();
    let subscriber = tracing_subscriber::registry().with(providers.layer());
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let telemetry = providers.install_without_subscriber().unwrap();
    drop(tracing::info_span!("mine").entered());
    drop(tracing::debug_span!("too detailed").entered());
    assert_eq!(telemetry.flush(WATCHDOG).traces.unwrap().exported, 1);
}

#[test]
fn code_wins_over_the_environment() {
    let environment = BTreeMap::from([("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")]);
    let (settings, _) = Settings::from_environment(&environment);
    let settings = settings.with_otlp_endpoint(Protocol::HttpProtobuf, "http://127.0.0.1:2/base/").unwrap();
    let Traces::On { otlp: Some(target), .. } = &settings.traces else { panic!("{settings:?}") };
    assert_eq!(target.endpoint(), "http://127.0.0.1:2/base/v1/traces");
    let Metrics::On { otlp: Some(target), .. } = &settings.metrics else { panic!("{settings:?}") };
    assert_eq!(target.endpoint(), "http://127.0.0.1:2/base/v1/metrics");
    let Logs::On { otlp: Some(target), .. } = &settings.logs else { panic!("{settings:?}") };
    assert_eq!(target.endpoint(), "http://127.0.0.1:2/base/v1/logs");
}

#[test]
fn an_endpoint_in_code_keeps_how_the_collector_is_spoken_to() {
    let options = [
        ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=1"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
        ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "1234"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "100"),
        ("OTEL_METRIC_EXPORT_TIMEOUT", "4321"),
        ("OTEL_LOGS_EXPORTER", "none"),
    ];
    // Whether or not the environment names an endpoint, and whether or not that is one.
    for endpoint in ["http://127.0.0.1:1", "", "nonsense://"] {
        let mut variables = options.to_vec();
        variables.push(("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint));
        let (_, settings) = with_endpoint(&variables);
        let Traces::On { otlp: Some(target), batch, .. } = &settings.traces else { panic!("{settings:?}") };
        assert_eq!(target.endpoint(), "http://127.0.0.1:2/v1/traces");
        assert!(format!("{:?}", target.headers()).contains("api-key"), "{endpoint}");
        assert_eq!(target.compression(), Compression::Gzip);
        assert_eq!(target.timeout(), Some(Duration::from_millis(1234)));
        assert_eq!(batch.max_queue_size, 100);
        let Metrics::On { otlp: Some(metrics), .. } = &settings.metrics else { panic!("{settings:?}") };
        assert_eq!(metrics.headers(), target.headers());
        assert_eq!(metrics.timeout(), Some(Duration::from_millis(4321)));
    }
}

#[test]
fn an_endpoint_in_code_switches_nothing_on_that_a_switch_has_off() {
    for (switch, value) in [("OTEL_SDK_DISABLED", "true"), ("ENABLE_TRACING", "false"), ("ENABLE_METRICS", "false")] {
        let (before, settings) = with_endpoint(&[(switch, value)]);
        assert_eq!(settings.traces == before.traces, switch != "ENABLE_METRICS", "{switch}");
        assert_eq!(settings.metrics, before.metrics, "{switch}");
        assert_eq!(settings.logs == before.logs, switch != "ENABLE_METRICS", "{switch}");
    }
}

#[test]
fn an_endpoint_in_code_is_no_exporter() {
    let (_, settings) = with_endpoint(&[
        ("OTEL_TRACES_EXPORTER", "none"),
        ("OTEL_METRICS_EXPORTER", "none"),
        ("OTEL_LOGS_EXPORTER", "none"),
    ]);
    assert_eq!(settings.traces, Traces::Off(Off::ExporterNone));
    assert_eq!(settings.metrics, Metrics::Off(Off::ExporterNone));
    assert_eq!(settings.logs, Logs::Off(Off::ExporterNone));

    // Each signal by itself, and beside the exporters that it has.
    let (_, settings) = with_endpoint(&[("OTEL_LOGS_EXPORTER", "none"), ("OTEL_TRACES_EXPORTER", "console")]);
    assert!(matches!(settings.traces, Traces::On { otlp: Some(_), console: true, .. }), "{settings:?}");
    assert!(matches!(settings.metrics, Metrics::On { otlp: Some(_), .. }), "{settings:?}");
    assert_eq!(settings.logs, Logs::Off(Off::ExporterNone));

    // Code that wants it all the same says where the signal goes itself.
    let (_, mut settings) = with_endpoint(&[("OTEL_LOGS_EXPORTER", "none")]);
    let Traces::On { batch, .. } = settings.traces else { panic!("{settings:?}") };
    let target = Target::new(Protocol::HttpProtobuf, "http://127.0.0.1:2/v1/logs").unwrap();
    settings.logs = Logs::On { otlp: Some(target), batch, console: false };
    assert_eq!(Providers::build(settings).unwrap().exporters().logs, 1);
}

#[test]
fn an_endpoint_in_code_does_not_do_without_the_certificates_that_were_asked_for() {
    let (_, settings) = with_endpoint(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://127.0.0.1:1"),
        ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "nonsense://"),
        ("OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "/nowhere/ca.pem"),
    ]);
    assert_eq!(settings.traces, Traces::Off(Off::BadCertificate));
    let (_, without) = with_endpoint(&[("OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "/nowhere/ca.pem")]);
    assert_eq!(without.traces, Traces::Off(Off::BadCertificate));
    assert!(matches!(settings.metrics, Metrics::On { otlp: Some(_), .. }), "{settings:?}");
    // An endpoint that is none is what the other one is for.
    assert!(matches!(settings.logs, Logs::On { otlp: Some(_), .. }), "{settings:?}");
}

/// The settings before and after code names an endpoint.
fn with_endpoint(variables: &[(&'static str, &'static str)]) -> (Settings, Settings) {
    let environment: BTreeMap<_, _> = variables.iter().copied().collect();
    let (before, _) = Settings::from_environment(&environment);
    let settings = before.clone().with_otlp_endpoint(Protocol::HttpProtobuf, "http://127.0.0.1:2").unwrap();
    (before, settings)
}

#[test]
fn the_name_in_code_wins_over_the_environment() {
    let receiver = OtlpReceiver::start().unwrap();
    let endpoint = receiver.http_endpoint();
    let environment =
        BTreeMap::from([("OTEL_EXPORTER_OTLP_ENDPOINT", &*endpoint), ("OTEL_SERVICE_NAME", "environment")]);
    let (settings, _) = Settings::from_environment(&environment);
    let by_call = settings.clone().with_resource_attribute("service.name", "by call");
    assert_eq!(by_call.service_name, "by call");
    let mut pushed = settings;
    pushed.resource_attributes.push(("service.name".to_owned(), "pushed".to_owned()));
    for (settings, name) in [(by_call, "by call"), (pushed, "pushed")] {
        let providers = Providers::build(settings).unwrap();
        let subscriber = tracing_subscriber::registry().with(providers.layer());
        tracing::subscriber::with_default(subscriber, || drop(tracing::info_span!("named").entered()));
        // Dropped providers still send what is queued.
        drop(providers);
        receiver.expect(WATCHDOG, name, |received| {
            received.spans_named("named").iter().any(|span| span.resource["service.name"] == name)
        });
    }
}

#[test]
fn the_own_level_holds_for_log_records_too() {
    for (level, expected) in [("", &["a user's", "own"][..]), ("error", &["a user's"]), ("trace", &["a user's", "own"])]
    {
        let receiver = OtlpReceiver::start().unwrap();
        let endpoint = receiver.http_endpoint();
        let environment = BTreeMap::from([("OTEL_EXPORTER_OTLP_ENDPOINT", &*endpoint), ("OTEL_LOG_LEVEL", level)]);
        let (settings, _) = Settings::from_environment(&environment);
        let providers = Providers::build(settings).unwrap();
        let subscriber = tracing_subscriber::registry().with(providers.layer());
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(target: "telemetry_export::notice", "own");
            // Too detailed for log records, whoever says it.
            tracing::debug!(target: "telemetry_export::notice", "own detail");
            tracing::info!(target: "telemetry_init_of_user::x", "a user's");
        });
        drop(providers);
        let got = receiver.expect(WATCHDOG, "log records", |received| received.logs.len() >= expected.len());
        // A request groups records by scope, in no order.
        let mut bodies: Vec<_> = got.logs.iter().map(|record| record.body.clone()).collect();
        bodies.sort();
        assert_eq!(bodies, expected, "{level:?}");
    }
}

#[test]
fn a_configuration_file_is_refused() {
    let environment = BTreeMap::from([("OTEL_CONFIG_FILE", "/etc/otel.yaml")]);
    let (settings, _) = Settings::from_environment(&environment);
    let error = Providers::build(settings).unwrap_err();
    assert_eq!(
        error.to_string(),
        "OTEL_CONFIG_FILE is set to /etc/otel.yaml, and declarative configuration is not supported yet: \
         unset it and use the OTEL_* variables"
    );
}

#[test]
fn a_scrape_port_that_is_taken_is_not_fatal() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let environment = BTreeMap::from([("PROMETHEUS_HOST", "127.0.0.1"), ("PROMETHEUS_PORT", &*port)]);
    let (settings, _) = Settings::from_environment(&environment);
    let providers = Providers::build(settings).unwrap();
    assert!(providers.scrape_service().is_some(), "metrics are on, and can be mounted elsewhere");
}

#[test]
fn a_receiver_that_never_answers_costs_the_time_limit_and_no_more() {
    for protocol in ["grpc", "http/protobuf"] {
        let receiver = OtlpReceiver::start().unwrap();
        receiver.hang();
        let endpoint = if protocol == "grpc" { receiver.grpc_endpoint() } else { receiver.http_endpoint() };
        run("hanging", &[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint), ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)]);
    }
}

pub(crate) fn hanging() {
    let telemetry = telemetry_init::init().unwrap();
    for _ in 0..10 {
        drop(tracing::info_span!("lost").entered());
    }
    let within = Duration::from_millis(500);
    let start = Instant::now();
    let report = telemetry.shutdown(within);
    assert!(start.elapsed() < within + Duration::from_millis(250), "{:?}", start.elapsed());
    assert!(report.timed_out, "{report}");
    let spans = report.traces.unwrap();
    assert_eq!((spans.accepted, spans.exported), (10, 0));
    assert_eq!(spans.accepted, spans.exported + spans.rejected + spans.failed + spans.dropped + spans.unsent);
}
