//! What can be wrong with a run-time metric.

use metric_names::{Kind, LabelKeyError, MetricNameError, NameError, UcumError};

/// Why a metric was not registered.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// The name is no name for a metric of this kind.
    #[error("metric {name:?}: {reason}")]
    Name {
        /// The name.
        name: String,
        /// What is wrong with it.
        reason: MetricNameError,
    },
    /// Nothing of the name is left in Prometheus.
    #[error("metric {name:?}: {reason}")]
    ExposedName {
        /// The name.
        name: String,
        /// What is wrong with it.
        reason: NameError,
    },
    /// The unit is no UCUM code.
    #[error("metric {name:?}: {reason}")]
    Unit {
        /// The metric's name.
        name: String,
        /// What is wrong with the unit.
        reason: UcumError,
    },
    /// There is no description.
    #[error("metric {name:?} has no description: say in one line what is measured")]
    Description {
        /// The metric's name.
        name: String,
    },
    /// A label's key is reserved or malformed.
    #[error("metric {name:?}: {reason}")]
    Label {
        /// The metric's name.
        name: String,
        /// What is wrong with the key.
        reason: LabelKeyError,
    },
    /// Two labels are one in Prometheus.
    #[error("metric {name:?} has the label {key:?} twice, as Prometheus writes it: remove one")]
    RepeatedLabel {
        /// The metric's name.
        name: String,
        /// The key that is there already.
        key: String,
    },
    /// More labels than a metric may have.
    #[error("metric {name:?} has {given} labels: leave at most {most}")]
    TooManyLabels {
        /// The metric's name.
        name: String,
        /// How many were given.
        given: usize,
        /// How many there may be.
        most: usize,
    },
    /// Boundaries that do not increase or are not finite, or that are not a histogram's.
    #[error("metric {name:?}: bucket boundaries belong to a histogram, are finite, and each is above the one before")]
    Boundaries {
        /// The metric's name.
        name: String,
    },
    /// There is another metric of this name.
    #[error(
        "metric {name:?} is already registered with {field} {existing}, and not {new}: give one of them another name"
    )]
    Conflict {
        /// The name.
        name: String,
        /// What is different.
        field: &'static str,
        /// What the registered metric has.
        existing: String,
        /// What was asked for.
        new: String,
    },
    /// There are too many run-time metrics: each is kept for the life of the process.
    #[error("metric {name:?} is one too many: at most {most} run-time metrics are kept; use labels instead of names")]
    Full {
        /// The metric's name.
        name: String,
        /// How many there may be.
        most: usize,
    },
}

/// Why a value was not recorded.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The labels are not those of the metric.
    #[error(transparent)]
    Labels(#[from] LabelsError),
    /// The value is not finite, or negative and a counter's.
    #[error("metric {metric:?} cannot record {value}: a value is finite, and not negative for a counter")]
    Value {
        /// The metric's name.
        metric: &'static str,
        /// The value.
        value: f64,
    },
    /// The call belongs to another kind.
    #[error("metric {metric:?} is a {kind:?}: use the call for that kind")]
    Kind {
        /// The metric's name.
        metric: &'static str,
        /// The kind that it is.
        kind: Kind,
    },
}

/// Labels that are not those of the metric.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("metric {metric:?} has the labels {expected:?}, not {given}: give each of them once")]
#[non_exhaustive]
pub struct LabelsError {
    /// The metric's name.
    pub metric: &'static str,
    /// Its labels.
    pub expected: Vec<&'static str>,
    /// What was given: their number, or their keys.
    pub given: String,
}

/// Why a call by name did nothing.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// The first call registers the metric, and could not.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// The metric exists, and did not record.
    #[error(transparent)]
    Record(#[from] RecordError),
}
