//! A received span.

use std::sync::Arc;

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    trace::v1::{self as otlp, span::SpanKind, status::StatusCode},
};

use crate::attributes::{self, Attributes};

/// A received span, flattened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Span {
    /// Its name.
    pub name: String,
    /// The trace, 32 hex digits.
    pub trace_id: String,
    /// The span, 16 hex digits.
    pub span_id: String,
    /// The parent span, 16 hex digits; none for a root.
    pub parent_span_id: Option<String>,
    /// `internal`, `server`, `client`, `producer`, `consumer` or `unspecified`.
    pub kind: String,
    /// Whether it succeeded.
    pub status: SpanStatus,
    /// Its attributes.
    pub attributes: Attributes,
    /// Its events in order.
    pub events: Vec<SpanEvent>,
    /// The resource's attributes, shared by the spans of one request.
    pub resource: Arc<Attributes>,
    /// The name of the instrumentation scope.
    pub scope: String,
    /// Nanoseconds since the Unix epoch.
    pub start_nanos: u64,
    /// Nanoseconds since the Unix epoch.
    pub end_nanos: u64,
}

/// The status of a span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SpanStatus {
    /// Nothing was said.
    #[default]
    Unset,
    /// Explicitly a success.
    Ok,
    /// A failure, with its description, which may be empty.
    Error(String),
}

/// An event within a span.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SpanEvent {
    /// Its name.
    pub name: String,
    /// Its attributes.
    pub attributes: Attributes,
}

pub(crate) fn flatten(request: ExportTraceServiceRequest) -> Vec<Span> {
    let mut spans = Vec::new();
    for resource_spans in request.resource_spans {
        let resource = Arc::new(attributes::of_resource(resource_spans.resource));
        for scope_spans in resource_spans.scope_spans {
            let scope = attributes::name_of_scope(scope_spans.scope);
            spans.extend(scope_spans.spans.into_iter().map(|span| one(span, &resource, &scope)));
        }
    }
    spans
}

fn one(span: otlp::Span, resource: &Arc<Attributes>, scope: &str) -> Span {
    Span {
        kind: kind(span.kind()),
        name: span.name,
        trace_id: attributes::hex(&span.trace_id),
        span_id: attributes::hex(&span.span_id),
        parent_span_id: attributes::optional_hex(&span.parent_span_id),
        status: span.status.map(status).unwrap_or_default(),
        attributes: attributes::flatten(span.attributes),
        events: span.events.into_iter().map(event).collect(),
        resource: Arc::clone(resource),
        scope: scope.to_owned(),
        start_nanos: span.start_time_unix_nano,
        end_nanos: span.end_time_unix_nano,
    }
}

fn kind(kind: SpanKind) -> String {
    let name = kind.as_str_name();
    name.strip_prefix("SPAN_KIND_").unwrap_or(name).to_lowercase()
}

fn status(status: otlp::Status) -> SpanStatus {
    match status.code() {
        StatusCode::Unset => SpanStatus::Unset,
        StatusCode::Ok => SpanStatus::Ok,
        StatusCode::Error => SpanStatus::Error(status.message),
    }
}

fn event(event: otlp::span::Event) -> SpanEvent {
    SpanEvent { name: event.name, attributes: attributes::flatten(event.attributes) }
}
