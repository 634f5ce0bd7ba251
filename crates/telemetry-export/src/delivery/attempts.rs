//! The attempts of one request: when it is sent again, and when over a second connection as well.

use std::{
    pin::{Pin, pin},
    time::{Duration, Instant},
};

use bytes::Bytes;
use tokio::sync::watch;

use super::{Outcome, StopAt, patience::out_of_patience};
use crate::{
    deadline,
    retry::{self, ATTEMPTS},
    transport::{Answer, Failure, Transport},
};

pub(super) struct Attempts {
    pub(super) body: Bytes,
    pub(super) expires: Option<Instant>,
    pub(super) stop_at: watch::Receiver<StopAt>,
}

/// What became of the request, and how long the answer took that decided it.
type Decided = (Outcome, Duration);

impl Attempts {
    /// Sends until the collector decides or the attempts are used up.
    ///
    /// A kept connection that is silent for long is not given up: the collector may only be slow, and would get the same
    /// twice for nothing. The next attempt goes over a new one meanwhile, and whichever is answered first decides.
    pub(super) async fn all(&self, transport: &mut Transport, usual: &mut Option<Duration>) -> Outcome {
        let patience = out_of_patience(usual.take(), self.expires, self.stop_at.clone());
        let mut second = None;
        let ((outcome, took), over_the_second) = {
            let mut kept = pin!(self.once(transport));
            let answered = tokio::select! {
                biased;
                answered = &mut kept => Some(answered),
                () = patience => None,
            };
            match answered {
                None => self.beside(kept, second.insert(transport.another())).await,
                Some((answer, took)) => match self.judge(answer, 1).await {
                    Some(outcome) => ((outcome, took), false),
                    None => (self.from(2, transport).await, false),
                },
            }
        };
        if let Some(second) = second.filter(|_| over_the_second) {
            *transport = second;
        }
        if let Outcome::Delivered(_) = outcome {
            *usual = Some(took);
        }
        outcome
    }

    /// Waits for the kept connection, and makes the further attempts over the second one; says whether that decided.
    async fn beside(
        &self,
        mut kept: Pin<&mut impl Future<Output = (Answer, Duration)>>,
        second: &Transport,
    ) -> (Decided, bool) {
        let mut further = pin!(self.from(2, second));
        tokio::select! {
            biased;
            (answer, took) = &mut kept => match decision(answer) {
                Some(outcome) => ((outcome, took), false),
                None => (further.await, true),
            },
            // When nobody answers there, the kept connection is what is left.
            decided = &mut further => match decided {
                (Outcome::Failed(Failure::Network { .. }), _) => {
                    let (answer, took) = kept.await;
                    decision(answer).map_or((decided, true), |outcome| ((outcome, took), false))
                }
                decided => (decided, true),
            },
        }
    }

    async fn once(&self, transport: &Transport) -> (Answer, Duration) {
        let began = Instant::now();
        (transport.send(self.body.clone()).await, began.elapsed())
    }

    /// This attempt and those after it.
    async fn from(&self, mut attempt: u32, transport: &Transport) -> Decided {
        loop {
            let (answer, took) = self.once(transport).await;
            if let Some(outcome) = self.judge(answer, attempt).await {
                return (outcome, took);
            }
            attempt += 1;
        }
    }

    /// None when it is to be sent again, after the wait for that.
    async fn judge(&self, answer: Answer, attempt: u32) -> Option<Outcome> {
        let (failure, at_least) = match answer {
            Answer::TryAgain { failure, at_least } => (failure, at_least),
            decisive => return decision(decisive),
        };
        let next = Instant::now() + retry::delay(attempt, at_least, retry::jitter());
        let limits = self.expires.into_iter().chain(*self.stop_at.borrow());
        // A wait that would not end in time is pointless, and only delays the next request.
        if attempt == ATTEMPTS || limits.into_iter().any(|limit| next >= limit) {
            return Some(Outcome::Failed(failure));
        }
        deadline::passed(Some(next)).await;
        None
    }
}

/// None when the answer says to send it again.
fn decision(answer: Answer) -> Option<Outcome> {
    match answer {
        Answer::Delivered(answer) => Some(Outcome::Delivered(answer)),
        Answer::Refused(failure) => Some(Outcome::Failed(failure)),
        Answer::TryAgain { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use tokio::{runtime, sync::watch, time::Instant};

    use super::Attempts;
    use crate::transport::{Answer, Failure};

    /// By a clock that stands still but for what is waited for, so that the machine adds nothing.
    fn first_wait() -> Duration {
        let runtime = runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let (_stop, stop_at) = watch::channel(None);
            let attempts = Attempts { body: Bytes::new(), expires: None, stop_at };
            let (began, again) = (Instant::now(), Answer::TryAgain { failure: Failure::Timeout, at_least: None });
            assert!(attempts.judge(again, 1).await.is_none());
            began.elapsed()
        })
    }

    #[test]
    fn the_wait_for_the_next_attempt_has_jitter() {
        let waits: Vec<Duration> = (0..20).map(|_| first_wait()).collect();
        let [least, most] = [waits.iter().min(), waits.iter().max()].map(|wait| *wait.unwrap());
        assert!(least >= Duration::from_millis(100), "{waits:?}");
        // Of twenty times up to 100 ms; that they are so close together does not happen.
        assert!(most.abs_diff(least) >= Duration::from_millis(20), "{waits:?}");
    }
}
