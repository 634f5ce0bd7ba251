use metrics_define::domain;

/// Runs of scripts.
#[domain(title = "Run Metrics", crate = metrics_define)]
pub mod runs {
    /// No label value
    #[counter(name = "runs.types.total", unit = "{run}")]
    pub struct Types {
        pub status: f64,
    }
}

fn main() {
    runs::Types { status: 1.0 }.inc();
}
