//! What differs between the signals on the wire.

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::{
    metrics::v1::ExportMetricsServiceResponse, trace::v1::ExportTraceServiceResponse,
};
use prost::Message as _;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    Traces,
    Metrics,
}

impl Signal {
    /// The gRPC method.
    pub(crate) fn method(self) -> &'static str {
        match self {
            Self::Traces => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
            Self::Metrics => "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
        }
    }

    /// What is counted.
    pub(crate) fn items(self) -> &'static str {
        match self {
            Self::Traces => "spans",
            Self::Metrics => "data points",
        }
    }

    /// How many items an answer says were rejected, and why.
    ///
    /// The status has already said that the request was taken, so an answer that is no protobuf rejects nothing.
    pub(crate) fn rejected(self, answer: Bytes) -> (u64, String) {
        let partial = match self {
            Self::Traces => ExportTraceServiceResponse::decode(answer)
                .ok()
                .and_then(|answer| answer.partial_success)
                .map(|partial| (partial.rejected_spans, partial.error_message)),
            Self::Metrics => ExportMetricsServiceResponse::decode(answer)
                .ok()
                .and_then(|answer| answer.partial_success)
                .map(|partial| (partial.rejected_data_points, partial.error_message)),
        };
        let (count, reason) = partial.unwrap_or_default();
        (u64::try_from(count).unwrap_or(0), reason)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::Signal;

    #[test]
    fn an_answer_that_is_no_protobuf_rejects_nothing() {
        for signal in [Signal::Traces, Signal::Metrics] {
            assert_eq!(signal.rejected(Bytes::new()), (0, String::new()));
            assert_eq!(signal.rejected(Bytes::from_static(b"<html>")), (0, String::new()));
        }
    }

    #[test]
    fn a_negative_count_rejects_nothing() {
        // Field 1 (partial success) holding field 1 (the count) as -1.
        let answer =
            Bytes::from_static(&[0x0a, 0x0b, 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
        assert_eq!(Signal::Traces.rejected(answer), (0, String::new()));
    }
}
