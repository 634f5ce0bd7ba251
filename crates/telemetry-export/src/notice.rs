//! What the application's log gets to read: little, and never twice in a row.

use std::time::{Duration, Instant};

use crate::{announcer::Announcer, transport::Failure};

/// The notices of one signal. Each kind of fault is warned about at most once a minute, its end told once.
#[derive(Debug)]
pub(crate) struct Notices {
    announcer: Announcer,
    items: &'static str,
    endpoint: String,
    failing: Fault,
    /// Since the last warning, as all numbers here.
    failed: u64,
    rejecting: Fault,
    rejected: u64,
    advising: Fault,
    oversized: Fault,
    collecting: Fault,
}

impl Notices {
    pub(crate) fn new(announcer: Announcer, items: &'static str, endpoint: String) -> Self {
        Self {
            announcer,
            items,
            endpoint,
            failing: Fault::default(),
            failed: 0,
            rejecting: Fault::default(),
            rejected: 0,
            advising: Fault::default(),
            oversized: Fault::default(),
            collecting: Fault::default(),
        }
    }

    pub(crate) fn failed(&mut self, now: Instant, count: u64, failure: &Failure) {
        self.failed += count;
        if self.failing.occurs(now) {
            let Self { items, endpoint, failed, .. } = self;
            self.announcer.warn(format!("{failed} {items} could not be exported to {endpoint}: {failure}"));
            self.failed = 0;
        }
    }

    pub(crate) fn delivered(&mut self) {
        if self.failing.ends() {
            let Self { items, endpoint, .. } = self;
            self.announcer.inform(format!("exporting {items} to {endpoint} works again"));
        }
    }

    /// The collector's own words are left out, at every level: they may repeat what it was sent.
    pub(crate) fn rejected(&mut self, now: Instant, count: u64) {
        self.rejected += count;
        if self.rejecting.occurs(now) {
            let Self { items, endpoint, rejected, .. } = self;
            self.announcer
                .warn(format!("{endpoint} rejected {rejected} {items} and took the rest: its own log says why"));
            self.rejected = 0;
        }
    }

    /// The collector took everything and has something to say about it.
    pub(crate) fn advised(&mut self, now: Instant) {
        if self.advising.occurs(now) {
            let Self { items, endpoint, .. } = self;
            self.announcer.warn(format!("{endpoint} took all {items} with a warning: its own log says which"));
        }
    }

    pub(crate) fn too_large(&mut self, now: Instant, count: u64, failure: &Failure) {
        if self.oversized.occurs(now) {
            let Self { items, .. } = self;
            self.announcer.warn(format!("{count} {items} dropped: {failure}"));
        }
    }

    pub(crate) fn collection_failed(&mut self, now: Instant, reason: &str) {
        if self.collecting.occurs(now) {
            self.announcer.warn(format!("metrics could not be collected: {reason}"));
        }
    }

    pub(crate) fn collected(&mut self) {
        if self.collecting.ends() {
            self.announcer.inform("metrics can be collected again".to_owned());
        }
    }
}

/// The notices of one queue: that it overflows, and that it does no more.
///
/// Drops come in bursts. An episode of them ends when there have been none for a while, and one that may not be told
/// yet is told when it may.
#[derive(Debug)]
pub(crate) struct DropNotices {
    announcer: Announcer,
    items: &'static str,
    dropping: Fault,
    dropped: u64,
    last: Option<Instant>,
    /// An episode has begun that was not warned about yet.
    untold: bool,
}

impl DropNotices {
    pub(crate) fn new(announcer: Announcer, items: &'static str) -> Self {
        Self { announcer, items, dropping: Fault::default(), dropped: 0, last: None, untold: false }
    }

    /// Takes the total so far; to be called now and then.
    pub(crate) fn dropped_so_far(&mut self, now: Instant, total: u64) {
        let items = self.items;
        match self.notice(now, total) {
            Some(DropNotice::Dropping) => {
                self.announcer
                    .warn(format!("{items} come faster or larger than they can be exported: {total} dropped so far"));
            }
            Some(DropNotice::Over) => {
                self.announcer.inform(format!("no more {items} are dropped; {total} were in all"));
            }
            None => (),
        }
    }

    fn notice(&mut self, now: Instant, total: u64) -> Option<DropNotice> {
        if total > self.dropped {
            (self.dropped, self.last) = (total, Some(now));
            self.untold |= !self.dropping.open;
            if self.dropping.occurs(now) {
                self.untold = false;
                return Some(DropNotice::Dropping);
            }
        }
        if self.untold && self.dropping.occurs(now) {
            self.untold = false;
            return Some(DropNotice::Dropping);
        }
        let calm = self.last.is_some_and(|last| now.saturating_duration_since(last) >= CALM);
        (calm && self.dropping.ends()).then_some(DropNotice::Over)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DropNotice {
    Dropping,
    Over,
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
/// Without drops for so long, dropping is over.
const CALM: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Announcer, DropNotice, DropNotices, Fault};

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

    #[test]
    fn bursts_of_drops_are_one_episode_and_none_is_kept_back_for_good() {
        let start = Instant::now();
        let mut drops = DropNotices::new(Announcer::default(), "spans");
        let mut at = |second: u64, total| drops.notice(start + Duration::from_secs(second), total);
        assert_eq!(at(0, 0), None);
        assert_eq!(at(1, 5), Some(DropNotice::Dropping));
        for second in 2..30 {
            assert_eq!(at(second, 5 + second / 5), None, "a pause of five seconds ends nothing");
        }
        assert_eq!(at(34, 10), None);
        assert_eq!(at(35, 10), Some(DropNotice::Over));
        assert_eq!(at(40, 11), None, "a second warning within a minute");
        assert_eq!(at(60, 11), None);
        assert_eq!(at(61, 11), Some(DropNotice::Dropping), "although nothing is dropped at this moment");
        assert_eq!(at(62, 11), Some(DropNotice::Over));
        assert_eq!(at(200, 11), None);
        assert_eq!(at(201, 12), Some(DropNotice::Dropping));
        assert_eq!(at(210, 12), None);
        assert_eq!(at(211, 12), Some(DropNotice::Over));
    }
}
