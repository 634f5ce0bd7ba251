//! Keys and passwords never come out again.

use std::collections::BTreeMap;

use telemetry_init::{Providers, Settings};

#[test]
fn secrets_of_the_environment_are_not_shown() {
    let canary = "c4n4ry";
    let endpoint = format!("http://user:{canary}@127.0.0.1:1/?key={canary}");
    let headers = format!("authorization=Bearer%20{canary},broken {canary},x-key={canary}");
    let resource = format!("token={canary}%zz");
    let bad_endpoint = format!("{canary}@nowhere:x?{canary}");
    let odd = ["http://user:se#c4n4ry@host:4318", "http://user:pa?c4n4ry@host:4318", "http://user:c4n4ry"];
    for variables in [
        vec![("OTEL_EXPORTER_OTLP_ENDPOINT", odd[0]), ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", odd[1])],
        vec![("OTEL_EXPORTER_OTLP_ENDPOINT", odd[2])],
        vec![("OTEL_EXPORTER_OTLP_ENDPOINT", &*endpoint), ("OTEL_EXPORTER_OTLP_HEADERS", &headers)],
        vec![("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &bad_endpoint), ("OTEL_RESOURCE_ATTRIBUTES", &resource)],
    ] {
        let environment: BTreeMap<_, _> = variables.into_iter().collect();
        let (settings, diagnostics) = Settings::from_environment(&environment);
        assert!(!diagnostics.is_empty());
        let messages: Vec<_> = diagnostics.iter().map(ToString::to_string).collect();
        let data = format!("{settings:?} {diagnostics:?}");
        let providers = Providers::build(settings).unwrap();
        let shown = format!("{data} {messages:?} {providers:?}");
        assert!(!shown.contains(canary), "{shown}");
    }
}
