//! The metric's side of a callback: values and labels instead of numbers and attributes.

use std::{fmt, marker::PhantomData, sync::Arc};

use opentelemetry::{KeyValue, metrics::AsyncInstrument};

use crate::{expansion::Observed, observed::Observing, resolved::KeptLabels};

/// What a callback observes with: one value per series.
pub struct Observer<'o, M: Observed> {
    instrument: &'o dyn AsyncInstrument<M::Value>,
    metric: PhantomData<fn() -> M>,
}

impl<M: Observed> Observer<'_, M> {
    /// The value of the series with these labels, in the metric's unit.
    ///
    /// A series that is not observed in a collection is not reported by it.
    #[expect(clippy::needless_pass_by_value, reason = "labels are written where they are given, like everywhere")]
    pub fn observe<L: Observed<Lasting = M, Value = M::Value>>(&self, value: M::Value, labels: L) {
        let attributes: Box<[KeyValue]> = KeptLabels::of(&labels).into_attributes();
        self.instrument.observe(value, &attributes);
    }
}

impl<M: Observed> fmt::Debug for Observer<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observer").field("metric", &M::DEF.name).finish_non_exhaustive()
    }
}

pub(crate) fn observe<M: Observed + 'static>(callback: impl Fn(&Observer<'_, M>) + Send + Sync + 'static) -> Observing {
    M::observations().add(Arc::new(move |instrument: &dyn AsyncInstrument<M::Value>| {
        callback(&Observer { instrument, metric: PhantomData });
    }))
}

/// Makes the series with these labels, and no other, a constant 1.
pub(crate) fn set_info<M: Observed<Value = i64>>(metric: &M) {
    let attributes = KeptLabels::of(metric).into_attributes();
    M::observations().replace(Arc::new(move |instrument: &dyn AsyncInstrument<i64>| {
        instrument.observe(1, &attributes);
    }));
}
