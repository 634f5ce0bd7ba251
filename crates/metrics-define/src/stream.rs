//! What a view of the provider makes of an instrument, as far as recording has to know it.
//!
//! A provider looks at its views while an instrument is made, on the thread that makes it: there the two meet.

use std::cell::RefCell;

use crate::definition::MetricDef;

thread_local! {
    /// The instrument that this thread is making.
    static MADE: RefCell<Option<Stream>> = const { RefCell::new(None) };
}

/// The series that an instrument has in its provider.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    def: &'static MetricDef,
    /// How many there may be.
    pub(crate) series_limit: usize,
    /// Which labels they do not have; empty when they have all.
    pub(crate) dropped: Box<[bool]>,
    /// Whether a sum is still one, so that measurements may be added up before the provider has them.
    pub(crate) is_sum: bool,
}

impl Stream {
    /// What the definition says.
    pub(crate) fn of(def: &'static MetricDef) -> Self {
        Self { def, series_limit: def.series_limit(), dropped: Box::default(), is_sum: true }
    }

    /// Makes an instrument, and says what became of it.
    pub(crate) fn made<I>(def: &'static MetricDef, make: impl FnOnce() -> I) -> (I, Self) {
        /// Making one may make another, and may panic.
        struct Restore(Option<Stream>);
        impl Drop for Restore {
            fn drop(&mut self) {
                exchange(self.0.take());
            }
        }
        let _restore = Restore(exchange(Some(Self::of(def))));
        let instrument = make();
        (instrument, exchange(None).unwrap_or_else(|| Self::of(def)))
    }
}

/// Puts one in place of another; nothing while the thread ends and has no place for one any more.
fn exchange(stream: Option<Stream>) -> Option<Stream> {
    MADE.try_with(|made| made.replace(stream)).ok().flatten()
}

/// Tells what a view has made of the instrument that this thread is making: how many series it may have beside the
/// overflow series, and whether they keep a label, by its key.
///
/// Measurements that a view folds are then counted and added up like those that the definition folds. It is nothing to
/// an instrument that was not defined with this crate.
///
/// `metrics-pipeline` calls this; call it yourself only in a view of a provider that you build yourself. That view lets
/// the SDK have one series more, for the overflow series.
pub fn limit_stream(series_limit: usize, keeps: impl Fn(&str) -> bool) {
    let Some(Stream { def, is_sum, .. }) = exchange(None) else { return };
    let dropped: Box<[bool]> = def.labels.iter().map(|label| !keeps(label.key)).collect();
    let dropped = if dropped.contains(&true) { dropped } else { Box::default() };
    exchange(Some(Stream { def, series_limit, dropped, is_sum }));
}

/// Tells that a view puts the measurements of the instrument that this thread is making together in another way than as a
/// sum.
///
/// The provider is then given each measurement by itself, and no zeros. It is nothing to an instrument that was not defined
/// with this crate.
///
/// `metrics-pipeline` calls this; call it yourself only in a view of a provider that you build yourself.
pub fn unsum_stream() {
    if let Some(stream) = exchange(None) {
        exchange(Some(Stream { is_sum: false, ..stream }));
    }
}
