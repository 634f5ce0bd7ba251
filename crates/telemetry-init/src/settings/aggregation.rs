//! How metrics are aggregated.

use crate::{parse, variable::Parsed};

/// Whether pushed metrics are totals or differences. A scrape is always of totals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Temporality {
    /// Totals since the start.
    #[default]
    Cumulative,
    /// What counters and histograms gained since the last push. It costs a second aggregation.
    Delta,
    /// As `Delta`, but observable counters are totals, which saves memory. It costs a second aggregation.
    LowMemory,
}

/// How histograms are aggregated that no view says otherwise of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Histograms {
    /// Buckets with the boundaries of the definition, or the specification's.
    #[default]
    ExplicitBuckets,
    /// Buckets that grow by a factor and adapt to what is recorded: 160 of them, at a scale of at most 19.
    Base2Exponential,
}

pub(crate) fn temporality(text: &str) -> Parsed<Temporality> {
    let known =
        [("cumulative", Temporality::Cumulative), ("delta", Temporality::Delta), ("lowmemory", Temporality::LowMemory)];
    parse::word(text, &known)
}

pub(crate) fn histograms(text: &str) -> Parsed<Histograms> {
    let known = [
        ("explicit_bucket_histogram", Histograms::ExplicitBuckets),
        ("base2_exponential_bucket_histogram", Histograms::Base2Exponential),
    ];
    parse::word(text, &known)
}

pub(crate) fn exemplars(text: &str) -> Parsed<()> {
    let known = [("always_off", true), ("trace_based", false), ("always_on", false)];
    match parse::word(text, &known) {
        Parsed::Good(true) => Parsed::Good(()),
        Parsed::Bad(reason) => Parsed::Bad(reason),
        _ => Parsed::Bad("the SDK records no exemplars".to_owned()),
    }
}
