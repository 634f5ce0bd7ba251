//! One collection for all scrapes that wait, on a thread that may hang without any of them hanging with it.

use std::{
    collections::HashSet,
    io, mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use metrics_define::contained;
use metrics_pipeline::{CollectError, Collector};
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use tracing::{Dispatch, dispatcher};

use super::{
    answer::{Answer, Answering, answer},
    body::{Body, Held},
    request::{BodyKind, Wanted},
};
use crate::{
    encode::Encoder,
    finding::Finding,
    foreign::{Foreign, Registries},
    options::EncodeOptions,
};

/// What all clones of a service share.
pub(super) struct Shared {
    collector: Collector,
    registries: Mutex<Registries>,
    state: Mutex<State>,
    /// Collections that have not ended, the running one and those that hang.
    collecting: AtomicUsize,
    encoding: Mutex<Encoding>,
}

#[derive(Default)]
struct State {
    waiting: Vec<Waiting>,
    /// Whether a thread sees to those that wait.
    is_coordinated: bool,
    latest: Option<Arc<Collected>>,
    /// Memory of an earlier collection.
    spare: Option<ResourceMetrics>,
    held: Held,
}

struct Waiting {
    kind: BodyKind,
    deadline: Instant,
    answering: Answering<Outcome>,
}

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
    pub(super) at: Instant,
}

struct Encoding {
    encoder: Encoder,
    length: usize,
    reported: HashSet<Finding>,
    is_failing: bool,
}

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unavailable {
    ShutDown,
    Poisoned,
    Panicked,
    Slow,
    NoThread,
    TooManyReaders,
}

impl Shared {
    pub(super) fn new(collector: Collector, options: EncodeOptions) -> Self {
        let encoder = Encoder::new(options);
        Self {
            collector,
            registries: Mutex::default(),
            state: Mutex::default(),
            collecting: AtomicUsize::new(0),
            encoding: Mutex::new(Encoding { encoder, length: 0, reported: HashSet::new(), is_failing: false }),
        }
    }

    #[cfg(feature = "registry")]
    pub(super) fn add_registry(&self, add: impl FnOnce(&mut Registries)) {
        add(&mut lock(&self.registries));
    }

