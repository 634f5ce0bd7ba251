//! One request from message to counts.

use std::{sync::Arc, time::Instant};

use bytes::Bytes;
use prost::Message;

use crate::{
    counts::Counts,
    delivery::{Delivery, Outcome},
    notice::Notices,
    signal::Signal,
    transport::Failure,
};

/// Sends the requests of one signal, counts what became of them and says so now and then.
pub(crate) struct Exporter {
    signal: Signal,
    delivery: Delivery,
    counts: Arc<Counts>,
    notices: Notices,
}

impl Exporter {
    pub(crate) fn new(signal: Signal, endpoint: String, delivery: Delivery, counts: Arc<Counts>) -> Self {
        Self { signal, delivery, counts, notices: Notices::new(signal.items(), endpoint) }
    }

    /// Counts items that were not queued before.
    pub(crate) fn accept(&self, items: u64) {
        self.counts.accept(items);
    }

    /// Sends one request; false when the shutdown's deadline cut it off, which leaves its items unsent.
    pub(crate) async fn export(&mut self, request: &impl Message, items: u64) -> bool {
        let size = request.encoded_len();
        let outcome = if size > REQUEST_LIMIT {
            Outcome::Failed(Failure::RequestTooLarge { bytes: size })
        } else {
            self.delivery.deliver(Bytes::from(request.encode_to_vec())).await
        };
        match outcome {
            Outcome::Delivered(answer) => self.delivered(answer, items),
            Outcome::Failed(failure) => {
                self.counts.fail(items);
                self.notices.failed(Instant::now(), items, &failure);
            }
            Outcome::CutOff => return false,
        }
        true
    }

    fn delivered(&mut self, answer: Bytes, items: u64) {
        let (rejected, reason) = self.signal.rejected(answer);
        let rejected = rejected.min(items);
        self.counts.deliver(items, rejected);
        self.notices.delivered();
        if rejected > 0 {
            self.notices.rejected(Instant::now(), rejected, &reason);
        }
    }

    pub(crate) fn note_drops(&mut self) {
        self.notices.dropped_so_far(Instant::now(), self.counts.dropped());
    }

    pub(crate) fn note_collection(&mut self) {
        self.notices.collected();
    }

    pub(crate) fn note_failed_collection(&mut self, reason: &str) {
        self.counts.fail_collection();
        self.notices.collection_failed(Instant::now(), reason);
    }
}

/// The protocol's limit for a request before compression.
const REQUEST_LIMIT: usize = 64 * 1024 * 1024;
