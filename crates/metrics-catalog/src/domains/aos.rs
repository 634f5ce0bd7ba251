use metrics_define::domain;

#[domain(title = "AOS Trace Metrics", crate = metrics_define)]
#[allow_lint(MC020, reason = "the seed document's key; each domain has its own words for it")]
pub mod aos {
    //! Trace API requests, replay, idempotency, parity and storage.
    //!
    //! A request counts once in [`TraceRequestsTotal`] and is timed in [`TraceRequestDuration`], under the same labels, when it
    //! has ended, also when it failed or was given up. A replay and a check of idempotency count when their result is known;
    //! an error is a result.
    //! [`TraceParityStatus`] is observed: the callback reports the latest hundred traces, so that a trace that is no longer
    //! among them also leaves the metric.
    //!
    //! `tenant_id` is `default` when there is no tenant. Where tenants' names are sensitive, give a keyed hash of them.

    use metrics_define::LabelValue;

    /// How a request or an operation of the store ended.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum CallStatus {
        /// With a result.
        Success,
        /// With an error.
        Error,
        /// It was given up before it ended.
        Cancelled,
    }

    /// What a replay does with a step.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum ReplayBehavior {
        /// Runs it once more.
        Execute,
        /// Leaves it out.
        Skip,
        /// Compares it with what was recorded.
        Check,
        /// The step does not say.
        #[label(fallback)]
        Unknown,
    }

    /// What came of a replayed step.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum ReplayOutcome {
        /// It ran.
        Executed,
        /// It was left out.
        Skipped,
        /// It was compared, and is the same.
        Checked,
        /// Its recorded result was taken.
        FromCache,
        /// It was compared, and differs.
        Mismatch,
        /// It failed.
        Error,
        /// The result does not say.
        #[label(fallback)]
        Unknown,
    }

    /// What a check for a repeated request found.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum IdempotencyResult {
        /// Not seen before.
        New,
        /// Seen before, and the same.
        Duplicate,
        /// Seen before under the same key, but different.
        Conflict,
    }

    /// Where traces are stored.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum StorageBackend {
        /// PostgreSQL.
        Postgres,
        /// SQLite.
        Sqlite,
        /// The memory of the process.
        Memory,
        /// Any other place.
        #[label(fallback)]
        Other,
    }

    /// Whether traces are recorded so that a replay gives the same.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Determinism {
        /// They are.
        Enabled,
        /// They are not.
        Disabled,
    }

    /// Duration of trace API requests
    #[histogram(name = "aos.trace.request.duration", unit = "s",
                buckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0])]
    pub struct TraceRequestDuration<'a> {
        /// The operation of the interface, such as `store`, `list` or `compare`.
        #[label(example = "store", max_values = 16)]
        pub operation: &'a str,
        /// How the request ended.
        pub status: CallStatus,
        /// The tenant, or a hash of it.
        #[label(example = "default", max_values = 40)]
        pub tenant_id: &'a str,
    }

    /// Trace API requests
    #[counter(name = "aos.trace.requests.total", unit = "{request}")]
    pub struct TraceRequestsTotal<'a> {
        /// The operation of the interface, such as `store`, `list` or `compare`.
        #[label(example = "store", max_values = 16)]
        pub operation: &'a str,
        /// How the request ended.
        pub status: CallStatus,
        /// The tenant, or a hash of it.
        #[label(example = "default", max_values = 40)]
        pub tenant_id: &'a str,
    }

    /// Result of the last parity check (1=pass, 0=fail)
    #[observable_gauge(name = "aos.trace.parity.status", unit = "{status}")]
    pub struct TraceParityStatus<'a> {
        /// The first 16 characters of the trace's identifier, `unknown` when it has none.
        #[label(example = "4bf92f3577b34da6", max_values = 100)]
        pub trace_id: &'a str,
        /// What was compared.
        #[label(example = "cross_language", max_values = 8)]
        pub check_type: &'a str,
    }

    /// Replay enforcement actions
    #[counter(name = "aos.replay.enforcement.total", unit = "{action}")]
    pub struct ReplayEnforcementTotal<'a> {
        /// What the replay was to do.
        pub behavior: ReplayBehavior,
        /// What came of it.
        pub outcome: ReplayOutcome,
        /// The tenant, or a hash of it.
        #[label(example = "default", max_values = 40)]
        pub tenant_id: &'a str,
    }

    /// Idempotency check results
    #[counter(name = "aos.idempotency.total", unit = "{check}")]
    pub struct IdempotencyTotal<'a> {
        /// What was found.
        pub result: IdempotencyResult,
        /// The tenant, or a hash of it.
        #[label(example = "default", max_values = 40)]
        pub tenant_id: &'a str,
    }

    /// Steps per trace
    #[histogram(name = "aos.trace.steps.count", unit = "{step}",
                buckets = [1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0])]
    pub struct TraceStepsCount<'a> {
        /// The tenant, or a hash of it.
        #[label(example = "default", max_values = 40)]
        pub tenant_id: &'a str,
    }

    /// Size of stored traces
    #[histogram(name = "aos.trace.size", unit = "By",
                buckets = [1024.0, 10240.0, 102_400.0, 1_048_576.0, 10_485_760.0])]
    pub struct TraceSize<'a> {
        /// The tenant, or a hash of it.
        #[label(example = "default", max_values = 40)]
        pub tenant_id: &'a str,
    }

    /// Failed parity checks
    #[counter(name = "aos.parity.failures.total", unit = "{failure}")]
    pub struct ParityFailuresTotal<'a> {
        /// What was compared.
        #[label(example = "cross_language", max_values = 8)]
        pub failure_type: &'a str,
        /// The tenant, or a hash of it.
        #[label(example = "default", max_values = 40)]
        pub tenant_id: &'a str,
    }

    /// Duration of trace storage operations
    #[histogram(name = "aos.trace.storage.duration", unit = "s",
                buckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0])]
    pub struct TraceStorageDuration<'a> {
        /// The operation of the store.
        #[label(example = "write", max_values = 16)]
        pub operation: &'a str,
        /// Where the trace is stored.
        pub backend: StorageBackend,
        /// How the operation ended.
        pub status: CallStatus,
    }

    /// Build information of the traces module (value is always 1)
    #[info(name = "aos.traces.build.info")]
    pub struct TracesBuildInfo<'a> {
        /// The version of the module.
        #[label(example = "1.1", max_values = 4)]
        pub version: &'a str,
        /// The version of the form in which traces are stored.
        #[label(example = "1.1", max_values = 4)]
        pub schema_version: &'a str,
        /// Whether traces are recorded so that a replay gives the same.
        pub determinism: Determinism,
    }
}
