//! The metrics that are recorded, and the label values that every subject goes through.

use metrics_define::{BoundCounter, domain};

use super::VALUES;

/// Metrics for measuring
#[domain(title = "Benchmark", prefixes = ["bench"])]
pub(crate) mod bench {
    use metrics_define::{LabelValue, label_text};

    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Outcome {
        Completed,
        Failed,
        Timeout,
        Cancelled,
    }

    /// Closed labels
    #[counter(name = "bench.closed", unit = "{call}")]
    pub struct Closed {
        pub outcome: Outcome,
        pub retried: bool,
    }

    /// Text that is looked up once
    #[label_text(max_values = 100)]
    pub struct Route;

    /// An interned text label
    #[counter(name = "bench.interned", unit = "{call}")]
    pub struct Interned {
        pub route: Route,
        pub retried: bool,
    }

    /// A text label
    #[counter(name = "bench.text", unit = "{call}")]
    pub struct Text<'a> {
        #[label(max_values = 100)]
        pub text: &'a str,
    }

    /// Times
    #[histogram(name = "bench.time", unit = "s",
                buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0])]
    pub struct Time {
        pub outcome: Outcome,
    }
}

pub(crate) use bench::Outcome;

pub(crate) struct Bench {
    pub(crate) closed: Vec<(Outcome, bool)>,
    pub(crate) texts: Vec<String>,
    pub(crate) interned: Vec<bench::Route>,
    pub(crate) values: Vec<f64>,
    pub(crate) bound: BoundCounter,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let outcomes = [Outcome::Completed, Outcome::Failed, Outcome::Timeout, Outcome::Cancelled];
        Self {
            closed: (0..VALUES).map(|n| (outcomes[n * 7 % 4], n % 3 == 0)).collect(),
            texts: (0..VALUES).map(|n| format!("/api/v1/things/{n}")).collect(),
            interned: (0..VALUES).map(|n| bench::Route::intern(&format!("/api/v1/things/{n}"))).collect(),
            values: (0..VALUES).map(|n| 0.001 * 1.2_f64.powi(i32::try_from(n).expect("small"))).collect(),
            bound: bench::Closed { outcome: Outcome::Completed, retried: false }.bind(),
        }
    }
}
