//! What an early end counts is a value of a label, of a metric that has a recorder.

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

    /// No such label
    #[counter(name = "t.misspelt", unit = "1", on_drop(outcom = Cancelled))]
    pub struct Misspelt {
        pub outcome: Outcome,
    }

    /// No labels
    #[counter(name = "t.bare", unit = "1", on_drop(outcome = Cancelled))]
    pub struct Bare;

    /// Nothing said
    #[counter(name = "t.empty", unit = "1", on_drop)]
    pub struct Empty {
        pub outcome: Outcome,
    }

    /// No value
    #[counter(name = "t.lone", unit = "1", on_drop(outcome))]
    pub struct Lone {
        pub outcome: Outcome,
    }

    /// Another form
    #[counter(name = "t.equal", unit = "1", on_drop = Cancelled)]
    pub struct Equal {
        pub outcome: Outcome,
    }

    /// A gauge
    #[gauge(name = "t.gauge", unit = "1", on_drop(outcome = Cancelled))]
    pub struct Gauge {
        pub outcome: Outcome,
    }

    /// A cost
    #[counter(name = "t.cost", unit = "{EUR}", value = f64, on_drop(outcome = Cancelled))]
    pub struct Cost {
        pub outcome: Outcome,
    }

    /// A size
    #[histogram(name = "t.size", unit = "By", buckets = [1.0], on_drop(outcome = Cancelled))]
    pub struct Size {
        pub outcome: Outcome,
    }
}

fn main() {}
