//! Where one signal is sent to.

use std::{
    fmt::{self, Debug, Display, Formatter},
    time::Duration,
};

use http::{
    Uri,
    uri::{Authority, Scheme},
};

use crate::{
    compression::Compression,
    headers::Headers,
    proxy::{Proxies, Proxy},
    tls::Tls,
};

/// How OTLP is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// gRPC over HTTP/2.
    Grpc,
    /// Protobuf messages posted over HTTP/1.1.
    HttpProtobuf,
    /// JSON posted over HTTP/1.1.
    HttpJson,
}

/// As the variable `OTEL_EXPORTER_OTLP_PROTOCOL` spells it.
impl Display for Protocol {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Grpc => "grpc",
            Self::HttpProtobuf => "http/protobuf",
            Self::HttpJson => "http/json",
        })
    }
}

/// Where one signal is sent to, and how.
///
/// Requests go to this host and no other: redirects are not followed.
/// It prints without its headers' values and without the query of its URL.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    protocol: Protocol,
    uri: Uri,
    https: bool,
    tls: Tls,
    proxy: Option<Proxy>,
    headers: Headers,
    compression: Compression,
    timeout: Option<Duration>,
    max_request_size: usize,
}

impl Target {
    /// A target without headers or compression, with a timeout of 10 seconds and the system's root certificates.
    ///
    /// For HTTP `endpoint` is the whole URL of the signal, for instance `http://localhost:4318/v1/traces`.
    /// For gRPC it is `http://host:port` or `https://host:port`; a path has no meaning there and is ignored.
    ///
    /// Fails when the URL has no scheme, another scheme than http or https, no host, no valid port, or credentials in it.
    ///
    /// ```
    /// use telemetry_export::{Protocol, Target};
    ///
    /// assert!(Target::new(Protocol::Grpc, "http://localhost:4317").is_ok());
    /// let error = Target::new(Protocol::Grpc, "localhost:4317").unwrap_err();
    /// assert_eq!(error.to_string(), "the endpoint has no scheme: begin it with http:// or https://");
    /// ```
    pub fn new(protocol: Protocol, endpoint: &str) -> Result<Self, TargetError> {
        if !endpoint.contains("://") {
            return Err(TargetError::NoScheme);
        }
        let uri: Uri = endpoint.parse().map_err(|_| TargetError::Malformed)?;
        let https = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            Some(scheme) => return Err(TargetError::UnknownScheme { scheme: scheme.to_string() }),
            None => return Err(TargetError::NoScheme),
        };
        check(uri.authority().ok_or(TargetError::Malformed)?)?;
        Ok(Self {
            protocol,
            uri,
            https,
            tls: Tls::default(),
            proxy: None,
            headers: Headers::default(),
            compression: Compression::None,
            timeout: Some(DEFAULT_TIMEOUT),
            max_request_size: LARGEST_REQUEST,
        })
    }

    /// Uses these certificates if the scheme is https.
    #[must_use]
    pub fn with_tls(mut self, tls: Tls) -> Self {
        self.tls = tls;
        self
    }

    /// Goes through the proxy that is on the way to this target, if there is one. Default: straight.
    #[must_use]
    pub fn with_proxies(mut self, proxies: &Proxies) -> Self {
        self.proxy = proxies.on_the_way_to(&self.uri).cloned();
        self
    }

    /// Compresses every request. Default: not.
    #[must_use]
    pub fn with_compression(mut self, compression: Compression) -> Self {
        self.compression = compression;
        self
    }

    /// The largest request in bytes before compression; a larger batch is split. Default and maximum 64 MiB, minimum 1 KiB.
    ///
    /// A single item that is larger still is dropped and counted. Many collectors take only 4 MiB over gRPC.
    #[must_use]
    pub fn with_max_request_size(mut self, bytes: usize) -> Self {
        self.max_request_size = bytes.clamp(SMALLEST_REQUEST, LARGEST_REQUEST);
        self
    }

    /// Sends these headers with every request.
    #[must_use]
    pub fn with_headers(mut self, headers: Headers) -> Self {
        self.headers = headers;
        self
    }

    /// How long one request may take with all its attempts; none sets no limit. Default 10 seconds.
    ///
    /// Flush and shutdown have deadlines of their own.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.timeout = timeout;
        self
    }

    /// How OTLP is spoken.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// The URL without its query, which may hold a secret.
    pub fn endpoint(&self) -> String {
        let path = match self.protocol {
            Protocol::Grpc => "",
            Protocol::HttpProtobuf | Protocol::HttpJson => self.uri.path(),
        };
        format!("{self}{path}")
    }

    pub(crate) fn uri(&self) -> &Uri {
        &self.uri
    }

    pub(crate) fn is_https(&self) -> bool {
        self.https
    }

    /// The certificates of an https target.
    pub fn tls(&self) -> &Tls {
        &self.tls
    }

    /// The proxy on the way; none when the target is reached straight.
    pub fn proxy(&self) -> Option<&Proxy> {
        self.proxy.as_ref()
    }

    /// How requests are compressed.
    pub fn compression(&self) -> Compression {
        self.compression
    }

    /// The largest request in bytes before compression.
    pub fn max_request_size(&self) -> usize {
        self.max_request_size
    }

    /// What every request carries.
    pub fn headers(&self) -> &Headers {
        &self.headers
    }

    /// How long one request may take with all its attempts; none is no limit.
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }
}

