use metrics_define::domain;

#[domain(title = "Health Metrics", naming = plain, crate = metrics_define)]
#[allow_lint(MC019, reason = "the seed document's key; a scrape configuration with `honor_labels` keeps it")]
#[allow_lint(MC020, reason = "the seed document's key; each domain has its own words for it")]
pub mod health {
    //! Track service health.
    //!
    //! A check counts once in [`ChecksTotal`], by its result, and is timed in [`CheckDuration`].
    //! [`DependenciesStatus`] is what was last known of a dependency: set it to 1 when it is up and to 0 when it is down,
    //! at every check and not only when it changes.

    use metrics_define::LabelValue;

    /// What a health check found.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum HealthStatus {
        /// All is well.
        Healthy,
        /// It works, but worse than it should.
        Degraded,
        /// It does not work.
        Unhealthy,
        /// The check itself failed, or said something that nobody knows.
        #[label(fallback)]
        Unknown,
    }

    /// Health check results
    #[counter(name = "health.checks.total", unit = "{check}")]
    pub struct ChecksTotal<'a> {
        /// The service that was checked.
        #[label(example = "api", max_values = 32)]
        pub service: &'a str,
        /// What was found.
        pub status: HealthStatus,
    }

    /// Check duration
    #[histogram(name = "health.check.duration", unit = "s",
                buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0])]
    pub struct CheckDuration<'a> {
        /// The service that was checked.
        #[label(example = "api", max_values = 32)]
        pub service: &'a str,
    }

    /// Dependency status (1=up)
    #[updown_counter(absolute, name = "health.dependencies.status", unit = "1")]
    pub struct DependenciesStatus<'a> {
        /// What the service depends on.
        #[label(example = "mongodb", max_values = 32)]
        pub dependency: &'a str,
    }
}
