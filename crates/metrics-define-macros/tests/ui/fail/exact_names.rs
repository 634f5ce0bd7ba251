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

    /// First
    #[gauge(name = "exact.d", unit = "{x}", prometheus = "exact_same")]
    pub struct First;

    /// Second
    #[gauge(name = "exact.same", unit = "{x}")]
    pub struct Second;
}

fn main() {}
