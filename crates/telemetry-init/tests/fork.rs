//! A process that forks without `exec`, with the whole of telemetry: the child waits for nothing and says nothing of its
//! parent's.
//!
//! A program of its own, because a child should have copied as few other tests as possible.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a test fails by panicking")]

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
    io::{Read as _, Write as _},
    os::unix::net::UnixStream,
    panic::{AssertUnwindSafe, catch_unwind},
    process,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use fork::Fork;
use metrics_catalog::execution::{ExecutionStatus, ExecutionsTotal};
use telemetry_init::{Providers, Settings, TelemetryGuard};
use telemetry_testkit::{OtlpReceiver, wait_until};
use tracing::{Event, Level, Subscriber, field::Field};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt as _},
};

const PATIENCE: Duration = Duration::from_secs(30);

/// How often this process has said that a metric has too many values.
static SAID: AtomicUsize = AtomicUsize::new(0);

struct Listen;

impl<S: Subscriber> Layer<S> for Listen {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut text = String::new();
        event.record(&mut |_: &Field, value: &dyn fmt::Debug| write!(text, "{value:?}").unwrap());
        if *event.metadata().level() == Level::WARN && text.contains("script.executions.total") {
            SAID.fetch_add(1, Ordering::AcqRel);
        }
    }
}

#[test]
fn a_forked_child_waits_for_nothing_and_leaves_it_to_its_parent_to_say_what_it_met() {
    let receiver = OtlpReceiver::start().unwrap();
    let endpoint = receiver.http_endpoint();
    let telemetry = start(&endpoint);
    drop(tracing::info_span!("before").entered());
    for number in 0..100 {
        ExecutionsTotal { status: ExecutionStatus::Completed, lang_and_version: &number.to_string() }.inc();
    }
    let said = || SAID.load(Ordering::Acquire);
    assert!(wait_until(PATIENCE, || (said() == 1).then_some(())).is_some(), "when it first happens");

    let (mut answer, ours) = UnixStream::pair().unwrap();
    answer.set_read_timeout(Some(PATIENCE)).unwrap();
    let Fork::Parent(child) = fork::fork().unwrap() else { in_the_child(telemetry, ours) };
    drop(ours);
    let mut from_child = String::new();
    answer.read_to_string(&mut from_child).unwrap();
    assert_eq!(from_child, "said 0");
    assert_eq!(fork::waitpid(child).unwrap(), 0);
    assert_eq!(receiver.received().spans_received(), 0, "the child has sent nothing");

    let report = telemetry.shutdown(PATIENCE);
    assert!(!report.timed_out && !report.repeated, "{report}");
    assert_eq!(receiver.received().spans_received(), 1);
    assert_eq!(said(), 2, "and how often at the end");
}

/// Everything that has a thread: the export, the console exporter, the scrape endpoint.
fn start(endpoint: &str) -> TelemetryGuard {
    let environment = BTreeMap::from([
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
        ("OTEL_TRACES_EXPORTER", "otlp,console"),
        ("OTEL_METRICS_EXPORTER", "otlp,prometheus"),
        ("OTEL_LOGS_EXPORTER", "none"),
        ("OTEL_EXPORTER_PROMETHEUS_HOST", "127.0.0.1"),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", "0"),
        // Nothing leaves before the end.
        ("OTEL_BSP_SCHEDULE_DELAY", "3600000"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "3600000"),
    ]);
    let (settings, diagnostics) = Settings::from_environment(&environment);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let providers = Providers::build(settings).unwrap();
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Listen).with(providers.layer()))
        .unwrap();
    providers.install_without_subscriber().unwrap()
}

/// It never comes back.
fn in_the_child(telemetry: TelemetryGuard, mut answer: UnixStream) -> ! {
    let lived = catch_unwind(AssertUnwindSafe(|| {
        SAID.store(0, Ordering::Release);
        let started = Instant::now();
        let (flushed, ended) = (telemetry.flush(PATIENCE), telemetry.shutdown(PATIENCE));
        drop(telemetry);
        assert!(started.elapsed() < PATIENCE / 2, "{:?}", started.elapsed());
        assert!(flushed.timed_out && ended.timed_out && !ended.repeated, "{flushed}\n{ended}");
        write!(answer, "said {}", SAID.load(Ordering::Acquire)).unwrap();
    }));
    process::exit(i32::from(lived.is_err()));
}
