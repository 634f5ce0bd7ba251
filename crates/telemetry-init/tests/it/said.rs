//! What diagnostics show of values, and say of what is used instead.

use std::{collections::BTreeMap, ffi::OsString, os::unix::ffi::OsStringExt, path::Path};

use telemetry_init::{Diagnostic, Environment, Providers, Settings};

fn read(variables: &[(&str, &str)]) -> (Settings, Vec<Diagnostic>) {
    Settings::from_environment(&variables.iter().copied().collect::<BTreeMap<_, _>>())
}

fn said(variables: &[(&str, &str)]) -> Vec<Diagnostic> {
    read(variables).1
}

#[test]
fn content_in_place_of_a_path_is_not_shown() {
    let contents = [
        "-----BEGIN CERTIFICATE-----\nc4n4ry\n-----END CERTIFICATE-----",
        "-----BEGIN PRIVATE KEY-----\\nc4n4ry",
        "first\nc4n4ry",
        &format!("c4n4ry{}", "A".repeat(400)),
    ];
    for infix in ["", "TRACES_", "METRICS_", "LOGS_"] {
        for file in ["CERTIFICATE", "CLIENT_CERTIFICATE", "CLIENT_KEY"] {
            for content in contents {
                for endpoint in ["", "https://c:4318"] {
                    let name = format!("OTEL_EXPORTER_OTLP_{infix}{file}");
                    let (settings, said) = read(&[("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint), (&name, content)]);
                    assert_eq!(said.len(), 1, "{name}");
                    let shown = format!("{said:?} {} {settings:?}", said[0]);
                    assert!(!shown.contains("c4n4ry"), "{shown}");
                }
            }
        }
    }
    let [said] = &said(&[("OTEL_EXPORTER_OTLP_CERTIFICATE", "/nowhere/roots.pem")])[..] else { panic!("one") };
    assert_eq!(said.value.as_deref(), Some("/nowhere/roots.pem"));
}

#[test]
fn a_url_in_place_of_a_host_or_a_word_is_not_shown() {
    for name in [
        "STATSD_HOST",
        "PROMETHEUS_HOST",
        "OTEL_EXPORTER_PROMETHEUS_HOST",
        "OTEL_TRACES_EXPORTER",
        "OTEL_METRICS_EXPORTER",
        "OTEL_LOGS_EXPORTER",
        "OTEL_PROPAGATORS",
        "OTEL_METRIC_EXPORT_INTERVAL",
    ] {
        for value in ["http://user:c4n4ry@host", "user:c4n4ry@host", "otlp,http://user:c4n4ry@host"] {
            let said = said(&[(name, value)]);
            assert!(!said.is_empty(), "{name}={value}");
            let shown = format!("{said:?}");
            assert!(!shown.contains("c4n4ry"), "{shown}");
        }
    }
}

#[test]
fn what_is_used_instead_is_true() {
    const OFF: &str = "the signal is off, unless it has another exporter";
    const NO_SCRAPE: &str = "there is no scrape endpoint";
    type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);
    let cases: &[Case<'_>] = &[
        (&[("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://c")], "OTEL_EXPORTER_OTLP_ENDPOINT", OFF),
        (&[("OTEL_EXPORTER_OTLP_CERTIFICATE", "/nowhere")], "OTEL_EXPORTER_OTLP_CERTIFICATE", OFF),
        (
            &[("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "x"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318")],
            "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
            OFF,
        ),
        (
            &[
                ("OTEL_EXPORTER_OTLP_ENDPOINT", "x"),
                ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://c:1"),
                ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://c:1"),
                ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://c:1"),
            ],
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "ignored, as each signal has its own",
        ),
        (&[("PROMETHEUS_PORT", "x")], "PROMETHEUS_PORT", NO_SCRAPE),
        (&[("PROMETHEUS_PORT", "x"), ("PROMETHEUS_HOST", "h")], "PROMETHEUS_PORT", "port 9464 is used"),
        (
            &[("OTEL_EXPORTER_PROMETHEUS_PORT", "x"), ("PROMETHEUS_PORT", "7")],
            "OTEL_EXPORTER_PROMETHEUS_PORT",
            "port 7 is used",
        ),
        (&[("PROMETHEUS_PORT", "x"), ("OTEL_METRICS_EXPORTER", "prometheus")], "PROMETHEUS_PORT", "port 9464 is used"),
        (&[("PROMETHEUS_PORT", "x"), ("PROMETHEUS_HOST", "h"), ("ENABLE_METRICS", "no")], "PROMETHEUS_PORT", NO_SCRAPE),
        (&[("PROMETHEUS_HOST", "a b"), ("PROMETHEUS_PORT", "7")], "PROMETHEUS_HOST", "host \"localhost\" is used"),
        (&[("OTEL_METRIC_EXPORT_INTERVAL", "9")], "OTEL_METRIC_EXPORT_INTERVAL", "10 ms are used"),
        (&[("METRICS_EXPORT_INTERVAL_MS", "1")], "METRICS_EXPORT_INTERVAL_MS", "10 ms are used"),
        (
            &[("OTEL_TRACES_SAMPLER", "jaeger_remote"), ("OTEL_TRACES_SAMPLER_ARG", "endpoint=http://j,initial=0.25")],
            "OTEL_TRACES_SAMPLER",
            "parentbased_always_on is used",
        ),
    ];
    for (variables, name, used) in cases {
        let said = said(variables);
        let [said] = &said[..] else { panic!("{variables:?}: {said:?}") };
        assert_eq!((said.variable, said.used_instead.as_str()), (*name, *used), "{variables:?}");
    }
}

#[test]
fn options_of_otlp_are_diagnosed_without_an_endpoint() {
    for (suffix, bad) in [
        ("PROTOCOL", "http/xml"),
        ("HEADERS", "broken"),
        ("TIMEOUT", "soon"),
        ("COMPRESSION", "zip"),
        ("INSECURE", "maybe"),
        ("CERTIFICATE", "/nowhere"),
        ("CLIENT_CERTIFICATE", "/nowhere"),
        ("CLIENT_KEY", "/nowhere"),
    ] {
        for infix in ["", "TRACES_", "METRICS_", "LOGS_"] {
            let name = format!("OTEL_EXPORTER_OTLP_{infix}{suffix}");
            for with in [("NOTHING", ""), ("OTEL_SDK_DISABLED", "true"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:1")]
            {
                let said = said(&[(&name, bad), with]);
                assert_eq!(said.iter().filter(|said| said.variable == name).count(), 1, "{name} {with:?}: {said:?}");
            }
        }
    }
}

#[test]
fn a_configuration_file_whose_path_is_no_text_is_refused_as_well() {
    struct NotText;
    impl Environment for NotText {
        fn value(&self, name: &str) -> Option<OsString> {
            (name == "OTEL_CONFIG_FILE").then(|| OsString::from_vec(b"/etc/\xff.yaml".to_vec()))
        }
    }
    let (settings, said) = Settings::from_environment(&NotText);
    assert_eq!(said, []);
    assert!(settings.config_file.as_deref().is_some_and(|path| path.starts_with(Path::new("/etc"))), "{settings:?}");
    Providers::build(settings).unwrap_err();
}

#[test]
fn a_push_of_metrics_has_the_specified_limit() {
    use telemetry_init::Metrics;
    for (own, otlp, expected) in [("", "0", Some(30)), ("", "", Some(10)), ("0", "0", None), ("5000", "0", Some(5))] {
        let (settings, _) = read(&[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318"),
            ("OTEL_METRIC_EXPORT_TIMEOUT", own),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", otlp),
        ]);
        let Metrics::On { otlp: Some(target), .. } = settings.metrics else { panic!("metrics are on") };
        assert_eq!(target.timeout().map(|timeout| timeout.as_secs()), expected, "{own:?} {otlp:?}");
    }
}
