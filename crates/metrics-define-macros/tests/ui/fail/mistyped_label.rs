use metrics_define::domain;

/// Runs of scripts.
#[domain(title = "Run Metrics")]
pub mod runs {
    use metrics_define::LabelValue;

    #[derive(LabelValue, Clone, Copy, Debug)]
    pub enum Status {
        Completed,
        Failed,
    }

    /// Runs
    #[counter(name = "runs.total", unit = "{run}")]
    pub struct Total {
        pub status: Status,
    }
}

fn main() {
    runs::Total { status: "completed" }.inc();
}
