use metrics_define::domain;

/// Runs of scripts.
#[domain(title = "Run Metrics", prefix = "runs")]
pub mod runs {
    /// Runs
    #[counter(name = "runs.total", unit = "{run}", stabilty = Stable)]
    pub struct Total {
        #[label(max = 5)]
        pub urgent: bool,
    }

    /// Other forms
    #[counter(name = 5, unit: "{run}", "x")]
    pub struct Forms;

    /// Given twice
    #[counter(name = "runs.twice", unit = "{run}", unit = "{runs}")]
    pub struct Twice;

    /// No parentheses
    #[counter = "runs.equals"]
    pub struct Equals;
}

fn main() {
    runs::Total { urgent: true }.inc();
    runs::Forms.inc();
    runs::Twice.inc();
    runs::Equals.inc();
}
