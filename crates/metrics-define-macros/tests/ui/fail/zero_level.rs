use metrics_define::domain;

/// Runs of scripts.
#[domain(title = "Run Metrics")]
pub mod runs {
    /// A level
    #[updown_counter(name = "runs.queued", unit = "{run}", absolute, zero)]
    pub struct Queued;
}

fn main() {
    runs::Queued.set(1);
}
