//! MC001 and MC004: exact names for Prometheus.

use metrics_define::domain;

/// Exact
#[domain(title = "Exact")]
pub mod exact {
    /// Not a name
    #[counter(name = "exact.a", unit = "{x}", prometheus = "exact.a")]
    pub struct Dotted;

    /// Begins with a digit
    #[counter(name = "exact.b", unit = "{x}", prometheus = "2nd")]
    pub struct Digit;

    /// Nothing
    #[counter(name = "exact.c", unit = "{x}", prometheus = "")]
    pub struct Empty;

    /// A recording rule
    #[gauge(name = "exact.e", unit = "{x}", prometheus = "exact:e")]
    pub struct Rule;

    /// Written by Prometheus
    #[gauge(name = "exact.f", unit = "{x}", prometheus = "up")]
    pub struct Up;

    /// First
    #[gauge(name = "exact.d", unit = "{x}", prometheus = "exact_same")]
    pub struct First;

    /// Second
    #[gauge(name = "exact.same", unit = "{x}")]
    pub struct Second;
}

/// What a scrape says about itself
#[domain(title = "Scrapes", prefixes = ["scrape", "target"])]
pub mod scrapes {
    /// Written by Prometheus
    #[gauge(name = "scrape.duration", unit = "s")]
    pub struct Duration;

    /// Written by exporters
    #[info(name = "target.info")]
    pub struct Target;
}

fn main() {}
