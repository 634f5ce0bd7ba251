//! A collector's URL.

use std::fmt;

use telemetry_export::Protocol;

use super::{Signal, url_under};
use crate::variable::Parsed;

/// The port that collectors keep for gRPC.
const GRPC_PORT: u16 = 4317;

/// A collector's URL, without the parts that may hold credentials.
#[derive(Clone, PartialEq, Eq)]
pub struct Url {
    /// gRPC knows endpoints without one.
    scheme: Option<&'static str>,
    /// Host and port.
    authority: String,
    /// Empty, or beginning with a slash.
    path: String,
    port: Option<u16>,
}

impl Url {
    /// The specification's default.
    pub(super) fn default_for(protocol: Protocol) -> Self {
        let port = if protocol == Protocol::Grpc { GRPC_PORT } else { 4318 };
        Self { scheme: Some("http"), authority: format!("localhost:{port}"), path: String::new(), port: Some(port) }
    }

    pub(super) fn is_plain(&self) -> bool {
        self.scheme == Some("http")
    }

    pub(super) fn has_path(&self) -> bool {
        !self.path.is_empty()
    }

    /// Whether it has the port that collectors keep for gRPC.
    pub(super) fn has_grpc_port(&self) -> bool {
        self.port == Some(GRPC_PORT)
    }

    /// Without a scheme gRPC means TLS, unless it is said to be insecure. For HTTP there is no such rule.
    pub(super) fn with_scheme(mut self, protocol: Protocol, insecure: bool) -> Option<Self> {
        if self.scheme.is_none() {
            if protocol != Protocol::Grpc {
                return None;
            }
            self.scheme = Some(if insecure { "http" } else { "https" });
        }
        Some(self)
    }

    pub(super) fn for_signal(&self, protocol: Protocol) -> String {
        match protocol {
            Protocol::Grpc => self.origin(),
            _ if self.path.is_empty() => format!("{}/", self.origin()),
            _ => self.to_string(),
        }
    }

    pub(super) fn for_base(&self, protocol: Protocol, signal: Signal) -> String {
        match protocol {
            Protocol::Grpc => self.origin(),
            _ => url_under(&self.to_string(), protocol, signal),
        }
    }

    fn origin(&self) -> String {
        format!("{}://{}", self.scheme.unwrap_or("https"), self.authority)
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin(), self.path)
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

pub(crate) fn url(text: &str) -> Parsed<Url> {
    let Ok(uri) = text.parse::<http::Uri>() else { return Parsed::Bad("is not a URL".to_owned()) };
    let scheme = match uri.scheme_str() {
        Some("http") => Some("http"),
        Some("https") => Some("https"),
        // `host:port`, of which a number must be a part: one word alone is more likely a slip.
        None if uri.port_u16().is_some() => None,
        _ => return Parsed::Bad("must begin with http:// or https:// and name a host".to_owned()),
    };
    let Some(authority) = uri.authority().filter(|authority| !authority.host().is_empty()) else {
        return Parsed::Bad("names no host".to_owned());
    };
    let authority = authority.as_str();
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let has_port = host_and_port.rsplit(']').next().is_some_and(|rest| rest.contains(':'));
    if has_port && uri.port_u16().is_none() {
        return Parsed::Bad("has a port that is not a number from 0 to 65535".to_owned());
    }
    let url = Url {
        scheme,
        authority: host_and_port.to_owned(),
        path: if uri.path() == "/" { String::new() } else { uri.path().to_owned() },
        port: uri.port_u16(),
    };
    if host_and_port.len() < authority.len() {
        return Parsed::Partly(url, "holds a user name, which is not sent; use OTEL_EXPORTER_OTLP_HEADERS".to_owned());
    }
    if uri.query().is_some() {
        return Parsed::Partly(url, "has a query, which is not sent; use OTEL_EXPORTER_OTLP_HEADERS".to_owned());
    }
    Parsed::Good(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_joined_as_the_specification_says() {
        let cases = [
            // The variable of all signals is a base, that of one signal is used as it is.
            ("http://c:4318", "http://c:4318/v1/traces", "http://c:4318/"),
            ("http://c:4318/", "http://c:4318/v1/traces", "http://c:4318/"),
            ("http://c:4318/base", "http://c:4318/base/v1/traces", "http://c:4318/base"),
            ("http://c:4318/base/", "http://c:4318/base/v1/traces", "http://c:4318/base/"),
            ("https://c/v1/x/", "https://c/v1/x/v1/traces", "https://c/v1/x/"),
            ("http://[::1]:4318", "http://[::1]:4318/v1/traces", "http://[::1]:4318/"),
        ];
        for (text, generic, own) in cases {
            let Parsed::Good(url) = url(text) else { panic!("{text}") };
            assert_eq!(url.for_base(Protocol::HttpProtobuf, Signal::Traces), generic);
            assert_eq!(url.for_signal(Protocol::HttpProtobuf), own);
        }
    }

    #[test]
    fn a_grpc_target_has_no_path() {
        let Parsed::Good(url) = url("http://c:4317/ignored") else { panic!("good") };
        assert_eq!(url.for_base(Protocol::Grpc, Signal::Metrics), "http://c:4317");
        assert_eq!(url.for_signal(Protocol::Grpc), "http://c:4317");
    }

    #[test]
    fn an_endpoint_without_a_scheme_is_for_grpc_alone() {
        let Parsed::Good(url) = url("c:4317") else { panic!("good") };
        let scheme =
            |protocol, insecure| url.clone().with_scheme(protocol, insecure).map(|url| url.for_signal(protocol));
        assert_eq!(scheme(Protocol::Grpc, false).as_deref(), Some("https://c:4317"));
        assert_eq!(scheme(Protocol::Grpc, true).as_deref(), Some("http://c:4317"));
        assert_eq!(scheme(Protocol::HttpProtobuf, true), None);
    }

    #[test]
    fn what_is_not_a_url_is_said() {
        for wrong in ["localhost", "ftp://c", "http://", "http://[::1", "http://c:99999", "/v1/traces", "http://c c"] {
            assert!(matches!(url(wrong), Parsed::Bad(_)), "{wrong}");
        }
    }

    #[test]
    fn credentials_of_a_url_go_nowhere() {
        let Parsed::Partly(url, _) = url("http://user:pass@c:4318/x?key=secret") else { panic!("partly") };
        assert_eq!(format!("{url} {url:?}"), "http://c:4318/x \"http://c:4318/x\"");
    }
}
