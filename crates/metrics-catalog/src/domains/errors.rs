use metrics_define::domain;

#[domain(title = "Error Metrics", prefixes = ["errors", "circuit_breaker"], crate = metrics_define)]
#[allow_lint(MC019, reason = "the seed document's key; a scrape configuration with `honor_labels` keeps it")]
pub mod errors {
    //! Errors and circuit breakers.
    //!
    //! An error counts once in [`ErrorsTotal`], where it is handled and not where it passes by.
    //! A breaker sets [`CircuitBreakerState`] whenever its state changes, and counts in [`CircuitBreakerTripsTotal`] when it
    //! opens.

    /// Total errors
    #[counter(name = "errors.total", unit = "{error}")]
    pub struct ErrorsTotal<'a> {
        /// The part of the service that handled it.
        #[label(example = "ingestion", max_values = 64)]
        pub component: &'a str,
        /// The kind of error; never the error's text.
        ///
        /// `error.error_type()` of [`ErrorLabel`](crate::ErrorLabel) belongs here.
        #[label(example = "timeout", max_values = 30)]
        pub error_type: &'a str,
    }

    /// Circuit breaker state (0=closed, 1=open, 2=half-open)
    #[gauge(name = "circuit_breaker.state", unit = "{state}")]
    pub struct CircuitBreakerState<'a> {
        /// What the breaker protects from.
        #[label(example = "payments", max_values = 32)]
        pub service: &'a str,
    }

    /// Circuit breaker trips
    #[counter(name = "circuit_breaker.trips.total", unit = "{trip}")]
    pub struct CircuitBreakerTripsTotal<'a> {
        /// What the breaker protects from.
        #[label(example = "payments", max_values = 32)]
        pub service: &'a str,
        /// The class of reason.
        #[label(example = "failure_ratio", max_values = 16)]
        pub reason: &'a str,
    }
}
