//! What the application's log gets to read: little, and never twice in a row.

use std::time::{Duration, Instant};

use tracing::{debug, info, warn};

use crate::transport::Failure;

/// The notices of one signal. Each kind of fault is warned about at most once a minute, its end told once.
#[derive(Debug)]
pub(crate) struct Notices {
    items: &'static str,
    endpoint: String,
    failing: Fault,
    rejecting: Fault,
    rejected: u64,
    oversized: Fault,
    collecting: Fault,
}

impl Notices {
    pub(crate) fn new(items: &'static str, endpoint: String) -> Self {
        Self {
            items,
            endpoint,
            failing: Fault::default(),
            rejecting: Fault::default(),
            rejected: 0,
            oversized: Fault::default(),
            collecting: Fault::default(),
        }
    }

    pub(crate) fn failed(&mut self, now: Instant, count: u64, failure: &Failure) {
        if self.failing.occurs(now) {
            let Self { items, endpoint, .. } = self;
            warn!("{count} {items} could not be exported to {endpoint}: {failure}");
        }
    }

    pub(crate) fn delivered(&mut self) {
        if self.failing.ends() {
            let Self { items, endpoint, .. } = self;
            info!("exporting {items} to {endpoint} works again");
        }
    }

    /// The collector's own words are foreign text, which only a debugging reader should see.
    pub(crate) fn rejected(&mut self, now: Instant, count: u64, reason: &str) {
        let Self { items, endpoint, .. } = self;
        debug!("{endpoint} rejected {count} {items}: {reason:?}");
        self.rejected += count;
        if self.rejecting.occurs(now) {
            warn!("{endpoint} rejected {} {items} and took the rest", self.rejected);
            self.rejected = 0;
        }
    }

    pub(crate) fn too_large(&mut self, now: Instant, count: u64, failure: &Failure) {
        if self.oversized.occurs(now) {
            let Self { items, .. } = self;
            warn!("{count} {items} dropped: {failure}");
        }
    }

    pub(crate) fn collection_failed(&mut self, now: Instant, reason: &str) {
        if self.collecting.occurs(now) {
            warn!("metrics could not be collected: {reason}");
        }
    }

    pub(crate) fn collected(&mut self) {
        if self.collecting.ends() {
            info!("metrics can be collected again");
        }
    }
}

/// The notices of one queue: that it overflows, and that it does no more.
#[derive(Debug)]
pub(crate) struct DropNotices {
    items: &'static str,
    dropping: Fault,
    dropped: u64,
}

impl DropNotices {
    pub(crate) fn new(items: &'static str) -> Self {
        Self { items, dropping: Fault::default(), dropped: 0 }
    }

    /// Takes the total so far; to be called now and then.
    pub(crate) fn dropped_so_far(&mut self, now: Instant, total: u64) {
        let Self { items, .. } = self;
        if total > self.dropped {
            if self.dropping.occurs(now) {
                warn!("{items} come faster than they can be exported: {total} dropped so far");
            }
        } else if self.dropping.ends() {
            info!("no more {items} are dropped; {total} were in all");
        }
        self.dropped = total;
    }
}

/// When to speak about one kind of fault.
#[derive(Debug, Default)]
struct Fault {
    warned: Option<Instant>,
    /// A warning was given, and its end was not told yet.
    open: bool,
}

impl Fault {
    /// Whether to warn now.
    fn occurs(&mut self, now: Instant) -> bool {
        let silent = self.warned.is_some_and(|warned| now.saturating_duration_since(warned) < SILENCE);
        if silent {
            return false;
        }
        self.warned = Some(now);
        self.open = true;
        true
    }

    /// Whether to tell that it is over.
    fn ends(&mut self) -> bool {
        std::mem::take(&mut self.open)
    }
}

const SILENCE: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Fault;

    #[test]
    fn a_lasting_fault_is_warned_about_once_a_minute() {
        let start = Instant::now();
        let mut fault = Fault::default();
        let warned: Vec<u64> = (0..150).filter(|second| fault.occurs(start + Duration::from_secs(*second))).collect();
        assert_eq!(warned, [0, 60, 120]);
    }

    #[test]
    fn a_flickering_fault_is_told_to_be_over_once_per_warning() {
        let now = Instant::now();
        let mut fault = Fault::default();
        assert!(!fault.ends(), "there was none");
        assert!(fault.occurs(now));
        assert!(fault.ends());
        assert!(!fault.occurs(now));
        assert!(!fault.ends(), "it was not warned about again");
    }
}
