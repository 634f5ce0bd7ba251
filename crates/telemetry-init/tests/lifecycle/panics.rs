//! Panics in the application: its spans end, its gauges go back, its telemetry leaves.

use std::{
    os::unix::process::ExitStatusExt as _,
    panic::{AssertUnwindSafe, catch_unwind},
    process, thread,
    time::Duration,
};

use metrics_catalog::execution::ExecutionsActive;
use opentelemetry::global;
use signal_hook::{
    consts::{SIGABRT, SIGUSR1},
    iterator::Signals,
};
use telemetry_init::TelemetryGuard;
use telemetry_testkit::{OtlpReceiver, SpanStatus, http_get};

use crate::{
    child::{PROTOCOLS, WATCHDOG, end, endpoint, run, say, sending_to, start},
    work::{SPANS, expect_all, work},
};

#[test]
fn panic_in_user_code_ends_its_span_as_failed_and_its_gauge_goes_back() {
    let receiver = OtlpReceiver::start().unwrap();
    run("panics/caught", &sending_to(PROTOCOLS[0], &endpoint(PROTOCOLS[0], &receiver)));
    let received = receiver.received();
    for name in ["fails", "fails in a task", "around", "fails_instrumented", "fails_instrumented_later"] {
        let [failed] = received.spans_named(name)[..] else { panic!("{name}: {received}") };
        assert_eq!(failed.status, SpanStatus::Error("panicked".to_owned()), "{name}");
    }
    let [after] = received.spans_named("after")[..] else { panic!("{received}") };
    assert_eq!(after.status, SpanStatus::Unset);
    let [cancelled] = received.spans_named("cancelled")[..] else { panic!("{received}") };
    assert_eq!(cancelled.status, SpanStatus::Unset);
    assert_eq!(received.gauge("script.executions.active", &[]).unwrap_or_default().to_string(), "0");
    assert_eq!(received.sum("script.executions.active", &[]).to_string(), "0");
}

#[test]
fn panic_that_ends_main_is_flushed_by_the_guard() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let outcome = end(start("panics/uncaught", &sending_to(protocol, &endpoint(protocol, &receiver))));
        assert_eq!(outcome.status.code(), Some(101), "{}", outcome.output);
        expect_all(&receiver, protocol);
    }
}

#[test]
fn panic_abort_is_flushed_by_the_hook_that_was_asked_for() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let outcome = end(start("panics/abort", &sending_to(protocol, &endpoint(protocol, &receiver))));
        assert_eq!(outcome.status.signal(), Some(SIGABRT), "{}", outcome.output);
        expect_all(&receiver, protocol);
    }
}

#[test]
fn panics_in_a_storm_do_not_each_wait_for_a_hung_collector() {
    let receiver = OtlpReceiver::start().unwrap();
    receiver.hang();
    let outcome = run("panics/storm", &sending_to(PROTOCOLS[0], &endpoint(PROTOCOLS[0], &receiver)));
    assert!(outcome.output.contains("not again"), "the hook of before runs: {}", outcome.output);
}

