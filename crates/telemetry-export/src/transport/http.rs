//! OTLP over HTTP/1.1, with protobuf or JSON bodies.

use std::io;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, Request, Response, Uri,
    header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER, USER_AGENT},
};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;

use super::{Answer, Failure, RESPONSE_LIMIT, client};
use crate::{
    compression::{self, Compression},
    retry,
    target::{Protocol, Target},
};

#[derive(Debug)]
pub(crate) struct HttpTransport {
    connector: client::Connector,
    client: Client<client::Connector, Full<Bytes>>,
    uri: Uri,
    headers: HeaderMap,
    compression: Compression,
    tls: bool,
}

impl HttpTransport {
    pub(super) fn new(target: &Target) -> io::Result<Self> {
        let content_type = match target.protocol() {
            Protocol::HttpJson => "application/json",
            Protocol::Grpc | Protocol::HttpProtobuf => "application/x-protobuf",
        };
        let mut headers = target.headers().as_map().clone();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.entry(USER_AGENT).or_insert(super::USER_AGENT);
        let connector = client::http1_connector(target)?;
        Ok(Self {
            client: client::http1(connector.clone()),
            connector,
            uri: target.uri().clone(),
            headers,
            compression: target.compression(),
            tls: target.is_https(),
        })
    }

    /// The same over a new connection.
    pub(super) fn another(&self) -> Self {
        Self {
            connector: self.connector.clone(),
            client: client::http1(self.connector.clone()),
            uri: self.uri.clone(),
            headers: self.headers.clone(),
            compression: self.compression,
            tls: self.tls,
        }
    }

    /// The body as it is sent, the same for all attempts.
    pub(super) fn pack(&mut self, plain: Vec<u8>) -> Bytes {
        let compressed = match self.compression {
            Compression::None => None,
            Compression::Gzip => compression::gzip(&plain).ok(),
        };
        match compressed {
            Some(compressed) => {
                self.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                compressed.into()
            }
            None => {
                self.headers.remove(CONTENT_ENCODING);
                plain.into()
            }
        }
    }

    pub(super) async fn send(&self, body: Bytes) -> Answer {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        match self.client.request(request).await {
            Ok(response) => self.judge(response).await,
            Err(error) => Answer::TryAgain { failure: Failure::network(&error, self.tls), at_least: None },
        }
    }

    /// The status decides; the body is read only when it can hold the response message.
    async fn judge(&self, response: Response<Incoming>) -> Answer {
        let status = response.status();
        if retry::http_status_is_transient(status) {
            let at_least = response.headers().get(RETRY_AFTER).and_then(|value| retry::retry_after(value.as_bytes()));
            return Answer::TryAgain { failure: Failure::Http(status), at_least };
        }
        if !status.is_success() {
            return Answer::Refused(Failure::Http(status));
        }
        let zipped = response.headers().get(CONTENT_ENCODING).is_some_and(|encoding| encoding == "gzip");
        match Limited::new(response.into_body(), RESPONSE_LIMIT).collect().await {
            Ok(body) if zipped => unpack(&body.to_bytes()),
            Ok(body) => Answer::Delivered(body.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => Answer::Refused(Failure::ResponseTooLarge),
            Err(error) => Answer::TryAgain { failure: Failure::network(&*error, self.tls), at_least: None },
        }
    }
}

/// An answer that was compressed although nobody asked for it; the status has already said that the request was taken.
fn unpack(body: &[u8]) -> Answer {
    match compression::gunzip(body, RESPONSE_LIMIT) {
        Ok(Some(plain)) => Answer::Delivered(plain.into()),
        Ok(None) => Answer::Refused(Failure::ResponseTooLarge),
        Err(_) => Answer::Delivered(Bytes::new()),
    }
}
