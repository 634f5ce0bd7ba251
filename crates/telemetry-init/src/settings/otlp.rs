//! Where a signal's data goes over OTLP: endpoint, protocol, headers and time limit, per signal over generic.
//!
//! Source: OpenTelemetry specification, `protocol/exporter.md`.

use std::fmt;

use telemetry_export::{Headers, Protocol, Target};

use crate::{
    parse,
    settings::gates::Off,
    variable::{Parsed, Reader, Variable},
    variables::{ENDPOINT, Family, HEADERS, PROTOCOL, TIMEOUT},
};

/// The port that collectors keep for gRPC.
const GRPC_PORT: u16 = 4317;

/// A signal that is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    Traces,
    Metrics,
}

impl Signal {
    fn path(self) -> &'static str {
        match self {
            Self::Traces => "v1/traces",
            Self::Metrics => "v1/metrics",
        }
    }

    fn variable<T>(self, family: &'static Family<T>) -> &'static Variable<T> {
        match self {
            Self::Traces => &family.traces,
            Self::Metrics => &family.metrics,
        }
    }
}

/// Whether the OTLP exporter was asked for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Then there is a target even when no endpoint is set: the specification's default.
    ByName,
    /// Then there is one only where an endpoint is set.
    ByEndpoint,
}

/// The signal's target: `None` when there is no endpoint and nobody asked for one.
pub(crate) fn target(reader: &mut Reader<'_>, signal: Signal, asked: Asked) -> Option<Result<Target, Off>> {
    let endpoint = match endpoint(reader, signal) {
        Ok(None) if asked == Asked::ByEndpoint => return None,
        Ok(endpoint) => endpoint,
        Err(off) => return Some(Err(off)),
    };
    let protocol = protocol_for(reader, signal, endpoint.as_ref().map(|(endpoint, _)| endpoint));
    let url = match endpoint {
        Some((url, Source::Signal)) => url.for_signal(protocol),
        Some((url, Source::Generic)) => url.for_base(protocol, signal),
        None => default_url(protocol).for_base(protocol, signal),
    };
    let target = match Target::new(protocol, &url) {
        Ok(target) => target,
        Err(error) => {
            reader.warn(signal.variable(&ENDPOINT).name, error.to_string(), "the signal is off");
            return Some(Err(Off::BadEndpoint));
        }
    };
    let target = match per_signal(reader, signal, &HEADERS) {
        Some(headers) => target.with_headers(headers),
        None => target,
    };
    Some(Ok(match per_signal(reader, signal, &TIMEOUT) {
        Some(timeout) => target.with_timeout(timeout),
        None => target,
    }))
}

/// The URL under a base URL at which a signal is received.
pub(crate) fn url_under(base: &str, protocol: Protocol, signal: Signal) -> String {
    match protocol {
        Protocol::Grpc => base.trim_end_matches('/').to_owned(),
        Protocol::HttpProtobuf => format!("{}/{}", base.trim_end_matches('/'), signal.path()),
    }
}

enum Source {
    Signal,
    Generic,
}

/// An endpoint that is set and broken switches the signal off: data must not go where nobody sent it.
fn endpoint(reader: &mut Reader<'_>, signal: Signal) -> Result<Option<(Url, Source)>, Off> {
    for (variable, source) in [(signal.variable(&ENDPOINT), Source::Signal), (&ENDPOINT.generic, Source::Generic)] {
        if reader.is_set(variable) {
            return reader.read(variable).map(|url| Some((url, source))).ok_or(Off::BadEndpoint);
        }
    }
    Ok(None)
}

fn protocol_for(reader: &mut Reader<'_>, signal: Signal, endpoint: Option<&Url>) -> Protocol {
    if let Some(protocol) = per_signal(reader, signal, &PROTOCOL) {
        return protocol;
    }
    if endpoint.is_some_and(|endpoint| endpoint.port == Some(GRPC_PORT)) {
        let reason = "is not set, and the endpoint's port 4317 is that of gRPC";
        reader.note(PROTOCOL.generic.name, reason, "grpc is used");
        return Protocol::Grpc;
    }
    Protocol::HttpProtobuf
}