#[test]
fn panics_that_are_contained_hold_no_scrape_up() {
    let receiver = OtlpReceiver::start().unwrap();
    let endpoint = endpoint(PROTOCOLS[1], &receiver);
    let mut variables = sending_to(PROTOCOLS[1], &endpoint);
    variables.push(("OTEL_METRICS_EXPORTER", "otlp,prometheus"));
    variables.push(("OTEL_EXPORTER_PROMETHEUS_PORT", "0"));
    // Nothing leaves but by a flush.
    variables.extend(["OTEL_BSP_SCHEDULE_DELAY", "OTEL_BLRP_SCHEDULE_DELAY"].map(|delay| (delay, "3600000")));
    variables.push(("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "2048"));
    variables.push(("OTEL_METRIC_EXPORT_INTERVAL", "3600000"));
    let mut program = start("panics/contained", &variables);
    program.expect_line(WATCHDOG, "scraped=");
    assert_eq!(receiver.received().spans_received(), 0, "the callback's panic has flushed nothing");
    program.signal("USR1").unwrap();
    end(program);
    expect_all(&receiver, "contained");
}

#[test]
fn panics_that_are_under_way_are_too_late_for_the_hook() {
    let receiver = OtlpReceiver::start().unwrap();
    run("panics/late", &sending_to(PROTOCOLS[1], &endpoint(PROTOCOLS[1], &receiver)));
    expect_all(&receiver, "late");
}

pub(crate) fn child(case: &str) {
    match case {
        "caught" => caught(),
        "uncaught" => uncaught(),
        "abort" => abort(),
        "storm" => storm(),
        "contained" => contained(),
        "late" => late(),
        other => panic!("no case {other}"),
    }
}

fn caught() {
    let telemetry = telemetry_init::init().unwrap();
    let panicking = || {
        let _span = tracing::info_span!("fails").entered();
        let _active = ExecutionsActive.track();
        panic!("as expected");
    };
    assert!(catch_unwind(AssertUnwindSafe(panicking)).is_err());
    assert!(catch_unwind(fails_instrumented).is_err());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        use tracing::Instrument as _;
        let failing = async {
            let _active = ExecutionsActive.track();
            tokio::task::yield_now().await;
            let around = tracing::info_span!("around");
            async { panic!("as expected") }.instrument(around).await;
        };
        let failing = tokio::spawn(failing.instrument(tracing::info_span!("fails in a task")));
        assert!(failing.await.unwrap_err().is_panic());
        assert!(tokio::spawn(fails_instrumented_later()).await.unwrap_err().is_panic());
        async {}.instrument(tracing::info_span!("after")).await;
        let waiting = async {
            let _active = ExecutionsActive.track();
            std::future::pending::<()>().await;
        };
        let waiting = waiting.instrument(tracing::info_span!("cancelled"));
        tokio::time::timeout(Duration::from_millis(10), waiting).await.unwrap_err();
    });
    telemetry.shutdown(Duration::from_secs(10));
}

#[tracing::instrument]
fn fails_instrumented() {
    let _active = ExecutionsActive.track();
    panic!("as expected");
}

#[tracing::instrument]
async fn fails_instrumented_later() {
    let _active = ExecutionsActive.track();
    tokio::task::yield_now().await;
    panic!("as expected");
}

fn uncaught() {
    let _telemetry = telemetry_init::init().unwrap();
    work();
    panic!("as expected");
}

fn abort() {
    let _telemetry = telemetry_init::init().unwrap().with_panic_flush(Duration::from_secs(10));
    work();
    aborting();
}

/// A panic cannot leave such a function, so it aborts, as every panic does with `panic = "abort"`.
extern "C" fn aborting() {
    panic!("as expected");
}

fn storm() {
    let telemetry = telemetry_init::init().unwrap().with_panic_flush(Duration::from_millis(200));
    work();
    let started = std::time::Instant::now();
    for _ in 0..100 {
        let _ = catch_unwind(|| panic!("not again"));
    }
    assert!(started.elapsed() < Duration::from_secs(10), "100 flushes of 200 ms would take 20 s");
    let report = telemetry.shutdown(Duration::from_millis(200));
    assert_eq!(report.traces.unwrap().accepted, SPANS);
}

fn contained() {
    let mut go_on = Signals::new([SIGUSR1]).unwrap();
    let telemetry = telemetry_init::init().unwrap().with_panic_flush(Duration::from_secs(10));
    let meter = global::meter("callbacks");
    let _broken = meter.u64_observable_gauge("broken").with_callback(|_| panic!("as expected")).build();
    work();
    for _ in 0..2 {
        let address = telemetry.scrape_addresses()[0];
        assert!(http_get(address, "/metrics").unwrap().contains("script_executions_total"));
    }
    say("scraped", "");
    go_on.forever().next();
    // What nothing contains is flushed.
    let _ = catch_unwind(|| panic!("not contained"));
    process::exit(0);
}

struct Late(Option<TelemetryGuard>);

impl Drop for Late {
    fn drop(&mut self) {
        let telemetry = self.0.take().unwrap();
        assert!(thread::panicking());
        drop(telemetry.with_panic_flush(Duration::from_secs(10)));
    }
}

fn late() {
    let late = Late(Some(telemetry_init::init().unwrap()));
    work();
    let panicking = move || {
        let _late = late;
        panic!("as expected");
    };
    assert!(catch_unwind(AssertUnwindSafe(panicking)).is_err());
}
