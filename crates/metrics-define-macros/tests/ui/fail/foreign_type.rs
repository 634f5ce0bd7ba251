//! MC006: a type that is no label value.

use std::time::Duration;

use metrics_define::domain;

/// Foreign
#[domain(title = "Foreign")]
pub mod foreign {
    use super::Duration;

    /// A duration as a label
    #[counter(name = "foreign.total", unit = "{x}")]
    pub struct Total {
        pub took: Duration,
    }
}

fn main() {
    foreign::Total { took: Duration::ZERO }.inc();
}
