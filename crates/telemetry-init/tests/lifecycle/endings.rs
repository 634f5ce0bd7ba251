//! Twice, at once, never, too late: telemetry ends once, and whatever comes later is a no-op.

use std::{
    process,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use metrics_catalog::execution::{ExecutionStatus, ExecutionsTotal};
use opentelemetry::{
    global,
    trace::{TraceContextExt as _, Tracer as _, TracerProvider as _},
};
use telemetry_init::{Providers, Settings};
use telemetry_testkit::OtlpReceiver;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::{
    child::{PROTOCOLS, endpoint, run, say, sending_to},
    work::{LOGS, SPANS, expect_all, work},
};

const LONG: Duration = Duration::from_secs(10);

/// Everything arrives in this case; what the child said.
fn delivers_in(case: &str) {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        run(&format!("endings/{case}"), &sending_to(protocol, &endpoint(protocol, &receiver)));
        expect_all(&receiver, case);
    }
}

#[test]
fn shut_down_twice() {
    delivers_in("twice");
}

#[test]
fn shut_down_at_once_from_many_threads() {
    delivers_in("many_threads");
}

#[test]
fn never_shut_down_but_flushed_before_exit() {
    delivers_in("never");
}

#[test]
fn shut_down_after_the_runtime_is_gone() {
    delivers_in("runtime_gone");
}

#[test]
fn shut_down_while_an_export_is_under_way() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        receiver.slow_down(Duration::from_millis(200));
        run("endings/exporting", &sending_to(protocol, &endpoint(protocol, &receiver)));
        expect_all(&receiver, protocol);
    }
}

#[test]
fn shut_down_while_clones_of_the_providers_live() {
    delivers_in("clones");
}

#[test]
fn spans_that_were_never_entered_are_counted_as_open() {
    let receiver = OtlpReceiver::start().unwrap();
    run("endings/open", &sending_to(PROTOCOLS[1], &receiver.http_endpoint()));
    assert_eq!(receiver.received().spans_received(), 11);
    let mut variables = sending_to(PROTOCOLS[1], "http://127.0.0.1:9");
    variables.push(("OTEL_TRACES_SAMPLER", "always_off"));
    run("endings/open_unsampled", &variables);
}

#[test]
fn emit_after_shutdown() {
    delivers_in("emit_after");
}

#[test]
fn double_start_from_eight_threads() {
    delivers_in("double_start");
}

#[test]
fn flush_race_of_eight_producers_loses_nothing() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let mut variables = sending_to(protocol, "");
        let endpoint = endpoint(protocol, &receiver);
        variables[0].1 = &endpoint;
        variables.push(("OTEL_BSP_MAX_QUEUE_SIZE", "100000"));
        variables.push(("OTEL_BLRP_MAX_QUEUE_SIZE", "100000"));
        let outcome = run("endings/flush_race", &variables);
        let number = |key: &str| outcome.values[key].parse::<u64>().unwrap();
        let received = receiver.received();
        assert_eq!(received.spans_received(), number("spans_exported"), "{protocol}");
        assert_eq!(received.logs_received, number("logs_exported"), "{protocol}");
        assert_eq!((number("spans_unsent"), number("logs_unsent")), (0, 0), "{protocol}");
    }
}

#[test]
fn hung_collector_ends_within_the_one_deadline() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        receiver.hang();
        let outcome = run("endings/hung", &sending_to(protocol, &endpoint(protocol, &receiver)));
        // The deadline is for all signals together: three in a row would take 1.5 s.
        let took: u64 = outcome.values["took_ms"].parse().unwrap();
        println!("{protocol}: {took} ms of 500");
        assert!((500..=750).contains(&took), "{protocol}: {took} ms");
        assert_eq!(outcome.values["unsent_spans"], SPANS.to_string(), "{protocol}");
        assert!(outcome.values["unsent_logs"].parse::<u64>().unwrap() >= LOGS, "{protocol}");
    }
}

pub(crate) fn child(case: &str) {
    match case {
        "twice" => twice(),
        "many_threads" => many_threads(),
        "never" => never(),
        "runtime_gone" => runtime_gone(),
        "exporting" => exporting(),
        "clones" => clones(),
        "open" => open(),
        "open_unsampled" => open_unsampled(),
        "emit_after" => emit_after(),
        "double_start" => double_start(),
        "flush_race" => flush_race(),
        "hung" => hung(),
        other => panic!("no case {other}"),
    }
}

fn twice() {
    let telemetry = telemetry_init::init().unwrap();
    work();
    // Whatever time is asked for, it must not overflow.
    let first = telemetry.shutdown(Duration::MAX);
    let second = telemetry.shutdown(Duration::ZERO);
    assert!(!first.repeated && second.repeated);
    assert_eq!((first.traces, first.logs, first.metrics), (second.traces, second.logs, second.metrics));
}

fn many_threads() {
    let telemetry = Arc::new(telemetry_init::init().unwrap());
    work();
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let telemetry = Arc::clone(&telemetry);
            thread::spawn(move || (0..25).filter(|_| !telemetry.shutdown(LONG).repeated).count())
        })
        .collect();
    let firsts: usize = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
    assert_eq!(firsts, 1);
}

fn never() {
    let telemetry = telemetry_init::init().unwrap();
    work();
    telemetry.flush(LONG);
    process::exit(0);
}

fn runtime_gone() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let telemetry = runtime.block_on(async {
        let telemetry = telemetry_init::init().unwrap();
        tokio::spawn(async { work() }).await.unwrap();
        telemetry
    });
    runtime.shutdown_background();
    assert!(!telemetry.shutdown(LONG).timed_out);
}

