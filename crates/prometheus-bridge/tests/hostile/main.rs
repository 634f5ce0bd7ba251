//! Random metric sets with hostile names, labels, values, units and descriptions, read back by parsers of others:
//! both of PyPI's `prometheus_client`, and promtool. Protocol buffers are read by the numbers of their fields.
//!
//! Everything that is read is compared with what [`expectation`] works out from what was recorded: each family with its
//! type, unit and description, each sample with its labels and value, and each finding. Nothing more may be there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../../../metrics-catalog/tests/recorded/every_metric.rs"]
mod every_metric;
mod expectation;
mod metric_set;
mod parser;
mod protobuf;
mod random;
mod reading;
#[path = "../wire/bytes.rs"]
mod wire;

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    thread,
};

use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};
use prometheus_bridge::{EncodeOptions, Encoder, Escaping, Format, ResourceLabels, Strategy};
use telemetry_testkit::find_program;

use self::{
    expectation::Expectation,
    metric_set::MetricSet,
    parser::Parser,
    random::Random,
    reading::{Family, differences},
};

/// How many metric sets there are. Every set is made from its number alone.
const SETS: u64 = 10_000;

#[test]
fn every_reader_reads_back_what_was_recorded() {
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
    let (mut samples, mut findings) = (BTreeMap::new(), BTreeMap::new());
    for checked in shares {
        checked.samples.into_iter().for_each(|(format, count)| *samples.entry(format).or_insert(0) += count);
        checked.findings.into_iter().for_each(|(kind, count)| *findings.entry(kind).or_insert(0) += count);
    }
    println!("{SETS} metric sets, samples read back: {samples:#?}; findings accounted for: {findings:#?}");
    assert_eq!(samples.len(), 14, "some format was never asked for");
    assert!(samples.values().all(|count| *count > 10_000), "the sets are nearly empty");
    assert_eq!(findings.len(), 12, "not all that can go wrong went wrong");
}

/// How many samples each format had, and how many findings of each kind there were.
#[derive(Default)]
struct Checked {
    samples: BTreeMap<String, usize>,
    findings: BTreeMap<String, usize>,
}

/// Every other set, in several formats. A body is read while nothing else is done, which is simple and quick enough.
fn check_share(python: &Path, share: u64) -> Checked {
    let mut parser = Parser::start(python);
    // Each remembers what it wrote before.
    let mut encoders: Vec<Encoder> = options().into_iter().map(Encoder::new).collect();
    let options = options();
    let mut checked = Checked::default();
    for number in (share..SETS).step_by(2) {
        let set = MetricSet::random(&mut Random::new(number));
        for (variant, format) in asked_for(number) {
            let mut body = Vec::new();
            let findings = encoders[variant].encode(&set.collected, format, &mut body);
            let expected = Expectation::of(&set, &options[variant], format);
            // Line by line, so that what is in the names cannot confuse whoever reads the failure.
            let context = || {
                let lines: Vec<String> =
                    body.split(|byte| *byte == b'\n').map(|it| it.escape_ascii().to_string()).collect();
                format!("set {number} with options {variant} in {format}\n{}", lines.join("\n"))
            };
            let read = read(&mut parser, format, &body).unwrap_or_else(|error| panic!("{error}: {}", context()));
            let differences = differences(&as_read(expected.families, format), &read);
            assert!(differences.is_empty(), "{differences:#?}: {}\n{findings:#?}", context());
            assert_eq!(findings, expected.findings, "{}", context());

            let samples = read.iter().map(|family| family.samples.len()).sum::<usize>();
            *checked.samples.entry(format.to_string()).or_default() += samples;
            for finding in findings {
                let kind = format!("{finding:?}");
                *checked.findings.entry(kind.split([' ', '{']).next().unwrap().to_owned()).or_default() += 1;
            }
        }
    }
    checked
}

/// All options that change what is written, each with a value that makes it as hard as it can be.
fn options() -> [EncodeOptions; 6] {
    let default = EncodeOptions::default;
    [
        default(),
        // Without scope labels different scopes meet in one series.
        default().with_scope_labels(false).with_created(true),
        default()
            .with_namespace("my-app.")
            .with_constant_labels([("region", "eu"), ("a.b", "x\ny"), ("__x", "y"), ("le", "z"), ("", "nothing")])
            .with_resource_labels(ResourceLabels::default().with_include(["*"])),
        default().with_strategy(Strategy::NoTranslation).with_created(true),
        default().with_strategy(Strategy::NoUtf8EscapingWithSuffixes).with_namespace("é 2"),
        default().with_strategy(Strategy::UnderscoreEscapingWithoutSuffixes).with_target_info(false),
    ]
}

/// Each set is read by both parsers with some options, then in newer formats with others, and in protocol buffers.
fn asked_for(number: u64) -> [(usize, Format); 5] {
    const NEWER: [[Format; 2]; 4] = [
        [Format::TextWith(Escaping::AllowUtf8), Format::OpenMetrics(Escaping::AllowUtf8)],
        [Format::TextWith(Escaping::Dots), Format::OpenMetrics(Escaping::Dots)],
        [Format::TextWith(Escaping::Values), Format::OpenMetrics(Escaping::Values)],
        [Format::TextWith(Escaping::Underscores), Format::OldOpenMetrics],
    ];
    const ESCAPINGS: [Escaping; 4] = [Escaping::Underscores, Escaping::AllowUtf8, Escaping::Dots, Escaping::Values];
    let number = usize::try_from(number).unwrap();
    let (first, then) = (number % 6, number / 6 % 6);
    let [text, open_metrics] = NEWER[number / 36 % 4];
    [
        (first, Format::Text),
        (first, Format::OpenMetrics(Escaping::Underscores)),
        (then, text),
        (then, open_metrics),
        (number / 12 % 6, Format::Protobuf(ESCAPINGS[number / 72 % 4])),
    ]
}

fn read(parser: &mut Parser, format: Format, body: &[u8]) -> Result<Vec<Family>, String> {
    let name = match format {
        Format::Text | Format::TextWith(_) => "text",
        Format::OpenMetrics(_) | Format::OldOpenMetrics => "openmetrics",
        Format::Protobuf(_) => return Ok(protobuf::parse(body)),
    };
    parser.parse(name, std::str::from_utf8(body).map_err(|error| error.to_string())?)
}

/// The parser of the text format calls counters as OpenMetrics does.
fn as_read(mut families: Vec<Family>, format: Format) -> Vec<Family> {
    if let Format::Text | Format::TextWith(_) = format {
        for family in families.iter_mut().filter(|family| family.kind == "counter") {
            if let Some(base) = family.name.strip_suffix("_total") {
                family.name = base.to_owned();
            } else {
                family.samples.iter_mut().for_each(|sample| sample.name.push_str("_total"));
            }
        }
    }
    families
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

fn check_metrics(promtool: &Path, body: &[u8]) -> (i32, String) {
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
