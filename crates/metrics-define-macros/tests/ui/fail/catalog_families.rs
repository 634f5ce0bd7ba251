//! MC007: a name of one domain may not look like a sample of another domain's histogram.

use metrics_define::{catalog, domain};

/// First
#[domain(title = "First", prefixes = ["shop"])]
pub mod first {
    /// Sizes
    #[histogram(name = "shop.size", unit = "{x}", buckets = [1.0])]
    pub struct Size;
}

/// Second
#[domain(title = "Second", prefixes = ["shop"])]
pub mod second {
    /// Information
    #[info(name = "shop.size.info")]
    pub struct Info;
}

catalog! { static CATALOG = [first::DEFINITION, second::DEFINITION]; }

fn main() {}
