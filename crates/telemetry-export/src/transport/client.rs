//! The HTTP client below both protocols: no redirects, TLS for https only.

use std::{io, time::Duration};

use bytes::Bytes;
use http_body::Body;
use hyper_rustls::{
    HttpsConnector, HttpsConnectorBuilder,
    builderstates::{WantsProtocols1, WantsSchemes},
};
use hyper_util::{
    client::legacy::{Builder, Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};

use super::way::Way;
use crate::target::Target;

pub(super) type Connector = HttpsConnector<Way>;

pub(super) fn http1_connector(target: &Target) -> io::Result<Connector> {
    Ok(schemes(target)?.enable_http1().wrap_connector(way(target)))
}

pub(super) fn http2_connector(target: &Target) -> io::Result<Connector> {
    Ok(schemes(target)?.enable_http2().wrap_connector(way(target)))
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
    let mut builder = builder();
    builder.http2_only(true);
    // Only while a request waits, and seldom: servers take frequent or idle pings for an attack and hang up.
    builder.http2_keep_alive_interval(PING_AFTER).http2_keep_alive_timeout(PING_WITHIN);
    builder.build(connector)
}

fn builder() -> Builder {
    let mut builder = Client::builder(TokioExecutor::new());
    builder.timer(TokioTimer::new()).pool_timer(TokioTimer::new());
    builder
}

fn way(target: &Target) -> Way {
    Way::new(tcp(), target.proxy())
}

fn tcp() -> HttpConnector {
    let mut tcp = HttpConnector::new();
    // The connector on top of this one looks at the scheme.
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    // A kept connection that has died without a word is found out between two requests.
    tcp.set_keepalive(Some(PROBE_AFTER));
    tcp.set_keepalive_interval(Some(PROBE_INTERVAL));
    tcp.set_keepalive_retries(Some(PROBES));
    tcp
}

/// An https target is never spoken to in plain text, whatever becomes of its URL.
fn schemes(target: &Target) -> io::Result<HttpsConnectorBuilder<WantsProtocols1>> {
    let builder = with_tls(target)?;
    Ok(if target.is_https() { builder.https_only() } else { builder.https_or_http() })
}

/// For plain http the configuration is never used, and the system's certificates, which take a while, are not loaded.
fn with_tls(target: &Target) -> io::Result<HttpsConnectorBuilder<WantsSchemes>> {
    let config = if target.is_https() { target.tls().client_config()? } else { unused_tls()? };
    Ok(HttpsConnectorBuilder::new().with_tls_config(config))
}

/// The crypto provider is named, because rustls panics when two are compiled in and none is.
fn unused_tls() -> io::Result<ClientConfig> {
    let builder = ClientConfig::builder_with_provider(ring::default_provider().into());
    let builder = builder.with_safe_default_protocol_versions().map_err(io::Error::other)?;
    Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

const PING_AFTER: Duration = Duration::from_secs(20);
const PING_WITHIN: Duration = Duration::from_secs(10);
const PROBE_AFTER: Duration = Duration::from_secs(15);
const PROBE_INTERVAL: Duration = Duration::from_secs(5);
const PROBES: u32 = 3;

#[cfg(test)]
mod tests {
    use std::{
        io::Read as _,
        net::{TcpListener, TcpStream},
        thread,
    };

    use bytes::Bytes;
    use http::{Method, Request};
    use http_body_util::Full;
    use tokio::time::Instant;

    use super::{PING_AFTER, PING_WITHIN, http2, http2_connector};
    use crate::target::{Protocol, Target};

    /// The types of the frames that came until the connection was closed.
    fn frames(mut client: TcpStream) -> Vec<u8> {
        let mut bytes = Vec::new();
        client.read_to_end(&mut bytes).unwrap();
        // The preface comes first; each frame begins with its length and its type.
        let (mut left, mut types) = (&bytes["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".len()..], Vec::new());
        while let [high, middle, low, kind, _, _, _, _, _, rest @ ..] = left {
            types.push(*kind);
            let length = u32::from_be_bytes([0, *high, *middle, *low]);
            left = &rest[length as usize..];
        }
        types
    }

    /// The clock stands still but for what is waited for, so that half a minute takes no time.
    #[tokio::test(start_paused = true)]
    async fn a_request_that_waits_is_pinged_and_fails_when_nobody_answers() {
        const DATA: u8 = 0;
        const PING: u8 = 6;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let server = thread::spawn(move || frames(listener.accept().unwrap().0));

        let client = http2(http2_connector(&Target::new(Protocol::Grpc, &endpoint).unwrap()).unwrap());
        let mut request = Request::new(Full::new(Bytes::from_static(b"spans")));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = endpoint.parse().unwrap();
        let began = Instant::now();
        let answer = tokio::time::timeout(PING_AFTER * 10, client.request(request)).await;
        let error = answer.unwrap().unwrap_err();
        assert_eq!(began.elapsed().as_secs(), (PING_AFTER + PING_WITHIN).as_secs(), "{error:?}");

        drop(client);
        let types = server.join().unwrap();
        let sent = types.iter().position(|kind| *kind == DATA);
        let pinged = types.iter().rposition(|kind| *kind == PING);
        assert!(sent.is_some() && sent < pinged, "{types:?}");
    }
}
