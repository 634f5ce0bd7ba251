//! MC006: numbers that are no labels, and open values without a bound.

use std::borrow::Cow;

use metrics_define::domain;

/// Numbers
#[domain(title = "Numbers")]
pub mod numbers {
    use super::Cow;

    /// Floats
    #[counter(name = "numbers.float", unit = "{x}")]
    pub struct Float {
        #[label(max_values = 8)]
        pub ratio: f64,
    }

    /// Ids
    #[counter(name = "numbers.id", unit = "{x}")]
    pub struct Id {
        #[label(max_values = 8)]
        pub user: u64,
    }

    /// Unbounded
    #[counter(name = "numbers.unbounded", unit = "{x}")]
    pub struct Unbounded<'a> {
        pub level: u8,
        pub owned: String,
        pub cow: Cow<'a, str>,
        pub text: &'a String,
    }
}

fn main() {
    numbers::Float { ratio: 0.5 }.inc();
}
