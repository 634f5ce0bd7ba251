use metrics_define::domain;

#[domain(title = "Execution Metrics", prefixes = ["script", "execution"], naming = plain, crate = metrics_define)]
pub mod execution {
    //! Track script execution performance and resource usage.
    //!
    //! A run is counted in [`ExecutionsTotal`] once, when its outcome is known, so that the share of one status among all is
    //! a rate of success. [`ExecutionsActive`] and [`QueueDepth`] go up and down with it, by guards.
    //! What is measured of a run (time, memory, processor) is recorded when it ends, whatever its outcome.

    use metrics_define::LabelValue;

    /// How a script run stands or ended.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum ExecutionStatus {
        /// Accepted into the queue.
        Queued,
        /// Given to a worker.
        Scheduled,
        /// Being run.
        Running,
        /// Ended with a result.
        Completed,
        /// Ended with an error of the script.
        Failed,
        /// Stopped at its limit of time or operations.
        Timeout,
        /// Given up by whoever asked for it.
        Cancelled,
        /// Not run, or lost, through a fault of the system.
        Error,
    }

    /// Total executions
    #[counter(name = "script.executions.total", unit = "{execution}")]
    pub struct ExecutionsTotal<'a> {
        /// How the run stands or ended.
        pub status: ExecutionStatus,
        /// Interpreter and version.
        #[label(example = "python-3.12", max_values = 64)]
        pub lang_and_version: &'a str,
    }

    /// Execution time
    #[histogram(name = "script.execution.duration", unit = "s",
                buckets = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0])]
    pub struct ExecutionDuration<'a> {
        /// Interpreter and version.
        #[label(example = "python-3.12", max_values = 64)]
        pub lang_and_version: &'a str,
    }

    /// Currently running executions
    #[updown_counter(name = "script.executions.active", unit = "{execution}")]
    pub struct ExecutionsActive;

    /// Memory per execution
    #[histogram(name = "script.memory.usage", unit = "MiBy",
                buckets = [16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0, 2048.0, 4096.0])]
    #[allow_lint(MC012, reason = "the seed document measures in MiB, and its dashboards show MiB")]
    pub struct MemoryUsage<'a> {
        /// Interpreter and version.
        #[label(example = "python-3.12", max_values = 64)]
        pub lang_and_version: &'a str,
    }

    /// CPU usage
    #[histogram(name = "script.cpu.utilization", unit = "{millicore}",
                buckets = [50.0, 100.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0])]
    pub struct CpuUtilization;

    /// Errors by type
    #[counter(name = "script.errors.total", unit = "{error}")]
    pub struct ErrorsTotal<'a> {
        /// The kind of error, for example `script_error`, `timeout`, `resource_limit`; never the error's text.
        ///
        /// `error.error_type()` of [`ErrorLabel`](crate::ErrorLabel) belongs here.
        #[label(example = "script_error", max_values = 30)]
        pub error_type: &'a str,
    }

    /// Queued executions
    #[updown_counter(name = "execution.queue.depth", unit = "{execution}")]
    pub struct QueueDepth;

    /// Queue wait time
    #[histogram(name = "execution.queue.wait_time", unit = "s",
                buckets = [0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0])]
    pub struct QueueWaitTime<'a> {
        /// Interpreter and version.
        #[label(example = "python-3.12", max_values = 64)]
        pub lang_and_version: &'a str,
    }
}
