use metrics_define::domain;

/// Runs of scripts.
#[domain(title = "Run Metrics")]
pub mod runs {
    /// Runs
    #[counter(name = "runs.total", unit = "{run}")]
    pub struct Total<'a> {
        pub urgent: bool,
        #[label(max_values = 8)]
        pub language: &'a str,
    }
}

fn main() {
    runs::Total { urgent: true, langauge: "python" }.inc();
}
