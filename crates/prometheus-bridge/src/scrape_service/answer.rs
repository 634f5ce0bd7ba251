//! The place where a scrape's answer is put, for a task or a thread that waits for it.

use std::{
    pin::Pin,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

/// Made once for each scrape; one half is given an answer, the other waits for it and is told if there is none to come.
///
/// A channel of a runtime would do for a task, and one of the standard library for a thread; this does for both, because
/// a scrape may be asked for from either.
pub(super) fn answer<T>() -> (Answering<T>, Answer<T>) {
    let shared = Arc::new(Shared {
        slot: Mutex::new(Slot { value: None, closed: false, waker: None }),
        answered: Condvar::new(),
    });
    (Answering(Arc::clone(&shared)), Answer(shared))
}

#[derive(Debug)]
pub(super) struct Answering<T>(Arc<Shared<T>>);

#[derive(Debug)]
pub(super) struct Answer<T>(Arc<Shared<T>>);

#[derive(Debug)]
struct Shared<T> {
    slot: Mutex<Slot<T>>,
    answered: Condvar,
}

#[derive(Debug)]
struct Slot<T> {
    value: Option<T>,
    closed: bool,
    waker: Option<Waker>,
}

impl<T> Answering<T> {
    pub(super) fn answer(self, value: T) {
        self.0.lock().value = Some(value);
    }

    /// Nobody waits any more.
    pub(super) fn is_abandoned(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }
}

/// With an answer or without one, it is over.
impl<T> Drop for Answering<T> {
    fn drop(&mut self) {
        let mut slot = self.0.lock();
        slot.closed = true;
        let waker = slot.waker.take();
        drop(slot);
        self.0.answered.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Answer<T> {
    /// Blocks the thread until there is an answer, or can be none.
    pub(super) fn wait(self) -> Option<T> {
        let mut slot = self.0.lock();
        loop {
            if slot.closed {
                return slot.value.take();
            }
            slot = self.0.answered.wait(slot).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl<T> Future for Answer<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, ctx: &mut Context<'_>) -> Poll<Option<T>> {
        let mut slot = self.0.lock();
        if slot.closed {
            return Poll::Ready(slot.value.take());
        }
        slot.waker = Some(ctx.waker().clone());
        Poll::Pending
    }
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, Slot<T>> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::answer;

    #[test]
    fn an_answer_reaches_another_thread() {
        let (answering, answer) = answer();
        assert!(!answering.is_abandoned());
        let waiting = thread::spawn(|| answer.wait());
        answering.answer(7);
        assert_eq!(waiting.join().unwrap(), Some(7));
    }

    #[test]
    fn who_waits_learns_that_nobody_will_answer() {
        let (answering, answer) = answer::<u8>();
        drop(answering);
        assert_eq!(answer.wait(), None);
    }

    #[test]
    fn who_answers_learns_that_nobody_waits() {
        let (answering, answer) = answer::<u8>();
        drop(answer);
        assert!(answering.is_abandoned());
    }
}
