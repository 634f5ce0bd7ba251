//! A console that nobody reads: standard error is a full pipe, so whatever writes to it waits for ever.

use std::{
    io::{self, Write as _},
    os::unix::process::ExitStatusExt as _,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use metrics_catalog::execution::{ExecutionStatus, ExecutionsTotal};
use signal_hook::low_level;
use telemetry_testkit::OtlpReceiver;

use crate::{
    child::{Outcome, PROTOCOLS, end, say, sending_to, start_in},
    work::{SPANS, expect_all, work},
};

const SIGTERM: i32 = 15;
const WITHIN: Duration = Duration::from_millis(500);

/// A pipe stays open, and is never read, when its only other end is the writer's own.
const UNREAD: &str = r#"mkfifo "$1" && exec 9<>"$1" && shift && exec "$@" 2>&9"#;

/// Runs a scenario whose standard error is such a pipe.
fn unheard(case: &str, receiver: &OtlpReceiver) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    let command = ["sh", "-c", UNREAD, "sh", pipe.to_str().unwrap()];
    end(start_in(&command, &format!("console/{case}"), &sending_to(PROTOCOLS[1], &receiver.http_endpoint())))
}

#[test]
fn a_full_console_holds_up_no_shutdown_and_takes_no_time_from_the_export() {
    for (case, within) in [("shut_down", WITHIN), ("dropped", Duration::from_secs(5))] {
        let receiver = OtlpReceiver::start().unwrap();
        let outcome = unheard(case, &receiver);
        assert!(outcome.status.success(), "{case}: {}\n{}", outcome.status, outcome.output);
        let took: u128 = outcome.values["took_ms"].parse().unwrap();
        assert!(took <= within.as_millis() + 250, "{case}: {took} ms");
        expect_all(&receiver, case);
    }
}

#[test]
fn a_full_console_and_a_hung_collector_end_within_the_one_deadline() {
    let receiver = OtlpReceiver::start().unwrap();
    receiver.hang();
    let outcome = unheard("shut_down", &receiver);
    assert!(outcome.status.success(), "{}\n{}", outcome.status, outcome.output);
    let took: u64 = outcome.values["took_ms"].parse().unwrap();
    assert!((500..=750).contains(&took), "{took} ms");
    assert_eq!(outcome.values["unsent_spans"], SPANS.to_string());
}

#[test]
fn sigterm_ends_a_process_whose_console_is_full() {
    let receiver = OtlpReceiver::start().unwrap();
    let outcome = unheard("detached", &receiver);
    assert_eq!(outcome.status.signal(), Some(SIGTERM), "{}", outcome.output);
    expect_all(&receiver, "detached");
}

pub(crate) fn child(case: &str) {
    let telemetry = telemetry_init::init().unwrap();
    work();
    fill_console();
    // More values than the label may have: a problem that is heard of now, and summed up at the end.
    for number in 0..20_000 {
        ExecutionsTotal { status: ExecutionStatus::Failed, lang_and_version: &number.to_string() }.inc();
    }
    let started = Instant::now();
    match case {
        "shut_down" => {
            let report = telemetry.shutdown(WITHIN);
            say("unsent_spans", report.traces.unwrap().unsent);
        }
        "dropped" => drop(telemetry),
        _ => {
            telemetry.shutdown_on_signal(WITHIN).unwrap().detach();
            low_level::raise(SIGTERM).unwrap();
            loop {
                thread::park();
            }
        }
    }
    say("took_ms", started.elapsed().as_millis());
}

/// From now on every thread that writes to standard error waits.
fn fill_console() {
    let (locked, is_locked) = mpsc::channel();
    thread::spawn(move || {
        let mut console = io::stderr().lock();
        locked.send(()).unwrap();
        while console.write_all(&[b'.'; 4096]).is_ok() {}
    });
    is_locked.recv().unwrap();
}
