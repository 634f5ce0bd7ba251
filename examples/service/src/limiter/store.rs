//! Where rules and buckets are kept.

use std::{collections::HashMap, time::Instant};

use metrics_catalog::rate_limit::RateGroup;

use super::rule::Policy;

/// Rules and buckets. The three calls are what `rate_limit.redis.duration` times, whatever the store is made of.
pub(crate) trait Store: Send {
    /// The rule of a group.
    fn policy(&self, group: RateGroup) -> Policy;

    /// A client's bucket; `None` means full.
    fn read(&self, key: &str) -> Option<Bucket>;

    /// Keeps a bucket at least until `full_at`: from then on it says no more than a bucket that is not there.
    fn write(&mut self, key: String, bucket: Bucket, full_at: Instant);
}

/// The state of one client.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bucket {
    /// Tokens left when it was written.
    pub(crate) tokens: f64,
    /// When it was written.
    pub(crate) updated: Instant,
}

/// A store in this process, for at most [`MAX_CLIENTS`] clients.
#[derive(Debug, Default)]
pub(crate) struct MemoryStore {
    buckets: HashMap<String, Stored>,
}

#[derive(Debug)]
struct Stored {
    bucket: Bucket,
    full_at: Instant,
}

/// Clients whose buckets are kept at once.
pub(crate) const MAX_CLIENTS: usize = 10_000;

impl Store for MemoryStore {
    fn policy(&self, group: RateGroup) -> Policy {
        Policy::of(group)
    }

    fn read(&self, key: &str) -> Option<Bucket> {
        self.buckets.get(key).map(|stored| stored.bucket)
    }

    fn write(&mut self, key: String, bucket: Bucket, full_at: Instant) {
        if self.buckets.len() >= MAX_CLIENTS && !self.buckets.contains_key(&key) {
            self.make_room(bucket.updated);
        }
        self.buckets.insert(key, Stored { bucket, full_at });
    }
}

impl MemoryStore {
    /// Forgets every bucket that is full again. When all are in use, forgets those written before the middle one: so a
    /// flood of new clients costs one pass per thousands of them, and the busiest clients stay limited.
    fn make_room(&mut self, now: Instant) {
        self.buckets.retain(|_, stored| stored.full_at > now);
        if self.buckets.len() < MAX_CLIENTS {
            return;
        }
        let mut written: Vec<Instant> = self.buckets.values().map(|stored| stored.bucket.updated).collect();
        let middle = written.len() / 2;
        let (_, &mut middle, _) = written.select_nth_unstable(middle);
        self.buckets.retain(|_, stored| stored.bucket.updated > middle);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.buckets.len()
    }
}
