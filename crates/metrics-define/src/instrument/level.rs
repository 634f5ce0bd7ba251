//! An up-down counter that is given its level: what was set last is observed at every collection.
//!
//! Adding differences would need the last value and the sum to change together, which no two atomics do.
//! A level that is only kept and then observed is one atomic store, and right whoever sets it at the same time.

mod value;

use std::{
    convert::Infallible,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use opentelemetry::{
    KeyValue,
    metrics::{AsyncInstrument, Meter},
};

use crate::{definition::MetricDef, instrument::Instrument, observed::ObservedValue};
use value::LevelValue;

/// An absolute up-down counter.
#[derive(Debug)]
pub struct Level {
    series: Arc<Mutex<Vec<Arc<LevelSeries>>>>,
}

/// One series of a [`Level`].
pub struct LevelSeries {
    attributes: Box<[KeyValue]>,
    value: LevelValue,
}

impl Instrument for Level {
    type Value = i64;
    type Bound = Arc<LevelSeries>;
    type Pending = Infallible;

    const IS_LEVEL: bool = true;

    fn build(meter: &Meter, def: &'static MetricDef) -> Self {
        let level = Self { series: Arc::default() };
        let series = Arc::clone(&level.series);
        <i64 as ObservedValue>::build(meter, def, move |instrument| observe(&series, instrument));
        level
    }

    /// A level without a series has nowhere to stay: beyond the metric's limit it is not recorded.
    fn record(&self, _: i64, _: &[KeyValue]) {}

    /// Two threads that bind the same series get the same one, else it would be observed twice.
    fn bind(&self, attributes: &[KeyValue]) -> Arc<LevelSeries> {
        let mut series = self.series.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(there) = series.iter().find(|there| *there.attributes == *attributes) {
            return Arc::clone(there);
        }
        let new = Arc::new(LevelSeries { attributes: attributes.into(), value: LevelValue::new() });
        series.push(Arc::clone(&new));
        new
    }

    #[inline]
    fn record_bound(series: &Arc<LevelSeries>, value: i64) {
        series.value.set(value);
    }
}

fn observe(series: &Mutex<Vec<Arc<LevelSeries>>>, instrument: &dyn AsyncInstrument<i64>) {
    let series = series.lock().unwrap_or_else(PoisonError::into_inner).clone();
    for series in &series {
        if let Some(value) = series.value.get() {
            instrument.observe(value, &series.attributes);
        }
    }
}

impl fmt::Debug for LevelSeries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LevelSeries").field("value", &self.value.get()).finish_non_exhaustive()
    }
}
