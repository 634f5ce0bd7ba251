//! Exponential histograms in the forms that Prometheus reads.
//!
//! The classic form has a bucket for each power of two between the smallest and the largest value of the family, and one
//! for zero. Every count in it is exact, because a power of two is a bound at every scale from 0 on, and the bounds that
//! are there never change while the SDK lowers the scale: more appear when smaller or larger values do. Only when one
//! series spans more than the SDK's 160 buckets can hold at scale 0, values 2^160 apart, does every second bound go.
//!
//! A series without values below zero has no bounds below zero. Its counts there would all be 0, which is what a missing
//! bucket adds to a sum, and because of the bounds OpenMetrics would take its `_sum` and `_count` away.

use std::ops::Range;

use crate::points::{Points, Stored, StoredBuckets, StoredExponential};

/// The classic bounds that all exponential histograms of a family share.
#[derive(Debug)]
pub(crate) struct ClassicBounds {
    scale: i8,
    /// The indexes of the buckets at that scale, of values below zero by their absolute value.
    negative: Range<i32>,
    positive: Range<i32>,
}

impl ClassicBounds {
    /// The bounds for the exponential histograms among these series, if there are any.
    pub(crate) fn of(points: &Points) -> Option<Self> {
        let histograms = || {
            points.series().filter_map(|series| match series.value {
                Stored::Exponential(histogram) => Some(histogram),
                Stored::Number(_) | Stored::Histogram(_) => None,
            })
        };
        let scale = histograms().map(|histogram| histogram.scale.min(0)).min()?;
        let span = |side: fn(&StoredExponential) -> &StoredBuckets| {
            let occupied = histograms().filter_map(|histogram| {
                let shift = u32::from(histogram.scale.abs_diff(scale));
                occupied(side(histogram), points).map(|range| range.start >> shift..((range.end - 1) >> shift) + 1)
            });
            occupied.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end)).unwrap_or(0..0)
        };
        Some(Self {
            scale,
            negative: span(|histogram| &histogram.negative),
            positive: span(|histogram| &histogram.positive),
        })
    }

    /// Shows every bound with how many values are not above it, `+Inf` left out.
    pub(crate) fn for_each(&self, histogram: &StoredExponential, points: &Points, mut visit: impl FnMut(f64, u64)) {
        let shift = u32::from(histogram.scale.abs_diff(self.scale));
        let count = |buckets: &StoredBuckets, index: i32| {
            let start = i64::from(index) << shift;
            sum_between(buckets, points, start, start + (1 << shift))
        };
        let mut cumulative = 0;
        let negative = if histogram.has_negative(points) { self.negative.clone() } else { 0..0 };
        if !negative.is_empty() {
            visit(self.below_zero(negative.end), 0);
        }
        for index in negative.rev() {
            cumulative += count(&histogram.negative, index);
            visit(self.below_zero(index), cumulative);
        }
        cumulative += histogram.zero_count;
        visit(0.0, cumulative);
        for index in self.positive.start..self.positive.end + i32::from(!self.positive.is_empty()) {
            let bound = self.power(index);
            // The bucket before the first bound is below it, and beyond the last there is only `+Inf`.
            if index > self.positive.start {
                cumulative += count(&histogram.positive, index - 1);
            }
            if bound > 0.0 && bound.is_finite() {
                visit(bound, cumulative);
            }
        }
    }

    /// The bound of values below zero. Their buckets hold their upper end and not their lower, so the bound is the next
    /// number below: then `le` is as exact as above zero.
    fn below_zero(&self, index: i32) -> f64 {
        (-self.power(index)).next_down().max(f64::MIN)
    }

    fn power(&self, index: i32) -> f64 {
        power_of_two(i64::from(index) << self.scale.unsigned_abs())
    }
}

impl StoredExponential {
    /// Whether it holds a value below zero.
    pub(crate) fn has_negative(&self, points: &Points) -> bool {
        occupied(&self.negative, points).is_some()
    }
}

