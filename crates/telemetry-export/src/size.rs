//! About how much memory an item takes, and no less than it will take on the wire over protobuf: its texts, and a
//! constant for all the rest.
//!
//! Nothing is allocated or encoded for it. A text that several items share counts for each of them, because each is
//! encoded for itself.

use std::mem;

use opentelemetry::{
    Array, KeyValue, Value,
    logs::AnyValue,
    trace::{Event, Link, Status},
};
use opentelemetry_sdk::{logs::SdkLogRecord, trace::SpanData};

pub(crate) fn of_span(span: &SpanData) -> usize {
    let status = match &span.status {
        Status::Error { description } => description.len(),
        Status::Unset | Status::Ok => 0,
    };
    let events: usize = span.events.iter().map(of_event).sum();
    let links: usize = span.links.iter().map(of_link).sum();
    mem::size_of::<SpanData>() + span.name.len() + status + of_attributes(&span.attributes) + events + links
}

pub(crate) fn of_record(record: &SdkLogRecord) -> usize {
    let attributes = record.attributes_iter();
    let attributes: usize = attributes.map(|(key, value)| key.as_str().len() + of_any_value(value)).sum();
    mem::size_of::<SdkLogRecord>() + record.body().map_or(0, of_any_value) + attributes
}

fn of_event(event: &Event) -> usize {
    mem::size_of::<Event>() + event.name.len() + of_attributes(&event.attributes)
}

fn of_link(link: &Link) -> usize {
    mem::size_of::<Link>() + of_attributes(&link.attributes)
}

fn of_attributes(attributes: &[KeyValue]) -> usize {
    let of_texts = |attribute: &KeyValue| attribute.key.as_str().len() + of_value(&attribute.value);
    mem::size_of_val(attributes) + attributes.iter().map(of_texts).sum::<usize>()
}

/// What a value has besides its own size.
fn of_value(value: &Value) -> usize {
    match value {
        Value::String(text) => text.as_str().len(),
        Value::Array(Array::Bool(values)) => values.len() * ELEMENT,
        Value::Array(Array::I64(values)) => values.len() * ELEMENT,
        Value::Array(Array::F64(values)) => values.len() * ELEMENT,
        Value::Array(Array::String(texts)) => texts.iter().map(|text| ELEMENT + text.as_str().len()).sum(),
        _ => 0,
    }
}

fn of_any_value(value: &AnyValue) -> usize {
    let inside = match value {
        AnyValue::String(text) => text.as_str().len(),
        AnyValue::Bytes(bytes) => bytes.len(),
        AnyValue::ListAny(values) => values.iter().map(of_any_value).sum(),
        AnyValue::Map(fields) => fields.iter().map(|(key, value)| key.as_str().len() + of_any_value(value)).sum(),
        _ => 0,
    };
    mem::size_of::<AnyValue>() + inside
}

/// Each element of an array is a message of its own on the wire: 4 bytes for a truth value, 11 to 13 for a number, and up
/// to 12 around a text.
const ELEMENT: usize = 16;

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use opentelemetry::{
        Array, InstrumentationScope, KeyValue, SpanId, TraceFlags, TraceId, Value,
        logs::{AnyValue, LogRecord as _, Logger as _, LoggerProvider as _},
        trace::{Event, Link, SpanContext, SpanKind, Status, TraceState},
    };
    use opentelemetry_sdk::{
        Resource,
        logs::SdkLoggerProvider,
        trace::{SpanData, SpanEvents, SpanLinks},
    };
    use prost::Message as _;

    use crate::{batch_loop::Item, logs::LogEntry};

    /// The largest of their kinds on the wire.
    fn values() -> Vec<Value> {
        vec![
            Value::Bool(true),
            Value::I64(-1),
            Value::F64(1.5),
            Value::from("text"),
            Value::from(String::new()),
            Value::Array(Array::Bool(vec![true; 1_000])),
            Value::Array(Array::I64(vec![-1; 1_000])),
            Value::Array(Array::F64(vec![1.5; 1_000])),
            Value::Array(Array::String(vec!["".into(); 1_000])),
            Value::Array(Array::String(vec!["a text of some length".into(); 1_000])),
        ]
    }

    fn span(attributes: Vec<KeyValue>) -> SpanData {
        let context =
            SpanContext::new(TraceId::from(1), SpanId::from(2), TraceFlags::SAMPLED, true, TraceState::default());
        let (mut events, mut links) = (SpanEvents::default(), SpanLinks::default());
        for _ in 0..20 {
            events.events.push(Event::new("event", SystemTime::now(), attributes.clone(), 1));
            links.links.push(Link::new(context.clone(), attributes.clone(), 1));
        }
        SpanData {
            span_context: context,
            parent_span_id: SpanId::from(3),
            parent_span_is_remote: true,
            span_kind: SpanKind::Consumer,
            name: "work".into(),
            start_time: SystemTime::now(),
            end_time: SystemTime::now(),
            attributes,
            dropped_attributes_count: 1,
            events,
            links,
            status: Status::error("why"),
            instrumentation_scope: InstrumentationScope::default(),
        }
    }

    /// What so many more items add to a request.
    fn on_the_wire<T: Item + Clone>(item: &T) -> usize {
        let resource = (&Resource::builder_empty().build()).into();
        let length = |count| T::request(vec![item.clone(); count], &resource).encoded_len();
        length(2) - length(1)
    }

    #[test]
    fn no_span_is_larger_on_the_wire_than_its_estimate() {
        for value in values() {
            let span = span(vec![KeyValue::new("", value.clone())]);
            let (estimate, wire) = (span.size(), on_the_wire(&span));
            assert!(wire <= estimate, "{wire} bytes instead of {estimate}: {:.60}", format!("{value:?}"));
        }
    }

    #[test]
    fn no_log_record_is_larger_on_the_wire_than_its_estimate() {
        let lists = [AnyValue::Boolean(true), AnyValue::Int(-1), AnyValue::Double(1.5), AnyValue::from("")];
        for element in lists {
            let loggers = SdkLoggerProvider::builder().build();
            let mut record = loggers.logger("tests").create_log_record();
            record.set_timestamp(SystemTime::now());
            record.set_observed_timestamp(SystemTime::now());
            record.set_body(AnyValue::ListAny(Box::new(vec![element.clone(); 1_000])));
            record.add_attribute(
                "map",
                AnyValue::Map(Box::new((0..100).map(|key| (key.to_string().into(), element.clone())).collect())),
            );
            let entry: LogEntry = Box::new((record, InstrumentationScope::default()));
            let (estimate, wire) = (entry.size(), on_the_wire(&entry));
            assert!(wire <= estimate, "{wire} bytes instead of {estimate}: {element:?}");
        }
    }
}
