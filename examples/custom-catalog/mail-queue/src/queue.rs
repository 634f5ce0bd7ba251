//! The queue, and where it counts.

use std::{collections::VecDeque, error::Error, fmt};

use metrics_define::Tracked;

use crate::mail::{DeliveryDuration, MailOutcome, MessagesTotal, QueueDepth};

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The address it goes to.
    pub to: String,
    /// What it says.
    pub text: String,
}

/// Mail that waits for a server, at most so many messages.
#[derive(Debug)]
pub struct MailQueue {
    capacity: usize,
    /// The guard goes with the message: however the message leaves, the depth goes down by one.
    waiting: VecDeque<(Mail, Tracked)>,
}

impl MailQueue {
    /// A queue with room for `capacity` messages.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, waiting: VecDeque::new() }
    }

    /// Takes a message in.
    pub fn push(&mut self, mail: Mail) -> Result<(), QueueFull> {
        if self.waiting.len() == self.capacity {
            MessagesTotal { outcome: MailOutcome::QueueFull }.inc();
            return Err(QueueFull);
        }
        self.waiting.push_back((mail, QueueDepth.track()));
        Ok(())
    }

    /// Gives every waiting message to `send`, which says whether the server took it.
    pub fn deliver(&mut self, mut send: impl FnMut(&Mail) -> bool) {
        for (mail, _in_queue) in self.waiting.drain(..) {
            let is_taken = DeliveryDuration.time(|| send(&mail));
            let outcome = if is_taken { MailOutcome::Delivered } else { MailOutcome::Refused };
            MessagesTotal { outcome }.inc();
        }
    }
}

/// The queue has no room for another message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueFull;

impl fmt::Display for QueueFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the mail queue is full: deliver what waits first")
    }
}

impl Error for QueueFull {}
