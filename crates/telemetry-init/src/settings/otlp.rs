//! Where a signal's data goes over OTLP: endpoint, protocol, headers and time limit, per signal over generic.
//!
//! Source: OpenTelemetry specification, `protocol/exporter.md`.

mod url;

use std::collections::HashSet;

use telemetry_export::{Compression, Headers, Protocol, Target, TargetError, Tls};

use crate::{
    parse,
    settings::{gates::Off, tls::PemFile},
    variable::{Parsed, Reader, Variable},
    variables::{
        CERTIFICATE, CLIENT_CERTIFICATE, CLIENT_KEY, COMPRESSION, ENDPOINT, Family, HEADERS, INSECURE, PROTOCOL,
        TIMEOUT,
    },
};

pub(crate) use url::{Url, url};

/// A signal that is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    Traces,
    Metrics,
    Logs,
}

impl Signal {
    fn path(self) -> &'static str {
        match self {
            Self::Traces => "v1/traces",
            Self::Metrics => "v1/metrics",
            Self::Logs => "v1/logs",
        }
    }

    fn variable<T>(self, family: &'static Family<T>) -> &'static Variable<T> {
        match self {
            Self::Traces => &family.traces,
            Self::Metrics => &family.metrics,
            Self::Logs => &family.logs,
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

impl Asked {
    /// What a list of exporters says of OTLP; `None` when there is a list and it is not in it.
    pub(crate) fn by(named: Option<bool>) -> Option<Self> {
        match named {
            Some(true) => Some(Self::ByName),
            None => Some(Self::ByEndpoint),
            Some(false) => None,
        }
    }
}

/// The signal's target: `None` when there is no endpoint and nobody asked for one.
pub(crate) fn target(reader: &mut Reader<'_>, signal: Signal, asked: Asked) -> Option<Result<Target, Off>> {
    match endpoint(reader, signal) {
        Ok(None) if asked == Asked::ByEndpoint => None,
        Ok(endpoint) => Some(target_at(reader, signal, endpoint)),
        Err(off) => Some(Err(off)),
    }
}

/// The signal's target at the default address, whether or not there is an endpoint.
pub(crate) fn unaddressed(reader: &mut Reader<'_>, signal: Signal) -> Result<Target, Off> {
    target_at(reader, signal, None)
}

fn target_at(reader: &mut Reader<'_>, signal: Signal, endpoint: Option<(Url, Source)>) -> Result<Target, Off> {
    let protocol = protocol_for(reader, signal, endpoint.as_ref().map(|(endpoint, _)| endpoint));
    let insecure = per_signal(reader, signal, &INSECURE).unwrap_or(false);
    let (url, source) = endpoint.unwrap_or_else(|| (Url::default_for(protocol), Source::Generic));
    let Some(url) = url.with_scheme(protocol, insecure) else {
        let variable = source.variable(signal).name;
        reader.warn(variable, "has no scheme: begin it with http:// or https://", SIGNAL_OFF);
        return Err(Off::BadEndpoint);
    };
    let text = match source {
        Source::Signal => url.for_signal(protocol),
        Source::Generic => url.for_base(protocol, signal),
    };
    if protocol == Protocol::Grpc && url.has_path() {
        reader.note(source.variable(signal).name, "has a path, which gRPC has no use for", "host and port are used");
    }
    let mut target = Target::new(protocol, &text).map_err(|error| {
        reader.warn(source.variable(signal).name, error.to_string(), SIGNAL_OFF);
        Off::BadEndpoint
    })?;
    if let Some(headers) = per_signal(reader, signal, &HEADERS) {
        target = target.with_headers(headers);
    }
    if let Some(timeout) = per_signal(reader, signal, &TIMEOUT) {
        target = target.with_timeout(timeout);
    }
    if let Some(compression) = per_signal(reader, signal, &COMPRESSION) {
        target = target.with_compression(compression);
    }
    if let Some(tls) = tls(reader, signal)? {
        if url.is_plain() {
            reader.note(source.variable(signal).name, "is not https, and certificates are set", "they have no effect");
        }
        target = target.with_tls(tls);
    }
    Ok(target)
}

/// The certificates of the signal. With one that cannot be used the signal is off: it must not trust others instead.
fn tls(reader: &mut Reader<'_>, signal: Signal) -> Result<Option<Tls>, Off> {
    let roots = file(reader, signal, &CERTIFICATE);
    let certificate = file(reader, signal, &CLIENT_CERTIFICATE);
    let key = file(reader, signal, &CLIENT_KEY);
    let (roots, certificate, key) = (roots?, certificate?, key?);
    let mut unusable = |variable: &'static str, reason: String| {
        reader.warn(variable, reason, SIGNAL_OFF);
        Off::BadCertificate
    };
    let mut tls = None;
    if let Some((variable, roots)) = roots {
        let trusting = Tls::default().with_root_certificates(roots.content());
        tls = Some(trusting.map_err(|error| unusable(variable, error.to_string()))?);
    }
    match (certificate, key) {
        (None, None) => Ok(tls),
        (Some((_, certificate)), Some((variable, key))) => {
            let known = tls.unwrap_or_default().with_client_certificate(certificate.content(), key.content());
            known.map(Some).map_err(|error| unusable(variable, error.to_string()))
        }
        (Some((variable, _)), None) => Err(unusable(variable, "needs its private key beside it".to_owned())),
        (None, Some((variable, _))) => Err(unusable(variable, "needs its certificate beside it".to_owned())),
    }
}

/// The file that is set for the signal, else for all, and where it is set.
fn file(
    reader: &mut Reader<'_>,
    signal: Signal,
    family: &'static Family<PemFile>,
) -> Result<Option<(&'static str, PemFile)>, Off> {
    for variable in [signal.variable(family), &family.generic] {
        if reader.is_set(variable) {
            let file = vital(reader, variable);
            return file.map(|file| Some((variable.name, file))).ok_or(Off::BadCertificate);
        }
    }
    Ok(None)
}

/// The signal's target under a base URL; everything but where it is as it was.
pub(crate) fn target_under(
    base: &str,
    protocol: Protocol,
    signal: Signal,
    earlier: &Target,
) -> Result<Target, TargetError> {
    let target = Target::new(protocol, &url_under(base, protocol, signal))?;
    Ok(target
        .with_headers(earlier.headers().clone())
        .with_timeout(earlier.timeout())
        .with_compression(earlier.compression())
        .with_tls(earlier.tls().clone())
        .with_max_request_size(earlier.max_request_size()))
}

/// The URL under a base URL at which a signal is received.
fn url_under(base: &str, protocol: Protocol, signal: Signal) -> String {
    match protocol {
        Protocol::Grpc => base.trim_end_matches('/').to_owned(),
        Protocol::HttpProtobuf | Protocol::HttpJson => format!("{}/{}", base.trim_end_matches('/'), signal.path()),
    }
}

#[derive(Clone, Copy)]
enum Source {
    Signal,
    Generic,
}

impl Source {
    fn variable(self, signal: Signal) -> &'static Variable<Url> {
        match self {
            Self::Signal => signal.variable(&ENDPOINT),
            Self::Generic => &ENDPOINT.generic,
        }
    }
}

/// An endpoint that is set and broken switches the signal off: data must not go where nobody sent it.
fn endpoint(reader: &mut Reader<'_>, signal: Signal) -> Result<Option<(Url, Source)>, Off> {
    for source in [Source::Signal, Source::Generic] {
        let variable = source.variable(signal);
        if reader.is_set(variable) {
            return vital(reader, variable).map(|url| Some((url, source))).ok_or(Off::BadEndpoint);
        }
    }
    Ok(None)
}

/// A variable without whose value the signal is off.
fn vital<T>(reader: &mut Reader<'_>, variable: &Variable<T>) -> Option<T> {
    let value = reader.read(variable);
    if value.is_none() {
        reader.instead(variable, SIGNAL_OFF);
    }
    value
}

/// What comes of an endpoint or a certificate that cannot be used.
const SIGNAL_OFF: &str = "the signal is off, unless it has another exporter";

/// Reads every option once, so that what is wrong with one is said also where no endpoint makes use of it.
pub(crate) fn diagnose(reader: &mut Reader<'_>) {
    diagnose_vital(reader, &ENDPOINT);
    diagnose_vital(reader, &CERTIFICATE);
    diagnose_vital(reader, &CLIENT_CERTIFICATE);
    diagnose_vital(reader, &CLIENT_KEY);
    diagnose_family(reader, &PROTOCOL);
    diagnose_family(reader, &HEADERS);
    diagnose_family(reader, &TIMEOUT);
    diagnose_family(reader, &COMPRESSION);
    diagnose_family(reader, &INSECURE);
}

fn diagnose_vital<T>(reader: &mut Reader<'_>, family: &'static Family<T>) {
    let own = [&family.traces, &family.metrics, &family.logs];
    for variable in own {
        if reader.is_set(variable) {
            vital(reader, variable);
        }
    }
    let hidden = own.iter().all(|variable| reader.is_set(variable));
    if reader.read(&family.generic).is_none() {
        let used = if hidden { "ignored, as each signal has its own" } else { SIGNAL_OFF };
        reader.instead(&family.generic, used);
    }
}

fn diagnose_family<T>(reader: &mut Reader<'_>, family: &'static Family<T>) {
    for variable in [&family.generic, &family.traces, &family.metrics, &family.logs] {
        reader.read(variable);
    }
}

fn protocol_for(reader: &mut Reader<'_>, signal: Signal, endpoint: Option<&Url>) -> Protocol {
    if let Some(protocol) = per_signal(reader, signal, &PROTOCOL) {
        return protocol;
    }
    if endpoint.is_some_and(Url::has_grpc_port) {
        let reason = "is not set, and the endpoint's port 4317 is that of gRPC";
        reader.note(PROTOCOL.generic.name, reason, "grpc is used");
        return Protocol::Grpc;
    }
    Protocol::HttpProtobuf
}

fn per_signal<T>(reader: &mut Reader<'_>, signal: Signal, family: &'static Family<T>) -> Option<T> {
    reader.read_first(signal.variable(family), &family.generic)
}

pub(crate) fn protocol(text: &str) -> Parsed<Protocol> {
    let known =
        [("grpc", Protocol::Grpc), ("http/protobuf", Protocol::HttpProtobuf), ("http/json", Protocol::HttpJson)];
    parse::word(text, &known)
}

pub(crate) fn compression(text: &str) -> Parsed<Compression> {
    parse::word(text, &[("none", Compression::None), ("gzip", Compression::Gzip)])
}

/// The headers that can be sent. What is wrong is counted and not shown, for the value may be a key.
pub(crate) fn headers(text: &str) -> Parsed<Headers> {
    let (pairs, mut broken) = parse::pairs(text);
    let mut headers = Headers::default();
    let (mut names, mut repeated) = (HashSet::new(), 0);
    for (name, value) in pairs {
        if headers.insert(&name, &value).is_err() {
            broken += 1;
        } else if !names.insert(name.to_ascii_lowercase()) {
            repeated += 1;
        }
    }
    match (broken, repeated) {
        _ if names.is_empty() => Parsed::Bad("holds no pair that can be sent as a name=value header".to_owned()),
        (0, 0) => Parsed::Good(headers),
        (0, _) => Parsed::Partly(headers, format!("{repeated} of its names are there twice, and the last one holds")),
        _ => Parsed::Partly(headers, format!("{broken} of its pairs cannot be sent as name=value headers")),
    }
}
