//! What an instrument keeps for measurements beyond its limits; most never need it.

use std::sync::OnceLock;

use crate::{
    instrument::Instrument,
    problem::Count,
    resolved::{Store, series::Series},
};

/// As many levels are kept apart as there may be series.
const MOST_PARTS: usize = 2000;

pub(super) struct Beyond<I: Instrument> {
    /// The series of everything beyond the limit of series.
    pub(super) overflow: OnceLock<Series<I>>,
    /// The parts of levels, by the labels that they were given with. What several label sets have together is the sum
    /// of their levels, so each must be known.
    pub(super) parts: Store<Part<I>>,
    pub(super) too_many_series: Count,
    pub(super) too_many_levels: Count,
}

/// One level of those whose sum is a series.
pub(super) struct Part<I: Instrument> {
    pub(super) series: Series<I>,
    pub(super) folded: crate::cap::Folded,
}

impl<I: Instrument> Beyond<I> {
    pub(super) fn new() -> Self {
        Self {
            overflow: OnceLock::new(),
            parts: Store::new(None, MOST_PARTS),
            too_many_series: Count::new(),
            too_many_levels: Count::new(),
        }
    }
}
