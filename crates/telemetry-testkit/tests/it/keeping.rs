//! What is kept, how it is asked for, and how it prints.

use std::{panic, time::Duration};

use prost::Message as _;
use telemetry_testkit::{OtlpReceiver, PointValue};

use crate::{
    http::{post_spans, send},
    messages,
};

#[test]
fn of_each_series_the_latest_point_is_kept() {
    let receiver = OtlpReceiver::start().unwrap();
    for value in [3, 5] {
        let metrics = messages::metrics(vec![
            messages::counter("jobs", "ok", value),
            messages::counter("jobs", "failed", 1),
            messages::histogram("duration"),
        ]);
        send(&receiver, "POST /v1/metrics", &metrics.encode_to_vec());
    }

    let received = receiver.received();
    assert_eq!(received.points.len(), 3);
    assert_eq!(received.points_received, 6);
    assert_eq!(received.sum("jobs", &[]).to_string(), "6");
    assert_eq!(received.sum("jobs", &[("status", "ok")]).to_string(), "5");
    assert_eq!(received.sum("absent", &[]).to_string(), "0");
    assert_eq!(received.count("duration", &[]), 3);
    let expected = PointValue::Histogram { count: 3, sum: 4.5, bounds: vec![1.0], bucket_counts: vec![1, 2] };
    assert_eq!(received.points_of("duration", &[])[0].value, expected);
}

#[test]
fn a_failed_expectation_says_what_was_there_instead() {
    let receiver = OtlpReceiver::start().unwrap();
    post_spans(&receiver, &["work"]);
    let metrics = messages::metrics(vec![messages::counter("jobs", "ok", 3)]);
    send(&receiver, "POST /v1/metrics", &metrics.encode_to_vec());

    let failure =
        panic::catch_unwind(|| receiver.expect(Duration::ZERO, "two spans", |received| received.spans_received() == 2));
    let failure = failure.unwrap_err().downcast::<String>().unwrap();
    let expected = "\
expected within 0ns: two spans
instead received 1 trace, 1 metric and 0 log requests
spans (1):
  server work{flag=\"true\", list=\"[1, 2]\", text=\"a\"} error \"no room\" \
(trace abababababababababababababababab, span cdcdcdcdcdcdcdcd, parent none)
series (1, from 1 points):
  jobs{status=\"ok\"} = 3 (counter)
log records (0):
";
    assert_eq!(*failure, expected);
}

#[test]
fn totals_by_name_stay_when_spans_are_forgotten() {
    let receiver = OtlpReceiver::start().unwrap();
    let names = vec!["work"; 30_000];
    for _ in 0..4 {
        post_spans(&receiver, &names);
    }
    receiver.read(|received| {
        assert_eq!(received.span_totals["work"], 120_000);
        assert_eq!(received.spans.len(), 100_000);
    });
}

#[test]
fn a_receiver_can_keep_little() {
    let receiver = OtlpReceiver::start_keeping(8).unwrap();
    for _ in 0..4 {
        post_spans(&receiver, &["work"; 5]);
    }
    receiver.read(|received| {
        assert_eq!(received.span_totals["work"], 20);
        assert!((8..=9).contains(&received.spans.len()), "{}", received.spans.len());
    });
}

#[test]
fn the_listing_of_requests_names_headers_without_their_values() {
    let receiver = OtlpReceiver::start().unwrap();
    post_spans(&receiver, &["work"]);
    let requests = format!("{:?}", receiver.received().requests);
    assert!(requests.contains("x-tenant") && !requests.contains("blue"), "{requests}");
}
