//! MC007 and MC011: names that promise another kind, or a sample of another metric.

use metrics_define::domain;

/// Suffixes
#[domain(title = "Suffixes", naming = plain)]
pub mod suffixes {
    /// A gauge that calls itself a total
    #[gauge(name = "suffixes.total", unit = "1")]
    pub struct Total;

    /// A counter that calls itself a histogram's count
    #[counter(name = "suffixes.things.count", unit = "{x}")]
    pub struct Count;

    /// An exact name that does
    #[updown_counter(name = "suffixes.exact", unit = "{x}", prometheus = "suffixes_exact_sum")]
    pub struct Exact;

    /// A family
    #[gauge(name = "suffixes.queue", unit = "{x}")]
    pub struct Queue;

    /// A sample of it
    #[counter(name = "suffixes.queue.total", unit = "{x}")]
    pub struct QueueTotal;
}

fn main() {}
