//! What a measurement was beyond.

use crate::label::Label;

/// The limits that a measurement was beyond, so that the series it is in is not the one that was asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Folded {
    /// One bit per label, and [`SERIES`].
    limits: u64,
    is_late_text: bool,
    /// Whether a label is left out by a view. That is no limit, so nothing is counted of it.
    is_dropped: bool,
}

/// The bit for the limit of the instrument's series; that of labels are below it.
const SERIES: u32 = u64::BITS - 1;

impl Folded {
    pub(super) fn add_label(&mut self, at: usize, label: Label<'_>) {
        // Labels for which there is no bit are counted for the last one that has one.
        self.limits |= 1 << at.min(SERIES as usize - 1);
        self.is_late_text |= matches!(label, Label::Closed { .. });
    }

    /// What a view leaves out of the label set may have been late as well.
    pub(super) fn add_dropped(&mut self, label: Label<'_>) {
        self.is_dropped = true;
        self.is_late_text |= matches!(label, Label::Closed { ordinal, of, .. } if ordinal >= of);
    }

    /// The same, beyond the limit of the instrument's series as well.
    pub(crate) fn with_series(mut self) -> Self {
        self.limits |= 1 << SERIES;
        self
    }

    /// Whether the series is exactly the one that was asked for.
    pub(crate) fn is_none(self) -> bool {
        self.limits == 0 && !self.is_dropped
    }

    /// Whether it was beyond no limit.
    pub(crate) fn is_counted_nowhere(self) -> bool {
        self.limits == 0
    }

    pub(crate) fn has_series(self) -> bool {
        self.limits >> SERIES != 0
    }

    /// Whether a text was interned too late: nothing tells such texts apart.
    pub(crate) fn is_late_text(self) -> bool {
        self.is_late_text
    }

    pub(super) fn has_label(self, at: usize) -> bool {
        at < SERIES as usize && self.limits >> at & 1 != 0
    }
}
