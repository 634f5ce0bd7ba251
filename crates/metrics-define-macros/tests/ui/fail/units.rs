use metrics_define::domain;

/// Runs of scripts.
#[domain(title = "Run Metrics")]
pub mod runs {
    /// Memory
    #[gauge(name = "runs.memory", unit = "MiB")]
    pub struct Memory;

    /// Bytes
    #[counter(name = "runs.bytes.total", unit = "B")]
    pub struct Bytes;

    /// Time
    #[histogram(name = "runs.duration", unit = "seconds", buckets = [1.0])]
    pub struct Took;

    /// Wait
    #[histogram(name = "runs.wait", unit = "msec", buckets = [1.0])]
    pub struct Wait;

    /// Share
    #[gauge(name = "runs.share", unit = "percent")]
    pub struct Share;

    /// Number
    #[counter(name = "runs.total", unit = "count")]
    pub struct Total;

    /// Empty
    #[gauge(name = "runs.empty", unit = "")]
    pub struct Empty;

    /// Not ASCII
    #[gauge(name = "runs.resistance", unit = "Ω")]
    pub struct Resistance;

    /// Too long
    #[gauge(name = "runs.long", unit = "{a thing with a name that is longer than sixty-three characters}")]
    pub struct Long;
}

fn main() {
    runs::Took.time(|| ());
    let _timer = runs::Wait.start_timer();
}
