use metrics_define::domain;

#[domain(title = "Rate Limit Metrics", naming = plain, crate = metrics_define)]
#[allow_lint(MC019, reason = "the seed document's key; a scrape configuration with `honor_labels` keeps it")]
#[allow_lint(MC020, reason = "the seed document's key; each domain has its own words for it")]
pub mod rate_limit {
    //! Track rate-limiting behavior.
    //!
    //! Every check counts once in [`RequestsTotal`], and once more as allowed, rejected or bypassed.
    //! `endpoint` is a route template, never a path as it was asked for.

    use metrics_define::LabelValue;

    /// What decided.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Algorithm {
        /// A sliding window.
        SlidingWindow,
        /// A token bucket.
        TokenBucket,
        /// A fixed window.
        FixedWindow,
        /// A leaky bucket.
        LeakyBucket,
        /// Nothing: the caller is exempt.
        Bypassed,
        /// Nothing: the endpoint has no limit.
        NoLimit,
        /// Nothing: limiting is switched off.
        Disabled,
    }

    /// The group of endpoints or clients whose limit holds.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum RateGroup {
        /// Running scripts.
        Execution,
        /// Administration.
        Admin,
        /// Server-sent events.
        Sse,
        /// WebSocket connections.
        #[label("websocket")]
        WebSocket,
        /// Authentication.
        Auth,
        /// Everybody.
        Public,
        /// The programming interface.
        Api,
    }

    /// An operation of the store that holds the limiter's state; Redis in the system that gave the metric its name.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum RedisOp {
        /// Reads a group's limit.
        GetConfig,
        /// Changes a group's limit.
        UpdateConfig,
        /// Counts in a sliding window.
        SlidingWindow,
        /// Reads the oldest entry of a sliding window.
        GetOldestTimestamp,
        /// Reads a token bucket.
        TokenBucketGet,
        /// Writes a token bucket.
        TokenBucketSet,
    }

    /// Total checks
    #[counter(name = "rate_limit.requests.total", unit = "{request}")]
    pub struct RequestsTotal<'a> {
        /// Whether the caller is known.
        pub authenticated: bool,
        /// Route template.
        #[label(example = "/scripts", max_values = 100)]
        pub endpoint: &'a str,
        /// What decided.
        pub algorithm: Algorithm,
    }

    /// Allowed requests
    #[counter(name = "rate_limit.allowed.total", unit = "{request}")]
    pub struct AllowedTotal<'a> {
        /// The group whose limit held.
        pub group: RateGroup,
        /// The priority of the rule.
        #[label(example = "normal", max_values = 16)]
        pub priority: &'a str,
        /// By how much the caller's limit is multiplied.
        #[label(example = "1x", max_values = 8)]
        pub multiplier: &'a str,
    }

    /// Rejected requests
    #[counter(name = "rate_limit.rejected.total", unit = "{request}")]
    pub struct RejectedTotal<'a> {
        /// The group whose limit held.
        pub group: RateGroup,
        /// The priority of the rule.
        #[label(example = "normal", max_values = 16)]
        pub priority: &'a str,
        /// By how much the caller's limit is multiplied.
        #[label(example = "1x", max_values = 8)]
        pub multiplier: &'a str,
    }

    /// Bypassed checks
    #[counter(name = "rate_limit.bypass.total", unit = "{request}")]
    pub struct BypassTotal<'a> {
        /// Route template.
        #[label(example = "/scripts", max_values = 100)]
        pub endpoint: &'a str,
    }

    /// Check duration
    #[histogram(name = "rate_limit.check.duration", unit = "ms",
                buckets = [0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0])]
    #[allow_lint(MC012, reason = "the seed document measures in ms, and its dashboards show ms")]
    pub struct CheckDuration<'a> {
        /// Route template.
        #[label(example = "/scripts", max_values = 100)]
        pub endpoint: &'a str,
        /// Whether the caller is known.
        pub authenticated: bool,
    }

    /// Redis operation time
    #[histogram(name = "rate_limit.redis.duration", unit = "ms",
                buckets = [0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0])]
    #[allow_lint(MC012, reason = "the seed document measures in ms, and its dashboards show ms")]
    pub struct RedisDuration {
        /// The operation.
        pub operation: RedisOp,
    }

    /// Remaining requests
    #[histogram(name = "rate_limit.remaining", unit = "{request}",
                buckets = [0.0, 1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0])]
    pub struct Remaining;

    /// Quota usage
    #[histogram(name = "rate_limit.quota.usage", unit = "%",
                buckets = [10.0, 25.0, 50.0, 75.0, 80.0, 90.0, 95.0, 99.0, 100.0])]
    #[allow_lint(MC012, reason = "the seed document measures in percent, and its dashboards show percent")]
    pub struct QuotaUsage;

    /// Current tokens
    #[histogram(name = "rate_limit.token_bucket.tokens", unit = "{token}",
                buckets = [0.0, 1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0])]
    pub struct TokenBucketTokens<'a> {
        /// Route template.
        #[label(example = "/scripts", max_values = 100)]
        pub endpoint: &'a str,
    }
}
