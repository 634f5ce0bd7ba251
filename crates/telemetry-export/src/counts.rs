//! Exact counts of one signal's items.

use std::collections::BTreeMap;

use crate::{
    report::SignalReport,
    sync::{AtomicU64, Mutex, Ordering, PoisonError},
};

/// Every item is counted once as accepted, by whoever hands it in, and later once as what became of it.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    accepted: AtomicU64,
    exported: AtomicU64,
    rejected: AtomicU64,
    failed: AtomicU64,
    queue_full: AtomicU64,
    too_late: AtomicU64,
    too_large: AtomicU64,
    in_flight: AtomicU64,
    failed_collections: AtomicU64,
    /// The failed ones by the reason's short name.
    failures: Mutex<BTreeMap<String, u64>>,
}

impl Counts {
    pub(crate) fn accept(&self, items: u64) {
        self.accepted.fetch_add(items, Ordering::Relaxed);
    }

    /// A collector took the request, without these many of its items.
    pub(crate) fn deliver(&self, items: u64, rejected: u64) {
        self.rejected.fetch_add(rejected, Ordering::Release);
        self.exported.fetch_add(items - rejected, Ordering::Release);
    }

    pub(crate) fn fail(&self, items: u64, reason: String) {
        *self.failures.lock().unwrap_or_else(PoisonError::into_inner).entry(reason).or_default() += items;
        self.failed.fetch_add(items, Ordering::Release);
    }

    /// The queue had no room for one.
    pub(crate) fn drop_for_want_of_room(&self) {
        self.queue_full.fetch_add(1, Ordering::Release);
    }

    pub(crate) fn queue_full(&self) -> u64 {
        self.queue_full.load(Ordering::Relaxed)
    }

    /// One came after the end.
    pub(crate) fn drop_too_late(&self) {
        self.too_late.fetch_add(1, Ordering::Release);
    }

    pub(crate) fn too_late(&self) -> u64 {
        self.too_late.load(Ordering::Relaxed)
    }

    /// Items that no request can hold.
    pub(crate) fn drop_too_large(&self, items: u64) {
        self.too_large.fetch_add(items, Ordering::Release);
    }

    pub(crate) fn too_large(&self) -> u64 {
        self.too_large.load(Ordering::Relaxed)
    }

    pub(crate) fn set_in_flight(&self, items: u64) {
        self.in_flight.store(items, Ordering::Relaxed);
    }

    pub(crate) fn in_flight(&self) -> u64 {
        self.in_flight.load(Ordering::Relaxed)
    }

    pub(crate) fn fail_collection(&self) {
        self.failed_collections.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn failed_collections(&self) -> u64 {
        self.failed_collections.load(Ordering::Relaxed)
    }

    pub(crate) fn failures(&self) -> BTreeMap<String, u64> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn report(&self) -> SignalReport {
        let exported = self.exported.load(Ordering::Acquire);
        let rejected = self.rejected.load(Ordering::Acquire);
        let failed = self.failed.load(Ordering::Acquire);
        let dropped = [&self.queue_full, &self.too_late, &self.too_large];
        let dropped = dropped.map(|count| count.load(Ordering::Acquire)).iter().sum();
        // Read last: whatever became of an item, its acceptance happened before, so the rest is never negative.
        let accepted = self.accepted.load(Ordering::Relaxed);
        let unsent = accepted.saturating_sub(exported + rejected + failed + dropped);
        SignalReport { accepted, exported, rejected, failed, dropped, unsent }
    }
}