fn exporting() {
    let telemetry = Arc::new(telemetry_init::init().unwrap());
    // More than a batch, which leaves at once.
    work();
    let flusher = {
        let telemetry = Arc::clone(&telemetry);
        thread::spawn(move || telemetry.flush(LONG))
    };
    let report = telemetry.shutdown(LONG);
    assert!(!report.timed_out && !flusher.join().unwrap().timed_out, "{report}");
    let (spans, logs) = (report.traces.unwrap(), report.logs.unwrap());
    assert_eq!((spans.exported, spans.unsent, logs.unsent), (SPANS, 0, 0));
}

fn clones() {
    let telemetry = telemetry_init::init().unwrap();
    let tracers = global::tracer_provider();
    let meters = global::meter_provider();
    let counter = meters.meter("clone").u64_counter("clones").build();
    let clones = (tracers.clone(), meters.clone(), tracers.tracer("clone"));
    work();
    drop(telemetry);
    counter.add(1, &[]);
    drop(clones.2.start("too late"));
}

fn open() {
    let telemetry = telemetry_init::init().unwrap();
    let open = || telemetry.flush(LONG).open_spans;
    let held = tracing::info_span!("held");
    let entered = tracing::info_span!("entered").entered();
    let left = tracing::info_span!("left");
    left.in_scope(|| ());
    assert_eq!(open(), 3);
    // Each of these begins otherwise than by being entered.
    let parent = tracing::info_span!("parent");
    let child = tracing::info_span!(parent: &parent, "child");
    let asked = tracing::info_span!("asked for its context");
    assert!(asked.context().span().span_context().is_sampled());
    let followed = tracing::info_span!("followed");
    left.follows_from(&followed);
    assert_eq!(open(), 7);
    // They are entered after all, and nothing is counted twice or gets another's beginning.
    for span in [&parent, &asked, &followed, &parent] {
        span.in_scope(|| drop(global::tracer("other").start("inside")));
    }
    assert_eq!(open(), 7);
    drop((parent, child, asked, followed));
    drop(tracing::info_span!("closed at once"));
    assert_eq!(open(), 3);
    drop((left, entered));
    let threads: Vec<_> = [&held; 4].into_iter().cloned().map(|held| thread::spawn(move || drop(held))).collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let report = telemetry.shutdown(LONG);
    assert_eq!(report.open_spans, 1, "{report}");
    drop(held);
    assert_eq!(open(), 0);
}

fn open_unsampled() {
    let telemetry = telemetry_init::init().unwrap();
    let open = || telemetry.flush(Duration::ZERO).open_spans;
    let held = tracing::info_span!("held");
    assert_eq!(open(), 1, "nobody has decided yet");
    held.in_scope(|| assert_eq!(open(), 0));
    drop(held);
    assert_eq!(open(), 0);
}

fn emit_after() {
    let telemetry = telemetry_init::init().unwrap();
    work();
    let report = telemetry.shutdown(LONG);
    for number in 0..10_000 {
        tracing::info_span!("late").in_scope(|| tracing::info!(number, "late"));
        ExecutionsTotal { status: ExecutionStatus::Completed, lang_and_version: &number.to_string() }.inc();
    }
    work();
    drop(global::tracer("late").start("late"));
    global::meter("late").u64_counter("late").build().add(1, &[]);
    let again = telemetry.flush(LONG);
    assert_eq!(again.traces.unwrap().exported, report.traces.unwrap().exported);
    assert_eq!(again.logs.unwrap().exported, report.logs.unwrap().exported);
    assert_eq!(again.metrics.unwrap().exported, report.metrics.unwrap().exported);
    assert_eq!(again.open_spans, 0);
}

fn double_start() {
    let threads: Vec<_> = (0..8).map(|_| thread::spawn(telemetry_init::init)).collect();
    let mut started: Vec<_> = threads.into_iter().filter_map(|thread| thread.join().unwrap().ok()).collect();
    assert_eq!(started.len(), 1, "the others are errors, not panics");
    work();
    started.pop().unwrap().shutdown(LONG);
}

fn flush_race() {
    let telemetry = Arc::new(telemetry_init::init().unwrap());
    let producers: Vec<_> = (0..8).map(|_| thread::spawn(|| (0..5).for_each(|_| work()))).collect();
    let flusher = {
        let telemetry = Arc::clone(&telemetry);
        thread::spawn(move || (0..20).filter(|_| telemetry.flush(LONG).timed_out).count())
    };
    assert_eq!(flusher.join().unwrap(), 0, "the collector is healthy");
    telemetry.shutdown(LONG);
    for producer in producers {
        producer.join().unwrap();
    }
    // After the producers, so that it is final; the shutdown has its own, made in the middle.
    let report = telemetry.flush(LONG);
    let (spans, logs) = (report.traces.unwrap(), report.logs.unwrap());
    assert_eq!(spans.accepted, spans.exported + spans.dropped + spans.unsent, "{report}");
    say("spans_exported", spans.exported);
    say("logs_exported", logs.exported);
    say("spans_unsent", spans.unsent);
    say("logs_unsent", logs.unsent);
}

fn hung() {
    let environment = telemetry_init::ProcessEnvironment;
    let telemetry = Providers::build(Settings::from_environment(&environment).0).unwrap().install().unwrap();
    work();
    let started = Instant::now();
    let report = telemetry.shutdown(Duration::from_millis(500));
    say("took_ms", started.elapsed().as_millis());
    assert!(report.timed_out, "{report}");
    say("unsent_spans", report.traces.unwrap().unsent);
    say("unsent_logs", report.logs.unwrap().unsent);
}
