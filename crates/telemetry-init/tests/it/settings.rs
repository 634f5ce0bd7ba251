//! From variables to settings, as tables.

use std::{collections::BTreeMap, time::Duration};

use telemetry_init::{Diagnostic, Metrics, Settings, Severity, Traces};

fn settings(variables: &[(&str, &str)]) -> (Settings, Vec<Diagnostic>) {
    Settings::from_environment(&variables.iter().copied().collect::<BTreeMap<_, _>>())
}

fn traces(settings: &Settings) -> String {
    match &settings.traces {
        Traces::Off(off) => format!("off: {off}"),
        Traces::On { otlp: Some(target), .. } => format!("{} {}", target.protocol(), target.endpoint()),
        Traces::On { otlp: None, .. } => "console".to_owned(),
    }
}

fn metrics(settings: &Settings) -> String {
    match &settings.metrics {
        Metrics::Off(off) => format!("off: {off}"),
        Metrics::On { otlp, prometheus, .. } => {
            let otlp = otlp.iter().map(|target| format!("{} {}", target.protocol(), target.endpoint()));
            let prometheus = prometheus.iter().map(|listen| format!("scrape {}:{}", listen.host, listen.port));
            otlp.chain(prometheus).collect::<Vec<_>>().join(" + ")
        }
    }
}

