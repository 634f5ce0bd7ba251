//! OTLP over HTTP/1.1, with protobuf or JSON bodies.

use std::{convert::Infallible, io::Read as _, sync::Arc, time::Duration};

use ::http::{
    HeaderMap, HeaderValue, Method, Request, Response, StatusCode,
    header::{ALLOW, CONTENT_ENCODING, CONTENT_TYPE},
    response,
};
use bytes::Bytes;
use flate2::read::GzDecoder;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use opentelemetry_proto::tonic::collector::{
    logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest, trace::v1::ExportTraceServiceRequest,
};
use prost::Message as _;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::{intake::Intake, signal::Signal};

/// The largest request body that the protocol lets an exporter send.
pub(crate) const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// Serves until dropped.
pub(crate) async fn serve(listener: TcpListener, intake: Arc<Intake>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, for instance: let the connections go on, then try again.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let intake = Arc::clone(&intake);
        let service = service_fn(move |request| respond(request, Arc::clone(&intake)));
        let connection = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
        // A connection that fails is the sender's business; its request is simply not there.
        tokio::spawn(async move { drop(connection.await) });
    }
}

async fn respond(request: Request<Incoming>, intake: Arc<Intake>) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let answered = match path.as_str() {
        "/v1/traces" => take::<ExportTraceServiceRequest>(request, &intake).await,
        "/v1/metrics" => take::<ExportMetricsServiceRequest>(request, &intake).await,
        "/v1/logs" => take::<ExportLogsServiceRequest>(request, &intake).await,
        _ => {
            Err(Refusal { status: StatusCode::NOT_FOUND, reason: "the paths are /v1/traces, /v1/metrics and /v1/logs" })
        }
    };
    Ok(answered.unwrap_or_else(Refusal::into_response))
}

async fn take<S: Signal>(request: Request<Incoming>, intake: &Intake) -> Result<Response<Full<Bytes>>, Refusal> {
    if request.method() != Method::POST {
        return Err(Refusal { status: StatusCode::METHOD_NOT_ALLOWED, reason: "send telemetry by POST" });
    }
    let language = Language::of(request.headers())?;
    let (head, body) = request.into_parts();
    let body = Limited::new(body, BODY_LIMIT).collect().await.map_err(|error| Refusal::unreadable(&*error))?;
    let body = unpacked(&head.headers, body.to_bytes())?;
    let message = match language {
        Language::Protobuf => S::decode(body).ok(),
        Language::Json => from_json(&body),
    };
    let message = message
        .ok_or(Refusal { status: StatusCode::BAD_REQUEST, reason: "the body is not the message of this path" })?;
    let answer = intake.accept(&head.headers, message).await;
    Ok(match language {
        Language::Protobuf => response(StatusCode::OK, PROTOBUF, answer.encode_to_vec()),
        Language::Json => response(StatusCode::OK, JSON, serde_json::to_vec(&answer).unwrap_or_default()),
    })
}

/// A number that is null is what careless senders make of NaN; collectors refuse the whole request for it.
fn from_json<S: Signal>(body: &[u8]) -> Option<S> {
    let value = serde_json::from_slice(body).ok()?;
    if has_null_number(&value) { None } else { serde_json::from_slice(body).ok() }
}

fn has_null_number(value: &Value) -> bool {
    match value {
        Value::Array(values) => values.iter().any(has_null_number),
        Value::Object(fields) => fields.iter().any(|(name, value)| {
            value.is_null() && matches!(name.as_str(), "doubleValue" | "asDouble") || has_null_number(value)
        }),
        _ => false,
    }
}

#[derive(Clone, Copy, Debug)]
enum Language {
    Protobuf,
    Json,
}

impl Language {
    fn of(headers: &HeaderMap) -> Result<Self, Refusal> {
        let content_type = headers.get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
        match content_type {
            _ if content_type.starts_with(PROTOBUF.as_bytes()) => Ok(Self::Protobuf),
            _ if content_type.starts_with(JSON.as_bytes()) => Ok(Self::Json),
            _ => Err(Refusal {
                status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
                reason: "only application/x-protobuf and application/json are understood",
            }),
        }
    }
}

/// The body as it was before it was compressed.
fn unpacked(headers: &HeaderMap, body: Bytes) -> Result<Bytes, Refusal> {
    match headers.get(CONTENT_ENCODING).map(HeaderValue::as_bytes) {
        None => Ok(body),
        Some(b"gzip") => {
            let mut plain = Vec::new();
            let read = GzDecoder::new(&*body).take(BODY_LIMIT as u64).read_to_end(&mut plain);
            read.map_err(|_| Refusal { status: StatusCode::BAD_REQUEST, reason: "the body is not gzip" })?;
            Ok(plain.into())
        }
        Some(_) => Err(Refusal { status: StatusCode::UNSUPPORTED_MEDIA_TYPE, reason: "only gzip is understood" }),
    }
}

const PROTOBUF: &str = "application/x-protobuf";
const JSON: &str = "application/json";

struct Refusal {
    status: StatusCode,
    reason: &'static str,
}

impl Refusal {
    fn unreadable(error: &(dyn std::error::Error + 'static)) -> Self {
        if error.is::<LengthLimitError>() {
            return Self { status: StatusCode::PAYLOAD_TOO_LARGE, reason: "a request is at most 64 MiB" };
        }
        Self { status: StatusCode::BAD_REQUEST, reason: "the body ended early" }
    }

    fn into_response(self) -> Response<Full<Bytes>> {
        let mut response = response(self.status, "text/plain", self.reason.into());
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
        }
        response
    }
}

fn response(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Response<Full<Bytes>> {
    let (mut head, body): (response::Parts, _) = Response::new(Full::new(Bytes::from(body))).into_parts();
    head.status = status;
    head.headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    Response::from_parts(head, body)
}
