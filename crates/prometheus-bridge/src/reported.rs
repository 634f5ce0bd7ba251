//! What was said in the log about scrapes: each finding once, a failure when it begins.

use std::{
    collections::HashSet,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::finding::Finding;

/// What there is to say, and what was said already.
///
/// A subscriber is foreign code and may take any time: so noting is one thing, and telling another that comes when
/// nobody waits, under no lock, on one thread at a time.
#[derive(Debug, Default)]
pub(crate) struct Reported(Mutex<Told>);

#[derive(Debug, Default)]
struct Told {
    /// Losses and changes of names are counted apart: a hundred odd labels do not hide that a metric is missing.
    losses: HashSet<Finding>,
    changes: HashSet<Finding>,
    is_full: bool,
    is_failing: bool,
    last_failure: Option<Instant>,
    lines: Vec<String>,
    is_telling: bool,
}

impl Reported {
    /// Notes what was not noted before, losses first.
    pub(crate) fn note(&self, findings: impl IntoIterator<Item = Finding>) {
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
                fresh.push(finding.to_string());
                known.insert(finding);
            } else {
                is_full = true;
            }
        }
        told.lines.append(&mut losses);
        told.lines.append(&mut changes);
        if is_full && !mem::replace(&mut told.is_full, true) {
            told.lines.push(format!(
                "more than {MOST_TOLD} findings about scrapes of one sort; further ones are not told: name instruments \
                 and attributes so that Prometheus can show them"
            ));
        }
    }

    /// Notes that scrapes have no fresh metrics, once until they have, and once a minute at most.
    pub(crate) fn note_failure(&self, reason: &str) {
        let mut told = self.told();
        let is_recent = told.last_failure.is_some_and(|last| last.elapsed() < BETWEEN_FAILURES);
        if !mem::replace(&mut told.is_failing, true) && !is_recent {
            told.last_failure = Some(Instant::now());
            told.lines.push(format!("a scrape has no fresh metrics: {}", reason.trim_end()));
        }
    }

    pub(crate) fn note_success(&self) {
        self.told().is_failing = false;
    }

    /// Logs what was noted, unless another thread is about it.
    pub(crate) fn tell(&self) {
        loop {
            let mut told = self.told();
            if told.is_telling || told.lines.is_empty() {
                return;
            }
            told.is_telling = true;
            let lines = mem::take(&mut told.lines);
            drop(told);
            let _telling = Telling(self);
            for line in lines {
                tracing::warn!("{line}");
            }
        }
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the telling, also where the subscriber panics.
struct Telling<'r>(&'r Reported);

impl Drop for Telling<'_> {
    fn drop(&mut self) {
        self.0.told().is_telling = false;
    }
}

const BETWEEN_FAILURES: Duration = Duration::from_secs(60);
/// Of each sort. A finding has names in it that may come from outside.
const MOST_TOLD: usize = 100;
