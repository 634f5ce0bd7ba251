//! One collection for all scrapes that wait, on a thread that may hang without any of them hanging with it.

use std::{
    io,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use metrics_define::contained;
use metrics_pipeline::Collector;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use tracing::{Dispatch, dispatcher};

use super::{
    answer::{Answer, answer},
    body::{Bodies, Body},
    request::Wanted,
    waiting::{Collected, Outcome, Scrape, Scraped, Step, Waiting},
};
use crate::{
    collecting::{Unavailable, collect},
    foreign::Registries,
    options::EncodeOptions,
    reported::Reported,
};

/// What all clones of a service share.
pub(super) struct Shared {
    collector: Collector,
    registries: Mutex<Registries>,
    waiting: Mutex<Waiting>,
    /// Told when a scrape comes or a collection ends.
    changed: Condvar,
    /// Collections that have not ended, the running one and those that hang.
    collecting: AtomicUsize,
    last_collection: AtomicU64,
    bodies: Bodies,
    reported: Reported,
}

impl Shared {
    pub(super) fn new(collector: Collector, options: EncodeOptions) -> Self {
        Self {
            collector,
            registries: Mutex::default(),
            waiting: Mutex::default(),
            changed: Condvar::new(),
            collecting: AtomicUsize::new(0),
            last_collection: AtomicU64::new(0),
            bodies: Bodies::new(options),
            reported: Reported::default(),
        }
    }

    #[cfg(feature = "registry")]
    pub(super) fn add_registry(&self, add: impl FnOnce(&mut Registries)) {
        add(&mut lock(&self.registries));
    }

    /// Asks for a body. It is answered in time, whatever the callbacks of the application do.
    pub(super) fn ask(self: &Arc<Self>, wanted: Wanted) -> Answer<Outcome> {
        let (answering, answer) = answer();
        let now = Instant::now();
        let starts = lock(&self.waiting).ask(wanted.body, now, now + wanted.within, answering);
        if !starts {
            // It may have less time than all that wait already.
            self.changed.notify_all();
        } else if self.start_coordinating().is_err() {
            self.give_up();
        }
        answer
    }

    /// The subscriber of the thread that asks is that of the threads that work for it.
    fn start_coordinating(self: &Arc<Self>) -> io::Result<()> {
        let (shared, dispatch) = (Arc::clone(self), dispatcher::get_default(Dispatch::clone));
        let coordinate = move || dispatcher::with_default(&dispatch, || shared.coordinate(&dispatch));
        thread::Builder::new().name("otelier-scraping".to_owned()).spawn(coordinate).map(drop)
    }

    fn give_up(&self) {
        let let_go = lock(&self.waiting).give_up();
        drop(let_go);
    }

    /// Sees to those that wait, until nobody does, and says then what there is to say: the next scrape has another
    /// thread, so a log that nobody reads holds up none.
    fn coordinate(self: &Arc<Self>, dispatch: &Dispatch) {
        if contained(|| self.coordinate_until_done(dispatch)).is_none() {
            self.give_up();
        }
        contained(|| self.reported.tell());
    }

    fn coordinate_until_done(self: &Arc<Self>, dispatch: &Dispatch) {
        loop {
            let mut waiting = lock(&self.waiting);
            match waiting.next(Instant::now()) {
                Step::Answer(scrapes, Ok(collected)) => {
                    drop(waiting);
                    self.answer(scrapes, &collected, false);
                    self.reported.note_success();
                }
                Step::Answer(scrapes, Err(unavailable)) => {
                    drop(waiting);
                    refuse(scrapes, unavailable);
                    self.reported.note_failure(unavailable.reason());
                }
                Step::AnswerLate(scrapes) => {
                    let latest = waiting.latest();
                    drop(waiting);
                    self.answer_late(scrapes, latest, Unavailable::Slow);
                }
                Step::Collect => {
                    drop(waiting);
                    if let Err(unavailable) = self.start_collecting(dispatch) {
                        let mut waiting = lock(&self.waiting);
                        let (scrapes, latest) = (waiting.not_started(), waiting.latest());
                        drop(waiting);
                        self.answer_late(scrapes, latest, unavailable);
                    }
                }
                Step::WaitUntil(deadline) => {
                    let within = deadline.saturating_duration_since(Instant::now());
                    drop(self.changed.wait_timeout(waiting, within).unwrap_or_else(PoisonError::into_inner));
                }
                Step::End => return,
            }
        }
    }

    /// Collects on a thread of its own, because nothing can stop a callback that hangs.
    fn start_collecting(self: &Arc<Self>, dispatch: &Dispatch) -> Result<(), Unavailable> {
        if self.collecting.fetch_add(1, Ordering::AcqRel) >= MOST_COLLECTING {
            self.collecting.fetch_sub(1, Ordering::AcqRel);
            return Err(Unavailable::Slow);
        }
        let number = self.last_collection.fetch_add(1, Ordering::Relaxed);
        let mut waiting = lock(&self.waiting);
        let spare = waiting.take_spare();
        // Before it runs, for it may end at once.
        waiting.started(number);
        drop(waiting);
        let (shared, dispatch) = (Arc::clone(self), dispatch.clone());
        let collect = move || {
            let result = dispatcher::with_default(&dispatch, || shared.collect(spare));
            shared.collecting.fetch_sub(1, Ordering::AcqRel);
            lock(&shared.waiting).ended(number, result);
            shared.changed.notify_all();
        };
        if thread::Builder::new().name("otelier-collect".to_owned()).spawn(collect).is_err() {
            self.collecting.fetch_sub(1, Ordering::AcqRel);
            lock(&self.waiting).ended(number, Err(Unavailable::NoThread));
        }
        Ok(())
    }

    /// Runs the application's callbacks and collectors.
    fn collect(&self, metrics: ResourceMetrics) -> Result<Collected, Unavailable> {
        let metrics = collect(&self.collector, metrics)?;
        let at = Instant::now();
        let registries = lock(&self.registries).clone();
        Ok(Collected { metrics, foreign: registries.gather(), at })
    }

    /// Answers with the last complete data, or says why there are none.
    fn answer_late(&self, scrapes: Vec<Scrape>, latest: Option<Arc<Collected>>, unavailable: Unavailable) {
        match latest {
            Some(latest) => self.answer(scrapes, &latest, true),
            None => refuse(scrapes, unavailable),
        }
        self.reported.note_failure(unavailable.reason());
    }

    /// Encodes each kind of body once.
    fn answer(&self, scrapes: Vec<Scrape>, collected: &Collected, is_late: bool) {
        let mut bodies: Vec<Body> = Vec::new();
        for Scrape { kind, answering, .. } in scrapes {
            if answering.is_abandoned() {
                continue;
            }
            let body = match bodies.iter().find(|body| body.kind == kind) {
                Some(body) => Some(body.clone()),
                None => self.bodies.body(kind, collected, &self.reported).inspect(|body| bodies.push(body.clone())),
            };
            let outcome = body.map(|body| {
                let is_old = is_late || body.at != collected.at;
                Scraped { age: is_old.then(|| body.at.elapsed()), body }
            });
            answering.answer(outcome.ok_or(Unavailable::TooManyReaders));
        }
    }
}

fn refuse(scrapes: Vec<Scrape>, unavailable: Unavailable) {
    for scrape in scrapes {
        scrape.answering.answer(Err(unavailable));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Each callback that hangs keeps one collection; beyond these the last complete data are all there is.
const MOST_COLLECTING: usize = 4;
