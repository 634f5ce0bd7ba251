//! Collectors that are away, come back, hang or refuse a part: the counts stay exact.

use std::{
    net::TcpListener,
    panic,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::Response;
use telemetry_export::{BatchOptions, Protocol, Target};
use telemetry_testkit::{Fault, FaultReceiver, OtlpReceiver, free_port, wait_until};

use crate::service::{GRACE, PATIENCE, PROTOCOLS, Service, base, points, spans, watched};

#[test]
fn collector_down_at_start_gets_everything_once_it_is_up() {
    for protocol in PROTOCOLS {
        let (grpc, http) = (free_port().unwrap(), free_port().unwrap());
        let port = if protocol == Protocol::Grpc { grpc } else { http };
        let base = format!("http://127.0.0.1:{port}");
        let service = Service::start_with(protocol, &base, |target| target, BatchOptions::default());
        service.record_spans(100);
        let receiver = OtlpReceiver::start_on(grpc, http).unwrap();
        service.record_spans(100);
        assert_eq!(spans(&service.export.shutdown(PATIENCE)), [200, 200, 0, 0, 0, 0], "{protocol:?}");
        assert_eq!(receiver.received().spans_received(), 200);
    }
}

#[test]
fn collector_down_everything_fails_and_is_counted() {
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
fn collector_dies_midway_and_gets_later_what_is_recorded_later() {
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
fn partial_success_of_every_signal_is_counted() {
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
fn hung_collector_does_not_hold_up_the_shutdown() {
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
        assert!(took <= Duration::from_millis(300) + GRACE, "{took:?}");
    }
}

#[test]
fn hung_collector_that_recovers_gets_everything() {
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
fn hung_collector_costs_one_request_its_timeout() {
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
fn slow_collector_backpressure_drops_the_newest_and_counts_exactly() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        receiver.slow_down(Duration::from_millis(20));
        let options = BatchOptions::default().with_max_queue_size(1000).with_max_batch_size(100);
        let service = Service::start_with(protocol, &base(protocol, &receiver), |target| target, options);
        service.record_spans(20_000);
        let report = service.export.shutdown(PATIENCE);
        let [accepted, exported, rejected, failed, dropped, unsent] = spans(&report);
        assert_eq!((accepted, rejected, failed, unsent), (20_000, 0, 0, 0), "{protocol:?}");
        assert!(dropped > 0 && exported >= 1000, "{report:?}");
        assert_eq!(receiver.received().spans_received() + dropped, 20_000);
    }
}

#[test]
fn shutdown_while_exporting_ends_at_its_deadline() {
    for protocol in PROTOCOLS {
        let slow = Response::new(Bytes::from(vec![0; 10_000]));
        let server = FaultReceiver::start(move |_| Fault::Drip(slow.clone())).unwrap();
        let service = Service::start_with(protocol, server.endpoint(), |target| target, BatchOptions::default());
        service.record_spans(512);
        wait_until(PATIENCE, || (!server.requests().is_empty()).then_some(())).unwrap();
        let (report, took) = watched(move || {
            let started = Instant::now();
            let report = service.export.shutdown(Duration::from_millis(500));
            (report, started.elapsed())
        });
        let [accepted, exported, .., unsent] = spans(&report);
        assert_eq!((accepted, exported), (512, 0), "{protocol:?} {report:?}");
        assert!(report.timed_out == (unsent > 0), "{report:?}");
        assert!(took <= Duration::from_millis(500) + GRACE, "{took:?}");
    }
}

#[test]
fn continues_after_errors_with_the_next_batch() {
    for protocol in PROTOCOLS {
        let server = FaultReceiver::start(move |request| match request % 2 {
            0 if protocol == Protocol::Grpc => Fault::grpc(13),
            0 => Fault::status(500),
            _ => Fault::Accept,
        })
        .unwrap();
        let service = Service::start_with(protocol, server.endpoint(), |target| target, BatchOptions::default());
        for _ in 0..10 {
            service.record_spans(3);
            service.tracers.force_flush().unwrap();
        }
        assert_eq!(spans(&service.export.flush(PATIENCE)), [30, 15, 0, 15, 0, 0], "{protocol:?}");
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
