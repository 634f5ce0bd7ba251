use metrics_define::domain;

/// Runs of scripts.
#[domain(title = "Run Metrics")]
pub mod runs {
    #[counter]
    pub struct Nothing;

    /// No unit
    #[counter(name = "runs.total")]
    pub struct NoUnit;

    /// No name
    #[updown_counter(unit = "{run}")]
    pub struct NoName;

    #[gauge(name = "runs.fill", unit = "1")]
    pub struct NoDescription;

    /// No buckets
    #[histogram(name = "runs.duration", unit = "s")]
    pub struct NoBuckets;
}

fn main() {
    runs::Nothing.inc();
    runs::NoUnit.inc();
    let _tracked = runs::NoName.track();
    runs::NoDescription.set(1.0);
    runs::NoBuckets.time(|| ());
}
