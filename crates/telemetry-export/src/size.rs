//! About how much memory an item takes: its texts, and a constant for all the rest.
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
        Value::Array(Array::Bool(values)) => mem::size_of_val(values.as_slice()),
        Value::Array(Array::I64(values)) => mem::size_of_val(values.as_slice()),
        Value::Array(Array::F64(values)) => mem::size_of_val(values.as_slice()),
        Value::Array(Array::String(texts)) => {
            mem::size_of_val(texts.as_slice()) + texts.iter().map(|text| text.as_str().len()).sum::<usize>()
        }
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
