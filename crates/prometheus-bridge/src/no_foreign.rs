//! What stands in for `foreign` when the crate is built without registries of the `prometheus` crate.

use std::convert::Infallible;

use crate::{
    family::{Family, Taken},
    finding::Findings,
    format::Format,
    points::Points,
};

/// There are no registries.
#[derive(Clone, Debug, Default)]
pub(crate) struct Registries(Foreign);

/// Nothing can be gathered.
pub(crate) type Foreign = Vec<Infallible>;

impl Registries {
    pub(crate) fn gather(&self) -> Foreign {
        self.0.clone()
    }
}

/// Writes nothing.
pub(crate) fn write(
    _: &Foreign,
    _: &mut Taken,
    _: &mut Points,
    _: Format,
    _: &mut Findings,
    _: impl FnMut(&Family<'_>, &Points),
) {
}
