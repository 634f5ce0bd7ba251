//! Bytes to a collector and its answer back, over either protocol.

mod client;
mod codec;
mod failure;
mod grpc;
mod http;
mod retry_info;
mod way;

use std::{io, time::Duration};

use ::http::HeaderValue;
use bytes::Bytes;

pub(crate) use self::failure::Failure;
use self::{grpc::GrpcTransport, http::HttpTransport};
use crate::{
    signal::Signal,
    target::{Protocol, Target},
};

/// A way to one target.
#[derive(Debug)]
pub(crate) enum Transport {
    Http(Box<HttpTransport>),
    Grpc(Box<GrpcTransport>),
}

/// What came back for one attempt.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Taken; the bytes are the response message.
    Delivered(Bytes),
    /// Not now. The collector may have said how long to wait at least.
    TryAgain { failure: Failure, at_least: Option<Duration> },
    /// Never.
    Refused(Failure),
}

impl Transport {
    /// Prepares without connecting; loads the system's root certificates if the target is https.
    pub(crate) fn new(target: &Target, signal: Signal) -> io::Result<Self> {
        Ok(match target.protocol() {
            Protocol::HttpProtobuf | Protocol::HttpJson => Self::Http(Box::new(HttpTransport::new(target)?)),
            Protocol::Grpc => Self::Grpc(Box::new(GrpcTransport::new(target, signal)?)),
        })
    }

    /// The body as [`send`](Self::send) wants it: compressed, once for all attempts.
    pub(crate) fn pack(&mut self, plain: Vec<u8>) -> Bytes {
        match self {
            Self::Http(http) => http.pack(plain),
            // The gRPC client compresses by itself.
            Self::Grpc(_) => plain.into(),
        }
    }

    /// One attempt, without a limit in time.
    pub(crate) async fn send(&self, body: Bytes) -> Answer {
        match self {
            Self::Http(http) => http.send(body).await,
            Self::Grpc(grpc) => grpc.send(body).await,
        }
    }

    /// The same way over a connection of its own.
    ///
    /// Over HTTP/1.1 a request that is given up takes its connection with it; over HTTP/2 the connection would stay,
    /// and if packets vanish on the way, so would every later request on it.
    pub(crate) fn another(&self) -> Self {
        match self {
            Self::Http(http) => Self::Http(Box::new(http.another())),
            Self::Grpc(grpc) => Self::Grpc(Box::new(grpc.another())),
        }
    }
}

/// The protocol's limit for an answer; larger ones are not read further.
const RESPONSE_LIMIT: usize = 4 * 1024 * 1024;

/// Names this crate and the OTLP implementation whose messages it sends.
const USER_AGENT: HeaderValue =
    HeaderValue::from_static(concat!("OTelier/", env!("CARGO_PKG_VERSION"), " OTel-OTLP-Exporter-Rust/0.33.1"));

#[cfg(test)]
mod tests {
    use opentelemetry_sdk::Resource;

    use super::USER_AGENT;

    #[test]
    fn the_user_agent_names_the_version_of_the_sdk() {
        let resource = Resource::builder().build();
        let version = resource.get(&"telemetry.sdk.version".into()).unwrap();
        assert!(USER_AGENT.to_str().unwrap().ends_with(&format!("/{version}")));
    }
}
