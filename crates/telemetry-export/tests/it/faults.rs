//! Collectors that are away, come back, hang or refuse a part: the counts stay exact.

use std::{
    net::TcpListener,
    panic,
    time::{Duration, Instant},
};

use telemetry_export::{BatchOptions, Target};
use telemetry_testkit::OtlpReceiver;

use crate::service::{PATIENCE, PROTOCOLS, Service, base, points, spans, watched};

#[test]
fn without_a_collector_everything_fails_and_is_counted() {
    for protocol in PROTOCOLS {
        let service = Service::start_with(protocol, &nowhere(), |target| target, BatchOptions::default());
        service.record_spans(600);
        service.count_job();
        let report = service.export.flush(PATIENCE);
        assert_eq!(spans(&report), [600, 0, 0, 600, 0, 0], "{protocol:?}");
        assert_eq!(points(&report), [1, 0, 0, 1, 0, 0]);
        assert!(!report.timed_out, "failing is an outcome, not a delay");
    }
}

#[test]
fn a_collector_that_dies_and_comes_back_gets_what_is_recorded_later() {
    for protocol in PROTOCOLS {
        let first = OtlpReceiver::start().unwrap();
        let service = Service::start(protocol, &first);
        service.record_spans(1);
        service.count_job();
        assert_eq!(spans(&service.export.flush(PATIENCE)), [1, 1, 0, 0, 0, 0], "{protocol:?}");

        first.stop();
        service.record_spans(2);
        assert_eq!(spans(&service.export.flush(PATIENCE)), [3, 1, 0, 2, 0, 0], "{protocol:?}");

        let second = OtlpReceiver::start_on(first.grpc_port(), first.http_port()).unwrap();
        service.record_spans(4);
        let report = service.export.shutdown(PATIENCE);
        assert_eq!(spans(&report), [7, 5, 0, 2, 0, 0], "{protocol:?}");
        assert_eq!(second.received().spans_received(), 4);
        assert_eq!(second.received().sum("jobs", &[]).to_string(), "1");
    }
}

#[test]
fn what_a_collector_refuses_is_counted_and_not_sent_again() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        receiver.reject(3);
        let service = Service::start(protocol, &receiver);
        service.record_spans(5);
        service.count_job();
        let report = service.export.shutdown(PATIENCE);
        assert_eq!(spans(&report), [5, 2, 3, 0, 0, 0], "{protocol:?}");
        assert_eq!(points(&report), [1, 0, 1, 0, 0, 0]);
        assert_eq!(receiver.received().spans_received(), 2);
        assert_eq!(receiver.received().requests.traces.count, 1);
    }
}

#[test]
fn a_shutdown_does_not_wait_for_a_hanging_collector() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        receiver.hang();
        // Without any limit per request, only the deadline of the shutdown ends it.
        let service = Service::start_with(
            protocol,
            &base(protocol, &receiver),
            |target| target.with_timeout(None),
            BatchOptions::default(),
        );
        service.record_spans(1300);
        service.count_job();
        let (report, took) = watched(move || {
            let started = Instant::now();
            let report = service.export.shutdown(Duration::from_millis(300));
            (report, started.elapsed())
        });
        assert_eq!(spans(&report), [1300, 0, 0, 0, 0, 1300], "{protocol:?}");
        assert_eq!(points(&report), [1, 0, 0, 0, 0, 1]);
        assert!(report.timed_out);
        assert!(took < Duration::from_secs(5), "{took:?}");
    }
}

#[test]
fn a_flush_that_times_out_loses_nothing() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        receiver.hang();
        let service = Service::start(protocol, &receiver);
        service.record_spans(700);
        let report = service.export.flush(Duration::from_millis(100));
        assert_eq!(spans(&report), [700, 0, 0, 0, 0, 700], "{protocol:?}");
        assert!(report.timed_out);

        receiver.answer();
        let report = service.export.flush(PATIENCE);
        assert_eq!(spans(&report), [700, 700, 0, 0, 0, 0], "{protocol:?}");
        assert_eq!(receiver.received().spans_received(), 700);
    }
}

#[test]
fn a_request_without_an_answer_fails_at_its_timeout_and_the_next_one_goes_on() {
    let short = |target: Target| target.with_timeout(Some(Duration::from_millis(200)));
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let service = Service::start_with(protocol, &base(protocol, &receiver), short, BatchOptions::default());
        receiver.hang();
        service.record_spans(1);
        assert_eq!(spans(&service.export.flush(PATIENCE)), [1, 0, 0, 1, 0, 0], "{protocol:?}");

        receiver.answer();
        let delivered = (0..50).any(|_| {
            service.record_spans(1);
            service.export.flush(PATIENCE).traces.unwrap().exported > 0
        });
        assert!(delivered, "{protocol:?}: {:?}", service.export);
    }
}

#[test]
fn a_callback_that_panics_costs_one_collection() {
    let receiver = OtlpReceiver::start().unwrap();
    let service = Service::start(PROTOCOLS[0], &receiver);
    service
        .meter()
        .u64_observable_gauge("broken")
        .with_callback(|_| panic::resume_unwind(Box::new("a panic without a message on the terminal")))
        .build();
    service.record_spans(1);
    let report = service.export.flush(PATIENCE);
    assert_eq!(report.failed_collections, 1);
    assert_eq!(spans(&report), [1, 1, 0, 0, 0, 0], "spans go on");
    let report = service.export.shutdown(PATIENCE);
    assert_eq!(report.failed_collections, 2, "so does the loop");
    assert!(!report.timed_out);
}

#[test]
fn collecting_from_a_provider_that_is_gone_is_a_failed_collection() {
    let receiver = OtlpReceiver::start().unwrap();
    let service = Service::start(PROTOCOLS[1], &receiver);
    service.count_job();
    service.meters.shutdown().unwrap();
    let report = service.export.shutdown(PATIENCE);
    assert_eq!((report.failed_collections, points(&report)), (1, [0; 6]));
}

/// A port that nobody listens on.
fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}
