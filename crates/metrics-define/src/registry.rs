//! The definitions in use, by scope and name: where the SDK's view finds limits and boundaries, and the bridge names.

use std::{
    collections::BTreeMap,
    sync::{PoisonError, RwLock},
};

use crate::definition::MetricDef;

type Definitions<'a> = BTreeMap<(&'a str, &'a str), &'static MetricDef>;

static DEFINITIONS: RwLock<Definitions<'static>> = RwLock::new(BTreeMap::new());

/// The definition behind an instrument that was recorded in this process, by instrumentation scope and name.
///
/// `None` for instruments that were not defined with this crate, or not recorded yet.
pub fn definition(scope: &str, name: &str) -> Option<&'static MetricDef> {
    let guard = DEFINITIONS.read().unwrap_or_else(PoisonError::into_inner);
    let definitions: &Definitions<'_> = &guard;
    definitions.get(&(scope, name)).copied()
}

/// Enters a definition. It must be there before its instrument is made, because making it asks the view.
pub(crate) fn enter(def: &'static MetricDef) {
    let mut definitions = DEFINITIONS.write().unwrap_or_else(PoisonError::into_inner);
    definitions.entry((def.domain.scope, def.name)).or_insert(def);
}

/// The first definition in use that fits.
pub(crate) fn find(fits: impl Fn(&&MetricDef) -> bool) -> Option<&'static MetricDef> {
    let definitions = DEFINITIONS.read().unwrap_or_else(PoisonError::into_inner);
    definitions.values().copied().find(|def| fits(def))
}
