//! Random metric sets with hostile names, labels, values, units and descriptions, read back by parsers of others:
//! both of PyPI's `prometheus_client`, and promtool.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../../../metrics-catalog/tests/recorded/every_metric.rs"]
mod every_metric;
mod metric_set;
mod parser;
mod random;

use std::{
    io::Write as _,
    process::{Command, Stdio},
    sync::Arc,
    thread,
};

use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};
use prometheus_bridge::{EncodeOptions, Encoder, Escaping, Format, Strategy};
use telemetry_testkit::find_program;

use self::{metric_set::MetricSet, parser::Parser, random::Random};

/// How many metric sets there are. Every set is made from its number alone.
const SETS: u64 = 10_000;

#[test]
fn both_python_parsers_read_back_what_was_recorded() {
    let Some(python) = parser::find_python() else { return };
    let shares = thread::scope(|scope| {
        let threads: Vec<_> = (0..2)
            .map(|share| {
                scope.spawn({
                    let python = python.clone();
                    move || check_share(&python, share)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    let (samples, findings) = shares.iter().fold((0, 0), |sum, share| (sum.0 + share.0, sum.1 + share.1));
    println!("{SETS} metric sets: {samples} samples were read back in each format, {findings} findings accounted for");
    assert!(samples > 10 * usize::try_from(SETS).unwrap(), "the sets are nearly empty");
}

/// Every other set, in four formats. A batch is read while nothing else is done, which is simple and quick enough.
fn check_share(python: &std::path::Path, share: u64) -> (usize, usize) {
    let mut parser = Parser::start(python);
    let mut encoder = Encoder::new(EncodeOptions::default());
    let mut unscoped = Encoder::new(EncodeOptions::default().with_scope_labels(false).with_created(true));
    let mut untranslated = Encoder::new(EncodeOptions::default().with_strategy(Strategy::NoTranslation));
    let (mut samples, mut quoted, mut findings_seen) = (0, 0, 0);
    for number in (share..SETS).step_by(2) {
        let set = MetricSet::random(&mut Random::new(number));
        // Without scope labels different scopes meet in one series, which is one more thing to go wrong.
        let (encoder, has_scope) = if number % 5 == 0 { (&mut unscoped, false) } else { (&mut encoder, true) };
        let formats = [(Format::Text, "text"), (Format::OpenMetrics(Escaping::Underscores), "openmetrics")];
        for (format, name) in formats {
            let mut body = Vec::new();
            let findings = encoder.encode(&set.collected, format, &mut body);
            let body = String::from_utf8(body).expect("a body that is not UTF-8");
            let read = parser.parse(name, &body).unwrap_or_else(|error| {
                panic!("set {number} in {format}: {error}\n{body}");
            });
            let missing = set.differences(&read, &findings, format, has_scope);
            assert!(missing.is_empty(), "set {number} in {format}: {missing:#?}\n{body}\n{findings:#?}");
            if format == Format::Text {
                samples += read.len();
                findings_seen += findings.len();
            }
        }
        // Keys as they are, in quotes: there is nothing to be dropped or joined but by what is reserved.
        for (format, name) in
            [(Format::OpenMetrics(Escaping::AllowUtf8), "openmetrics"), (Format::TextWith(Escaping::AllowUtf8), "text")]
        {
            let mut body = Vec::new();
            let findings = untranslated.encode(&set.collected, format, &mut body);
            let body = String::from_utf8(body).expect("a body that is not UTF-8");
            let read = parser.parse(name, &body).unwrap_or_else(|error| {
                panic!("set {number} in {format}: {error}\n{body}");
            });
            quoted += read.iter().filter(|sample| !metric_names::is_legacy_metric_name(&sample.name)).count();
            let differences = set.untranslated_differences(&read, &findings);
            assert!(differences.is_empty(), "set {number} in {format}: {differences:#?}\n{body}\n{findings:#?}");
        }
    }
    assert!(quoted > 10_000, "only {quoted} samples had names beyond the old characters");
    (samples, findings_seen)
}

/// A hundred sets share a body, told apart by their namespace, because starting a program takes longer than all else.
#[test]
fn promtool_finds_no_mistake() {
    const TOGETHER: u64 = 100;
    let Some(promtool) = find_program("promtool") else { return };
    for first in (0..SETS).step_by(usize::try_from(TOGETHER).unwrap()) {
        let mut body = Vec::new();
        for number in first..first + TOGETHER {
            let set = MetricSet::random(&mut Random::new(number));
            let options = EncodeOptions::default().with_target_info(false).with_namespace(format!("s{number}"));
            Encoder::new(options).encode(&set.collected, Format::Text, &mut body);
        }
        let (code, output) = check_metrics(&promtool, &body);
        // 3 says that a name or a description is not to its taste, 1 that the text cannot be read.
        assert!(code == 0 || code == 3, "sets from {first} on: exit {code}\n{output}");
    }
}

/// The seed's `llm_cost_dollars` is a counter without `_total`, on purpose.
#[test]
fn promtool_has_one_finding_about_the_whole_catalogue() {
    let Some(promtool) = find_program("promtool") else { return };
    let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
    let _installation = metrics_catalog::install(Arc::new(provider), metrics_catalog::Recording::Bound);
    every_metric::record_everything();
    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).unwrap();
    for strategy in [Strategy::UnderscoreEscapingWithSuffixes, Strategy::NoUtf8EscapingWithSuffixes] {
        let mut body = Vec::new();
        let options = EncodeOptions::default().with_strategy(strategy);
        let findings = Encoder::new(options).encode(&collected, Format::Text, &mut body);
        assert!(findings.is_empty(), "{findings:?}");
        let (code, output) = check_metrics(&promtool, &body);
        assert_eq!((code, output.lines().count()), (3, 1), "{output}");
        assert!(output.starts_with("llm_cost_dollars counter metrics should have \"_total\" suffix"), "{output}");
    }
}

fn check_metrics(promtool: &std::path::Path, body: &[u8]) -> (i32, String) {
    let mut child = Command::new(promtool)
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let body = body.to_vec();
    // Both ends of the program are served, so that neither can fill up and wait for the other.
    let writing = thread::spawn(move || input.write_all(&body));
    let output = child.wait_with_output().unwrap();
    let _ = writing.join().unwrap();
    (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).chars().take(2000).collect())
}
