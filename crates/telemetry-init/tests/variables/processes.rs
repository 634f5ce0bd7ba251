//! Each variable with each odd value as the environment of a process that starts telemetry, records and ends.

use std::{
    ffi::OsString,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use metrics_catalog::execution::{ExecutionStatus, ExecutionsTotal};
use telemetry_init::InitError;
use telemetry_testkit::OtlpReceiver;

use crate::{
    child,
    matrix::Pem,
    odd::{CANARY, Odd},
};

/// What the system lets through in one variable is a little more.
const VERY_LONG: usize = 128_000;

const ODD: [Odd; 9] = [
    Odd::Garbage,
    Odd::Negative,
    Odd::Zero,
    Odd::TwoTo31,
    Odd::TwoTo32,
    Odd::TwoTo64,
    Odd::NotUtf8,
    Odd::VeryLong,
    Odd::Newline,
];

#[test]
fn no_value_kills_hangs_or_betrays_a_process() {
    let receiver = OtlpReceiver::start().unwrap();
    let pem = Pem::new();
    let rows = pem.rows();
    let cases: Vec<_> = rows
        .iter()
        .flat_map(|row| ODD.map(|odd| (row, odd)))
        .map(|(row, odd)| (row.name.clone(), odd, odd.value(&row.valid, &row.garbage, VERY_LONG).unwrap()))
        .collect();
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some((name, odd, value)) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(reason) = start_with(&receiver, name, value) {
                        failures.lock().unwrap().push(format!("| {name} | {odd:?} | {reason} |"));
                    }
                }
            });
        }
    });
    println!("{} processes", cases.len());
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "| variable | value | what happened |\n{}", failures.join("\n"));
}

fn start_with(receiver: &OtlpReceiver, name: &str, value: &OsString) -> Result<(), String> {
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(), OsString::from(receiver.http_endpoint()));
    let outcome = child::run("start", [endpoint, (name.to_owned(), value.clone())]);
    if !outcome.status.success() || !outcome.out.contains("ended=") {
        return Err(format!("{}: {}", outcome.status, outcome.log));
    }
    let secret = name.contains("HEADERS") || name.contains("OTLP") && name.ends_with("ENDPOINT");
    if secret && (outcome.log.contains(CANARY) || outcome.out.contains(CANARY)) {
        return Err(format!("a secret is shown: {}", outcome.log));
    }
    let warnings = outcome.log.lines().filter(|line| line.contains(" WARN ")).count();
    if warnings > 1 {
        return Err(format!("{warnings} warnings: {}", outcome.log));
    }
    Ok(())
}

/// The life of a service, in short.
pub(crate) fn start() {
    let telemetry = match telemetry_init::init() {
        Ok(telemetry) => telemetry,
        Err(InitError::ConfigFile { .. }) => return println!("\nended=refused"),
        Err(error) => panic!("{error}"),
    };
    tracing::info_span!("work", detail = "some text").in_scope(|| tracing::info!(answer = 42, "working"));
    ExecutionsTotal { status: ExecutionStatus::Completed, lang_and_version: "rhai" }.inc();
    let report = telemetry.shutdown(Duration::from_secs(5));
    println!("\nended={:?}", report.traces.map(|traces| traces.exported));
}
