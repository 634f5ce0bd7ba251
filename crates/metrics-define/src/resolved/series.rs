//! A series that was recorded before.

use std::{fmt, sync::Arc};

use opentelemetry::KeyValue;

use crate::{
    cap::Folded,
    instrument::Instrument,
    pending::{Amount, HandOver},
};

/// How a known series is recorded.
pub(crate) enum Series<I: Instrument> {
    /// Added up until a collection takes it over.
    Pending(Arc<PendingSeries<I>>),
    Bound(I::Bound),
    Unbound(Box<[KeyValue]>),
}

pub(crate) struct PendingSeries<I: Instrument> {
    pub(super) amount: I::Pending,
    pub(super) bound: I::Bound,
}

impl<I: Instrument> HandOver for PendingSeries<I> {
    fn hand_over(&self) {
        if let Some(amount) = self.amount.take() {
            I::record_bound(&self.bound, amount);
        }
    }
}

/// The series that a label set is recorded in, and the limits that the label set was beyond: its measurements are counted.
pub(crate) struct Found<'s, I: Instrument> {
    pub(super) series: &'s Series<I>,
    pub(super) folded: Folded,
}

impl<'s, I: Instrument> Found<'s, I> {
    /// The series, if nothing is to be counted beside it.
    pub(crate) fn exact(self) -> Option<&'s Series<I>> {
        self.folded.is_counted_nowhere().then_some(self.series)
    }
}

impl<I: Instrument> Clone for Found<'_, I> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<I: Instrument> Copy for Found<'_, I> {}

impl<I: Instrument> fmt::Debug for Found<'_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Found").field("series", self.series).field("folded", &self.folded).finish()
    }
}

impl<I: Instrument> fmt::Debug for Series<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pending(_) => "Series::Pending",
            Self::Bound(_) => "Series::Bound",
            Self::Unbound(_) => "Series::Unbound",
        })
    }
}
