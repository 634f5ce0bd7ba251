//! Calls that a kind does not have.

use metrics_define::domain;

/// Calls
#[domain(title = "Calls")]
pub mod calls {
    /// A level
    #[updown_counter(name = "calls.level", unit = "{x}", absolute)]
    pub struct Level;

    /// Fractions
    #[counter(name = "calls.cost", unit = "{EUR}", value = f64)]
    pub struct Cost;

    /// Sizes
    #[histogram(name = "calls.size", unit = "By", buckets = [1.0])]
    pub struct Size;

    /// Observed
    #[observable_gauge(name = "calls.observed", unit = "{x}")]
    pub struct Observed;

    /// Observed, and something else
    #[observable_gauge(name = "calls.other", unit = "{x}")]
    pub struct Other;
}

fn main() {
    calls::Level.inc();
    calls::Cost.inc();
    calls::Size.record_duration(std::time::Duration::ZERO);
    calls::Size.bind().record_duration(std::time::Duration::ZERO);
    calls::Observed.set(1.0);
    calls::Observed::observe(|observer| observer.observe(1.0, calls::Other)).keep();
}
