//! Callbacks of observable instruments that panic, hang or make instruments: the others go on.

use std::{
    sync::mpsc,
    time::{Duration, Instant},
};

use opentelemetry::global;
use telemetry_testkit::{OtlpReceiver, http_get};

use crate::child::{PROTOCOLS, WATCHDOG, endpoint, run, sending_to};

#[test]
fn panic_in_a_callback_and_slow_or_reentrant_callback_stop_no_other_metric() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let endpoint = endpoint(protocol, &receiver);
        let mut variables = sending_to(protocol, &endpoint);
        variables.push(("OTEL_EXPORTER_PROMETHEUS_PORT", "0"));
        variables.push(("OTEL_METRICS_EXPORTER", "otlp,prometheus"));
        let outcome = run("callbacks", &variables);
        let received = receiver.received();
        for number in 0..9 {
            let name = format!("good.{number}");
            assert_eq!(received.gauge(&name, &[]), Some(f64::from(number)), "{protocol} {name}\n{}", outcome.output);
        }
        assert_eq!(received.sum("made.in.a.callback", &[]).to_string(), "1", "{protocol}");
        assert_eq!(received.spans_received(), 1, "{protocol}");
        let warnings = outcome.output.lines().filter(|line| line.contains("WARN") && line.contains("panicked")).count();
        assert_eq!(warnings, 1, "{protocol}: {}", outcome.output);
    }
}

pub(crate) fn child() {
    let telemetry = telemetry_init::init().unwrap();
    let meter = global::meter("callbacks");
    let _broken = meter.u64_observable_gauge("broken").with_callback(|_| panic!("as expected")).build();
    let good: Vec<_> = (0..9_u64)
        .map(|number| {
            let name = format!("good.{number}");
            meter.u64_observable_gauge(name).with_callback(move |gauge| gauge.observe(number, &[])).build()
        })
        .collect();
    let inner = meter.clone();
    let _reentrant = meter
        .u64_observable_gauge("reentrant")
        .with_callback(move |_| {
            static ONCE: std::sync::Once = std::sync::Once::new();
            ONCE.call_once(|| inner.u64_counter("made.in.a.callback").build().add(1, &[]));
        })
        .build();
    telemetry.flush(WATCHDOG);
    telemetry.flush(WATCHDOG);

    let (entered, slow) = mpsc::channel();
    let _slow = meter
        .u64_observable_gauge("slow")
        .with_callback(move |_| {
            entered.send(()).ok();
            // Longer than any test waits; the process ends first.
            std::thread::park_timeout(Duration::from_secs(3600));
        })
        .build();
    drop(tracing::info_span!("not held up").entered());
    let report = telemetry.flush(Duration::from_secs(2));
    slow.recv_timeout(WATCHDOG).unwrap();
    let spans = report.traces.unwrap();
    assert_eq!((spans.accepted, spans.exported), (1, 1), "a slow callback holds up no span: {report}");
    let begun = Instant::now();
    let scrape = telemetry.scrape_addresses().first().map(|address| http_get(*address, "/metrics"));
    // A scraper that says nothing about its own limit is answered within five seconds in any case.
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    match scrape {
        // With the last complete data or 503.
        Some(Ok(body)) => assert!(body.contains("good_3"), "{body}"),
        Some(Err(error)) => assert!(error.to_string().contains("503"), "{error}"),
        None => panic!("the endpoint was asked for"),
    }
    let begun = Instant::now();
    let report = telemetry.shutdown(Duration::from_millis(500));
    assert!(begun.elapsed() < Duration::from_millis(750), "{:?}", begun.elapsed());
    assert!(report.failed_collections > 0, "what the flush could not collect is said: {report}");
    assert_eq!(report.traces.unwrap().unsent, 0);
    drop(good);
}
