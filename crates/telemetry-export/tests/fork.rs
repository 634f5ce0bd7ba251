//! A process that forks without `exec`: the child waits for nothing and sends nothing, and the parent does not notice.
//!
//! A program of its own, because a child should have copied as few other tests as possible.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::similar_names,
    missing_docs,
    reason = "a test fails by panicking, and the receiver's content is called received"
)]

#[path = "it/service.rs"]
mod service;

use std::{
    io::{Read as _, Write as _},
    os::unix::net::UnixStream,
    panic::{AssertUnwindSafe, catch_unwind},
    process,
    time::{Duration, Instant},
};

use fork::Fork;
use telemetry_testkit::OtlpReceiver;

use crate::service::{PATIENCE, PROTOCOLS, Service, logs, points, spans, watched};

/// What the child does; it never comes back.
fn child(service: Service, mut answer: UnixStream) -> ! {
    let lived = catch_unwind(AssertUnwindSafe(|| {
        service.record_spans(3000);
        service.record_logs(1000);
        service.count_job();
        let flushed = service.export.flush(PATIENCE);
        assert!(service.tracers.force_flush().is_err(), "there is nobody to flush");
        let report = service.export.shutdown(PATIENCE);
        assert!(flushed.timed_out && report.timed_out && !report.repeated);
        write!(answer, "{:?} {:?} {:?}", spans(&report), logs(&report), points(&report)).unwrap();
        drop(service);
    }));
    process::exit(i32::from(lived.is_err()));
}

#[test]
fn fork_without_exec_leaves_a_child_that_sends_nothing_and_a_parent_that_goes_on() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let service = Service::start(protocol, &receiver);
        service.record_spans(5);
        assert_eq!(spans(&service.export.flush(PATIENCE)), [5, 5, 0, 0, 0, 0], "there is a connection to inherit");
        service.record_spans(10);

        let (mut answer, ours) = UnixStream::pair().unwrap();
        answer.set_read_timeout(Some(PATIENCE)).unwrap();
        let began = Instant::now();
        let Fork::Parent(id) = fork::fork().unwrap() else { child(service, ours) };
        drop(ours);
        let mut report = String::new();
        answer.read_to_string(&mut report).unwrap();
        let status = watched(move || fork::waitpid(id).unwrap());
        assert!(began.elapsed() < Duration::from_secs(1), "{protocol:?}: {:?}", began.elapsed());
        // Ten were in the queue that it copied, and five had been exported before.
        let counted = "[3015, 5, 0, 0, 962, 2048] [1000, 0, 0, 0, 0, 1000] [0, 0, 0, 0, 0, 0]";
        assert_eq!((status, report.as_str()), (0, counted), "{protocol:?}");

        assert_eq!(receiver.received().spans_received(), 5, "{protocol:?}: the child has sent nothing");
        assert_eq!(spans(&service.export.flush(PATIENCE)), [15, 15, 0, 0, 0, 0], "{protocol:?}");
        service.record_spans(20);
        service.count_job();
        let report = service.export.shutdown(PATIENCE);
        assert_eq!((spans(&report), report.timed_out), ([35, 35, 0, 0, 0, 0], false), "{protocol:?}");
        assert_eq!((points(&report)[1], logs(&report)), (1, [0; 6]));
        let received = receiver.received();
        assert_eq!((received.spans_received(), received.logs_received), (35, 0), "{protocol:?}");
    }
}
