//! Sums of integers that no collection has taken over yet.
//!
//! A handle of the SDK makes two indirect calls around its one atomic addition.
//! So a series of a sum adds up in an atomic of its own, and every collection begins by handing the amounts over:
//! the SDK calls back before it reads, which is the one moment that all readers have in common.

use std::{convert::Infallible, fmt, sync::Arc};

use crate::sync::{AtomicI64, AtomicU64, Mutex, Ordering, PoisonError};

/// The pending amounts of one installation.
#[derive(Default)]
pub(crate) struct Pending {
    /// Held while amounts are handed over: a second collection at the same time must not read before the first one
    /// has handed over what it took.
    series: Mutex<Vec<Arc<dyn HandOver>>>,
    /// Series that were made since. Recording a new series waits for no collection.
    new: Mutex<Vec<Arc<dyn HandOver>>>,
}

/// A series whose pending amount can be handed over.
pub(crate) trait HandOver: Send + Sync {
    fn hand_over(&self);
}

impl Pending {
    /// Takes part in collections from now on: to be called before anybody can add to the series.
    pub(crate) fn add(&self, series: Arc<dyn HandOver>) {
        self.new.lock().unwrap_or_else(PoisonError::into_inner).push(series);
    }

    /// Hands over everything that was added before this call.
    pub(crate) fn hand_over(&self) {
        let mut series = self.series.lock().unwrap_or_else(PoisonError::into_inner);
        series.append(&mut self.new.lock().unwrap_or_else(PoisonError::into_inner));
        series.iter().for_each(|series| series.hand_over());
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending").finish_non_exhaustive()
    }
}

/// What was added to a series and not handed over yet.
pub trait Amount<V>: Sized + Send + Sync + 'static {
    /// Nothing yet; `None` where there are no such amounts.
    fn zero() -> Option<Self>;

    /// Adds to it; beyond the largest value it goes on from the smallest, as the SDK does.
    fn add(&self, value: V);

    /// Leaves nothing, and gives what there was, if anything.
    fn take(&self) -> Option<V>;
}

macro_rules! amount {
    ($atomic:ty, $value:ty) => {
        impl Amount<$value> for $atomic {
            fn zero() -> Option<Self> {
                Some(Self::new(0))
            }

            #[inline]
            fn add(&self, value: $value) {
                self.fetch_add(value, Ordering::Relaxed);
            }

            fn take(&self) -> Option<$value> {
                // Most series are not touched between two collections, and those are not written to.
                if self.load(Ordering::Relaxed) == 0 {
                    return None;
                }
                Some(self.swap(0, Ordering::Relaxed))
            }
        }
    };
}

amount!(AtomicU64, u64);
amount!(AtomicI64, i64);

/// Of instruments whose values no atomic adds up, or that are no sums.
impl<V> Amount<V> for Infallible {
    fn zero() -> Option<Self> {
        None
    }

    fn add(&self, _: V) {
        match *self {}
    }

    fn take(&self) -> Option<V> {
        match *self {}
    }
}
