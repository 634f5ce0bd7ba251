//! Small OTLP messages to send.

use opentelemetry_proto::tonic::{
    collector::{
        logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest,
        trace::v1::ExportTraceServiceRequest,
    },
    common::v1::{AnyValue, ArrayValue, InstrumentationScope, KeyValue, any_value::Value},
    logs::v1::{LogRecord, ResourceLogs, ScopeLogs, SeverityNumber},
    metrics::v1::{
        Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum,
        metric::Data, number_data_point,
    },
    resource::v1::Resource,
    trace::v1::{ResourceSpans, ScopeSpans, Span, Status, span::Event},
};

pub(crate) fn traces(names: &[&str]) -> ExportTraceServiceRequest {
    let spans = names.iter().map(|name| Span {
        name: (*name).to_owned(),
        trace_id: vec![0xab; 16],
        span_id: vec![0xcd; 8],
        kind: 2,
        start_time_unix_nano: 1,
        end_time_unix_nano: 2,
        attributes: vec![
            attribute("text", Value::StringValue("a".to_owned())),
            attribute("flag", Value::BoolValue(true)),
            attribute("list", list(&[1, 2])),
        ],
        events: vec![Event {
            name: "retry".to_owned(),
            attributes: vec![attribute("ratio", Value::DoubleValue(0.5))],
            ..Event::default()
        }],
        status: Some(Status { code: 2, message: "no room".to_owned() }),
        ..Span::default()
    });
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(resource()),
            scope_spans: vec![ScopeSpans { scope: Some(scope()), spans: spans.collect(), ..ScopeSpans::default() }],
            ..ResourceSpans::default()
        }],
    }
}

pub(crate) fn counter(name: &str, status: &str, value: i64) -> Metric {
    metric(
        name,
        Data::Sum(Sum {
            data_points: vec![NumberDataPoint {
                attributes: vec![attribute("status", Value::StringValue(status.to_owned()))],
                value: Some(number_data_point::Value::AsInt(value)),
                ..NumberDataPoint::default()
            }],
            is_monotonic: true,
            ..Sum::default()
        }),
    )
}

pub(crate) fn gauge(name: &str, value: f64) -> Metric {
    metric(
        name,
        Data::Gauge(Gauge {
            data_points: vec![NumberDataPoint {
                value: Some(number_data_point::Value::AsDouble(value)),
                ..NumberDataPoint::default()
            }],
        }),
    )
}

pub(crate) fn histogram(name: &str) -> Metric {
    metric(
        name,
        Data::Histogram(Histogram {
            data_points: vec![HistogramDataPoint {
                count: 3,
                sum: Some(4.5),
                explicit_bounds: vec![1.0],
                bucket_counts: vec![1, 2],
                ..HistogramDataPoint::default()
            }],
            ..Histogram::default()
        }),
    )
}

pub(crate) fn metrics(metrics: Vec<Metric>) -> ExportMetricsServiceRequest {
    ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics {
            resource: Some(resource()),
            scope_metrics: vec![ScopeMetrics { scope: Some(scope()), metrics, ..ScopeMetrics::default() }],
            ..ResourceMetrics::default()
        }],
    }
}

pub(crate) fn logs(bodies: &[&str]) -> ExportLogsServiceRequest {
    let records = bodies.iter().map(|body| LogRecord {
        severity_number: SeverityNumber::Warn.into(),
        body: Some(AnyValue { value: Some(Value::StringValue((*body).to_owned())) }),
        trace_id: vec![0xab; 16],
        ..LogRecord::default()
    });
    ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            resource: Some(resource()),
            scope_logs: vec![ScopeLogs {
                scope: Some(scope()),
                log_records: records.collect(),
                ..ScopeLogs::default()
            }],
            ..ResourceLogs::default()
        }],
    }
}

fn metric(name: &str, data: Data) -> Metric {
    Metric { name: name.to_owned(), unit: "s".to_owned(), data: Some(data), ..Metric::default() }
}

fn resource() -> Resource {
    Resource {
        attributes: vec![attribute("service.name", Value::StringValue("scripts".to_owned()))],
        ..Resource::default()
    }
}

fn scope() -> InstrumentationScope {
    InstrumentationScope { name: "tests".to_owned(), ..InstrumentationScope::default() }
}

fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}

fn list(numbers: &[i64]) -> Value {
    let values = numbers.iter().map(|number| AnyValue { value: Some(Value::IntValue(*number)) });
    Value::ArrayValue(ArrayValue { values: values.collect() })
}
