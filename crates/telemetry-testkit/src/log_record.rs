//! A received log record.

use std::sync::Arc;

use opentelemetry_proto::tonic::{collector::logs::v1::ExportLogsServiceRequest, logs::v1 as otlp};

use crate::attributes::{self, Attributes};

/// A received log record, flattened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogRecord {
    /// The body as text.
    pub body: String,
    /// The severity's text, for instance `WARN`; when the sender gave none, the name of its number.
    pub severity: String,
    /// Its attributes.
    pub attributes: Attributes,
    /// How many further attributes a limit has left out.
    pub dropped_attributes: u32,
    /// The trace it belongs to, 32 hex digits.
    pub trace_id: Option<String>,
    /// The span it belongs to, 16 hex digits.
    pub span_id: Option<String>,
    /// The resource's attributes, shared by the records of one request.
    pub resource: Arc<Attributes>,
    /// The name of the instrumentation scope.
    pub scope: String,
    /// When it happened, in nanoseconds since the Unix epoch; 0 when the sender did not say.
    pub time_nanos: u64,
}

pub(crate) fn flatten(request: ExportLogsServiceRequest) -> Vec<LogRecord> {
    let mut records = Vec::new();
    for resource_logs in request.resource_logs {
        let resource = Arc::new(attributes::of_resource(resource_logs.resource));
        for scope_logs in resource_logs.scope_logs {
            let scope = attributes::name_of_scope(scope_logs.scope);
            records.extend(scope_logs.log_records.into_iter().map(|record| one(record, &resource, &scope)));
        }
    }
    records
}

fn one(record: otlp::LogRecord, resource: &Arc<Attributes>, scope: &str) -> LogRecord {
    LogRecord {
        severity: severity(&record),
        body: attributes::text(record.body),
        attributes: attributes::flatten(record.attributes),
        dropped_attributes: record.dropped_attributes_count,
        trace_id: attributes::optional_hex(&record.trace_id),
        span_id: attributes::optional_hex(&record.span_id),
        resource: Arc::clone(resource),
        scope: scope.to_owned(),
        time_nanos: record.time_unix_nano,
    }
}

fn severity(record: &otlp::LogRecord) -> String {
    if !record.severity_text.is_empty() {
        return record.severity_text.clone();
    }
    let name = record.severity_number().as_str_name();
    name.strip_prefix("SEVERITY_NUMBER_").unwrap_or(name).to_owned()
}
