//! Requests with what became of them: sent, counted, and told to the application's log.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;

use crate::{
    announcer::Announcer,
    counts::Counts,
    deadline,
    delivery::{Delivery, Outcome},
    notice::Notices,
    operations::Operations,
    payload::{self, Payload},
    signal::Signal,
    target::{Protocol, Target},
    transport::Failure,
};

/// Sends the requests of one signal, counts what became of them and says so now and then.
pub(crate) struct Exporter {
    signal: Signal,
    protocol: Protocol,
    max_request_size: usize,
    delivery: Delivery,
    counts: Arc<Counts>,
    operations: Arc<Operations>,
    announcer: Announcer,
    notices: Notices,
}

impl Exporter {
    pub(crate) fn new(
        signal: Signal,
        target: &Target,
        delivery: Delivery,
        counts: Arc<Counts>,
        operations: Arc<Operations>,
        announcer: Announcer,
    ) -> Self {
        Self {
            signal,
            protocol: target.protocol(),
            max_request_size: target.max_request_size(),
            delivery,
            counts,
            operations,
            notices: Notices::new(announcer.clone(), signal.items(), target.to_string()),
            announcer,
        }
    }

    pub(crate) fn announcer(&self) -> &Announcer {
        &self.announcer
    }

    /// Counts items that were not queued before.
    pub(crate) fn accept(&self, items: u64) {
        self.counts.accept(items);
    }

    /// Counts items that could not even become a request.
    pub(crate) fn fail(&self, items: u64, reason: &str) {
        self.counts.fail(items, reason.to_owned());
    }

    /// Sends everything, in several requests if one would be too large.
    ///
    /// False when the shutdown's deadline cut it off, which leaves the rest unsent.
    pub(crate) async fn export(&mut self, mut payload: impl Payload, within: Option<Duration>) -> bool {
        let expires = within.map(deadline::after);
        if self.protocol == Protocol::HttpJson {
            payload.spell_numbers();
        }
        let mut parts = vec![payload];
        while let Some(part) = parts.pop() {
            let items = part.items() as u64;
            match payload::encode(&part, self.protocol, self.max_request_size) {
                Some(body) => {
                    drop(part);
                    if !self.send(body, items, expires).await {
                        return false;
                    }
                }
                None => match part.halves() {
                    Some([first, second]) => parts.extend([second, first]),
                    None => self.drop_too_large(items),
                },
            }
        }
        true
    }

    async fn send(&mut self, body: Vec<u8>, items: u64, expires: Option<Instant>) -> bool {
        let began = Instant::now();
        self.counts.set_in_flight(items);
        let outcome = self.delivery.deliver(body, expires).await;
        self.counts.set_in_flight(0);
        match outcome {
            Outcome::Delivered(answer) => {
                self.operations.ended(self.signal, began, None);
                self.delivered(answer, items);
            }
            Outcome::Failed(failure) => {
                self.operations.ended(self.signal, began, Some(&failure));
                self.counts.fail(items, failure.kind());
                self.notices.failed(Instant::now(), items, &failure);
            }
            Outcome::CutOff => return false,
        }
        true
    }

    fn delivered(&mut self, answer: Bytes, items: u64) {
        let (rejected, in_words) = self.signal.rejected(answer, self.protocol);
        let rejected = rejected.min(items);
        self.counts.deliver(items, rejected);
        self.notices.delivered();
        if rejected > 0 {
            self.notices.rejected(Instant::now(), rejected);
        } else if in_words {
            self.notices.advised(Instant::now());
        }
    }

    fn drop_too_large(&mut self, items: u64) {
        self.counts.drop_too_large(items);
        let failure = Failure::RequestTooLarge { limit: self.max_request_size };
        self.notices.too_large(Instant::now(), items, &failure);
    }

    pub(crate) fn note_collection(&mut self) {
        self.notices.collected();
    }

    pub(crate) fn note_failed_collection(&mut self, reason: &str) {
        self.counts.fail_collection();
        self.notices.collection_failed(Instant::now(), reason);
    }
}
