//! The metric's side of a callback: values and labels instead of numbers and attributes.

use std::{fmt, marker::PhantomData, sync::Arc};

use crate::{
    expansion::Observed,
    observed::{Collection, Observing},
    resolved::KeptLabels,
};

/// What a callback observes with: one value per series.
pub struct Observer<'o, M: Observed> {
    collection: &'o Collection<'o, M::Value>,
    metric: PhantomData<fn() -> M>,
}

impl<M: Observed> Observer<'_, M> {
    /// The value of the series with these labels, in the metric's unit.
    ///
    /// A series that is not observed in a collection is not reported by it.
    /// Text beyond a label's `max_values` in one collection is `other`, and a series beyond the instrument's limit is in the
    /// overflow series (`otel.metric.overflow=true`): there a sum is what was observed altogether, and a gauge what was
    /// observed last. A value that is not finite, or negative of a counter, is ignored and counted.
    #[expect(clippy::needless_pass_by_value, reason = "labels are written where they are given, like everywhere")]
    pub fn observe<L: Observed<Lasting = M, Value = M::Value>>(&self, value: M::Value, labels: L) {
        self.collection.observe(value, &labels);
    }
}

impl<M: Observed> fmt::Debug for Observer<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observer").field("metric", &M::DEF.name).finish_non_exhaustive()
    }
}

pub(crate) fn observe<M: Observed + 'static>(callback: impl Fn(&Observer<'_, M>) + Send + Sync + 'static) -> Observing {
    M::observations().add(Arc::new(move |collection: &Collection<'_, M::Value>| {
        callback(&Observer { collection, metric: PhantomData });
    }))
}

/// Makes the series with these labels, and no other, a constant 1.
pub(crate) fn set_info<M: Observed<Value = i64>>(metric: &M) {
    let attributes = KeptLabels::of(metric).attributes(M::DEF);
    M::observations().replace(Arc::new(move |collection: &Collection<'_, i64>| {
        collection.observe_kept(1, &attributes);
    }));
}
