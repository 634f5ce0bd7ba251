//! MC003: what is measured, without its unit.

use metrics_define::domain;

/// Descriptions
#[domain(title = "Descriptions")]
pub mod descriptions {
    /// Execution time (seconds)
    #[histogram(name = "descriptions.time", unit = "s", buckets = [1.0])]
    pub struct Time;

    #[gauge(name = "descriptions.none", unit = "1")]
    pub struct Nothing;

    /// State (1=up)
    #[gauge(name = "descriptions.state", unit = "1")]
    pub struct State;
}

fn main() {}
