//! Where both transports hand over requests, and where the user of the receiver waits for them.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ::http::HeaderMap;
use tokio::sync::watch;

use crate::{
    invariants::Violations,
    received::{Received, Store},
    signal::Signal,
};

#[derive(Debug, Default)]
pub(crate) struct Intake {
    state: Mutex<State>,
    changed: Condvar,
    behaviour: watch::Sender<Behaviour>,
}

/// How requests are answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Behaviour {
    #[default]
    Answer,
    Hang,
    Delay {
        by: Duration,
    },
    Reject {
        items: usize,
    },
}

#[derive(Debug, Default)]
struct State {
    store: Store,
    stopped: bool,
}

impl Intake {
    /// An intake that keeps only so many of the latest spans and log records.
    pub(crate) fn keeping(items: usize) -> Self {
        let state = State { store: Store::keeping(items), stopped: false };
        Self { state: Mutex::new(state), ..Self::default() }
    }

    /// Takes one decoded request, keeps its items and gives the response to send.
    pub(crate) async fn accept<S: Signal>(&self, headers: &HeaderMap, request: S) -> S::Response {
        let refused = self.permission().await;
        let mut violations = Violations::default();
        violations.headers(headers);
        request.check(&mut violations);
        let mut items = request.into_items();
        let refused = refused.min(items.len());
        let kept = items.split_off(refused);
        {
            let mut state = self.state();
            state.store.count_request::<S>(headers);
            state.store.keep_violations(violations.into_words());
            S::keep(&mut state.store, kept);
        }
        self.changed.notify_all();
        S::response(refused)
    }

    pub(crate) fn behave(&self, behaviour: Behaviour) {
        self.behaviour.send_replace(behaviour);
    }

    pub(crate) fn read<T>(&self, look: impl FnOnce(&Received) -> T) -> T {
        look(self.state().store.received())
    }

    /// Waits until `holds` or the end of `within`; says whether it holds, and gives what was there then.
    pub(crate) fn wait(&self, within: Duration, holds: impl Fn(&Received) -> bool) -> (bool, Received) {
        let (state, waited) = self
            .changed
            .wait_timeout_while(self.state(), within, |state| !holds(state.store.received()))
            .unwrap_or_else(PoisonError::into_inner);
        (!waited.timed_out(), state.store.received().clone())
    }

    pub(crate) fn stopped(&self) {
        self.state().stopped = true;
        self.changed.notify_all();
    }

    pub(crate) fn wait_until_stopped(&self, within: Duration) {
        drop(self.changed.wait_timeout_while(self.state(), within, |state| !state.stopped));
    }

    /// Waits while requests are to hang, and says how many items of a request to refuse.
    async fn permission(&self) -> usize {
        let mut behaviour = self.behaviour.subscribe();
        let behaviour = behaviour.wait_for(|behaviour| *behaviour != Behaviour::Hang).await.map(|now| *now);
        match behaviour {
            Ok(Behaviour::Reject { items }) => items,
            Ok(Behaviour::Delay { by }) => {
                tokio::time::sleep(by).await;
                0
            }
            // The sender lives in `self`, so an error cannot happen while we are called.
            Ok(Behaviour::Answer | Behaviour::Hang) | Err(_) => 0,
        }
    }

    /// A condition of the user that panics under the lock leaves complete data behind, so poison is ignored.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
