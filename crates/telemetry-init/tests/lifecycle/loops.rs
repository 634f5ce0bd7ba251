//! Telemetry about telemetry: our own export causes none, and of the application's nothing is left out.

use std::{fmt, sync::mpsc, time::Duration};

use telemetry_init::{ProcessEnvironment, Providers, Settings, TelemetryGuard};
use telemetry_testkit::OtlpReceiver;
use tracing::level_filters::LevelFilter;

use crate::child::{PROTOCOLS, endpoint, run, say, sending_to};

#[test]
fn telemetry_about_telemetry_ends_after_two_requests() {
    let threads: Vec<_> = PROTOCOLS
        .into_iter()
        .map(|protocol| {
            std::thread::spawn(move || {
                let receiver = OtlpReceiver::start().unwrap();
                let endpoint = endpoint(protocol, &receiver);
                let mut variables = sending_to(protocol, &endpoint);
                variables.retain(|(name, _)| *name != "RUST_LOG");
                variables.extend([("RUST_LOG", "trace"), ("OTEL_BLRP_SCHEDULE_DELAY", "100")]);
                let outcome = run("loops/quiet", &variables);
                let received = receiver.received();
                assert!(received.requests.logs.count <= 2, "{protocol}: {}", received.requests.logs.count);
                let own = received.logs.iter().filter(|log| log.body.starts_with("my own")).count();
                assert_eq!(own, 5, "{protocol}: {received}");
                // The transport did say something, on the console.
                assert!(outcome.output.contains("hyper"), "{protocol}");
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn spans_of_the_users_own_targets_are_all_kept() {
    let receiver = OtlpReceiver::start().unwrap();
    run("loops/targets", &sending_to(PROTOCOLS[1], &receiver.http_endpoint()));
    let received = receiver.received();
    for name in TARGETS {
        assert_eq!(received.spans_named(name).len(), 1, "{name}: {received}");
        assert!(received.logs.iter().any(|log| log.body.contains(name)), "{name}: {received}");
    }
}

#[test]
fn reentrancy_of_values_that_log_and_start_spans_does_not_deadlock() {
    let receiver = OtlpReceiver::start().unwrap();
    let outcome = run("loops/reentrant", &sending_to(PROTOCOLS[0], &receiver.grpc_endpoint()));
    assert_eq!(outcome.values["back"], "yes");
    assert_eq!(receiver.received().spans_named("outer").len(), 1);
}

pub(crate) fn child(case: &str) {
    match case {
        "quiet" => quiet(),
        "targets" => targets(),
        "reentrant" => reentrant(),
        other => panic!("no case {other}"),
    }
}

/// As detailed as it gets, for the console and for export.
fn everything() -> TelemetryGuard {
    let (mut settings, _) = Settings::from_environment(&ProcessEnvironment);
    settings.span_level = LevelFilter::TRACE;
    settings.log_level = LevelFilter::TRACE;
    Providers::build(settings).unwrap().install().unwrap()
}

fn quiet() {
    let telemetry = everything();
    for number in 0..5 {
        tracing::info!("my own record {number}");
    }
    // Nothing is waited for: it is the time in which a loop would show.
    let (_kept, never) = mpsc::channel::<()>();
    never.recv_timeout(Duration::from_secs(5)).unwrap_err();
    // Not shut down, which would send once more.
    std::mem::forget(telemetry);
}

/// Targets that a filter by the transport's names would delete as well.
const TARGETS: [&str; 8] = [
    "tower_http::trace",
    "tower_sessions::service",
    "reqwest_middleware",
    "reqwest_tracing",
    "tonic_health",
    "tonic_web::service",
    "hyper_staticfile",
    "h2_app",
];

fn targets() {
    let telemetry = everything();
    macro_rules! record {
        ($($target:literal),*) => {
            $(tracing::info_span!(target: $target, $target).in_scope(|| tracing::info!(target: $target, $target));)*
        };
    }
    record!(
        "tower_http::trace",
        "tower_sessions::service",
        "reqwest_middleware",
        "reqwest_tracing",
        "tonic_health",
        "tonic_web::service",
        "hyper_staticfile",
        "h2_app"
    );
    telemetry.shutdown(Duration::from_secs(10));
}

/// A value that uses telemetry while telemetry looks at it.
struct Talkative;

impl fmt::Debug for Talkative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        tracing::info_span!("while formatting").in_scope(|| tracing::info!("while formatting"));
        let _current = tracing::Span::current();
        let _ctx = opentelemetry::Context::current();
        f.write_str("talkative")
    }
}

impl Drop for Talkative {
    fn drop(&mut self) {
        tracing::info!("while dropping");
    }
}

fn reentrant() {
    let telemetry = everything();
    tracing::info_span!("outer", value = ?Talkative).in_scope(|| tracing::info!(value = ?Talkative, "{:?}", Talkative));
    telemetry.shutdown(Duration::from_secs(10));
    say("back", "yes");
}
