//! What an early end counts is a value of the label's type.

use metrics_define::domain;

/// Test metrics
#[domain(title = "Test Metrics")]
mod t {
    use metrics_define::LabelValue;

    /// How it ended.
    #[derive(LabelValue, Clone, Copy, Debug)]
    pub enum Outcome {
        /// Well.
        Done,
        /// Early.
        Cancelled,
    }

    /// No such variant
    #[counter(name = "t.misspelt", unit = "1", on_drop(outcome = Canceled))]
    pub struct Misspelt {
        pub outcome: Outcome,
    }

    /// Another type
    #[counter(name = "t.mistyped", unit = "1", on_drop(is_done = "no"))]
    pub struct Mistyped {
        pub is_done: bool,
    }
}

fn main() {}
