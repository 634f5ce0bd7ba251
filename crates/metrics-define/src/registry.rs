//! The definitions in use, by scope and name: where the SDK's view finds limits and boundaries, and the bridge names.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::{Mutex, PoisonError, RwLock},
};

use crate::{catalog::Exposed, definition::MetricDef, problem};

type Definitions<'a> = BTreeMap<(&'a str, &'a str), &'static MetricDef>;

static DEFINITIONS: RwLock<Definitions<'static>> = RwLock::new(BTreeMap::new());

/// The same definitions by their names in Prometheus, of which each has one. No other lock is taken while it is held.
static EXPOSED: Mutex<BTreeMap<Box<str>, &'static MetricDef>> = Mutex::new(BTreeMap::new());

/// The definition behind an instrument that was recorded in this process, by instrumentation scope and name.
///
/// `None` for instruments that were not defined with this crate, or not recorded yet.
pub fn definition(scope: &str, name: &str) -> Option<&'static MetricDef> {
    let guard = DEFINITIONS.read().unwrap_or_else(PoisonError::into_inner);
    let definitions: &Definitions<'_> = &guard;
    definitions.get(&(scope, name)).copied()
}

/// Enters a definition. It must be there before its instrument is made, because making it asks the view.
///
/// Two metrics of one name are reported: what is in no catalogue together is compared nowhere else.
pub(crate) fn enter(def: &'static MetricDef) {
    let entered = {
        let mut definitions = DEFINITIONS.write().unwrap_or_else(PoisonError::into_inner);
        match definitions.entry((def.domain.scope, def.name)) {
            Entry::Vacant(place) => {
                place.insert(def);
                None
            }
            Entry::Occupied(there) => Some(*there.get()),
        }
    };
    let first = match entered {
        None => same_exposed_name(def),
        Some(there) => (there != def).then_some(there),
    };
    if let Some(first) = first {
        problem::name_taken(def, first);
    }
}

/// The metric that was entered under the same name in Prometheus before; without one, this metric has the name.
fn same_exposed_name(def: &'static MetricDef) -> Option<&'static MetricDef> {
    let mut exposed = EXPOSED.lock().unwrap_or_else(PoisonError::into_inner);
    let name = Exposed::of(def);
    if let Some(first) = exposed.get(name.as_str()) {
        return Some(first);
    }
    exposed.insert(name.as_str().into(), def);
    None
}

/// The first definition in use that fits.
pub(crate) fn find(fits: impl Fn(&&MetricDef) -> bool) -> Option<&'static MetricDef> {
    let definitions = DEFINITIONS.read().unwrap_or_else(PoisonError::into_inner);
    definitions.values().copied().find(|def| fits(def))
}
