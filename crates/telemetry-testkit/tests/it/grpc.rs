//! OTLP over gRPC, sent by the generated clients.

use opentelemetry_proto::tonic::collector::{
    logs::v1::logs_service_client::LogsServiceClient, metrics::v1::metrics_service_client::MetricsServiceClient,
    trace::v1::trace_service_client::TraceServiceClient,
};
use telemetry_testkit::{OtlpReceiver, SpanStatus};
use tonic::transport::Endpoint;

use crate::messages;

#[tokio::test]
async fn the_three_signals_arrive() {
    let receiver = OtlpReceiver::start().unwrap();
    let channel = Endpoint::from_shared(receiver.grpc_endpoint()).unwrap().connect().await.unwrap();
    TraceServiceClient::new(channel.clone()).export(messages::traces(&["work"])).await.unwrap();
    MetricsServiceClient::new(channel.clone())
        .export(messages::metrics(vec![messages::gauge("load", 0.25)]))
        .await
        .unwrap();
    LogsServiceClient::new(channel).export(messages::logs(&["hello"])).await.unwrap();

    let received = receiver.received();
    let span = &received.spans[0];
    assert_eq!(span.kind, "server");
    assert_eq!(span.trace_id, "ab".repeat(16));
    assert_eq!(span.parent_span_id, None);
    assert_eq!(span.status, SpanStatus::Error("no room".to_owned()));
    assert_eq!(span.attributes["flag"], "true");
    assert_eq!(span.attributes["list"], "[1, 2]");
    assert_eq!(span.events[0].attributes["ratio"], "0.5");
    assert_eq!(span.resource["service.name"], "scripts");
    assert_eq!(span.scope, "tests");
    assert_eq!(received.gauge("load", &[]), Some(0.25));
    assert_eq!(received.logs[0].trace_id.as_deref(), Some("ab".repeat(16).as_str()));
    assert!(received.requests.traces.user_agent().starts_with("tonic/"));
}
