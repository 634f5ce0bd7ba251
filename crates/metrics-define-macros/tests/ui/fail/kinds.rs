//! Arguments that a kind does not have, and what it has instead.

use metrics_define::domain;

/// Wrong
#[domain(title = "Wrong")]
pub mod wrong {
    /// A counter has no level
    #[counter(name = "wrong.a", unit = "{x}", absolute)]
    pub struct CounterLevel;

    /// A number of another type
    #[updown_counter(name = "wrong.b", unit = "{x}", value = f64)]
    pub struct FloatLevel;

    /// No number at all
    #[gauge(name = "wrong.c", unit = "{x}", value = "f64")]
    pub struct TextValue;

    /// Two kinds of buckets
    #[histogram(name = "wrong.d", unit = "s", buckets = [1.0], exponential)]
    pub struct BothBuckets;

    /// Buckets of a gauge
    #[observable_gauge(name = "wrong.e", unit = "s", exponential)]
    pub struct GaugeBuckets;

    /// A unit of nothing
    #[info(name = "wrong.f", unit = "1")]
    pub struct InfoUnit;

    /// Zero, observed
    #[observable_counter(name = "wrong.g", unit = "{x}", zero)]
    pub struct ObservedZero;

    /// Zero of an open label
    #[counter(name = "wrong.i", unit = "{x}", zero)]
    pub struct OpenZero<'a> {
        #[label(max_values = 8)]
        pub text: &'a str,
    }

    /// Zero of a gauge
    #[gauge(name = "wrong.j", unit = "{x}", zero)]
    pub struct GaugeZero;

    /// A word that stands alone
    #[updown_counter(name = "wrong.h", unit = "{x}", absolute = true)]
    pub struct LevelOfWhat;
}

fn main() {
    wrong::CounterLevel.inc();
    wrong::GaugeBuckets::observe(|observer| observer.observe(1.0, wrong::GaugeBuckets)).keep();
}
