use metrics_define::domain;

/// Runs of scripts.
#[domain(title = "Run Metrics")]
pub mod runs {
    /// Runs
    #[counter(name = "runs.total", unit = "{run}")]
    pub struct Total;

    /// Runs, again
    #[counter(name = "runs.total", unit = "{run}")]
    pub struct Again;

    /// Another word boundary
    #[gauge(name = "runs.queue_depth", unit = "{run}")]
    pub struct QueueDepth;

    /// Another word boundary, again
    #[updown_counter(name = "runs.queue.depth", unit = "{run}")]
    pub struct Depth;
}

fn main() {
    runs::Total.inc();
    runs::Again.inc();
    runs::Depth.inc();
}
