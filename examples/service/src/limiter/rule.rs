//! What a group may do, and the arithmetic of a token bucket.

use std::time::{Duration, Instant};

use metrics_catalog::rate_limit::RateGroup;

use super::store::Bucket;

/// How a group is limited.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Policy {
    /// Not at all.
    Bypass,
    /// By a bucket per client.
    TokenBucket(Rule),
}

/// The bucket of each client of a group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rule {
    /// Tokens in a full bucket: the burst.
    pub(super) limit: f64,
    /// Tokens that grow per second: the lasting rate.
    pub(super) per_second: f64,
    /// What the group's standing has made of the base rule.
    pub(super) priority: Priority,
}

/// A group's standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Priority {
    /// The base rule.
    Normal,
    /// Twice the base rule.
    High,
}

impl Policy {
    /// The built-in rules.
    pub(super) fn of(group: RateGroup) -> Self {
        let (limit, per_second, priority) = match group {
            RateGroup::Admin => return Self::Bypass,
            RateGroup::Execution => (30.0, 30.0, Priority::High),
            RateGroup::Api => (40.0, 40.0, Priority::Normal),
            RateGroup::Auth => (10.0, 5.0, Priority::High),
            RateGroup::Sse | RateGroup::WebSocket => (10.0, 10.0, Priority::Normal),
            RateGroup::Public => (10.0, 5.0, Priority::Normal),
        };
        Self::TokenBucket(Rule::new(limit, per_second, priority))
    }
}

impl Rule {
    fn new(limit: f64, per_second: f64, priority: Priority) -> Self {
        Self { limit: limit * priority.factor(), per_second: per_second * priority.factor(), priority }
    }

    /// The tokens that a stored bucket holds by now; a client that is not stored has a full one.
    pub(super) fn refilled(&self, stored: Option<Bucket>, now: Instant) -> f64 {
        stored.map_or(self.limit, |bucket| {
            let idle = now.saturating_duration_since(bucket.updated);
            (bucket.tokens + idle.as_secs_f64() * self.per_second).min(self.limit)
        })
    }

    /// How long `tokens` take to grow.
    pub(super) fn time_to_grow(&self, tokens: f64) -> Duration {
        Duration::try_from_secs_f64(tokens / self.per_second).unwrap_or_default()
    }
}

impl Priority {
    /// As the label `priority` says it.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::High => "high",
        }
    }

    /// As the label `multiplier` says it.
    pub(super) fn multiplier(self) -> &'static str {
        match self {
            Self::Normal => "1x",
            Self::High => "2x",
        }
    }

    fn factor(self) -> f64 {
        match self {
            Self::Normal => 1.0,
            Self::High => 2.0,
        }
    }
}
