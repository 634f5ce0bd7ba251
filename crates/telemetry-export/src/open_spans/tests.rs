use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use opentelemetry::{
    InstrumentationScope, SpanId, TraceFlags, TraceId,
    trace::{Event, SpanContext, SpanKind, Status, TraceState},
};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use super::{OpenSpans, OpenSpansHandle, Origin, Sampled, Start, correct_end};

fn span(start_time: SystemTime, end_time: SystemTime) -> SpanData {
    let id = SpanId::from(7);
    let context = SpanContext::new(TraceId::from(1), id, TraceFlags::SAMPLED, false, TraceState::default());
    SpanData {
        span_context: context,
        parent_span_id: SpanId::INVALID,
        parent_span_is_remote: false,
        span_kind: SpanKind::Internal,
        name: "work".into(),
        start_time,
        end_time,
        attributes: Vec::new(),
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: InstrumentationScope::default(),
    }
}

const HOUR: Duration = Duration::from_secs(3600);
const TOOK: Duration = Duration::from_secs(5);
/// Both clocks are not read at the same moment.
const CLOSE: Duration = Duration::from_millis(50);

/// A span of five seconds whose clock was `shifted` in between: its start, and what its end became.
fn ended(shifted: impl Fn(SystemTime) -> SystemTime) -> (SystemTime, SpanData) {
    let (clock, monotonic) = (SystemTime::now(), Instant::now());
    let start = Start { clock: shifted(clock) - TOOK, monotonic: monotonic.checked_sub(TOOK).unwrap() };
    let mut span = span(start.clock, clock);
    span.events.events.push(Event::new("after the shift", clock, Vec::new(), 0));
    correct_end(&mut span, start);
    (start.clock, span)
}

#[test]
fn a_clock_set_in_between_does_not_change_how_long_it_took() {
    let set_back: fn(SystemTime) -> SystemTime = |clock| clock + HOUR;
    let set_forth: fn(SystemTime) -> SystemTime = |clock| clock - HOUR;
    for shifted in [set_back, set_forth] {
        let (start, span) = ended(shifted);
        let took = span.end_time.duration_since(start).unwrap();
        assert!(took.abs_diff(TOOK) < CLOSE, "{took:?}");
        let event = span.events.events[0].timestamp;
        assert!(event >= start && event <= span.end_time);
    }
}

#[test]
fn a_clock_set_in_between_does_not_change_a_span_that_closes_after_it_was_left() {
    let ago = Duration::from_secs(2);
    let set_back: fn(SystemTime) -> SystemTime = |clock| clock + HOUR;
    let set_forth: fn(SystemTime) -> SystemTime = |clock| clock - HOUR;
    for shifted in [set_back, set_forth] {
        let (clock, monotonic) = (SystemTime::now(), Instant::now());
        let start = Start { clock: shifted(clock) - TOOK, monotonic: monotonic.checked_sub(TOOK).unwrap() };
        let mut span = span(start.clock, clock - ago);
        correct_end(&mut span, start);
        let took = span.end_time.duration_since(start.clock).unwrap();
        assert!(took.abs_diff(Duration::from_secs(3)) < CLOSE, "{took:?}");
    }
}

#[test]
fn a_clock_that_was_not_set_is_believed() {
    let (_, span) = ended(|clock| clock);
    assert_eq!(span.end_time, span.events.events[0].timestamp);
}

#[test]
fn times_that_the_application_gives_are_kept() {
    let open = OpenSpans::default();
    let replayed = SystemTime::UNIX_EPOCH + HOUR;
    let mut span = span(replayed, replayed + TOOK);
    open.begin(span.span_context.span_id(), Origin::None);
    open.end(&mut span);
    assert_eq!((span.start_time, span.end_time), (replayed, replayed + TOOK));
}

#[test]
fn no_end_is_before_its_start() {
    let open = OpenSpans::default();
    let mut span = span(SystemTime::UNIX_EPOCH + HOUR, SystemTime::UNIX_EPOCH);
    open.begin(span.span_context.span_id(), Origin::None);
    open.end(&mut span);
    assert_eq!(span.end_time, span.start_time);
}

#[test]
fn open_spans_are_counted_also_beyond_those_that_are_tracked() {
    let open = OpenSpans::default();
    // All in one shard.
    let ids = |count: u64| (1..=count).map(|id| SpanId::from(id * super::SHARDS as u64));
    let count = super::TRACKED_PER_SHARD as u64 + 10;
    ids(count).for_each(|id| open.begin(id, Origin::Remote));
    assert_eq!(
        (
            open.len(),
            open.begun(Sampled::RecordAndSample, Origin::Remote),
            open.begun(Sampled::RecordAndSample, Origin::Local)
        ),
        (count, count, 0)
    );
    let now = SystemTime::now();
    for id in ids(count) {
        let mut span = span(now, now);
        span.span_context = SpanContext::new(TraceId::from(1), id, TraceFlags::SAMPLED, false, TraceState::default());
        open.end(&mut span);
    }
    assert_eq!(open.len(), 0);
}

#[test]
fn a_span_that_was_made_is_open_also_if_it_never_begins() {
    let open = Arc::new(OpenSpans::default());
    let handle = OpenSpansHandle::new(Arc::clone(&open));
    let [_never, begins] = [(); 2].map(|()| handle.made());
    assert_eq!((open.len(), open.live(), open.begun(Sampled::RecordAndSample, Origin::None)), (2, 0, 0));
    begins.begins();
    open.begin(SpanId::from(7), Origin::None);
    handle.begun();
    assert_eq!(
        (open.len(), open.live(), open.begun(Sampled::RecordAndSample, Origin::None)),
        (2, 1, 1),
        "it is counted once"
    );
}

#[test]
fn a_span_that_begins_without_having_been_made_changes_nothing() {
    let open = Arc::new(OpenSpans::default());
    let handle = OpenSpansHandle::new(Arc::clone(&open));
    handle.begun();
    assert_eq!(open.len(), 0);
    handle.made();
    assert_eq!(open.len(), 1);
}

#[test]
fn a_span_that_begins_late_runs_since_it_was_made() {
    let open = Arc::new(OpenSpans::default());
    let handle = OpenSpansHandle::new(Arc::clone(&open));
    let mut made = handle.made();
    // The clock was an hour ahead when the span was made, and five seconds have passed since.
    made.start =
        Start { clock: made.start.clock + HOUR - TOOK, monotonic: made.start.monotonic.checked_sub(TOOK).unwrap() };
    let mut span = span(made.start.clock, SystemTime::now());
    made.begins();
    open.begin(span.span_context.span_id(), Origin::None);
    handle.settle();
    span.end_time = SystemTime::now();
    open.end(&mut span);
    let took = span.end_time.duration_since(span.start_time).unwrap();
    assert!(took.abs_diff(TOOK) < CLOSE, "{took:?}");
}

#[test]
fn a_span_that_is_not_sampled_leaves_its_beginning_to_no_other() {
    let open = Arc::new(OpenSpans::default());
    let handle = OpenSpansHandle::new(Arc::clone(&open));
    handle.made().begins();
    handle.begun();
    handle.settle();
    assert_eq!((open.len(), super::made::take_beginning().is_none()), (0, true));
}
