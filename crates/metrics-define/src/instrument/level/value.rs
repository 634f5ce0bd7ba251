//! The value of a level: what was set last, once anything was.

use crate::sync::{AtomicBool, AtomicI64, Ordering};

pub(crate) struct LevelValue {
    value: AtomicI64,
    /// A series that is bound and was never set is not reported as 0.
    is_set: AtomicBool,
}

impl LevelValue {
    pub(crate) fn new() -> Self {
        Self { value: AtomicI64::new(0), is_set: AtomicBool::new(false) }
    }

    #[inline]
    pub(crate) fn set(&self, value: i64) {
        self.value.store(value, Ordering::Relaxed);
        // The flag is written once, so that later calls only read it.
        if !self.is_set.load(Ordering::Relaxed) {
            self.is_set.store(true, Ordering::Release);
        }
    }

    /// One of the values that were set; `None` before the first.
    pub(crate) fn get(&self) -> Option<i64> {
        self.is_set.load(Ordering::Acquire).then(|| self.value.load(Ordering::Relaxed))
    }
}