/// Scheme, host and port, which never hold a secret.
impl Display for Target {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let scheme = if self.https { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.uri.authority().map_or("", Authority::as_str))
    }
}

impl Debug for Target {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target")
            .field("protocol", &self.protocol)
            .field("endpoint", &format_args!("{self}{}", self.uri.path()))
            .field("headers", &self.headers)
            .field("compression", &self.compression)
            .field("tls", &self.tls)
            .field("proxy", &self.proxy)
            .field("timeout", &self.timeout)
            .field("max_request_size", &self.max_request_size)
            .finish()
    }
}

/// Why an endpoint is no target. Nothing of the endpoint but its scheme and port is part of it, because the rest may be secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// `host:port` alone.
    #[error("the endpoint has no scheme: begin it with http:// or https://")]
    NoScheme,
    /// Neither http nor https.
    #[error("the endpoint's scheme is {scheme:?}: use http or https")]
    UnknownScheme {
        /// The scheme.
        scheme: String,
    },
    /// `user:password@` before the host.
    #[error("the endpoint holds credentials: send them as a header")]
    Credentials,
    /// No port between 1 and 65535 where one should be.
    #[error("the endpoint's port is {port:?}: use a number from 1 to 65535")]
    Port {
        /// What stands in place of the port.
        port: String,
    },
    /// Not a URL.
    #[error("the endpoint is no URL: write it as http://host:port")]
    Malformed,
}

fn check(authority: &Authority) -> Result<(), TargetError> {
    if authority.as_str().contains('@') {
        return Err(TargetError::Credentials);
    }
    if authority.host().is_empty() {
        return Err(TargetError::Malformed);
    }
    // An IPv6 address has colons of its own, within brackets.
    let after_host = &authority.as_str()[authority.host().len()..];
    match after_host.strip_prefix(':') {
        Some(port) if !port.parse::<u16>().is_ok_and(|port| port > 0) => {
            Err(TargetError::Port { port: port.to_owned() })
        }
        _ => Ok(()),
    }
}

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
const SMALLEST_REQUEST: usize = 1024;
/// The protocol's limit.
const LARGEST_REQUEST: usize = 64 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::{Protocol, Target};
    use crate::headers::Headers;

    #[test]
    fn endpoints_are_taken_or_refused_with_a_reason_that_holds_no_secret() {
        let check = |endpoint: &str| match Target::new(Protocol::HttpProtobuf, endpoint) {
            Ok(target) => target.to_string(),
            Err(error) => error.to_string(),
        };
        let cases = [
            ("http://localhost:4318/v1/traces?token=secret", "http://localhost:4318"),
            ("https://collector.example", "https://collector.example"),
            ("HTTPS://[::1]:4318", "https://[::1]:4318"),
            ("localhost:4317", "the endpoint has no scheme: begin it with http:// or https://"),
            ("", "the endpoint has no scheme: begin it with http:// or https://"),
            ("ftp://localhost:4317", r#"the endpoint's scheme is "ftp": use http or https"#),
            ("http://user:secret@localhost:4318", "the endpoint holds credentials: send them as a header"),
            ("http://localhost:99999", r#"the endpoint's port is "99999": use a number from 1 to 65535"#),
            ("http://localhost:", r#"the endpoint's port is "": use a number from 1 to 65535"#),
            ("http://localhost:0", r#"the endpoint's port is "0": use a number from 1 to 65535"#),
            ("http://[::1", "the endpoint is no URL: write it as http://host:port"),
            ("http://", "the endpoint is no URL: write it as http://host:port"),
            ("http:///v1/traces", "the endpoint is no URL: write it as http://host:port"),
            ("http://a b", "the endpoint is no URL: write it as http://host:port"),
        ];
        for (endpoint, expected) in cases {
            assert_eq!(check(endpoint), expected, "{endpoint}");
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let mut headers = Headers::default();
        headers.insert("api-key", "secret").unwrap();
        let target = Target::new(Protocol::Grpc, "http://localhost:4317/?token=secret").unwrap().with_headers(headers);
        let expected = "Target { protocol: Grpc, endpoint: http://localhost:4317/, \
                        headers: Headers([\"api-key\"]), compression: None, \
                        tls: Tls { root_certificates: 0, client_certificate: false }, proxy: None, timeout: Some(10s), \
                        max_request_size: 67108864 }";
        assert_eq!(format!("{target:?}"), expected);
    }
}
