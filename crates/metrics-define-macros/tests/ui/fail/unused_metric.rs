#![deny(unused_must_use)]

use metrics_define::domain;

/// Runs of scripts.
#[domain(title = "Run Metrics")]
pub mod runs {
    /// Runs
    #[counter(name = "runs.total", unit = "{run}")]
    pub struct Total {
        pub urgent: bool,
    }
}

fn main() {
    runs::Total { urgent: true };
}
