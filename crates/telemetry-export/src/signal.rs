//! What differs between the signals on the wire.

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::{
    logs::v1::ExportLogsServiceResponse, metrics::v1::ExportMetricsServiceResponse,
    trace::v1::ExportTraceServiceResponse,
};
use prost::Message as _;
use serde_json::Value;

use crate::target::Protocol;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    Traces,
    Logs,
    Metrics,
}

impl Signal {
    /// The gRPC method.
    pub(crate) fn method(self) -> &'static str {
        match self {
            Self::Traces => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
            Self::Logs => "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
            Self::Metrics => "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
        }
    }

    /// What is counted.
    pub(crate) fn items(self) -> &'static str {
        match self {
            Self::Traces => "spans",
            Self::Logs => "log records",
            Self::Metrics => "data points",
        }
    }

    /// How many items an answer says were rejected, and whether it says anything in words.
    ///
    /// The status has already said that the request was taken, so an answer that cannot be read rejects nothing.
    /// The words themselves are foreign text, which may repeat what it was sent: they are read by nobody.
    pub(crate) fn rejected(self, answer: Bytes, protocol: Protocol) -> (u64, bool) {
        let partial = match protocol {
            Protocol::Grpc | Protocol::HttpProtobuf => self.partial_success(answer),
            Protocol::HttpJson => self.partial_success_in_json(&answer),
        };
        let (count, words) = partial.unwrap_or_default();
        (u64::try_from(count).unwrap_or(0), !words.is_empty())
    }

    fn partial_success(self, answer: Bytes) -> Option<(i64, String)> {
        match self {
            Self::Traces => {
                let partial = ExportTraceServiceResponse::decode(answer).ok()?.partial_success?;
                Some((partial.rejected_spans, partial.error_message))
            }
            Self::Logs => {
                let partial = ExportLogsServiceResponse::decode(answer).ok()?.partial_success?;
                Some((partial.rejected_log_records, partial.error_message))
            }
            Self::Metrics => {
                let partial = ExportMetricsServiceResponse::decode(answer).ok()?.partial_success?;
                Some((partial.rejected_data_points, partial.error_message))
            }
        }
    }

    /// The number is a text by the rules of protobuf's JSON, and a number in the answers of some collectors.
    fn partial_success_in_json(self, answer: &[u8]) -> Option<(i64, String)> {
        let name = match self {
            Self::Traces => "rejectedSpans",
            Self::Logs => "rejectedLogRecords",
            Self::Metrics => "rejectedDataPoints",
        };
        let answer: Value = serde_json::from_slice(answer).ok()?;
        let partial = answer.get("partialSuccess")?;
        let count = partial.get(name).and_then(|count| count.as_i64().or_else(|| count.as_str()?.parse().ok()));
        let words = partial.get("errorMessage").and_then(Value::as_str).unwrap_or_default();
        Some((count.unwrap_or_default(), words.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::Signal;
    use crate::target::Protocol::{HttpJson, HttpProtobuf};

    #[test]
    fn an_answer_that_cannot_be_read_rejects_nothing() {
        for signal in [Signal::Traces, Signal::Logs, Signal::Metrics] {
            for protocol in [HttpJson, HttpProtobuf] {
                for answer in [&b""[..], b"<html>", b"{}", b"[]"] {
                    assert_eq!(signal.rejected(Bytes::from_static(answer), protocol), (0, false));
                }
            }
        }
    }

    #[test]
    fn a_negative_count_rejects_nothing() {
        // Field 1 (partial success) holding field 1 (the count) as -1.
        let answer =
            Bytes::from_static(&[0x0a, 0x0b, 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
        assert_eq!(Signal::Traces.rejected(answer, HttpProtobuf), (0, false));
    }

    #[test]
    fn json_counts_are_texts_or_numbers() {
        for count in ["3", "\"3\""] {
            let answer = format!(r#"{{"partialSuccess":{{"rejectedLogRecords":{count},"errorMessage":"why"}}}}"#);
            assert_eq!(Signal::Logs.rejected(answer.into(), HttpJson), (3, true));
        }
    }

    #[test]
    fn a_warning_may_come_without_a_count() {
        let json = Bytes::from_static(br#"{"partialSuccess":{"errorMessage":"why"}}"#);
        assert_eq!(Signal::Traces.rejected(json, HttpJson), (0, true));
        // Field 1 (partial success) holding field 2 (the message).
        let protobuf = Bytes::from_static(b"\x0a\x05\x12\x03why");
        assert_eq!(Signal::Traces.rejected(protobuf, HttpProtobuf), (0, true));
    }
}