fn per_signal<T>(reader: &mut Reader<'_>, signal: Signal, family: &'static Family<T>) -> Option<T> {
    reader.read_first(signal.variable(family), &family.generic)
}

fn default_url(protocol: Protocol) -> Url {
    let port = match protocol {
        Protocol::Grpc => GRPC_PORT,
        Protocol::HttpProtobuf => 4318,
    };
    Url { origin: format!("http://localhost:{port}"), path: String::new(), port: Some(port) }
}

/// A collector's URL, without the parts that may hold credentials.
#[derive(Clone, PartialEq, Eq)]
pub struct Url {
    /// Scheme, host and port.
    origin: String,
    /// Empty, or beginning with a slash.
    path: String,
    port: Option<u16>,
}

impl Url {
    fn for_signal(&self, protocol: Protocol) -> String {
        match protocol {
            Protocol::Grpc => self.origin.clone(),
            Protocol::HttpProtobuf if self.path.is_empty() => format!("{}/", self.origin),
            Protocol::HttpProtobuf => format!("{self}"),
        }
    }

    fn for_base(&self, protocol: Protocol, signal: Signal) -> String {
        match protocol {
            Protocol::Grpc => self.origin.clone(),
            Protocol::HttpProtobuf => url_under(&self.to_string(), protocol, signal),
        }
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.path)
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

pub(crate) fn url(text: &str) -> Parsed<Url> {
    let Ok(uri) = text.parse::<http::Uri>() else { return Parsed::Bad("is not a URL".to_owned()) };
    let (Some(scheme @ ("http" | "https")), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Parsed::Bad("must begin with http:// or https:// and name a host".to_owned());
    };
    let authority = authority.as_str();
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let has_port = host_and_port.rsplit(']').next().is_some_and(|rest| rest.contains(':'));
    if has_port && uri.port_u16().is_none() {
        return Parsed::Bad("has a port that is not a number from 0 to 65535".to_owned());
    }
    let url = Url {
        origin: format!("{scheme}://{host_and_port}"),
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

pub(crate) fn protocol(text: &str) -> Parsed<Protocol> {
    match text.to_ascii_lowercase().as_str() {
        "grpc" => Parsed::Good(Protocol::Grpc),
        "http/protobuf" => Parsed::Good(Protocol::HttpProtobuf),
        "http/json" => Parsed::Bad("is not supported yet".to_owned()),
        _ => Parsed::Bad("is neither grpc nor http/protobuf".to_owned()),
    }
}

/// The headers that can be sent. What is wrong is counted and not shown, for the value may be a key.
pub(crate) fn headers(text: &str) -> Parsed<Headers> {
    let (pairs, mut broken) = parse::pairs(text);
    let mut headers = Headers::default();
    for (name, value) in pairs {
        if headers.insert(&name, &value).is_err() {
            broken += 1;
        }
    }
    if broken == 0 {
        Parsed::Good(headers)
    } else {
        Parsed::Partly(headers, format!("{broken} of its pairs cannot be sent as name=value headers"))
    }
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
    fn what_is_not_a_url_is_said() {
        for wrong in
            ["localhost:4317", "ftp://c", "http://", "http://[::1", "http://c:99999", "/v1/traces", "http://c c"]
        {
            assert!(matches!(url(wrong), Parsed::Bad(_)), "{wrong}");
        }
    }

    #[test]
    fn credentials_of_a_url_go_nowhere() {
        let Parsed::Partly(url, _) = url("http://user:pass@c:4318/x?key=secret") else { panic!("partly") };
        assert_eq!(format!("{url} {url:?}"), "http://c:4318/x \"http://c:4318/x\"");
    }
}
