//! A real collector receives what the scrape shows, over both protocols.

use std::collections::{BTreeSet, HashMap};

use telemetry_testkit::{Program, find_program, free_port, http_get, wait_until};

use crate::{
    running::{Counts, WATCHDOG, start},
    text_format::{Samples, samples},
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
    check_metrics(protocol, &received.samples, &scraped);
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

/// Every sample of both domains, those of buckets included: neither side may have one that the other has not.
fn check_metrics(protocol: &str, received: &Samples, scraped: &Samples) {
    let (received, scraped) = (of_catalogue(received), of_catalogue(scraped));
    for (status, runs) in [("completed", 20.0), ("failed", 40.0)] {
        let series = format!("script_executions_total{{lang_and_version=\"rhai-1.27\",status=\"{status}\"}}");
        assert_eq!(received.get(&series), Some(&runs), "{protocol}: {series}\n{received:#?}");
    }
    for suffix in ["_count{", "_sum{", "_bucket{"] {
        assert!(received.keys().any(|series| series.contains(suffix)), "{protocol}: no {suffix}\n{received:#?}");
    }
    let series: BTreeSet<&String> = received.keys().chain(scraped.keys()).collect();
    let different: Vec<_> = series
        .into_iter()
        .map(|series| (series, received.get(series), scraped.get(series)))
        .filter(|(_, received, scraped)| received != scraped)
        .collect();
    assert!(different.is_empty(), "{protocol}: series, received, scraped\n{different:#?}");
}

/// The rest is what telemetry counts about itself, which goes on while one looks.
fn of_catalogue(samples: &Samples) -> Samples {
    let domains = ["script_", "execution_", "rate_limit_"];
    let ours = samples.iter().filter(|(series, _)| domains.iter().any(|domain| series.starts_with(domain)));
    ours.map(|(series, value)| (series.clone(), *value)).collect()
}

/// What the collector's debug output says.
#[derive(Default)]
struct Debug {
    spans: HashMap<String, Span>,
    /// As the scrape writes them; of a series the last word, as all are cumulative.
    samples: Samples,
}

#[derive(Default)]
struct Span {
    trace: String,
    parent: String,
    name: String,
}

/// The data point that is being read.
#[derive(Default)]
struct Point {
    metric: String,
    labels: Vec<String>,
    bounds: Vec<f64>,
    in_buckets: f64,
}

impl Debug {
    fn parse(output: &str) -> Self {
        let mut parsed = Self::default();
        let (mut span, mut point) = (Span::default(), Point::default());
        let mut is_histogram = false;
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
                "-> Name" => point.metric = value.replace('.', "_"),
                "-> DataType" => is_histogram = value == "Histogram",
                // A point without attributes has no heading for them.
                _ if key.contains("DataPoints #") => point = Point { metric: point.metric, ..Point::default() },
                "Value" => parsed.add(&point, "", None, value.parse().unwrap()),
                "Count" if is_histogram => parsed.add(&point, "_count", None, value.parse().unwrap()),
                "Sum" if is_histogram => parsed.add(&point, "_sum", None, value.parse().unwrap()),
                _ if key.starts_with("ExplicitBounds #") => point.bounds.push(value.parse().unwrap()),
                _ if key.starts_with("Buckets #") => {
                    let index: usize = key.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap();
                    point.in_buckets += value.parse::<f64>().unwrap();
                    let bound = point.bounds.get(index).map_or("+Inf".to_owned(), |bound| format!("{bound:?}"));
                    parsed.add(&point, "_bucket", Some(bound), point.in_buckets);
                }
                _ if key.starts_with("->") => {
                    let text = value.split_once('(').map_or("", |(_, text)| text.trim_end_matches(')'));
                    point.labels.push(format!("{}=\"{text}\"", key.trim_start_matches("-> ")));
                }
                _ => {}
            }
        }
        parsed
    }

    fn add(&mut self, point: &Point, suffix: &str, bound: Option<String>, value: f64) {
        let mut labels = point.labels.clone();
        labels.extend(bound.map(|bound| format!("le=\"{bound}\"")));
        labels.sort_unstable();
        self.samples.insert(format!("{}{suffix}{{{}}}", point.metric, labels.join(",")), value);
    }
}
