//! A real collector receives what the scrape shows, over both protocols.

use std::collections::{BTreeMap, HashMap};

use telemetry_testkit::{Program, find_program, free_port, http_get, wait_until};

use crate::{
    running::{Counts, WATCHDOG, start},
    text_format::samples,
};

const SCRIPTS: [(&str, u16); 3] = [("40 + 2", 200), ("throw \"no\"", 200), ("let x = 1; x + y", 200)];
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

#[test]
fn a_collector_gets_what_the_scrape_shows() {
    let Some(rotel) = find_program("rotel-agent") else { return };
    for protocol in ["grpc", "http/protobuf"] {
        let folder = tempfile::tempdir().unwrap();
        let (grpc, http) = (free_port().unwrap(), free_port().unwrap());
        let arguments = [
            "start".to_owned(),
            "--exporter=blackhole".to_owned(),
            "--debug-log=traces".to_owned(),
            "--debug-log=metrics".to_owned(),
            "--debug-log-verbosity=detailed".to_owned(),
            format!("--otlp-grpc-endpoint=127.0.0.1:{grpc}"),
            format!("--otlp-http-endpoint=127.0.0.1:{http}"),
            format!("--pid-file={}", folder.path().join("pid").display()),
        ];
        let mut collector = Program::start(&rotel, &arguments, &[("NO_COLOR", "1")]).unwrap();
        collector.expect_line(WATCHDOG, "Starting");
        let port = if protocol == "grpc" { grpc } else { http };
        let up = wait_until(WATCHDOG, || std::net::TcpStream::connect(("127.0.0.1", port)).ok());
        assert!(up.is_some(), "the collector never listened");
        let endpoint = format!("http://127.0.0.1:{port}");
        compare(protocol, &endpoint, collector);
    }
}

fn compare(protocol: &str, endpoint: &str, collector: Program) {
    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint), ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)];
    let service = start(&["--no-load"], &variables);
    let traceparent = format!("00-{TRACE}-{PARENT}-01");
    for round in 0..20 {
        for (script, status) in SCRIPTS {
            let client = format!("client-{round}");
            let headers = [("traceparent", &*traceparent), ("x-client-id", &client), ("x-client-group", "api")];
            assert_eq!(service.post(script, &headers).unwrap(), status);
        }
    }
    // A worker gives its answer before it has left the run; when nothing is active the numbers stand still.
    let idle = wait_until(WATCHDOG, || {
        let body = http_get(service.address, "/metrics").ok()?;
        body.lines().any(|line| line.starts_with("script_executions_active") && line.ends_with(" 0")).then_some(())
    });
    assert!(idle.is_some());
    let scraped = samples(&service.scrape());
    service.program.signal("INT").unwrap();
    let (code, output) = service.program.expect_end(WATCHDOG);
    assert_eq!(code, 0, "{output}");
    let spans = Counts::of("spans", &output);
    assert_eq!(spans.accepted, spans.exported, "{output}");

    collector.signal("TERM").unwrap();
    let received = Debug::parse(&collector.expect_end(WATCHDOG).1);
    assert_eq!(received.spans.len() as u64, spans.exported, "{protocol}");
    check_parents(&received.spans);
    check_metrics(protocol, &received.points, &scraped);
}

/// The trace runs from the caller through the server's span and the queue to the worker's span.
fn check_parents(spans: &HashMap<String, Span>) {
    let named = |name: &str| spans.values().filter(|span| span.name == name).collect::<Vec<_>>();
    let (requests, runs) = (named("POST /scripts"), named("script.run"));
    assert_eq!((requests.len(), runs.len()), (60, 60));
    assert!(spans.values().all(|span| span.trace == TRACE));
    assert!(requests.iter().all(|span| span.parent == PARENT));
    assert!(runs.iter().all(|span| spans.get(&span.parent).is_some_and(|parent| parent.name == "POST /scripts")));
}

/// Every counter and every histogram's count, series by series.
fn check_metrics(protocol: &str, points: &BTreeMap<String, f64>, scraped: &BTreeMap<String, f64>) {
    assert!(points.len() >= 17, "{protocol}: {points:?}");
    for (series, value) in points {
        let found = scraped.get(series).copied();
        assert_eq!(found, Some(*value), "{protocol}: {series}\n{scraped:#?}");
    }
}

/// What the collector's debug output says.
#[derive(Default)]
struct Debug {
    spans: HashMap<String, Span>,
    /// By the name and labels of the scrape; a histogram's value is its count.
    points: BTreeMap<String, f64>,
}

#[derive(Default)]
struct Span {
    trace: String,
    parent: String,
    name: String,
}

impl Debug {
    fn parse(output: &str) -> Self {
        let mut parsed = Self::default();
        let (mut span, mut metric, mut suffix) = (Span::default(), String::new(), "");
        let mut labels: Vec<String> = Vec::new();
        for line in output.lines().map(str::trim) {
            let (key, value) = line.split_once(':').map_or((line, ""), |(key, value)| (key.trim(), value.trim()));
            match key {
                "Trace ID" => span = Span { trace: value.to_owned(), ..Span::default() },
                "Parent ID" => value.clone_into(&mut span.parent),
                "ID" => drop(parsed.spans.insert(value.to_owned(), std::mem::take(&mut span))),
                "Name" => {
                    // The name comes after the id, and spans are told apart by it.
                    if let Some(last) = parsed.spans.values_mut().find(|span| span.name.is_empty()) {
                        value.clone_into(&mut last.name);
                    }
                }
                "-> Name" => metric = value.replace('.', "_"),
                "-> DataType" => suffix = if value == "Histogram" { "_count" } else { "" },
                // A point without attributes has no heading for them.
                _ if key.contains("DataPoints #") => labels.clear(),
                "Data point attributes" => labels.clear(),
                "Value" | "Count" => {
                    labels.sort_unstable();
                    let series = if labels.is_empty() {
                        format!("{metric}{suffix}{{}}")
                    } else {
                        format!("{metric}{suffix}{{{}}}", labels.join(","))
                    };
                    // Cumulative: the last word on a series is its value.
                    parsed.points.insert(series, value.parse().unwrap());
                }
                _ if key.starts_with("->") => {
                    let text = value.split_once('(').map_or("", |(_, text)| text.trim_end_matches(')'));
                    labels.push(format!("{}=\"{text}\"", key.trim_start_matches("-> ")));
                }
                _ => {}
            }
        }
        parsed
    }
}
