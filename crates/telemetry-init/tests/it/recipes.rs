//! The recipes of `docs/guides/configuration.md`, each run as it stands there.

use std::collections::BTreeMap;

use metrics_catalog::execution::{ExecutionStatus, ExecutionsTotal};
use telemetry_init::{Providers, Settings};
use telemetry_testkit::OtlpReceiver;

use crate::{
    child::{Outcome, WATCHDOG, run, say},
    manifest,
};

const GUIDE: &str = include_str!("../../../../docs/guides/configuration.md");

/// The `NAME=value` lines of the first `sh` block under a heading.
fn recipe(heading: &str) -> BTreeMap<&'static str, &'static str> {
    let (_, section) = GUIDE.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no {heading:?}"));
    let (_, block) = section.split_once("```sh\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    block.lines().filter_map(|line| line.trim_start_matches("export ").split_once('=')).collect()
}

/// Runs a recipe with the collector's addresses replaced by the receiver's.
fn follow(heading: &str, receiver: &OtlpReceiver) -> Outcome {
    follow_with(&recipe(heading), receiver)
}

fn follow_with(variables: &BTreeMap<&str, &str>, receiver: &OtlpReceiver) -> Outcome {
    let (grpc, http) = (receiver.grpc_endpoint(), receiver.http_endpoint());
    let (_, diagnostics) = Settings::from_environment(variables);
    assert!(diagnostics.iter().all(|said| said.severity == telemetry_init::Severity::Note), "{diagnostics:?}");
    let placed: Vec<_> = variables
        .iter()
        .map(|(name, value)| match *value {
            value if value.contains(":4317") => (*name, &*grpc),
            value if value.contains(":4318") => (*name, &*http),
            // Several tests run at once, and a port serves one of them.
            "9464" => (*name, "0"),
            value => (*name, value),
        })
        .chain([("OTEL_EXPORTER_OTLP_PROTOCOL", protocol(variables))])
        .collect();
    run("recipe", &placed)
}

/// The port that decides it in the recipe is not the receiver's.
fn protocol<'v>(variables: &BTreeMap<&'v str, &'v str>) -> &'v str {
    let by_port = || if variables.values().any(|value| value.contains(":4317")) { "grpc" } else { "" };
    variables.get("OTEL_EXPORTER_OTLP_PROTOCOL").copied().unwrap_or_else(by_port)
}

pub(crate) fn child() {
    let (settings, _) = Settings::from_environment(&telemetry_init::ProcessEnvironment);
    let telemetry = Providers::build(settings).unwrap().install().unwrap();
    tracing::info_span!("work").in_scope(|| tracing::info!("working"));
    ExecutionsTotal { status: ExecutionStatus::Completed, lang_and_version: "rhai" }.inc();
    say("scraped", !telemetry.scrape_addresses().is_empty());
    let report = telemetry.shutdown(WATCHDOG);
    say("sent", report.traces.map_or(0, |traces| traces.exported));
}

#[test]
fn a_collector_beside_the_service() {
    let receiver = OtlpReceiver::start().unwrap();
    follow("A Collector beside the service", &receiver);
    let got = receiver
        .expect(WATCHDOG, "all signals", |got| !got.spans.is_empty() && !got.points.is_empty() && !got.logs.is_empty());
    assert_eq!(got.spans[0].resource["service.name"], "shop");
}

#[test]
fn prometheus_only() {
    let receiver = OtlpReceiver::start().unwrap();
    let outcome = follow("Prometheus only", &receiver);
    assert_eq!(outcome.values["scraped"], "true");
    assert!(outcome.log.contains("metrics not pushed, scraped at http://"), "{}", outcome.log);
    assert_nothing_sent(&receiver);
}

#[test]
fn kubernetes() {
    let receiver = OtlpReceiver::start().unwrap();
    let variables = manifest::variables(GUIDE);
    let texts = variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let outcome = follow_with(&texts, &receiver);
    let got = receiver.expect(WATCHDOG, "all signals", |got| !got.spans.is_empty() && !got.points.is_empty());
    let resource = &got.spans[0].resource;
    for (key, value) in [
        ("service.name", "shop"),
        ("k8s.pod.name", "the metadata.name"),
        ("k8s.namespace.name", "the metadata.namespace"),
        ("k8s.node.name", "the spec.nodeName"),
        ("service.version", "1.4.2"),
        ("deployment.environment.name", "production"),
    ] {
        assert_eq!(resource[key], value);
    }
    assert_eq!(outcome.values["sent"], "1");
}

#[test]
fn local_development() {
    let receiver = OtlpReceiver::start().unwrap();
    let outcome = follow("Local development", &receiver);
    for line in ["span  ", "log  ", "metric  "] {
        assert!(outcome.out.lines().any(|printed| printed.starts_with(line)), "{line}: {}", outcome.out);
    }
    // Text as it is, and not how the program holds it.
    let log = outcome.out.lines().find(|line| line.starts_with("log  ") && line.contains("working"));
    assert!(log.is_some_and(|line| line.contains(" working trace=") && !line.contains("String(")), "{log:?}");
    assert_nothing_sent(&receiver);
}

#[test]
fn off() {
    let receiver = OtlpReceiver::start().unwrap();
    let outcome = follow("Off", &receiver);
    assert!(outcome.log.contains("telemetry off: OTEL_SDK_DISABLED is true"), "{}", outcome.log);
    assert_nothing_sent(&receiver);
}

fn assert_nothing_sent(receiver: &OtlpReceiver) {
    let got = receiver.received();
    assert!(got.spans.is_empty() && got.points.is_empty() && got.logs.is_empty(), "{got:?}");
}
