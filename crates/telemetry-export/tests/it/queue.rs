//! A queue that is full drops the newest, and counts.

use telemetry_export::BatchOptions;
use telemetry_testkit::OtlpReceiver;

use crate::service::{PATIENCE, PROTOCOLS, Service, base, spans};

#[test]
fn what_does_not_fit_is_dropped_and_counted() {
    let receiver = OtlpReceiver::start().unwrap();
    receiver.hang();
    let options = BatchOptions::default().with_max_queue_size(10).with_max_batch_size(10);
    let service = Service::start_with(PROTOCOLS[0], &base(PROTOCOLS[0], &receiver), |target| target, options);
    service.record_spans(1_000);
    receiver.answer();
    let report = service.export.shutdown(PATIENCE);
    let [accepted, exported, rejected, failed, dropped, unsent] = spans(&report);
    assert_eq!((accepted, rejected, failed, unsent), (1_000, 0, 0, 0));
    // While the first batch hangs, ten more wait; the thread may take the first one in parts.
    assert!(exported >= 10 && dropped >= 900, "{report:?}");
    assert_eq!(receiver.received().spans_received(), exported);
}
