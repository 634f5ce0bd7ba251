//! OTLP over gRPC.

use std::{error::Error as _, io};

use bytes::Bytes;
use http::{
    HeaderMap, Uri,
    header::USER_AGENT,
    uri::{Authority, PathAndQuery, Scheme},
};
use hyper_util::client::legacy::Client;
use tonic::{Code, Request, Status, client::Grpc, metadata::MetadataMap};

use super::{Answer, Failure, RESPONSE_LIMIT, client, codec::BytesCodec, retry_info};
use crate::{retry, signal::Signal, target::Target};

#[derive(Debug)]
pub(crate) struct GrpcTransport {
    connector: client::Connector,
    grpc: Grpc<Client<client::Connector, tonic::body::Body>>,
    origin: Uri,
    method: PathAndQuery,
    headers: HeaderMap,
    tls: bool,
}

impl GrpcTransport {
    pub(super) fn new(target: &Target, signal: Signal) -> io::Result<Self> {
        let mut headers = target.headers().as_map().clone();
        headers.entry(USER_AGENT).or_insert(super::USER_AGENT);
        let connector = client::http2_connector(target)?;
        let origin = origin(target)?;
        Ok(Self {
            grpc: connect(&connector, &origin),
            connector,
            origin,
            method: PathAndQuery::from_static(signal.method()),
            headers,
            tls: target.tls(),
        })
    }

    pub(super) async fn send(&mut self, body: Bytes) -> Answer {
        let mut request = Request::new(body);
        *request.metadata_mut() = MetadataMap::from_headers(self.headers.clone());
        if let Err(error) = self.grpc.ready().await {
            return Answer::TryAgain { failure: Failure::network(&error, self.tls), at_least: None };
        }
        match self.grpc.unary(request, self.method.clone(), BytesCodec).await {
            Ok(response) => Answer::Delivered(response.into_inner()),
            Err(status) => self.judge(&status),
        }
    }

    /// Later requests go over a new connection.
    pub(super) fn reconnect(&mut self) {
        self.grpc = connect(&self.connector, &self.origin);
    }

    fn judge(&self, status: &Status) -> Answer {
        // A status that a collector sent has no source; tonic gives one to what happened on this side.
        if let Some(error) = status.source() {
            return Answer::TryAgain { failure: Failure::network(error, self.tls), at_least: None };
        }
        if status.code() == Code::OutOfRange && status.message().starts_with(TOO_LARGE) {
            return Answer::Refused(Failure::ResponseTooLarge);
        }
        let failure = Failure::Grpc(status.code());
        let at_least = retry_info::delay(status.details());
        if retry::grpc_code_is_transient(status.code(), at_least.is_some()) {
            return Answer::TryAgain { failure, at_least };
        }
        Answer::Refused(failure)
    }
}

fn connect(connector: &client::Connector, origin: &Uri) -> Grpc<Client<client::Connector, tonic::body::Body>> {
    Grpc::with_origin(client::http2(connector.clone()), origin.clone()).max_decoding_message_size(RESPONSE_LIMIT)
}

/// Scheme, host and port: tonic would put a path before the method.
fn origin(target: &Target) -> io::Result<Uri> {
    let scheme = if target.tls() { Scheme::HTTPS } else { Scheme::HTTP };
    let authority = target.uri().authority().map_or("", Authority::as_str);
    Uri::builder().scheme(scheme).authority(authority).path_and_query("/").build().map_err(io::Error::other)
}

/// How tonic begins its message about an answer over the limit, which it gives no other sign of.
const TOO_LARGE: &str = "Error, decoded message length too large";
