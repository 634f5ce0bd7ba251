//! OTLP over gRPC.

use std::sync::Arc;

use opentelemetry_proto::tonic::collector::{
    logs::v1::{
        ExportLogsServiceRequest, ExportLogsServiceResponse,
        logs_service_server::{LogsService, LogsServiceServer},
    },
    metrics::v1::{
        ExportMetricsServiceRequest, ExportMetricsServiceResponse,
        metrics_service_server::{MetricsService, MetricsServiceServer},
    },
    trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
};
use tokio::net::TcpListener;
use tonic::{
    Request, Response, Status, async_trait,
    codec::CompressionEncoding,
    transport::server::{Server, TcpIncoming},
};

use crate::{http::BODY_LIMIT, intake::Intake, signal::Signal};

/// Serves until dropped.
pub(crate) async fn serve(listener: TcpListener, intake: Arc<Intake>) {
    let service = Arc::new(GrpcService { intake });
    let traces = TraceServiceServer::from_arc(Arc::clone(&service))
        .max_decoding_message_size(BODY_LIMIT)
        .accept_compressed(CompressionEncoding::Gzip);
    let metrics = MetricsServiceServer::from_arc(Arc::clone(&service))
        .max_decoding_message_size(BODY_LIMIT)
        .accept_compressed(CompressionEncoding::Gzip);
    let logs = LogsServiceServer::from_arc(service)
        .max_decoding_message_size(BODY_LIMIT)
        .accept_compressed(CompressionEncoding::Gzip);
    let served = Server::builder()
        .add_service(traces)
        .add_service(metrics)
        .add_service(logs)
        .serve_with_incoming(TcpIncoming::from(listener).with_nodelay(Some(true)))
        .await;
    // Accept errors are handled inside; whatever else ends the server shows up as a failed expectation.
    drop(served);
}

struct GrpcService {
    intake: Arc<Intake>,
}

impl GrpcService {
    async fn accept<S: Signal>(&self, request: Request<S>) -> Result<Response<S::Response>, Status> {
        let (metadata, _, message) = request.into_parts();
        let headers = metadata.into_headers();
        Ok(Response::new(self.intake.accept(&headers, message).await))
    }
}

#[async_trait]
impl TraceService for GrpcService {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.accept(request).await
    }
}

#[async_trait]
impl MetricsService for GrpcService {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        self.accept(request).await
    }
}

#[async_trait]
impl LogsService for GrpcService {
    async fn export(
        &self,
        request: Request<ExportLogsServiceRequest>,
    ) -> Result<Response<ExportLogsServiceResponse>, Status> {
        self.accept(request).await
    }
}
