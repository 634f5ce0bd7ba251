//! A token bucket per client: the rules of the client's group, a store for rules and buckets, and one decision.

mod identity;
mod rule;
mod store;

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use metrics_catalog::rate_limit::{self, Algorithm, RedisOp};

pub(crate) use self::{
    identity::Identity,
    store::{MemoryStore, Store},
};
use self::{
    rule::{Policy, Rule},
    store::Bucket,
};

/// Decides who may go on. The store is what a shared deployment would replace by Redis.
#[derive(Debug)]
pub(crate) struct Limiter<S> {
    // One lock around reading and writing back makes the pair one step; over Redis this would be a script.
    store: Mutex<S>,
}

/// What the limiter says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Go on.
    Allowed,
    /// Come back when a token has grown.
    Rejected {
        /// When that will be.
        retry_after: Duration,
    },
}

impl<S: Store> Limiter<S> {
    /// A limiter over `store`.
    pub(crate) fn new(store: S) -> Self {
        Self { store: Mutex::new(store) }
    }

    /// Takes one token for `identity`, if its group has a limit. `endpoint` is the route's template: it becomes a label.
    pub(crate) fn check(&self, identity: &Identity, endpoint: &str, now: Instant) -> Decision {
        let authenticated = identity.authenticated;
        rate_limit::CheckDuration { endpoint, authenticated }.time(|| {
            let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
            let policy =
                rate_limit::RedisDuration { operation: RedisOp::GetConfig }.time(|| store.policy(identity.group));

            let (algorithm, decision) = match policy {
                Policy::Bypass => {
                    rate_limit::BypassTotal { endpoint }.inc();
                    (Algorithm::Bypassed, Decision::Allowed)
                }
                Policy::TokenBucket(rule) => {
                    let decision = take_token(&mut *store, &rule, identity, endpoint, now);
                    (Algorithm::TokenBucket, decision)
                }
            };
            rate_limit::RequestsTotal { authenticated, endpoint, algorithm }.inc();
            decision
        })
    }
}

fn take_token(store: &mut impl Store, rule: &Rule, identity: &Identity, endpoint: &str, now: Instant) -> Decision {
    let key = identity.key();
    let stored = rate_limit::RedisDuration { operation: RedisOp::TokenBucketGet }.time(|| store.read(&key));
    let mut tokens = rule.refilled(stored, now);

    let decision = if tokens >= 1.0 {
        tokens -= 1.0;
        Decision::Allowed
    } else {
        let retry_after = rule.time_to_grow(1.0 - tokens);
        Decision::Rejected { retry_after }
    };
    let full_at = now + rule.time_to_grow(rule.limit - tokens);
    let bucket = Bucket { tokens, updated: now };
    rate_limit::RedisDuration { operation: RedisOp::TokenBucketSet }.time(|| store.write(key, bucket, full_at));

    record_decision(decision, rule, identity);
    record_bucket(tokens, rule, endpoint);
    decision
}

fn record_decision(decision: Decision, rule: &Rule, identity: &Identity) {
    let group = identity.group;
    let priority = rule.priority.label();
    let multiplier = rule.priority.multiplier();
    match decision {
        Decision::Allowed => rate_limit::AllowedTotal { group, priority, multiplier }.inc(),
        Decision::Rejected { .. } => rate_limit::RejectedTotal { group, priority, multiplier }.inc(),
    }
}

fn record_bucket(tokens: f64, rule: &Rule, endpoint: &str) {
    let remaining = tokens.floor();
    rate_limit::Remaining.record(remaining);
    rate_limit::QuotaUsage.record((rule.limit - remaining) / rule.limit * 100.0);
    rate_limit::TokenBucketTokens { endpoint }.record(tokens);
}

#[cfg(test)]
mod tests;
