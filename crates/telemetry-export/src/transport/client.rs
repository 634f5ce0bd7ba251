//! The HTTP client below both protocols: no proxy, no redirects, TLS for https only.

use std::io;

use bytes::Bytes;
use http_body::Body;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Builder, Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};

use crate::target::Target;

pub(super) type Connector = HttpsConnector<HttpConnector>;

pub(super) fn http1_connector(target: &Target) -> io::Result<Connector> {
    Ok(with_tls(target)?.https_or_http().enable_http1().wrap_connector(tcp()))
}

pub(super) fn http2_connector(target: &Target) -> io::Result<Connector> {
    Ok(with_tls(target)?.https_or_http().enable_http2().wrap_connector(tcp()))
}

pub(super) fn http1<B>(connector: Connector) -> Client<Connector, B>
where
    B: Body<Data = Bytes> + Send,
{
    builder().build(connector)
}

pub(super) fn http2<B>(connector: Connector) -> Client<Connector, B>
where
    B: Body<Data = Bytes> + Send,
{
    builder().http2_only(true).build(connector)
}

fn builder() -> Builder {
    let mut builder = Client::builder(TokioExecutor::new());
    builder.timer(TokioTimer::new()).pool_timer(TokioTimer::new());
    builder
}

fn tcp() -> HttpConnector {
    let mut tcp = HttpConnector::new();
    // The connector on top of this one looks at the scheme.
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp
}

/// The crypto provider is named, because rustls panics when two are compiled in and none is.
fn with_tls(target: &Target) -> io::Result<HttpsConnectorBuilder<hyper_rustls::builderstates::WantsSchemes>> {
    let provider = ring::default_provider();
    if target.tls() {
        return HttpsConnectorBuilder::new().with_provider_and_native_roots(provider);
    }
    // Never used, so the system's certificates, which take a while, are not loaded.
    let config = ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    Ok(HttpsConnectorBuilder::new().with_tls_config(config))
}
