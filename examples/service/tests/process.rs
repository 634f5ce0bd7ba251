//! The service as a process: its command line, its traces, and a table whose numbers fit together. Only what needs no
//! component from outside is here.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test fails by panicking")]

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, TcpListener},
    time::Duration,
};

use telemetry_testkit::{OtlpReceiver, Program, Span, SpanStatus};

const WATCHDOG: Duration = Duration::from_secs(60);

/// Runs the service to its end on a free port, unless a variable names one; gives its exit code and its output.
fn run(args: &str, variables: &[(&str, &str)]) -> (i32, String) {
    let args: Vec<&str> = args.split_whitespace().collect();
    let mut all = vec![("PORT", "0")];
    all.extend(variables);
    Program::start(env!("CARGO_BIN_EXE_service"), &args, &all).unwrap().expect_end(WATCHDOG)
}

/// The last number of the line of the table that begins with `name`.
fn number(output: &str, name: &str) -> u64 {
    let line = output.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(' '));
    let line = line.unwrap_or_else(|| panic!("no line `{name}` in\n{output}"));
    line.split_whitespace().next_back().unwrap().parse().unwrap_or_else(|_| panic!("{name}{line}"))
}

#[test]
fn what_the_clients_saw_is_what_was_counted() {
    let (code, output) = run("--for 4s", &[]);
    assert_eq!(code, 0, "{output}");
    let number = |name: &str| number(&output, name);
    let answers = number("Answers to the built-in load:");
    let [completed, failed, timeout, rejected] = ["completed", "failed", "timeout", "rejected"].map(number);
    assert!([completed, failed, timeout, rejected].iter().all(|count| *count > 0), "{output}");
    assert_eq!(completed + failed + timeout + rejected, answers, "{output}");

    assert_eq!(number("script.executions.total"), completed + failed + timeout, "{output}");
    assert_eq!(number("script.errors.total"), failed + timeout, "{output}");
    assert_eq!(number("rate_limit.requests.total"), answers, "{output}");
    assert_eq!(number("rate_limit.rejected.total"), rejected, "{output}");
    let limited = number("rate_limit.allowed.total") + rejected;
    assert_eq!(limited + number("rate_limit.bypass.total"), answers, "{output}");
    for at_rest in ["script.executions.active", "execution.queue.depth"] {
        assert_eq!(number(at_rest), 0, "{output}");
    }
    assert_eq!((number("POST"), number("POST /scripts")), (answers, answers), "{output}");
    assert_eq!(number("script.run"), completed + failed + timeout, "{output}");
}

#[test]
fn without_load_it_only_serves() {
    let (code, output) = run("--no-load --for 1s", &[]);
    assert_eq!(code, 0, "{output}");
    assert!(output.contains("Received over OTLP") && !output.contains("Answers to"), "{output}");
}

#[test]
fn off_is_off() {
    for variable in [("ENABLE_TRACING", "false"), ("OTEL_SDK_DISABLED", "true")] {
        let (code, output) = run("--for 1s", &[variable]);
        assert_eq!(code, 0, "{output}");
        assert!(number(&output, "Answers to the built-in load:") > 0, "{output}");
        assert!(!output.contains("collector") && !output.contains("Scrape of"), "{output}");
    }
}

#[test]
fn only_what_may_be_on_is_pushed() {
    let (code, output) = run("--for 1s", &[("ENABLE_METRICS", "false")]);
    assert_eq!(code, 0, "{output}");
    assert!(number(&output, "POST /scripts") > 0, "{output}");
    assert!(!output.contains("script.executions.total") && !output.contains("Scrape of"), "{output}");

    let (code, output) = run("--for 1s", &[("OTEL_METRICS_EXPORTER", "prometheus"), ("PROMETHEUS_PORT", "0")]);
    assert_eq!(code, 0, "{output}");
    assert!(output.contains("Scrape of") && !output.contains("collector"), "{output}");
    assert!(output.contains("data points  not exported"), "{output}");
}

#[test]
fn mistakes_at_the_start() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let cases = [
        ("--for 1s", port.as_str(), 1, port.as_str()),
        ("--for 1s", "eighty", 1, "PORT"),
        ("--fro 1s", "0", 2, "--fro"),
        ("--for soon", "0", 2, "soon"),
    ];
    for (args, port, expected, named) in cases {
        let (code, output) = run(args, &[("PORT", port)]);
        assert_eq!(code, expected, "{output}");
        assert!(output.contains(named) && !output.contains("serving"), "{output}");
    }
    let (code, variables) = run("--help-env", &[]);
    assert_eq!(code, 0);
    assert!(variables.contains("OTEL_EXPORTER_OTLP_ENDPOINT"), "{variables}");
    let (code, help) = run("--help", &[]);
    assert_eq!(code, 0);
    assert!(help.contains("--no-load"), "{help}");
}

#[test]
fn a_trace_runs_from_the_client_to_the_worker() {
    let receiver = OtlpReceiver::start().unwrap();
    let endpoint = receiver.http_endpoint();
    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()), ("OTEL_SERVICE_NAME", "scripts")];
    let (code, output) = run("--for 2s", &variables);
    assert_eq!(code, 0, "{output}");

    let arrived = receiver.received();
    let spans: BTreeMap<&str, &Span> = arrived.spans.iter().map(|span| (span.span_id.as_str(), span)).collect();
    let runs = arrived.spans_named("script.run");
    assert!(!runs.is_empty(), "{output}");
    for run in runs {
        let server = parent(run, &spans);
        let client = parent(server, &spans);
        assert_eq!((server.name.as_str(), server.kind.as_str()), ("POST /scripts", "server"));
        assert_eq!((client.name.as_str(), client.kind.as_str()), ("POST", "client"));
        assert_eq!(client.parent_span_id, None);
        assert_eq!(server.attributes["http.route"], "/scripts");
        assert_eq!(server.attributes["http.response.status_code"], "200");
        assert_eq!(run.resource["service.name"], "scripts");
        let completed = run.attributes["script.outcome"] == "completed";
        assert_eq!(matches!(run.status, SpanStatus::Error(_)), !completed, "{run:?}");
    }
}

fn parent<'a>(span: &Span, spans: &BTreeMap<&str, &'a Span>) -> &'a Span {
    let parent = span.parent_span_id.as_deref().and_then(|id| spans.get(id));
    let parent = parent.unwrap_or_else(|| panic!("no parent of {span:?}"));
    assert_eq!(parent.trace_id, span.trace_id);
    parent
}
