use metrics_define::domain;

/// Runs of scripts.
#[domain(title = "Run Metrics")]
pub mod runs {
    /// Size
    #[histogram(name = "runs.size", unit = "By", buckets = [1.0])]
    pub struct Size;
}

fn main() {
    runs::Size.inc();
    runs::Size.start_timer();
}
