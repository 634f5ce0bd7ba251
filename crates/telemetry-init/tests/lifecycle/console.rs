//! A console that nobody reads: standard error or standard output is a full pipe, and whatever writes to it waits for ever.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::process::ExitStatusExt as _,
    process,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use metrics_catalog::execution::{ExecutionStatus, ExecutionsTotal};
use signal_hook::low_level;
use telemetry_testkit::{OtlpReceiver, free_port};

use crate::{
    child::{Outcome, PROTOCOLS, end, say, sending_to, start_in},
    work::{SPANS, expect_all, work},
};

const SIGTERM: i32 = 15;
const WITHIN: Duration = Duration::from_millis(500);

/// A pipe stays open, and is never read, when its only other end is the writer's own.
const UNREAD: &str = r#"mkfifo "$1" && exec 9<>"$1" && shift && exec "$@""#;

/// Runs a scenario whose standard error is such a pipe.
fn unheard(case: &str, receiver: &OtlpReceiver) -> Outcome {
    unheard_to(case, &receiver.http_endpoint())
}

fn unheard_to(case: &str, endpoint: &str) -> Outcome {
    run("2>&9", case, &sending_to(PROTOCOLS[1], endpoint))
}

fn run(redirection: &str, case: &str, variables: &[(&str, &str)]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    let script = format!("{UNREAD} {redirection}");
    let command = ["sh", "-c", &script, "sh", pipe.to_str().unwrap()];
    end(start_in(&command, &format!("console/{case}"), variables))
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

/// The export has something to say as well then.
#[test]
fn a_full_console_and_a_dead_collector_end_within_the_one_deadline() {
    let outcome = unheard_to("shut_down", &format!("http://127.0.0.1:{}", free_port().unwrap()));
    assert!(outcome.status.success(), "{}\n{}", outcome.status, outcome.output);
    let took: u64 = outcome.values["took_ms"].parse().unwrap();
    assert!(took <= 750, "{took} ms");
}

#[test]
fn sigterm_ends_a_process_whose_console_is_full() {
    let receiver = OtlpReceiver::start().unwrap();
    let outcome = unheard("detached", &receiver);
    assert_eq!(outcome.status.signal(), Some(SIGTERM), "{}", outcome.output);
    expect_all(&receiver, "detached");
}

#[test]
fn what_the_console_exporter_cannot_print_is_bounded_and_said() {
    let outcome = run("1>&9", "printing", &[("OTEL_LOGS_EXPORTER", "console"), ("RUST_LOG", "warn")]);
    assert!(outcome.status.success(), "{}\n{}", outcome.status, outcome.output);
    let took: u64 = outcome.values["took_ms"].parse().unwrap();
    assert!((500..=750).contains(&took), "{took} ms");
    assert_eq!((&*outcome.values["timed_out"], &*outcome.values["again"]), ("true", "true"));
    // Of 100 MB of log records; where the system does not tell, the console's own tests do.
    if let Some(grew) = outcome.values.get("grew_kb") {
        println!("memory grew by {grew} kB");
        assert!(grew.parse::<u64>().unwrap() < 64 << 10, "{grew} kB");
    }
}

pub(crate) fn child(case: &str) {
    if case == "printing" {
        printing();
    }
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

/// Says what became of it on standard error, and ends before anything else waits for standard output.
fn printing() -> ! {
    let telemetry = telemetry_init::init().unwrap();
    let before = most_memory();
    let text = "x".repeat(1_000_000);
    for _ in 0..100 {
        tracing::info!("{text}");
    }
    if let (Some(before), Some(after)) = (before, most_memory()) {
        eprintln!("grew_kb={}", after - before);
    }
    let started = Instant::now();
    let report = telemetry.shutdown(WITHIN);
    eprintln!("took_ms={}\ntimed_out={}", started.elapsed().as_millis(), report.timed_out);
    let again = telemetry.shutdown(WITHIN);
    eprintln!("again={}", again.repeated && again.timed_out);
    process::exit(0)
}

/// In kilobytes, where the system tells.
fn most_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
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
