//! What the three signals share, so that each transport is written once.

use opentelemetry_proto::tonic::collector::{
    logs::v1::{ExportLogsPartialSuccess, ExportLogsServiceRequest, ExportLogsServiceResponse},
    metrics::v1::{ExportMetricsPartialSuccess, ExportMetricsServiceRequest, ExportMetricsServiceResponse},
    trace::v1::{ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse},
};

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    invariants::Violations,
    log_record::{self, LogRecord},
    point::{self, Point},
    received::{Requests, SignalRequests, Store},
    span::{self, Span},
};

/// The request message of one signal.
pub(crate) trait Signal: prost::Message + Default + DeserializeOwned {
    type Response: prost::Message + Serialize;
    type Item;

    fn check(&self, violations: &mut Violations);
    fn into_items(self) -> Vec<Self::Item>;
    fn keep(store: &mut Store, items: Vec<Self::Item>);
    fn requests(requests: &mut Requests) -> &mut SignalRequests;
    fn response(refused: usize) -> Self::Response;
}

impl Signal for ExportTraceServiceRequest {
    type Response = ExportTraceServiceResponse;
    type Item = Span;

    fn check(&self, violations: &mut Violations) {
        violations.traces(self);
    }

    fn into_items(self) -> Vec<Span> {
        span::flatten(self)
    }

    fn keep(store: &mut Store, items: Vec<Span>) {
        store.keep_spans(items);
    }

    fn requests(requests: &mut Requests) -> &mut SignalRequests {
        &mut requests.traces
    }

    fn response(refused: usize) -> Self::Response {
        ExportTraceServiceResponse {
            partial_success: reason(refused)
                .map(|(rejected_spans, error_message)| ExportTracePartialSuccess { rejected_spans, error_message }),
        }
    }
}

impl Signal for ExportMetricsServiceRequest {
    type Response = ExportMetricsServiceResponse;
    type Item = Point;

    fn check(&self, violations: &mut Violations) {
        violations.metrics(self);
    }

    fn into_items(self) -> Vec<Point> {
        point::flatten(self)
    }

    fn keep(store: &mut Store, items: Vec<Point>) {
        store.keep_points(items);
    }

    fn requests(requests: &mut Requests) -> &mut SignalRequests {
        &mut requests.metrics
    }

    fn response(refused: usize) -> Self::Response {
        ExportMetricsServiceResponse {
            partial_success: reason(refused).map(|(rejected_data_points, error_message)| ExportMetricsPartialSuccess {
                rejected_data_points,
                error_message,
            }),
        }
    }
}

impl Signal for ExportLogsServiceRequest {
    type Response = ExportLogsServiceResponse;
    type Item = LogRecord;

    fn check(&self, violations: &mut Violations) {
        violations.logs(self);
    }

    fn into_items(self) -> Vec<LogRecord> {
        log_record::flatten(self)
    }

    fn keep(store: &mut Store, items: Vec<LogRecord>) {
        store.keep_logs(items);
    }

    fn requests(requests: &mut Requests) -> &mut SignalRequests {
        &mut requests.logs
    }

    fn response(refused: usize) -> Self::Response {
        ExportLogsServiceResponse {
            partial_success: reason(refused).map(|(rejected_log_records, error_message)| ExportLogsPartialSuccess {
                rejected_log_records,
                error_message,
            }),
        }
    }
}

/// Count and text of a partial success; none when nothing was refused, as the protocol asks.
fn reason(refused: usize) -> Option<(i64, String)> {
    let count = i64::try_from(refused).unwrap_or(i64::MAX);
    (refused > 0).then(|| (count, "refused by the test receiver".to_owned()))
}
