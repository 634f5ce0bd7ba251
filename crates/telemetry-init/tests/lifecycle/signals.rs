//! SIGTERM and ctrl-c: what was recorded leaves, and the process ends as it would have.

use std::{
    io::{self, Write as _},
    os::unix::process::ExitStatusExt as _,
    pin::pin,
    process::{self, Command, Stdio},
    sync::{Arc, Barrier},
    task::{Context, Waker},
    thread,
    time::{Duration, Instant},
};

use signal_hook::low_level;
use telemetry_init::Signal;
use telemetry_testkit::{OtlpReceiver, free_port};

use crate::{
    child::{Outcome, PROTOCOLS, WATCHDOG, end, endpoint, say, sending_to, start, start_in},
    work::{SPANS, expect_all, work},
};

const SIGINT: i32 = 2;
const SIGTERM: i32 = 15;

/// Sends a signal once the scenario is ready.
fn signalled(case: &str, signal: &str, protocol: &str, endpoint: &str) -> Outcome {
    let mut program = start(&format!("signals/{case}"), &sending_to(protocol, endpoint));
    program.expect_line(WATCHDOG, "ready=");
    program.signal(signal).unwrap();
    end(program)
}

#[test]
fn sigterm_with_a_healthy_collector_delivers_everything() {
    for protocol in PROTOCOLS {
        for (name, number) in [("TERM", SIGTERM), ("INT", SIGINT)] {
            let receiver = OtlpReceiver::start().unwrap();
            let outcome = signalled("detached", name, protocol, &endpoint(protocol, &receiver));
            assert_eq!(outcome.status.signal(), Some(number), "as it would have ended\n{}", outcome.output);
            expect_all(&receiver, protocol);
        }
    }
}

#[test]
fn sigterm_under_load_delivers_what_was_queued_before() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let outcome = signalled("loaded", "TERM", protocol, &endpoint(protocol, &receiver));
        assert_eq!(outcome.status.signal(), Some(SIGTERM), "{}", outcome.output);
        let received = receiver.received();
        let work = ["outer", "inner"].map(|name| received.spans_named(name).len() as u64);
        assert_eq!(work.iter().sum::<u64>(), SPANS, "{protocol}: {received}");
        assert!(!received.spans_named("load").is_empty(), "{protocol}");
    }
}

#[test]
fn sigterm_that_is_awaited_or_waited_for_lets_main_return() {
    for case in ["awaited", "waited"] {
        let receiver = OtlpReceiver::start().unwrap();
        let outcome = signalled(case, "TERM", PROTOCOLS[1], &receiver.http_endpoint());
        assert!(outcome.status.success(), "{case}: {}\n{}", outcome.status, outcome.output);
        assert_eq!(outcome.values["signal"], "SIGTERM");
        expect_all(&receiver, case);
    }
}

#[test]
fn sigterm_that_nobody_waits_for_any_more_ends_the_process() {
    let receiver = OtlpReceiver::start().unwrap();
    let outcome = signalled("dropped", "TERM", PROTOCOLS[1], &receiver.http_endpoint());
    assert_eq!(outcome.status.signal(), Some(SIGTERM), "{}", outcome.output);
    expect_all(&receiver, "dropped");
}

#[test]
fn sigterm_that_came_before_the_watch_was_dropped_ends_the_process() {
    let receiver = OtlpReceiver::start().unwrap();
    let outcome = end(start("signals/dropped_late", &sending_to(PROTOCOLS[1], &receiver.http_endpoint())));
    assert_eq!(outcome.status.signal(), Some(SIGTERM), "{}", outcome.output);
    expect_all(&receiver, "dropped_late");
}

/// In a container a service may be process 1, to which the kernel does nothing by a signal's default action.
#[test]
fn sigterm_ends_process_1_by_its_exit_code() {
    let Some(namespace) = own_processes() else { return };
    for case in ["init", "init_twice"] {
        let receiver = OtlpReceiver::start().unwrap();
        let endpoint = receiver.http_endpoint();
        let variables = sending_to(PROTOCOLS[1], &endpoint);
        let outcome = end(start_in(namespace, &format!("signals/{case}"), &variables));
        assert_eq!(outcome.values["process"], "1");
        assert_eq!(outcome.status.code(), Some(128 + SIGTERM), "{case}: {}\n{}", outcome.status, outcome.output);
        if case == "init" {
            expect_all(&receiver, case);
        }
    }
}

