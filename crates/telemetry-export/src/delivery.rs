//! One request against time: attempts, waits and the two limits.

use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::watch;

use crate::{
    deadline,
    retry::{self, ATTEMPTS},
    transport::{Answer, Failure, Transport},
};

/// When everything must have ended; none while nobody has asked for the shutdown.
pub(crate) type StopAt = Option<Instant>;

/// Delivers requests one after the other.
pub(crate) struct Delivery {
    transport: Transport,
    timeout: Option<Duration>,
    stop_at: watch::Receiver<StopAt>,
    /// How long the last answer took; none when the next request is the first one on its connection.
    usual: Option<Duration>,
}

/// What became of a request.
#[derive(Debug)]
pub(crate) enum Outcome {
    Delivered(Bytes),
    Failed(Failure),
    /// The deadline of the shutdown passed first.
    CutOff,
}

impl Delivery {
    pub(crate) fn new(transport: Transport, timeout: Option<Duration>, stop_at: watch::Receiver<StopAt>) -> Self {
        Self { transport, timeout, stop_at, usual: None }
    }

    /// Sends until the collector decides, the attempts are used up, or the time is.
    ///
    /// The target's timeout covers all attempts together; the batch that this request belongs to may expire earlier.
    /// A shutdown may come while this is under way.
    pub(crate) async fn deliver(&mut self, body: Vec<u8>, batch_expires: Option<Instant>) -> Outcome {
        let expires = self.timeout.map(deadline::after).into_iter().chain(batch_expires).min();
        let body = self.transport.pack(body);
        let stop_at = self.stop_at.clone();
        tokio::select! {
            biased;
            outcome = attempts(&mut self.transport, &mut self.usual, body, expires, &stop_at) => outcome,
            () = stopped(self.stop_at.clone()) => Outcome::CutOff,
            () = deadline::passed(expires) => {
                self.transport.reconnect();
                self.usual = None;
                Outcome::Failed(Failure::Timeout)
            }
        }
    }
}

async fn attempts(
    transport: &mut Transport,
    usual: &mut Option<Duration>,
    body: Bytes,
    expires: Option<Instant>,
    stop_at: &watch::Receiver<StopAt>,
) -> Outcome {
    let mut attempt = 1;
    loop {
        let began = Instant::now();
        let sent = tokio::select! {
            biased;
            answer = transport.send(body.clone()) => answer,
            () = out_of_patience(*usual, expires, stop_at.clone()) => {
                transport.reconnect();
                Answer::TryAgain { failure: Failure::Timeout, at_least: None }
            }
        };
        *usual = None;
        let (failure, at_least) = match sent {
            Answer::Delivered(answer) => {
                *usual = Some(began.elapsed());
                return Outcome::Delivered(answer);
            }
            Answer::Refused(failure) => return Outcome::Failed(failure),
            Answer::TryAgain { failure, at_least } => (failure, at_least),
        };
        let next = Instant::now() + retry::delay(attempt, at_least, retry::jitter());
        let limits = expires.into_iter().chain(*stop_at.borrow());
        // A wait that would not end in time is pointless, and only delays the next request.
        if attempt == ATTEMPTS || limits.into_iter().any(|limit| next >= limit) {
            return Outcome::Failed(failure);
        }
        deadline::passed(Some(next)).await;
        attempt += 1;
    }
}

/// Completes when a connection that was kept from an earlier request, and may have died since without a word, has been
/// silent for half of the time: the other half is for a new one. That time becomes shorter when a shutdown is asked for.
///
/// A collector that has been slow before is waited for.
async fn out_of_patience(usual: Option<Duration>, expires: Option<Instant>, mut stop_at: watch::Receiver<StopAt>) {
    let Some(usual) = usual else { return std::future::pending().await };
    let until = |stop_at: StopAt| {
        let (now, limit) = (Instant::now(), expires.into_iter().chain(stop_at).min()?);
        half(limit.saturating_duration_since(now), usual).map(|half| now + half)
    };
    let known = *stop_at.borrow();
    let asked = tokio::select! {
        () = deadline::passed(until(known)) => return,
        asked = async { stop_at.wait_for(|stop_at| *stop_at != known).await.map(|asked| *asked) } => asked,
    };
    deadline::passed(until(asked.unwrap_or(known))).await;
}

fn half(left: Duration, usual: Duration) -> Option<Duration> {
    let half = left / 2;
    (usual < half / 2).then_some(half)
}

/// Completes at the deadline of the shutdown, whenever that is asked for.
pub(crate) async fn stopped(mut stop_at: watch::Receiver<StopAt>) {
    let deadline = stop_at.wait_for(Option::is_some).await.map(|deadline| *deadline);
    // Whoever could have asked is gone after ordering the shutdown, so an error cannot leave a request hanging.
    deadline::passed(deadline.ok().flatten()).await;
}
