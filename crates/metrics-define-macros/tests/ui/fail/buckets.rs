use metrics_define::domain;

/// Runs of scripts.
#[domain(title = "Run Metrics")]
pub mod runs {
    /// On a counter
    #[counter(name = "runs.total", unit = "{run}", buckets = [1.0])]
    pub struct Total;

    /// Not increasing
    #[histogram(name = "runs.duration", unit = "s", buckets = [0.5, 1.0, 1.0, 0.25])]
    pub struct Took;

    /// Not finite
    #[histogram(name = "runs.wait", unit = "s", buckets = [0.5, 1e999, f64::INFINITY])]
    pub struct Wait;

    /// Empty
    #[histogram(name = "runs.size", unit = "By", buckets = [])]
    pub struct Size;

    /// Not a list
    #[histogram(name = "runs.memory", unit = "By", buckets = 5.0)]
    pub struct Memory;
}

fn main() {
    runs::Total.inc();
    runs::Took.record(1.0);
    runs::Wait.record(1.0);
    runs::Size.record(1.0);
    runs::Memory.record(1.0);
}
