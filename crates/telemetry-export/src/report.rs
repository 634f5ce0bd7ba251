//! What became of the telemetry.

/// The totals since the start, at the end of a flush or of the shutdown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExportReport {
    /// Spans; none when traces are not exported.
    pub traces: Option<SignalReport>,
    /// Log records; none when logs are not exported.
    pub logs: Option<SignalReport>,
    /// Data points; none when metrics are not exported.
    pub metrics: Option<SignalReport>,
    /// Sampled spans that have begun and not ended, and those [made](crate::OpenSpansHandle::made) that have not begun:
    /// they are not accepted yet, and lost if this is the end.
    pub open_spans: u64,
    /// How often the metrics could not be collected, because a callback panicked or hung or the provider was gone.
    pub failed_collections: u64,
    /// Whether the deadline passed before everything was done.
    pub timed_out: bool,
    /// Whether this is the report of an earlier shutdown, given again.
    pub repeated: bool,
}

/// What became of the items of one signal, each in exactly one way:
/// `accepted == exported + rejected + failed + dropped + unsent`.
///
/// An answer that got lost or came too late cannot be known about, so a collector may hold items that count as failed or
/// unsent here, and may have got some of them twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignalReport {
    /// Handed in to be exported.
    pub accepted: u64,
    /// Taken by the collector.
    pub exported: u64,
    /// Refused by the collector in an answer that took the rest.
    pub rejected: u64,
    /// Given up: the collector refused the whole request, or did not answer in time and in all attempts.
    pub failed: u64,
    /// Not queued, because the queue was full or exporting had ended, or too large for any request.
    pub dropped: u64,
    /// Still waiting or under way at the time of the report.
    pub unsent: u64,
}
