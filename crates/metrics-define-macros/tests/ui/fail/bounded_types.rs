//! MC006: a bound for a label that its type bounds.

use metrics_define::domain;

/// Bounded
#[domain(title = "Bounded")]
pub mod bounded {
    use metrics_define::{LabelValue, label_text};

    #[derive(LabelValue, Clone, Copy, Debug)]
    pub enum Status {
        Done,
    }

    #[label_text(max_values = 8)]
    pub struct Language;

    /// Closed
    #[counter(name = "bounded.closed", unit = "{x}")]
    pub struct Closed {
        #[label(max_values = 4)]
        pub status: Status,
    }

    /// Interned
    #[counter(name = "bounded.interned", unit = "{x}")]
    pub struct Interned {
        #[label(max_values = 4)]
        pub language: Language,
    }
}

fn main() {
    println!("{:?}", bounded::METRICS);
}
