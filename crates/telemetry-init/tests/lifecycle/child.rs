//! Scenarios in processes of their own: the test binary runs itself, with nothing in the environment but what is given.

use std::{collections::BTreeMap, env, ffi::OsStr, process::ExitStatus, time::Duration};

use telemetry_testkit::{OtlpReceiver, Program};

use crate::{callbacks, clock, console, endings, loops, panics, runtimes, secrets, signals, work};

const SCENARIO: &str = "OTELIER_TEST_SCENARIO";

/// A scenario that hangs fails after this time.
pub(crate) const WATCHDOG: Duration = Duration::from_secs(60);

/// What a scenario left behind.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) status: ExitStatus,
    /// Everything that it printed, on both outputs.
    pub(crate) output: String,
    /// The lines `key=value` among it.
    pub(crate) values: BTreeMap<String, String>,
}

/// Starts a scenario with these variables. What follows a slash in its name is for the scenario itself.
pub(crate) fn start(scenario: &str, variables: &[(&str, &str)]) -> Program {
    start_in(&[], scenario, variables)
}

/// The same by a command that runs the program whose name follows.
pub(crate) fn start_in(command: &[&str], scenario: &str, variables: &[(&str, &str)]) -> Program {
    let mut all = vec![(SCENARIO, scenario)];
    all.extend_from_slice(variables);
    let program = env::current_exe().unwrap();
    let mut words: Vec<&OsStr> = command.iter().map(OsStr::new).collect();
    words.push(program.as_os_str());
    words.extend(["--exact", "child::scenario", "--nocapture", "--test-threads=1"].map(OsStr::new));
    Program::start(words[0], &words[1..], &all).unwrap()
}

/// Waits for the end of a scenario, whatever it is.
pub(crate) fn end(program: Program) -> Outcome {
    let (status, output) = program.expect_exit(WATCHDOG);
    let lines = output.lines().filter_map(|line| line.split_once('='));
    let values = lines.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    Outcome { status, output, values }
}

/// Runs a scenario to its end, which must be a good one.
pub(crate) fn run(scenario: &str, variables: &[(&str, &str)]) -> Outcome {
    let outcome = end(start(scenario, variables));
    assert!(outcome.status.success(), "{scenario}: {}\n{}", outcome.status, outcome.output);
    outcome
}

/// The variables that send everything to this receiver.
pub(crate) fn sending_to<'a>(protocol: &'a str, endpoint: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
        ("OTEL_SERVICE_NAME", "lifecycle"),
        ("RUST_LOG", "warn"),
    ]
}

pub(crate) const PROTOCOLS: [&str; 3] = ["grpc", "http/protobuf", "http/json"];

pub(crate) fn endpoint(protocol: &str, receiver: &OtlpReceiver) -> String {
    if protocol == "grpc" { receiver.grpc_endpoint() } else { receiver.http_endpoint() }
}

/// Says something to the parent.
pub(crate) fn say(key: &str, value: impl std::fmt::Display) {
    // A line of its own: the harness writes to the same stream.
    println!("\n{key}={value}");
}

/// Where a child begins. In the parent there is no scenario, and nothing to do.
#[test]
fn scenario() {
    #[expect(clippy::disallowed_methods, reason = "the parent says it so")]
    let Some(scenario) = env::var_os(SCENARIO) else { return };
    let scenario = scenario.into_string().unwrap();
    let (name, case) = scenario.split_once('/').unwrap_or((&scenario, ""));
    match name {
        "runtimes" => runtimes::child(case),
        "endings" => endings::child(case),
        "panics" => panics::child(case),
        "signals" => signals::child(case),
        "callbacks" => callbacks::child(),
        "console" => console::child(case),
        "loops" => loops::child(case),
        "clock" => clock::child(),
        "secrets" => secrets::child(),
        "work" => work::child(),
        other => panic!("no scenario {other}"),
    }
}