/// The line of the first stage: which of the three switches turn which signal off.
#[test]
fn the_gates() {
    const SDK: &str = "off: OTEL_SDK_DISABLED is true";
    const TRACING: &str = "off: ENABLE_TRACING is false";
    const METRICS: &str = "off: ENABLE_METRICS is false";
    for disabled in [None, Some("true"), Some("FALSE"), Some("1")] {
        for tracing in [None, Some("true"), Some("false"), Some("no"), Some("maybe")] {
            for enable_metrics in [None, Some("on"), Some("0"), Some("")] {
                let switches =
                    [("OTEL_SDK_DISABLED", disabled), ("ENABLE_TRACING", tracing), ("ENABLE_METRICS", enable_metrics)];
                let mut variables: Vec<_> = switches.into_iter().filter_map(|(name, v)| Some((name, v?))).collect();
                variables.push(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318"));
                let (settings, _) = settings(&variables);

                // `1` is not true for a variable of the specification.
                let disabled = disabled == Some("true");
                let tracing_off = matches!(tracing, Some("false" | "no"));
                let expected_traces = match (disabled, tracing_off) {
                    (true, _) => SDK,
                    (_, true) => TRACING,
                    _ => "http/protobuf http://c:4318/v1/traces",
                };
                let expected_metrics = match (disabled, enable_metrics, tracing_off) {
                    (true, ..) => SDK,
                    (_, Some("0"), _) => METRICS,
                    (_, Some("on"), _) | (.., false) => "http/protobuf http://c:4318/v1/metrics",
                    (.., true) => TRACING,
                };
                assert_eq!(traces(&settings), expected_traces, "{variables:?}");
                assert_eq!(metrics(&settings), expected_metrics, "{variables:?}");
            }
        }
    }
}

#[test]
fn exporters_and_endpoints() {
    const OFF: &str = "off: no OTLP endpoint is set";
    type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);
    let cases: &[Case<'_>] = &[
        (&[], OFF, OFF),
        (&[("OTEL_EXPORTER_OTLP_ENDPOINT", " ")], OFF, OFF),
        (
            &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318/base/")],
            "http/protobuf http://c:4318/base/v1/traces",
            "http/protobuf http://c:4318/base/v1/metrics",
        ),
        // The port decides only where no protocol is set.
        (&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4317")], "grpc http://c:4317", "grpc http://c:4317"),
        (
            &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4317"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "HTTP/protobuf")],
            "http/protobuf http://c:4317/v1/traces",
            "http/protobuf http://c:4317/v1/metrics",
        ),
        (
            &[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://t:1"), ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "grpc")],
            "http/protobuf http://t:1/",
            OFF,
        ),
        (
            &[
                ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318"),
                ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://m:9/own"),
                ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", ""),
                ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc"),
            ],
            "grpc http://c:4318",
            "http/protobuf http://m:9/own",
        ),
        // Named without an endpoint: the specification's default. Not named: off.
        (&[("OTEL_TRACES_EXPORTER", "otlp")], "http/protobuf http://localhost:4318/v1/traces", OFF),
        (
            &[("OTEL_METRICS_EXPORTER", "otlp,prometheus"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")],
            OFF,
            "grpc http://localhost:4317 + scrape localhost:9464",
        ),
        (&[("OTEL_METRICS_EXPORTER", "Prometheus")], OFF, "scrape localhost:9464"),
        (&[("PROMETHEUS_PORT", "9100")], OFF, "scrape localhost:9100"),
        (&[("PROMETHEUS_HOST", "0.0.0.0"), ("OTEL_EXPORTER_PROMETHEUS_PORT", "0")], OFF, "scrape 0.0.0.0:0"),
        (&[("PROMETHEUS_PORT", "1"), ("OTEL_EXPORTER_PROMETHEUS_PORT", "2")], OFF, "scrape localhost:2"),
        (&[("PROMETHEUS_PORT", "tcp://10.0.0.1:9090")], OFF, OFF),
        (
            &[("OTEL_TRACES_EXPORTER", "none"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318")],
            "off: the exporter is none",
            "http/protobuf http://c:4318/v1/metrics",
        ),
        // A broken endpoint never becomes another one.
        (
            &[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "c:4318"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318")],
            "off: the OTLP endpoint cannot be used",
            "http/protobuf http://c:4318/v1/metrics",
        ),
        (
            &[("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://c"), ("PROMETHEUS_PORT", "9100")],
            "off: the OTLP endpoint cannot be used",
            "scrape localhost:9100",
        ),
    ];
    for (variables, expected_traces, expected_metrics) in cases {
        let (settings, _) = settings(variables);
        assert_eq!(traces(&settings), *expected_traces, "{variables:?}");
        assert_eq!(metrics(&settings), *expected_metrics, "{variables:?}");
    }
}

#[test]
fn the_service_has_the_first_name_that_is_given() {
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("TRACING_SERVICE_NAME", "seed")], "seed"),
        (&[("TRACING_SERVICE_NAME", "seed"), ("OTEL_RESOURCE_ATTRIBUTES", "service.name=attribute")], "attribute"),
        (&[("OTEL_SERVICE_NAME", "own"), ("OTEL_RESOURCE_ATTRIBUTES", "service.name=attribute")], "own"),
        (&[("OTEL_SERVICE_NAME", ""), ("TRACING_SERVICE_NAME", "seed")], "seed"),
    ];
    for (variables, name) in cases {
        assert_eq!(settings(variables).0.service_name, *name, "{variables:?}");
    }
    let version = |attributes| {
        let (settings, _) = settings(&[("OTEL_SERVICE_VERSION", "1.4.2"), ("OTEL_RESOURCE_ATTRIBUTES", attributes)]);
        settings.resource_attributes
    };
    for (attributes, expected) in [("", "1.4.2"), ("service.version=", "1.4.2"), ("service.version=2", "2")] {
        assert_eq!(version(attributes), [("service.version".to_owned(), expected.to_owned())]);
    }
    assert!(settings(&[]).0.service_name.starts_with("unknown_service:it-"));

    let (settings, _) = settings(&[("OTEL_RESOURCE_ATTRIBUTES", "team=a%2Cb,service.name=x, zone = 1")]);
    let expected = [("team", "a,b"), ("zone", "1")].map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(settings.resource_attributes, expected);
}

#[test]
fn intervals_and_timeouts_are_milliseconds() {
    let cases: &[(&[(&str, &str)], Duration)] = &[
        (&[], Duration::from_secs(10)),
        (&[("METRICS_EXPORT_INTERVAL_MS", "250")], Duration::from_millis(250)),
        (&[("METRICS_EXPORT_INTERVAL_MS", "250"), ("OTEL_METRIC_EXPORT_INTERVAL", "500")], Duration::from_millis(500)),
        (&[("OTEL_METRIC_EXPORT_INTERVAL", "0")], Duration::from_secs(10)),
        (&[("OTEL_METRIC_EXPORT_INTERVAL", "-5"), ("METRICS_EXPORT_INTERVAL_MS", "250")], Duration::from_millis(250)),
    ];
    for (variables, interval) in cases {
        assert_eq!(settings(variables).0.metric_interval, *interval, "{variables:?}");
    }
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318");
    for (generic, own, expected) in [
        ("", "", Some(Duration::from_secs(10))),
        ("200", "", Some(Duration::from_millis(200))),
        ("200", "300", Some(Duration::from_millis(300))),
        ("200", "0", None),
        ("200", "x", Some(Duration::from_millis(200))),
    ] {
        let (settings, _) =
            settings(&[endpoint, ("OTEL_EXPORTER_OTLP_TIMEOUT", generic), ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", own)]);
        let Traces::On { otlp: Some(target), .. } = settings.traces else { panic!("traces are on") };
        assert_eq!(target.timeout(), expected, "{generic:?} {own:?}");
    }
}

#[test]
fn headers_of_a_signal_replace_the_generic_ones_and_empty_ones_do_not() {
    for (generic, own, expected) in [
        ("a=1,b=x%20y", "", vec![("a", "1"), ("b", "x y")]),
        ("a=1", "c=3", vec![("c", "3")]),
        ("a=1,bad,d=4", " ", vec![("a", "1"), ("d", "4")]),
    ] {
        let (settings, _) = settings(&[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318"),
            ("OTEL_EXPORTER_OTLP_HEADERS", generic),
            ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", own),
        ]);
        let mut headers = telemetry_init::Headers::default();
        for (name, value) in expected {
            headers.insert(name, value).unwrap();
        }
        let Traces::On { otlp: Some(target), .. } = settings.traces else { panic!("traces are on") };
        assert_eq!(target.headers(), &headers, "{generic:?} {own:?}");
    }
}

#[test]
fn every_bad_value_is_said_once_and_the_rest_holds() {
    let (settings, diagnostics) = settings(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "soon"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/xml"),
        ("OTEL_SDK_DISABLED", "yes"),
        ("ENABLE_TRACING", "perhaps"),
        ("OTEL_TRACES_EXPORTER", "otlp,zipkin"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "10s"),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", "99999"),
        ("OTEL_RESOURCE_ATTRIBUTES", "a=%zz"),
        ("RUST_LOG", "service=loud"),
    ]);
    let mut names: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.variable).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "ENABLE_TRACING",
            "OTEL_EXPORTER_OTLP_PROTOCOL",
            "OTEL_EXPORTER_OTLP_TIMEOUT",
            "OTEL_EXPORTER_PROMETHEUS_PORT",
            "OTEL_METRIC_EXPORT_INTERVAL",
            "OTEL_RESOURCE_ATTRIBUTES",
            "OTEL_SDK_DISABLED",
            "OTEL_TRACES_EXPORTER",
            "RUST_LOG",
        ]
    );
    assert!(diagnostics.iter().all(|diagnostic| diagnostic.severity == Severity::Warning));
    assert_eq!(traces(&settings), "http/protobuf http://c:4318/v1/traces");
    assert_eq!(settings.console_filter, "info");
    let shown = diagnostics.iter().find(|diagnostic| diagnostic.variable == "OTEL_METRIC_EXPORT_INTERVAL").unwrap();
    assert_eq!(
        shown.to_string(),
        "OTEL_METRIC_EXPORT_INTERVAL=\"10s\": is not a whole number of milliseconds; ignored; \
         without it: 10000, or METRICS_EXPORT_INTERVAL_MS"
    );
}
