use metrics_define::domain;

#[domain(title = "Security Metrics", prefixes = ["security", "rate_limit", "idempotency"], crate = metrics_define)]
pub mod security {
    //! Security findings and limits.
    //!
    //! Every finding counts in [`ViolationsTotal`] by its class. A request over its limit counts in [`RateLimitExceededTotal`];
    //! how the limiter works is the domain [`rate_limit`](crate::rate_limit).

    /// Security violations
    #[counter(name = "security.violations.total", unit = "{violation}")]
    pub struct ViolationsTotal<'a> {
        /// The class of violation.
        #[label(example = "rate_limit_exceeded", max_values = 32)]
        pub violation_type: &'a str,
    }

    /// Requests over a rate limit
    #[counter(name = "rate_limit.exceeded.total", unit = "{request}")]
    pub struct RateLimitExceededTotal<'a> {
        /// The class of client.
        #[label(example = "public", max_values = 8)]
        pub tier: &'a str,
        /// Which of its limits.
        #[label(example = "minute", max_values = 8)]
        pub limit_type: &'a str,
    }

    /// Requests answered from an idempotency record
    #[counter(name = "idempotency.replays.total", unit = "{replay}")]
    #[allow_lint(MC019, reason = "the seed document's key; a scrape configuration with `honor_labels` keeps it")]
    pub struct IdempotencyReplaysTotal<'a> {
        /// Route template.
        #[label(example = "/orders/{id}", max_values = 100)]
        pub endpoint: &'a str,
    }
}
