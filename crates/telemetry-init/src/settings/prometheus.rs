//! The scrape endpoint's address.

use crate::{
    parse,
    variable::{Parsed, Reader},
    variables::{OTEL_EXPORTER_PROMETHEUS_HOST, OTEL_EXPORTER_PROMETHEUS_PORT, PROMETHEUS_HOST, PROMETHEUS_PORT},
};

/// Where the scrape endpoint listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// A host name or address; every address of the name is used.
    pub host: String,
    /// The port; 0 takes a free one.
    pub port: u16,
}

impl Default for Listen {
    fn default() -> Self {
        Self { host: "localhost".to_owned(), port: 9464 }
    }
}

/// What `PROMETHEUS_PORT` holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeedPort {
    /// A port.
    Port(u16),
    /// A service link, `tcp://10.0.0.1:9090`: Kubernetes sets it in every pod beside a service called `prometheus`.
    ServiceLink,
}

/// A host name or an address: what cannot be one is said here and not when binding fails.
pub(crate) fn host(text: &str) -> Parsed<String> {
    let plausible = |letter: char| letter.is_alphanumeric() || "-_.:[]%".contains(letter);
    if text.len() <= LONGEST_HOST && text.chars().all(plausible) {
        Parsed::Good(text.to_owned())
    } else {
        Parsed::Bad("is neither a host name nor an address".to_owned())
    }
}

/// What the domain name system allows.
const LONGEST_HOST: usize = 253;

pub(crate) fn seed_port(text: &str) -> Parsed<SeedPort> {
    if text.starts_with("tcp://") || text.starts_with("udp://") {
        return Parsed::Good(SeedPort::ServiceLink);
    }
    match parse::port(text) {
        Parsed::Good(port) => Parsed::Good(SeedPort::Port(port)),
        Parsed::Bad(reason) => Parsed::Bad(reason),
        Parsed::Idle(..) | Parsed::Partly(..) | Parsed::Adjusted(..) => Parsed::Bad("is not a port".to_owned()),
    }
}

/// What the variables say of the endpoint; `None` when none of them is set.
pub(crate) fn listen(reader: &mut Reader<'_>) -> Option<Listen> {
    let host = reader.read_first(&OTEL_EXPORTER_PROMETHEUS_HOST, &PROMETHEUS_HOST);
    let port = reader.read(&OTEL_EXPORTER_PROMETHEUS_PORT).or_else(|| port_of_seed(reader));
    if host.is_none() && port.is_none() {
        return None;
    }
    let default = Listen::default();
    Some(Listen { host: host.unwrap_or(default.host), port: port.unwrap_or(default.port) })
}

/// What really became of the address when one of its variables could not be used.
pub(crate) fn say_what_is_used(reader: &mut Reader<'_>, listen: Option<&Listen>) {
    let (host, port) = match listen {
        Some(Listen { host, port }) => (format!("host {host:?} is used"), format!("port {port} is used")),
        None => (NO_ENDPOINT.to_owned(), NO_ENDPOINT.to_owned()),
    };
    reader.instead(&OTEL_EXPORTER_PROMETHEUS_HOST, &host);
    reader.instead(&PROMETHEUS_HOST, &host);
    reader.instead(&OTEL_EXPORTER_PROMETHEUS_PORT, &port);
    reader.instead(&PROMETHEUS_PORT, &port);
}

const NO_ENDPOINT: &str = "there is no scrape endpoint";

fn port_of_seed(reader: &mut Reader<'_>) -> Option<u16> {
    match reader.read(&PROMETHEUS_PORT)? {
        SeedPort::Port(port) => Some(port),
        SeedPort::ServiceLink => {
            reader.note(PROMETHEUS_PORT.name, "is a Kubernetes service link, not a port", "ignored");
            None
        }
    }
}
