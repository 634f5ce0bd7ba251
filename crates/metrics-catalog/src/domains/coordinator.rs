use metrics_define::domain;

#[domain(title = "Coordinator Metrics", naming = plain, crate = metrics_define)]
#[allow_lint(MC020, reason = "the seed document's key; each domain has its own words for it")]
pub mod coordinator {
    //! Track scheduling and queue management.
    //!
    //! The coordinator takes executions in, queues them by priority and gives them to workers.
    //! [`ExecutionsScheduledTotal`] counts one for every answer it gives to whoever asked for an execution;
    //! [`QueueWaitTime`] and [`SchedulingDuration`] are recorded when an execution leaves the queue.

    use metrics_define::LabelValue;

    /// How soon an execution is wanted, the most urgent first.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Priority {
        /// Before everything else.
        Critical,
        /// Before the ordinary.
        High,
        /// The ordinary.
        Normal,
        /// When nothing ordinary waits.
        Low,
        /// When nothing else waits.
        Background,
    }

    /// What became of a request to schedule an execution.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum ScheduleStatus {
        /// Put into the queue.
        Queued,
        /// Refused: the queue has no room.
        QueueFull,
        /// Given to a worker.
        Scheduled,
        /// Lost through a fault of the coordinator.
        Error,
    }

    /// Scheduling time
    ///
    /// How long the coordinator needs to choose a worker, without the time in the queue.
    #[histogram(name = "coordinator.scheduling.duration", unit = "s",
                buckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0])]
    pub struct SchedulingDuration;

    /// Active managed executions
    #[updown_counter(name = "coordinator.executions.active", unit = "{execution}")]
    pub struct ExecutionsActive;

    /// Queue wait by priority
    #[histogram(name = "coordinator.queue.wait_time", unit = "s",
                buckets = [0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0])]
    pub struct QueueWaitTime {
        /// How soon the execution was wanted.
        pub priority: Priority,
    }

    /// Scheduled executions
    #[counter(name = "coordinator.executions.scheduled.total", unit = "{execution}", zero)]
    pub struct ExecutionsScheduledTotal {
        /// What became of the request.
        pub status: ScheduleStatus,
    }
}
