//! One line per span, log record and data point.

use std::{
    fmt::{self, Write},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use metrics_pipeline::{Number, Value, walk};
use opentelemetry::{KeyValue, SpanId, logs::AnyValue, trace::Status};
use opentelemetry_sdk::{logs::SdkLogRecord, metrics::data::ResourceMetrics, trace::SpanData};

pub(super) fn span(span: &SpanData) -> String {
    let mut line = format!("span      {} {:?}", seconds(span.start_time), span.name);
    let duration = span.end_time.duration_since(span.start_time).unwrap_or_default();
    let _ = write!(line, " duration={duration:?} kind={:?}", span.span_kind);
    match &span.status {
        Status::Unset => {}
        Status::Ok => line.push_str(" status=ok"),
        Status::Error { description } => {
            let _ = write!(line, " status=error({description:?})");
        }
    }
    let _ = write!(line, " trace={} span={}", span.span_context.trace_id(), span.span_context.span_id());
    if span.parent_span_id != SpanId::INVALID {
        let _ = write!(line, " parent={}", span.parent_span_id);
    }
    attributes(&mut line, span.attributes.iter());
    for event in span.events.iter() {
        let _ = write!(line, " event={:?}", event.name);
        attributes(&mut line, event.attributes.iter());
    }
    line.push('\n');
    line
}

pub(super) fn log_record(record: &SdkLogRecord) -> String {
    let time = record.timestamp().or(record.observed_timestamp()).unwrap_or(UNIX_EPOCH);
    let mut line = format!("log       {} {}", seconds(time), record.severity_text().unwrap_or("-"));
    if let Some(target) = record.target() {
        let _ = write!(line, " {target}");
    }
    if let Some(body) = record.body() {
        let _ = write!(line, " {}", OneLine(body));
    }
    for (key, value) in record.attributes_iter() {
        let _ = match value {
            AnyValue::String(text) => write!(line, " {key}={:?}", text.as_str()),
            value => write!(line, " {key}={}", OneLine(value)),
        };
    }
    if let Some(context) = record.trace_context() {
        let _ = write!(line, " trace={} span={}", context.trace_id, context.span_id);
    }
    line.push('\n');
    line
}

pub(super) fn metrics(collected: &ResourceMetrics) -> String {
    let mut lines = String::new();
    for metric in walk(collected) {
        metric.for_each_point(|point| {
            let _ = write!(lines, "metric    {}", metric.name);
            attributes(&mut lines, point.attributes.iter().copied());
            let _ = match point.value {
                Value::Number(Number::U64(value)) => write!(lines, " = {value}"),
                Value::Number(Number::I64(value)) => write!(lines, " = {value}"),
                Value::Number(Number::F64(value)) => write!(lines, " = {value}"),
                Value::Histogram(value) => write!(lines, " = count {} sum {}", value.count, value.sum),
                Value::Exponential(value) => write!(lines, " = count {} sum {}", value.count, value.sum),
            };
            let unit = if metric.unit.is_empty() { "" } else { " " };
            let _ = writeln!(lines, "{unit}{}", metric.unit);
        });
    }
    lines
}

/// Values are quoted, so that a line stays a line.
fn attributes<'a>(line: &mut String, attributes: impl Iterator<Item = &'a KeyValue>) {
    for attribute in attributes {
        let _ = write!(line, " {}={:?}", attribute.key.as_str().escape_debug(), attribute.value.as_str());
    }
}

/// A value as it is, but that a line stays a line.
struct OneLine<'v>(&'v AnyValue);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            AnyValue::Int(value) => write!(f, "{value}"),
            AnyValue::Double(value) => write!(f, "{value}"),
            AnyValue::Boolean(value) => write!(f, "{value}"),
            AnyValue::String(text) => text.as_str().chars().try_for_each(|letter| match letter {
                letter if letter.is_control() => write!(f, "{}", letter.escape_default()),
                letter => f.write_char(letter),
            }),
            // Our layer makes no others.
            other => write!(f, "{other:?}"),
        }
    }
}

fn seconds(time: SystemTime) -> String {
    let since: Duration = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{}.{:03}", since.as_secs(), since.subsec_millis())
}
