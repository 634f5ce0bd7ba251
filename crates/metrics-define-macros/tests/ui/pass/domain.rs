//! Everything a domain may hold, without a warning.
#![deny(warnings, missing_docs, unreachable_pub)]

use metrics_define::domain;

/// Runs of scripts.
#[domain(title = "Run Metrics", prefixes = ["runs", "run.queue"], naming = plain)]
pub mod runs {
    use metrics_define::LabelValue;

    /// A limit that callers look up.
    pub const LIMIT: u64 = 5;

    /// How a run ended.
    #[derive(LabelValue, Clone, Copy, Debug)]
    pub enum Status {
        /// Well.
        Completed,
        /// Not so well.
        #[label("failure")]
        Failed,
    }

    impl Status {
        /// A function among the definitions.
        pub fn of(result: Result<(), ()>) -> Self {
            if result.is_ok() { Self::Completed } else { Self::Failed }
        }
    }

    /// Runs
    #[counter(name = "runs.total", unit = "{run}")]
    #[derive(PartialEq)]
    pub struct Total<'a> {
        /// How it ended.
        pub status: StatusOf,
        /// The kind of run.
        #[label(key = "type", max_values = 8)]
        pub kind: &'a str,
    }

    /// The same for everybody.
    pub type StatusOf = bool;

    /// Depth
    #[updown_counter(name = "run.queue.depth", unit = "{run}")]
    pub struct Depth {
        /// How it ended.
        pub status: Status,
    }

    /// A metric that only this domain records
    #[gauge(name = "runs.fill", unit = "1")]
    struct Fill;

    /// Sets the fill.
    pub fn fill(share: f64) {
        Fill.set(share);
    }
}

mod private {
    use metrics_define::domain;

    /// A domain that nobody outside sees.
    #[domain(title = "Queue Metrics")]
    pub(super) mod queue {
        /// Wait
        #[histogram(name = "queue.wait", unit = "s", buckets = [0.5, 1])]
        pub(crate) struct Wait;

        /// Old wait
        #[deprecated]
        #[histogram(name = "queue.latency", unit = "s", buckets = [0.5, 1])]
        pub(crate) struct Latency<'a> {
            #[label(max_values = 4)]
            pub(crate) lane: &'a str,
        }
    }
}

fn main() {
    runs::Total { status: true, kind: "a" }.inc();
    runs::Depth { status: runs::Status::of(Ok(())) }.inc();
    runs::fill(0.5);
    private::queue::Wait.record(runs::LIMIT as f64);
    assert_eq!(runs::METRICS.len(), 3);
}
