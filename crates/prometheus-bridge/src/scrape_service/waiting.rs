//! Who waits for a scrape's answer, which collections run, and what is to be done next: decisions only, no thread.

use std::{
    mem,
    sync::Arc,
    time::{Duration, Instant},
};

use opentelemetry_sdk::metrics::data::ResourceMetrics;

use super::{answer::Answering, body::Body, request::BodyKind};
use crate::{collecting::Unavailable, foreign::Foreign};

/// What a scrape is answered with.
pub(super) type Outcome = Result<Scraped, Unavailable>;

pub(super) struct Scraped {
    pub(super) body: Body,
    /// How old the data are, if they are not of this scrape.
    pub(super) age: Option<Duration>,
}

pub(super) struct Collected {
    pub(super) metrics: ResourceMetrics,
    pub(super) foreign: Foreign,
    /// When the metrics were read; registries are gathered after that.
    pub(super) at: Instant,
}

/// The scrapes that wait, each with a deadline of its own, whoever else waits.
#[derive(Default)]
pub(super) struct Waiting {
    scrapes: Vec<Scrape>,
    /// Whether a thread sees to those that wait.
    is_coordinated: bool,
    /// The collection that was started last, while it runs.
    current: Option<Current>,
    /// What a collection has ended with, until those that wait are answered.
    ended: Option<Ended>,
    latest: Option<Arc<Collected>>,
    /// Memory of the collection before that: to allocate it anew for each scrape would take as long as to encode.
    spare: Option<ResourceMetrics>,
}

struct Ended {
    result: Result<Arc<Collected>, Unavailable>,
    /// One that was given up is no news to whoever asked after it had read.
    asked_before: Option<Instant>,
}

pub(super) struct Scrape {
    pub(super) kind: BodyKind,
    asked: Instant,
    deadline: Instant,
    pub(super) answering: Answering<Outcome>,
    /// No collection runs that this could share.
    needs_new: bool,
}

struct Current {
    number: u64,
    /// Some scrape has given it up. It may hang for ever, so whoever comes now does not wait for it alone.
    is_overdue: bool,
}

/// What is to be done next by the thread that sees to those that wait.
pub(super) enum Step {
    /// To answer these with fresh data, or with what went wrong.
    Answer(Vec<Scrape>, Result<Arc<Collected>, Unavailable>),
    /// To answer these with the last complete data, if there are any: their time is up.
    AnswerLate(Vec<Scrape>),
    /// To start a collection.
    Collect,
    /// To wait for a collection to end or for another scrape, at most until then.
    WaitUntil(Instant),
    /// Nobody waits; the thread ends.
    End,
}

impl Waiting {
    /// Adds a scrape, and says whether a thread has to be started that sees to it.
    pub(super) fn ask(
        &mut self,
        kind: BodyKind,
        asked: Instant,
        deadline: Instant,
        answering: Answering<Outcome>,
    ) -> bool {
        let needs_new = self.current.as_ref().is_none_or(|current| current.is_overdue);
        self.scrapes.push(Scrape { kind, asked, deadline, answering, needs_new });
        !mem::replace(&mut self.is_coordinated, true)
    }

    pub(super) fn next(&mut self, now: Instant) -> Step {
        self.scrapes.retain(|scrape| !scrape.answering.is_abandoned());
        if self.scrapes.is_empty() {
            self.is_coordinated = false;
            self.ended = None;
            return Step::End;
        }
        if let Some(Ended { result, asked_before }) = self.ended.take() {
            let answered = self.take(|scrape| asked_before.is_none_or(|read| scrape.asked < read));
            if !answered.is_empty() {
                return Step::Answer(answered, result);
            }
        }
        let late = self.take(|scrape| scrape.deadline <= now);
        if !late.is_empty() {
            if let Some(current) = &mut self.current {
                current.is_overdue = true;
            }
            return Step::AnswerLate(late);
        }
        if self.scrapes.iter().any(|scrape| scrape.needs_new) {
            return Step::Collect;
        }
        let deadlines = self.scrapes.iter().map(|scrape| scrape.deadline);
        deadlines.min().map_or(Step::End, Step::WaitUntil)
    }

    /// A collection runs that all who wait share.
    pub(super) fn started(&mut self, number: u64) {
        self.current = Some(Current { number, is_overdue: false });
        self.scrapes.iter_mut().for_each(|scrape| scrape.needs_new = false);
    }

    /// No collection can be started. Those that share one which runs go on waiting; these have none.
    pub(super) fn not_started(&mut self) -> Vec<Scrape> {
        self.take(|scrape| scrape.needs_new)
    }

    /// A collection has ended, in time or long after everybody gave it up: what it has is the latest even so.
    pub(super) fn ended(&mut self, number: u64, result: Result<Collected, Unavailable>) {
        let was_current = self.current.take_if(|current| current.number == number).is_some();
        let (result, asked_before) = match result {
            Ok(collected) => {
                let read = collected.at;
                (Ok(self.publish(collected)), (!was_current).then_some(read))
            }
            Err(unavailable) if was_current && self.ended.is_none() => (Err(unavailable), None),
            Err(_) => return,
        };
        if self.is_coordinated && self.ended.as_ref().is_none_or(|ended| ended.asked_before.is_some()) {
            self.ended = Some(Ended { result, asked_before });
        }
    }

    /// Two collections may end in another order than that in which they read.
    fn publish(&mut self, collected: Collected) -> Arc<Collected> {
        match &self.latest {
            Some(latest) if latest.at > collected.at => Arc::clone(latest),
            _ => {
                let latest = Arc::new(collected);
                if let Some(before) = self.latest.replace(Arc::clone(&latest)) {
                    self.spare = Arc::into_inner(before).map(|before| before.metrics);
                }
                latest
            }
        }
    }

    /// The last complete data.
    pub(super) fn latest(&self) -> Option<Arc<Collected>> {
        self.latest.clone()
    }

    /// Memory to collect into.
    pub(super) fn take_spare(&mut self) -> ResourceMetrics {
        self.spare.take().unwrap_or_default()
    }

    /// Lets go of all that wait, and has the next scrape begin anew.
    pub(super) fn give_up(&mut self) -> Vec<Scrape> {
        self.is_coordinated = false;
        self.ended = None;
        mem::take(&mut self.scrapes)
    }

    fn take(&mut self, chosen: impl Fn(&Scrape) -> bool) -> Vec<Scrape> {
        self.scrapes.extract_if(.., |scrape| chosen(scrape)).collect()
    }
}

#[cfg(test)]
mod tests;
