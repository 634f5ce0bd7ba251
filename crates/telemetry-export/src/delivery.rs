//! One request against time: the two limits around all its attempts.

mod attempts;
mod patience;

use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::watch;

use self::attempts::Attempts;
use crate::{
    deadline,
    transport::{Failure, Transport},
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
        let attempts = Attempts { body, expires, stop_at: self.stop_at.clone() };
        tokio::select! {
            biased;
            outcome = attempts.all(&mut self.transport, &mut self.usual) => outcome,
            () = stopped(self.stop_at.clone()) => Outcome::CutOff,
            () = deadline::passed(expires) => {
                self.transport = self.transport.another();
                self.usual = None;
                Outcome::Failed(Failure::Timeout)
            }
        }
    }
}

/// Completes at the deadline of the shutdown, whenever that is asked for.
pub(crate) async fn stopped(mut stop_at: watch::Receiver<StopAt>) {
    let deadline = stop_at.wait_for(Option::is_some).await.map(|deadline| *deadline);
    // Whoever could have asked is gone after ordering the shutdown, so an error cannot leave a request hanging.
    deadline::passed(deadline.ok().flatten()).await;
}
