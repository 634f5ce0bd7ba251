//! An up-down counter that is given its level: what was set last is observed at every collection.
//!
//! Adding differences would need the last value and the sum to change together, which no two atomics do.
//! A level that is only kept and then observed is one atomic store, and right whoever sets it at the same time.

mod value;

use std::{
    collections::HashMap,
    convert::Infallible,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use opentelemetry::{
    KeyValue,
    metrics::{AsyncInstrument, Meter},
};

use crate::{
    definition::MetricDef,
    instrument::{Instrument, OVERFLOW},
    observed::ObservedValue,
};
use value::LevelValue;

/// An absolute up-down counter.
#[derive(Debug)]
pub struct Level {
    series: Arc<Mutex<HashMap<Arc<[KeyValue]>, Parts>>>,
}

/// The levels whose sum a series is: one, unless labels were folded into it.
type Parts = Vec<Arc<LevelPart>>;

/// One level of a series of a [`Level`].
pub struct LevelPart(LevelValue);

impl Instrument for Level {
    type Value = i64;
    type Bound = Arc<LevelPart>;
    type Pending = Infallible;

    const IS_LEVEL: bool = true;

    fn build(meter: &Meter, def: &'static MetricDef) -> Self {
        let level = Self { series: Arc::default() };
        let series = Arc::clone(&level.series);
        <i64 as ObservedValue>::build(meter, def, move |instrument| observe(&series, instrument));
        level
    }

    /// A level without a series has nowhere to stay: it is always recorded through a handle.
    fn record(&self, _: i64, _: &[KeyValue]) {}

    /// Each handle is one more part of its series, which is nothing until it is set: a handle that another thread made
    /// as well, and that is not used, does no harm.
    fn bind(&self, attributes: &[KeyValue]) -> Arc<LevelPart> {
        let part = Arc::new(LevelPart(LevelValue::new()));
        let mut series = self.series.lock().unwrap_or_else(PoisonError::into_inner);
        let parts = match series.get_mut(attributes) {
            Some(parts) => parts,
            None => series.entry(attributes.into()).or_default(),
        };
        parts.push(Arc::clone(&part));
        part
    }

    #[inline]
    fn record_bound(part: &Arc<LevelPart>, value: i64) {
        part.0.set(value);
    }
}

fn observe(series: &Mutex<HashMap<Arc<[KeyValue]>, Parts>>, instrument: &dyn AsyncInstrument<i64>) {
    // The instrument is foreign code, which is not called under the lock.
    let mut sums: Vec<_> = {
        let series = series.lock().unwrap_or_else(PoisonError::into_inner);
        series.iter().filter_map(|(attributes, parts)| Some((Arc::clone(attributes), sum(parts)?))).collect()
    };
    // The SDK has room for all series and, beyond its limit, for its overflow series: that must not come before one of them.
    sums.sort_by_key(|(attributes, _)| is_overflow(attributes));
    for (attributes, sum) in &sums {
        instrument.observe(*sum, attributes);
    }
}

fn is_overflow(attributes: &[KeyValue]) -> bool {
    matches!(attributes, [only] if only.key.as_str() == OVERFLOW)
}

/// The sum of what is set; `None` while nothing is.
fn sum(parts: &Parts) -> Option<i64> {
    parts.iter().filter_map(|part| part.0.get()).reduce(i64::saturating_add)
}

impl fmt::Debug for LevelPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LevelPart").field(&self.0.get()).finish()
    }
}