/// The command that makes a process the first one of a namespace of its own, where the system grants that.
fn own_processes() -> Option<&'static [&'static str]> {
    let commands: [&[&str]; 2] =
        [&["unshare", "--kill-child", "--pid"], &["unshare", "--map-root-user", "--kill-child", "--pid"]];
    let granted = commands.into_iter().find(|command| {
        let tried = Command::new(command[0]).args(&command[1..]).arg("true").stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success())
    });
    if granted.is_none() {
        // It takes rights that are not to be had everywhere, so this is no failure in CI either.
        let _ = writeln!(io::stderr(), "SKIPPED unshare: no process namespace of its own is granted");
    }
    granted
}

/// As a shell starts a program by `&`.
#[cfg(target_os = "linux")]
#[test]
fn sigint_that_the_parent_has_set_to_ignored_stays_ignored() {
    let receiver = OtlpReceiver::start().unwrap();
    let endpoint = receiver.http_endpoint();
    let ignoring = ["sh", "-c", r#"trap "" INT; exec "$@""#, "sh"];
    let mut program = start_in(&ignoring, "signals/ignoring", &sending_to(PROTOCOLS[1], &endpoint));
    program.expect_line(WATCHDOG, "ready=");
    program.signal("INT").unwrap();
    program.signal("TERM").unwrap();
    let outcome = end(program);
    assert_eq!(outcome.status.signal(), Some(SIGTERM), "the other one is watched\n{}", outcome.output);
    expect_all(&receiver, "ignoring");
}

#[cfg(target_os = "linux")]
#[test]
fn sigterm_that_is_ignored_as_well_as_sigint_completes_no_watch() {
    let receiver = OtlpReceiver::start().unwrap();
    let endpoint = receiver.http_endpoint();
    let ignoring = ["sh", "-c", r#"trap "" INT TERM; exec "$@""#, "sh"];
    let outcome = end(start_in(&ignoring, "signals/ignoring_both", &sending_to(PROTOCOLS[1], &endpoint)));
    assert!(outcome.status.success(), "{}\n{}", outcome.status, outcome.output);
    expect_all(&receiver, "ignoring_both");
}

#[test]
fn sigterm_that_cannot_be_watched_ends_the_process() {
    // Telemetry is off and starts no thread; the one that would watch gets no stack of 64 TiB.
    let outcome = end(start("signals/unwatched", &[("RUST_MIN_STACK", "70368744177664")]));
    assert_eq!(outcome.status.signal(), Some(SIGTERM), "{}", outcome.output);
}

#[test]
fn sigterm_with_a_dead_collector_ends_the_process() {
    let nowhere = format!("http://127.0.0.1:{}", free_port().unwrap());
    let outcome = signalled("detached", "TERM", PROTOCOLS[1], &nowhere);
    assert_eq!(outcome.status.signal(), Some(SIGTERM), "{}", outcome.output);
}

#[test]
fn sigterm_with_a_hung_collector_ends_the_process_at_the_deadline() {
    let receiver = OtlpReceiver::start().unwrap();
    receiver.hang();
    for protocol in PROTOCOLS {
        let endpoint = endpoint(protocol, &receiver);
        let waited = end(start("signals/hurried_waited", &sending_to(protocol, &endpoint)));
        assert!(waited.status.success(), "{}\n{}", waited.status, waited.output);
        let took: u64 = waited.values["took_ms"].parse().unwrap();
        assert!((300..=550).contains(&took), "{protocol}: {took} ms");

        let mut program = start("signals/hurried", &sending_to(protocol, &endpoint));
        program.expect_line(WATCHDOG, "ready=");
        let signalled = Instant::now();
        program.signal("TERM").unwrap();
        let outcome = end(program);
        assert_eq!(outcome.status.signal(), Some(SIGTERM), "{}", outcome.output);
        // Sending it and ending take another process and the system their time; a platform waits for some seconds.
        assert!(signalled.elapsed() < Duration::from_secs(5), "{protocol}: {:?}", signalled.elapsed());
    }
}

#[test]
fn a_second_signal_ends_the_process_at_once() {
    let receiver = OtlpReceiver::start().unwrap();
    receiver.hang();
    let mut program = start("signals/patient", &sending_to(PROTOCOLS[0], &receiver.grpc_endpoint()));
    program.expect_line(WATCHDOG, "ready=");
    program.signal("TERM").unwrap();
    program.expect_line(WATCHDOG, "first=");
    program.signal("TERM").unwrap();
    let outcome = end(program);
    assert_eq!(outcome.status.signal(), Some(SIGTERM), "before its hour is over\n{}", outcome.output);
}

pub(crate) fn child(case: &str) {
    let telemetry = telemetry_init::init().unwrap();
    let within = match case {
        "hurried" | "hurried_waited" => Duration::from_millis(300),
        "patient" => Duration::from_secs(3600),
        _ => Duration::from_secs(10),
    };
    let watch = telemetry.shutdown_on_signal(within);
    if case == "unwatched" {
        assert!(watch.is_err());
        low_level::raise(SIGTERM).unwrap();
        panic!("the signal has gone by");
    }
    let watch = watch.unwrap();
    work();
    match case {
        "awaited" => {
            say("ready", "");
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let signalled = runtime.block_on(watch);
            assert!(signalled.signal == Signal::Terminate && !signalled.report.timed_out, "{}", signalled.report);
            say("signal", signalled.signal);
        }
        "waited" => {
            say("ready", "");
            say("signal", watch.wait().signal);
        }
        "hurried_waited" => {
            let signalled = Instant::now();
            low_level::raise(SIGTERM).unwrap();
            assert!(watch.wait().report.timed_out);
            say("took_ms", signalled.elapsed().as_millis());
        }
        "dropped" => {
            drop(watch);
            say("ready", "");
            park();
        }
        "dropped_late" => {
            low_level::raise(SIGTERM).unwrap();
            // The watch has told of the signal once telemetry was shut down, which later calls wait for.
            let told = || format!("{watch:?}").contains("Some(Signalled").then_some(());
            assert!(telemetry_testkit::wait_until(WATCHDOG, told).is_some());
            drop(watch);
            park();
        }
        "loaded" => {
            watch.detach();
            load();
            say("ready", "");
            park();
        }
        "ignoring" => {
            watch.detach();
            let status = std::fs::read_to_string("/proc/self/status").unwrap();
            let mask = |name| {
                let mask = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
                u64::from_str_radix(mask.trim(), 16).unwrap()
            };
            let (interrupt, terminate) = (1 << (SIGINT - 1), 1 << (SIGTERM - 1));
            assert_eq!(mask("SigIgn:") & (interrupt | terminate), interrupt);
            assert_eq!(mask("SigCgt:") & (interrupt | terminate), terminate);
            say("ready", "");
            park();
        }
        "ignoring_both" => {
            for signal in [SIGTERM, SIGINT] {
                low_level::raise(signal).unwrap();
            }
            let mut watch = pin!(watch);
            assert!(watch.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            assert!(!telemetry.shutdown(Duration::from_secs(10)).repeated, "no signal has ended it");
        }
        "init" | "init_twice" => {
            watch.detach();
            say("process", process::id());
            let times = if case == "init" { 1 } else { 2 };
            (0..times).for_each(|_| low_level::raise(SIGTERM).unwrap());
            park();
        }
        "patient" => {
            // A handler of the application's own still gets its signals.
            let mut own = signal_hook::iterator::Signals::new([SIGTERM]).unwrap();
            watch.detach();
            say("ready", "");
            own.forever().next();
            say("first", "");
            park();
        }
        _ => {
            watch.detach();
            say("ready", "");
            park();
        }
    }
}

/// Returns once two threads make spans, which they do from now on.
fn load() {
    let loaded = Arc::new(Barrier::new(3));
    for _ in 0..2 {
        let loaded = Arc::clone(&loaded);
        thread::spawn(move || {
            let load = || drop(tracing::info_span!("load").entered());
            load();
            loaded.wait();
            loop {
                load();
            }
        });
    }
    loaded.wait();
}

/// Until a signal ends the process.
fn park() -> ! {
    loop {
        thread::park();
    }
}
