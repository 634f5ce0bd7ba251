//! What was said in the log about scrapes: each finding once, a failure when it begins.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::finding::Finding;

/// What was told already. A subscriber is foreign code, so nothing is told under the lock.
#[derive(Debug, Default)]
pub(crate) struct Reported(Mutex<Told>);

#[derive(Debug, Default)]
struct Told {
    /// Losses and changes of names are counted apart: a hundred odd labels do not hide that a metric is missing.
    losses: HashSet<Finding>,
    changes: HashSet<Finding>,
    is_full: bool,
    is_failing: bool,
}

impl Reported {
    /// Logs what was not logged before, losses first.
    pub(crate) fn tell(&self, findings: impl IntoIterator<Item = Finding>) {
        let (mut losses, mut changes, mut is_full) = (Vec::new(), Vec::new(), false);
        let mut told = self.told();
        for finding in findings {
            let is_loss = finding.is_loss();
            let (known, fresh) =
                if is_loss { (&mut told.losses, &mut losses) } else { (&mut told.changes, &mut changes) };
            if known.contains(&finding) {
                continue;
            }
            if known.len() < MOST_TOLD {
                known.insert(finding.clone());
                fresh.push(finding);
            } else {
                is_full = true;
            }
        }
        let tells_full = is_full && !std::mem::replace(&mut told.is_full, true);
        drop(told);
        for finding in losses.iter().chain(&changes) {
            tracing::warn!("{finding}");
        }
        if tells_full {
            tracing::warn!(
                "more than {MOST_TOLD} findings about scrapes of one sort; further ones are not told: name instruments \
                 and attributes so that Prometheus can show them"
            );
        }
    }

    /// Logs that scrapes have no fresh metrics, once until they have.
    pub(crate) fn tell_failure(&self, reason: &str) {
        if !std::mem::replace(&mut self.told().is_failing, true) {
            tracing::warn!("a scrape has no fresh metrics: {}", reason.trim_end());
        }
    }

    pub(crate) fn note_success(&self) {
        self.told().is_failing = false;
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Of each sort. A finding has names in it that may come from outside.
const MOST_TOLD: usize = 100;
