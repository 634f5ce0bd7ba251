//! MC004: names are compared over all domains, as Prometheus will write them.

use metrics_define::{catalog, domain};

/// First
#[domain(title = "First", prefixes = ["shop"])]
pub mod first {
    /// Waiting time
    #[histogram(name = "shop.wait", unit = "s", buckets = [1.0])]
    pub struct Wait;
}

/// Second
#[domain(title = "Second", prefixes = ["shop"], naming = plain)]
pub mod second {
    /// Waiting time
    #[gauge(name = "shop.wait.seconds", unit = "s")]
    pub struct Wait;
}

catalog! { pub static CATALOG = [first::DEFINITION, second::DEFINITION]; }

fn main() {}
