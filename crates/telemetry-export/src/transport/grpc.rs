//! OTLP over gRPC.

use std::{error::Error, io};

use bytes::Bytes;
use http::{
    HeaderMap, Response, Uri,
    header::USER_AGENT,
    uri::{Authority, PathAndQuery, Scheme},
};
use http_body_util::{LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use tonic::{Code, Request, Status, client::Grpc, codec::CompressionEncoding, metadata::MetadataMap};
use tower::util::MapResponse;

use super::{Answer, Failure, RESPONSE_LIMIT, client, codec::BytesCodec, retry_info};
use crate::{compression::Compression, retry, signal::Signal, target::Target};

/// A little more than the body's, which is the real one.
const MESSAGE_LIMIT: usize = RESPONSE_LIMIT + 1021;

type Http2 = Client<client::Connector, tonic::body::Body>;
type Limit = fn(Response<Incoming>) -> Response<Limited<Incoming>>;

#[derive(Debug)]
pub(crate) struct GrpcTransport {
    connector: client::Connector,
    grpc: Grpc<MapResponse<Http2, Limit>>,
    origin: Uri,
    compression: Compression,
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
            grpc: connect(&connector, &origin, target.compression()),
            connector,
            origin,
            compression: target.compression(),
            method: PathAndQuery::from_static(signal.method()),
            headers,
            tls: target.is_https(),
        })
    }

    pub(super) async fn send(&self, body: Bytes) -> Answer {
        // A clone shares the connection.
        let mut grpc = self.grpc.clone();
        let mut request = Request::new(body);
        *request.metadata_mut() = MetadataMap::from_headers(self.headers.clone());
        if let Err(error) = grpc.ready().await {
            return Answer::TryAgain { failure: Failure::network(&error, self.tls), at_least: None };
        }
        match grpc.unary(request, self.method.clone(), BytesCodec).await {
            Ok(response) => Answer::Delivered(response.into_inner()),
            Err(status) => self.judge(&status),
        }
    }

    /// The same over a new connection.
    pub(super) fn another(&self) -> Self {
        Self {
            grpc: connect(&self.connector, &self.origin, self.compression),
            connector: self.connector.clone(),
            origin: self.origin.clone(),
            compression: self.compression,
            method: self.method.clone(),
            headers: self.headers.clone(),
            tls: self.tls,
        }
    }

    fn judge(&self, status: &Status) -> Answer {
        // A status that a collector sent has no source; tonic gives one to what happened on this side.
        if let Some(error) = status.source() {
            if caused_by_limit(error) {
                return Answer::Refused(Failure::ResponseTooLarge);
            }
            return Answer::TryAgain { failure: Failure::network(error, self.tls), at_least: None };
        }
        if refused_by_tonic(status) {
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

fn connect(connector: &client::Connector, origin: &Uri, compression: Compression) -> Grpc<MapResponse<Http2, Limit>> {
    let limited = MapResponse::new(client::http2(connector.clone()), limit as Limit);
    // Tonic makes room for whatever length a message claims to have, so it needs a limit besides that of the body.
    let grpc = Grpc::with_origin(limited, origin.clone()).max_decoding_message_size(MESSAGE_LIMIT);
    match compression {
        Compression::None => grpc,
        Compression::Gzip => grpc.send_compressed(CompressionEncoding::Gzip),
    }
}

/// Compressed answers are not asked for and not understood, so the body's length is the message's.
fn limit(response: Response<Incoming>) -> Response<Limited<Incoming>> {
    response.map(|body| Limited::new(body, RESPONSE_LIMIT))
}

/// Tonic refuses a claimed length by a status that looks like the collector's, but for the limit that it names:
/// it is one that no collector has.
fn refused_by_tonic(status: &Status) -> bool {
    status.code() == Code::OutOfRange && status.message().ends_with(&format!("the limit is: {MESSAGE_LIMIT} bytes"))
}

fn caused_by_limit(error: &(dyn Error + 'static)) -> bool {
    error.is::<LengthLimitError>() || error.source().is_some_and(caused_by_limit)
}

/// Scheme, host and port: tonic would put a path before the method.
fn origin(target: &Target) -> io::Result<Uri> {
    let scheme = if target.is_https() { Scheme::HTTPS } else { Scheme::HTTP };
    let authority = target.uri().authority().map_or("", Authority::as_str);
    Uri::builder().scheme(scheme).authority(authority).path_and_query("/").build().map_err(io::Error::other)
}
