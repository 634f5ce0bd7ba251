//! The buckets of histograms, counted from the values that were recorded.

use std::{collections::BTreeMap, ops::RangeInclusive};

use crate::{
    metric_set::Measured,
    reading::{Number, Sample, le},
};

type Labels = Vec<(String, String)>;

/// Every bound with how many values are not above it.
pub(super) fn classic<'a>(
    family: &'a str,
    labels: &'a Labels,
    bounds: &'a [f64],
    values: &'a [f64],
) -> impl Iterator<Item = Sample> {
    bounds.iter().copied().chain([f64::INFINITY]).map(move |bound| {
        let count = values.iter().filter(|value| **value <= bound).count();
        with_label(family, "_bucket", labels, "le", le(bound), count)
    })
}

/// The bounds that all exponential histograms of a family share.
pub(super) struct Exponentials {
    /// Of so many powers of two one is a bound, as a power of two.
    step: u32,
    positive: Option<RangeInclusive<i32>>,
    negative: Option<RangeInclusive<i32>>,
}

impl Exponentials {
    pub(super) fn of<'v>(all: impl Iterator<Item = &'v Measured>) -> Self {
        let all: Vec<&[f64]> = all
            .filter_map(|value| match value {
                Measured::Exponential { values } => Some(values.as_slice()),
                _ => None,
            })
            .collect();
        let step = all.iter().map(|values| step(values)).max().unwrap_or(0);
        let side = |sign: f64| {
            let octaves: Vec<i32> = all.iter().flat_map(|values| octaves(values, sign)).map(|at| at >> step).collect();
            Some(*octaves.iter().min()?..=*octaves.iter().max()?)
        };
        Self { step, positive: side(1.0), negative: side(-1.0) }
    }

    /// The bounds of one of them: those below zero only if it has such values.
    pub(super) fn bounds(&self, values: &[f64]) -> Vec<f64> {
        let powers = |range: &RangeInclusive<i32>| -> Vec<f64> {
            (*range.start()..=range.end() + 1).map(|at| 2_f64.powi(at << self.step)).collect()
        };
        let mut bounds = vec![0.0];
        bounds.extend(self.positive.iter().flat_map(powers));
        if values.iter().any(|value| *value < 0.0) {
            // A value on the bound belongs above it, so the bound is the next number below.
            bounds.extend(self.negative.iter().flat_map(powers).map(|power| (-power).next_down()));
        }
        bounds.retain(|bound| bound.is_finite());
        bounds.sort_by(f64::total_cmp);
        bounds
    }
}

/// The native buckets, added up to powers of two: `at` is the power's exponent, in steps of `2^step`.
pub(super) fn native(family: &str, labels: &Labels, values: &[f64]) -> Vec<Sample> {
    let step = step(values);
    // Coarser ones are not native.
    if step > 4 {
        return Vec::new();
    }
    let mut samples = Vec::new();
    for (suffix, sign) in [("_positive", 1.0), ("_negative", -1.0)] {
        let mut counts = BTreeMap::new();
        for octave in octaves(values, sign) {
            *counts.entry(octave >> step).or_insert(0) += 1;
        }
        let at = counts.into_iter().map(|(octave, count)| (format!("{octave} by {step}"), count));
        samples.extend(at.map(|(at, count)| with_label(family, suffix, labels, "at", at, count)));
    }
    let zeros = values.iter().filter(|value| **value == 0.0).count();
    samples.push(Sample::new(format!("{family}_zero"), labels.clone(), Number::Integer(zeros as i128)));
    samples
}

fn with_label(family: &str, suffix: &str, labels: &Labels, name: &str, value: String, count: usize) -> Sample {
    let labels = labels.iter().cloned().chain([(name.to_owned(), value)]).collect();
    Sample::new(format!("{family}{suffix}"), labels, Number::Integer(count as i128))
}

/// The exponents of the powers of two below the values of one sign; a power of two is above none but smaller ones.
fn octaves(values: &[f64], sign: f64) -> impl Iterator<Item = i32> {
    values.iter().map(move |value| value * sign).filter(|value| *value > 0.0).map(|value| {
        let bits = value.to_bits();
        let exponent = i32::try_from(bits >> 52).unwrap() - 1023;
        if bits << 12 == 0 { exponent - 1 } else { exponent }
    })
}

/// How coarse the SDK has to become to hold the values in 160 buckets of each sign.
fn step(values: &[f64]) -> u32 {
    let fits = |step: &u32| {
        [1.0, -1.0].iter().all(|sign| {
            let octaves: Vec<i32> = octaves(values, *sign).map(|at| at >> step).collect();
            octaves.iter().max().is_none_or(|most| most - octaves.iter().min().unwrap() < 160)
        })
    };
    (0..12).find(fits).unwrap()
}
