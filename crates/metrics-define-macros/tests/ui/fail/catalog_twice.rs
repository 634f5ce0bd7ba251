//! MC004: a domain that is listed twice defines each name twice.

use metrics_define::{catalog, domain};

/// First
#[domain(title = "First")]
pub mod first {
    /// Things
    #[counter(name = "first.things.total", unit = "{x}")]
    pub struct Things;
}

catalog! { pub static CATALOG = [first::DEFINITION, first::DEFINITION]; }

fn main() {}