    /// Asks for a body. It is answered in time, whatever the callbacks of the application do.
    pub(super) fn ask(self: &Arc<Self>, wanted: Wanted) -> Answer<Outcome> {
        let (answering, answer) = answer();
        let deadline = Instant::now() + wanted.within;
        let mut state = lock(&self.state);
        state.waiting.push(Waiting { kind: wanted.body, deadline, answering });
        let starts = !mem::replace(&mut state.is_coordinated, true);
        drop(state);
        if starts && self.start_coordinating().is_err() {
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

    /// Lets go of all that wait, and has the next scrape begin anew.
    fn give_up(&self) {
        let mut state = lock(&self.state);
        state.is_coordinated = false;
        let waiting = mem::take(&mut state.waiting);
        drop(state);
        drop(waiting);
    }

    /// Sees to those that wait, until nobody does. Only a subscriber can panic here.
    fn coordinate(self: &Arc<Self>, dispatch: &Dispatch) {
        if contained(|| self.coordinate_until_done(dispatch)).is_none() {
            self.give_up();
        }
    }

    fn coordinate_until_done(self: &Arc<Self>, dispatch: &Dispatch) {
        loop {
            match self.start_collecting(dispatch) {
                Ok(collected) => self.answer_when_collected(&collected),
                Err(unavailable) => self.answer_late(|_| true, unavailable),
            }
            let mut state = lock(&self.state);
            state.waiting.retain(|waiting| !waiting.answering.is_abandoned());
            if state.waiting.is_empty() {
                state.is_coordinated = false;
                return;
            }
        }
    }

    /// Collects on a thread of its own, because nothing can stop a callback that hangs.
    fn start_collecting(
        self: &Arc<Self>,
        dispatch: &Dispatch,
    ) -> Result<mpsc::Receiver<Result<Collected, Unavailable>>, Unavailable> {
        if self.collecting.fetch_add(1, Ordering::AcqRel) >= MOST_COLLECTING {
            self.collecting.fetch_sub(1, Ordering::AcqRel);
            return Err(Unavailable::Slow);
        }
        let (done, collected) = mpsc::channel();
        let (shared, dispatch) = (Arc::clone(self), dispatch.clone());
        let spare = lock(&self.state).spare.take().unwrap_or_default();
        let collect = move || {
            let result = dispatcher::with_default(&dispatch, || shared.collect(spare));
            shared.collecting.fetch_sub(1, Ordering::AcqRel);
            // Nobody listens any more if it took too long.
            let _ = done.send(result);
        };
        match thread::Builder::new().name("otelier-collect".to_owned()).spawn(collect) {
            Ok(_) => Ok(collected),
            Err(_) => {
                self.collecting.fetch_sub(1, Ordering::AcqRel);
                Err(Unavailable::NoThread)
            }
        }
    }

    /// Runs the application's callbacks and collectors. Memory that a panic went through is not used again.
    fn collect(&self, mut metrics: ResourceMetrics) -> Result<Collected, Unavailable> {
        match contained(|| self.collector.collect(&mut metrics).map(|()| metrics)) {
            Some(Ok(metrics)) => {
                let registries = lock(&self.registries).clone();
                Ok(Collected { metrics, foreign: registries.gather(), at: Instant::now() })
            }
            Some(Err(CollectError::ShutDown)) => Err(Unavailable::ShutDown),
            Some(Err(_)) => Err(Unavailable::Poisoned),
            None => Err(Unavailable::Panicked),
        }
    }

    /// Answers all that wait with what is collected, unless one of them cannot wait any longer.
    fn answer_when_collected(&self, collected: &mpsc::Receiver<Result<Collected, Unavailable>>) {
        let Some(deadline) = lock(&self.state).waiting.iter().map(|waiting| waiting.deadline).min() else { return };
        match collected.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(Ok(collected)) => self.answer_with(&self.publish(collected)),
            Ok(Err(unavailable)) => {
                self.note_failure(unavailable);
                refuse(self.take_waiting(|_| true), unavailable);
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                let now = Instant::now();
                self.answer_late(|waiting| waiting.deadline <= now, Unavailable::Slow);
            }
        }
    }

    fn publish(&self, collected: Collected) -> Arc<Collected> {
        let latest = Arc::new(collected);
        let mut state = lock(&self.state);
        if let Some(before) = state.latest.replace(Arc::clone(&latest)) {
            state.spare = Arc::into_inner(before).map(|before| before.metrics);
        }
        latest
    }

    fn answer_with(&self, collected: &Collected) {
        let waiting = self.take_waiting(|_| true);
        self.answer(waiting, collected, None);
        self.note_success();
    }

    /// Answers with the last complete data, or says why there are none.
    fn answer_late(&self, chosen: impl Fn(&Waiting) -> bool, unavailable: Unavailable) {
        let waiting = self.take_waiting(chosen);
        if waiting.is_empty() {
            return;
        }
        self.note_failure(unavailable);
        let latest = lock(&self.state).latest.clone();
        match latest {
            Some(latest) => self.answer(waiting, &latest, Some(latest.at.elapsed())),
            None => refuse(waiting, unavailable),
        }
    }

    /// Encodes each kind of body once.
    fn answer(&self, waiting: Vec<Waiting>, collected: &Collected, age: Option<Duration>) {
        let mut bodies: Vec<Body> = Vec::new();
        for Waiting { kind, answering, .. } in waiting {
            if answering.is_abandoned() {
                continue;
            }
            let body = match bodies.iter().find(|body| body.kind == kind) {
                Some(body) => Some(body.clone()),
                None => self.body(kind, collected).inspect(|body| bodies.push(body.clone())),
            };
            answering.answer(body.map(|body| Scraped { body, age }).ok_or(Unavailable::TooManyReaders));
        }
    }

    fn body(&self, kind: BodyKind, collected: &Collected) -> Option<Body> {
        let mut state = lock(&self.state);
        if !state.held.has_room() {
            return state.held.latest(kind);
        }
        drop(state);
        let mut findings = Vec::new();
        let mut encoding = lock(&self.encoding);
        let Encoding { encoder, length, .. } = &mut *encoding;
        let body = Body::new(kind, collected, encoder, length, &mut findings);
        let fresh = encoding.fresh(findings);
        drop(encoding);
        // A subscriber is foreign code, so it does not run under the lock.
        for finding in fresh {
            tracing::warn!("{finding}");
        }
        lock(&self.state).held.add(&body);
        Some(body)
    }

    fn take_waiting(&self, chosen: impl Fn(&Waiting) -> bool) -> Vec<Waiting> {
        lock(&self.state).waiting.extract_if(.., |waiting| chosen(waiting)).collect()
    }

    fn note_failure(&self, unavailable: Unavailable) {
        if !mem::replace(&mut lock(&self.encoding).is_failing, true) {
            tracing::warn!("a scrape has no fresh metrics: {}", unavailable.reason().trim_end());
        }
    }

    fn note_success(&self) {
        lock(&self.encoding).is_failing = false;
    }
}

impl Encoding {
    /// The findings that were not told before.
    fn fresh(&mut self, findings: Vec<Finding>) -> Vec<Finding> {
        let mut fresh = Vec::new();
        for finding in findings {
            if self.reported.len() < MOST_REPORTED && !self.reported.contains(&finding) {
                fresh.push(finding.clone());
                self.reported.insert(finding);
            }
        }
        fresh
    }
}

impl Unavailable {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::ShutDown => "metrics cannot be collected: the meter provider was shut down\n",
            Self::Poisoned => {
                "metrics cannot be collected: a callback panicked earlier that was not registered with the guarded \
                 provider\n"
            }
            Self::Panicked => "metrics cannot be collected: the callback of an observable instrument panicked\n",
            Self::Slow => "metrics are not collected in time: the callback of an observable instrument is slow\n",
            Self::NoThread => "metrics cannot be collected: no thread can be started\n",
            Self::TooManyReaders => "too many slow readers\n",
        }
    }
}

fn refuse(waiting: Vec<Waiting>, unavailable: Unavailable) {
    for waiting in waiting {
        waiting.answering.answer(Err(unavailable));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Each callback that hangs keeps one collection; beyond these the last complete data are all there is.
const MOST_COLLECTING: usize = 4;
const MOST_REPORTED: usize = 100;