/// An exponential histogram as Prometheus stores it.
#[derive(Debug)]
pub(crate) struct Native {
    pub(crate) schema: i8,
    /// Of the values in the buckets, which is what Prometheus compares them with.
    pub(crate) count: u64,
    pub(crate) zero_threshold: f64,
    pub(crate) positive: NativeBuckets,
    pub(crate) negative: NativeBuckets,
}

/// Adjoining buckets, the first at `start`; bucket `i` holds values up to `base^i`.
#[derive(Debug)]
pub(crate) struct NativeBuckets {
    pub(crate) start: i32,
    pub(crate) counts: Vec<u64>,
}

impl Native {
    /// `None` if the scale is too coarse for Prometheus.
    pub(crate) fn of(histogram: &StoredExponential, points: &Points) -> Option<Self> {
        let schema = histogram.scale.min(FINEST_SCHEMA);
        if schema < COARSEST_SCHEMA {
            return None;
        }
        let shift = u32::from(histogram.scale.abs_diff(schema));
        let positive = NativeBuckets::of(&histogram.positive, shift, points);
        let negative = NativeBuckets::of(&histogram.negative, shift, points);
        let count = histogram.zero_count + positive.counts.iter().sum::<u64>() + negative.counts.iter().sum::<u64>();
        let zero_threshold =
            if histogram.zero_threshold > 0.0 { histogram.zero_threshold } else { DEFAULT_ZERO_THRESHOLD };
        Some(Self { schema, count, zero_threshold, positive, negative })
    }
}

impl NativeBuckets {
    fn of(buckets: &StoredBuckets, shift: u32, points: &Points) -> Self {
        let Some(range) = occupied(buckets, points) else { return Self { start: 0, counts: Vec::new() } };
        let (first, last) = (range.start >> shift, (range.end - 1) >> shift);
        let counts = (first..=last).map(|index| {
            let start = i64::from(index) << shift;
            sum_between(buckets, points, start, start + (1 << shift))
        });
        // OpenTelemetry names a bucket by its lower end, Prometheus by its upper.
        Self { start: first + 1, counts: counts.collect() }
    }
}

/// The indexes from the first to the last bucket that holds a value.
fn occupied(buckets: &StoredBuckets, points: &Points) -> Option<Range<i32>> {
    let counts = points.counts(&buckets.counts);
    let first = counts.iter().position(|count| *count > 0)?;
    let last = counts.iter().rposition(|count| *count > 0)?;
    Some(buckets.offset + i32::try_from(first).ok()?..buckets.offset + i32::try_from(last).ok()? + 1)
}

/// The values in the buckets from index `start` to before `end`.
fn sum_between(buckets: &StoredBuckets, points: &Points, start: i64, end: i64) -> u64 {
    let counts = points.counts(&buckets.counts);
    let place = |index: i64| usize::try_from(index - i64::from(buckets.offset)).unwrap_or(0).min(counts.len());
    counts[place(start)..place(end)].iter().sum()
}

fn power_of_two(exponent: i64) -> f64 {
    let bits = match exponent {
        1024.. => return f64::INFINITY,
        -1022.. => (exponent + 1023).unsigned_abs() << 52,
        -1074.. => 1 << (exponent + 1074),
        _ => 0,
    };
    f64::from_bits(bits)
}

const FINEST_SCHEMA: i8 = 8;
const COARSEST_SCHEMA: i8 = -4;
/// What Prometheus takes for zero where OpenTelemetry does not say.
const DEFAULT_ZERO_THRESHOLD: f64 = 1e-128;

#[cfg(test)]
mod tests {
    use super::power_of_two;

    #[test]
    fn powers_of_two_are_exact_over_the_whole_range() {
        for (exponent, expected) in [
            (0, 1.0),
            (10, 1024.0),
            (-1, 0.5),
            (1023, 2_f64.powi(1023)),
            (1024, f64::INFINITY),
            (-1022, f64::MIN_POSITIVE),
            (-1074, 5e-324),
            (-1075, 0.0),
        ] {
            assert_eq!(power_of_two(exponent).to_bits(), f64::to_bits(expected), "{exponent}");
        }
    }
}
