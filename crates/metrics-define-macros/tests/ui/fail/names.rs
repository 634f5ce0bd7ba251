use metrics_define::domain;

/// Runs of scripts.
#[domain(title = "Run Metrics", prefixes = ["runs", "execution.queue"])]
pub mod runs {
    /// Upper case
    #[counter(name = "runs.HTTP.total", unit = "{run}")]
    pub struct UpperCase;

    /// Not a name
    #[counter(name = "runs total", unit = "{run}")]
    pub struct Blank;

    /// Another prefix
    #[gauge(name = "script.depth", unit = "{run}")]
    pub struct Prefix;

    /// Too short
    #[gauge(name = "", unit = "{run}")]
    pub struct Empty;

    /// Ends in a dot
    #[gauge(name = "runs.depth.", unit = "{run}")]
    pub struct Dot;

    /// Doubled delimiters
    #[counter(name = "runs..queue__depth.x", unit = "{run}")]
    pub struct Doubled;
}

fn main() {
    runs::UpperCase.inc();
    runs::Blank.add(1);
    runs::Prefix.set(1.0);
    runs::Empty.set(1.0);
    runs::Dot.bind().set(1.0);
    assert_eq!(runs::METRICS.len(), 6);
}
