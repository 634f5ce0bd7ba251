//! What a receiver may do wrong.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use ::http::{HeaderMap, HeaderValue, Request, Response, header::CONTENT_TYPE};
use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame};
use http_body_util::{BodyExt as _, Full, combinators::UnsyncBoxBody};
use prost::Message;
use tokio::time::Sleep;
use tonic::{Code, Status};

/// How a [`FaultReceiver`](crate::FaultReceiver) answers one request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// As a collector that took everything, over gRPC or HTTP, whichever was spoken.
    Accept,
    /// With this HTTP response; over gRPC this is what a proxy in between does.
    Answer(Response<Bytes>),
    /// With this response, of whose body a byte comes each 20 ms.
    Drip(Response<Bytes>),
    /// With a body of zeros that does not end.
    Endless,
    /// With this gRPC code and message, and a hint when to come back.
    Grpc {
        /// 0 to 16.
        code: u32,
        /// What the server says about it.
        message: String,
        /// The `google.rpc.RetryInfo` in the details.
        retry_after: Option<Duration>,
    },
    /// Over gRPC, with a message of these bytes, whatever they mean.
    GrpcMessage(Bytes),
    /// Not at all, for as long as the receiver lives.
    Hang,
    /// By closing the connection.
    Reset,
}

impl Fault {
    /// An HTTP answer with this status and nothing else.
    pub fn status(status: u16) -> Self {
        let mut response = Response::new(Bytes::new());
        if let Ok(status) = status.try_into() {
            *response.status_mut() = status;
        }
        Self::Answer(response)
    }

    /// A gRPC status with this code and nothing else.
    pub fn grpc(code: u32) -> Self {
        Self::Grpc { code, message: String::new(), retry_after: None }
    }

    /// None means to close the connection.
    pub(crate) async fn answer<B>(self, request: &Request<B>) -> Option<Response<Answer>> {
        let grpc = request.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(GRPC.as_bytes()));
        Some(match self {
            Self::Accept if grpc => grpc_message(&[]),
            Self::Accept => Response::new(whole(Bytes::new())),
            Self::Answer(response) => response.map(whole),
            Self::Drip(response) => response.map(|body| Drip { left: body, pause: None }.boxed_unsync()),
            Self::Endless => Response::new(Zeros.boxed_unsync()),
            Self::Grpc { code, message, retry_after } => {
                let code = Code::from(i32::try_from(code).unwrap_or_default());
                let details = retry_after.map(details).unwrap_or_default();
                Status::with_details(code, message, details.into())
                    .into_http::<Full<Bytes>>()
                    .map(|_| whole(Bytes::new()))
            }
            Self::GrpcMessage(message) => grpc_message(&message),
            Self::Hang => std::future::pending().await,
            Self::Reset => return None,
        })
    }
}

pub(crate) type Answer = UnsyncBoxBody<Bytes, io::Error>;

const GRPC: &str = "application/grpc";

fn whole(body: Bytes) -> Answer {
    Full::new(body).map_err(|never| match never {}).boxed_unsync()
}

/// A message in its frame, and the good status behind it.
fn grpc_message(message: &[u8]) -> Response<Answer> {
    let mut framed = BytesMut::from(&[0][..]);
    framed.extend_from_slice(&u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes());
    framed.extend_from_slice(message);
    let trailers =
        HeaderMap::from_iter([(::http::HeaderName::from_static("grpc-status"), HeaderValue::from_static("0"))]);
    let body = Full::new(framed.freeze()).with_trailers(async { Some(Ok(trailers)) });
    let mut response = Response::new(body.map_err(|never| match never {}).boxed_unsync());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(GRPC));
    response
}

/// A body that takes its time.
struct Drip {
    left: Bytes,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Body for Drip {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, ctx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.left.is_empty() {
            return Poll::Ready(None);
        }
        let pause = self.pause.get_or_insert_with(|| Box::pin(tokio::time::sleep(Duration::from_millis(20))));
        if pause.as_mut().poll(ctx).is_pending() {
            return Poll::Pending;
        }
        self.pause = None;
        let byte = self.left.split_to(1);
        Poll::Ready(Some(Ok(Frame::data(byte))))
    }
}

/// A body without an end.
struct Zeros;

impl Body for Zeros {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, _ctx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[0; 16 * 1024])))))
    }
}

/// The details of a status with a retry hint.
fn details(retry_after: Duration) -> Vec<u8> {
    let delay = Delay {
        seconds: i64::try_from(retry_after.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(retry_after.subsec_nanos()).unwrap_or_default(),
    };
    let hint = RetryInfo { delay: Some(delay) };
    let detail =
        Detail { type_url: "type.googleapis.com/google.rpc.RetryInfo".to_owned(), value: hint.encode_to_vec() };
    RichStatus { details: vec![detail] }.encode_to_vec()
}

/// `google.rpc.Status`.
#[derive(Clone, PartialEq, Message)]
struct RichStatus {
    #[prost(message, repeated, tag = "3")]
    details: Vec<Detail>,
}

/// `google.protobuf.Any`.
#[derive(Clone, PartialEq, Message)]
struct Detail {
    #[prost(string, tag = "1")]
    type_url: String,
    #[prost(bytes = "vec", tag = "2")]
    value: Vec<u8>,
}

/// `google.rpc.RetryInfo`.
#[derive(Clone, Copy, PartialEq, Message)]
struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    delay: Option<Delay>,
}

/// `google.protobuf.Duration`.
#[derive(Clone, Copy, PartialEq, Message)]
struct Delay {
    #[prost(int64, tag = "1")]
    seconds: i64,
    #[prost(int32, tag = "2")]
    nanos: i32,
}
