//! What the encoder had to leave out or rename.

use std::collections::BTreeSet;

use metric_names::NameError;

/// Something that could not be shown as it was recorded.
///
/// A finding holds no values that change from scrape to scrape, so equal ones can be told once.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum Finding {
    /// The metric has no name in Prometheus and was left out.
    #[error("metric {metric:?} of scope {scope:?} is not shown: {reason}")]
    UnusableName {
        /// The scope's name.
        scope: String,
        /// The instrument's name.
        metric: String,
        /// Why there is no name.
        reason: NameError,
    },
    /// The metric's name is kept for the resource's attributes; the metric was left out.
    #[error("metric {metric:?} of scope {scope:?} is not shown: `target_info` is reserved, rename the instrument")]
    ReservedName {
        /// The scope's name.
        scope: String,
        /// The instrument's name.
        metric: String,
    },
    /// The family has another type already; the metric was left out.
    #[error(
        "metric {metric:?} of scope {scope:?} is not shown: it would be a {found} in family `{family}`, which is a \
         {kept}; rename the instrument"
    )]
    TypeConflict {
        /// The family both belong to.
        family: String,
        /// The scope's name.
        scope: String,
        /// The instrument's name.
        metric: String,
        /// The type of the family.
        kept: &'static str,
        /// The type that the metric has.
        found: &'static str,
    },
    /// The family's samples would be named as those of another family; the metric was left out.
    #[error(
        "metric {metric:?} of scope {scope:?} is not shown: its family `{family}` clashes with the samples of \
         `{other}`; rename the instrument"
    )]
    SampleClash {
        /// The family that is not there.
        family: String,
        /// The scope's name.
        scope: String,
        /// The instrument's name.
        metric: String,
        /// The family that has the name.
        other: String,
    },
    /// The family has another description or unit already; that one is shown, and the series are all there.
    #[error("the {what} of metric {metric:?} of scope {scope:?} is not shown: family `{family}` has another already")]
    MetadataConflict {
        /// The family both belong to.
        family: String,
        /// The scope's name.
        scope: String,
        /// The instrument's name.
        metric: String,
        /// `description` or `unit`.
        what: &'static str,
    },
    /// In OpenMetrics the family needs a name that another family has; it is of another type there, and the series are
    /// all there.
    #[error(
        "family `{family}` is shown as of type {shown} in OpenMetrics: a name that it needs there belongs to `{other}`; \
         rename one of the instruments"
    )]
    OtherType {
        /// The family.
        family: String,
        /// The type it is shown as.
        shown: &'static str,
        /// The family that has the name.
        other: String,
    },
    /// A histogram holds values below zero, or could, and OpenMetrics takes `_sum` and `_count` for counters; the
    /// buckets were written without them.
    #[error(
        "a histogram of metric {metric:?} of scope {scope:?} has no `_sum` and `_count` in OpenMetrics: it has room for \
         values below zero; ask for another format, or give it bounds from zero on"
    )]
    NoSumOrCount {
        /// The scope's name.
        scope: String,
        /// The instrument's name.
        metric: String,
    },
    /// The registry that we joined shows a resource already, so ours was left out.
    #[error("the resource is not shown: the registry has a family `{family}` already")]
    ResourceNotShown {
        /// The family that has the name.
        family: String,
    },
    /// A family of a registry was left out, or a series of it.
    #[error("family `{family}` of a registry is not shown whole: it is {reason}")]
    ForeignFamily {
        /// The family's name.
        family: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A counter fell below zero or is not a number, which no format has; the series was left out.
    #[error("a series of metric {metric:?} of scope {scope:?} is not shown: a counter cannot be negative or NaN")]
    ImpossibleCounter {
        /// The scope's name.
        scope: String,
        /// The instrument's name.
        metric: String,
    },
    /// An attribute of a scope would become one of the labels that name the scope; it was left out.
    #[error("attribute {key:?} of scope {scope:?} is not shown: its label is one that names the scope")]
    ScopeAttributeDropped {
        /// The scope's name.
        scope: String,
        /// The attribute's key.
        key: String,
    },
    /// Two series became one; only the first was written.
    #[error(
        "a series of metric {metric:?} of scope {scope:?} is not shown: family `{family}` has one of the same labels"
    )]
    DuplicateSeries {
        /// The family both belong to.
        family: String,
        /// The scope's name.
        scope: String,
        /// The instrument's name.
        metric: String,
    },
    /// The label's name is reserved and was changed.
    #[error("attribute {key:?} of `{family}` is shown as label `{label}`: its own name is reserved")]
    LabelRenamed {
        /// The family whose series carry it.
        family: String,
        /// The attribute's key.
        key: String,
        /// The label it became.
        label: String,
    },
    /// Nothing of the attribute's key can be shown; the label was left out.
    #[error("attribute {key:?} of `{family}` is not shown: its key has no ASCII letter or digit")]
    LabelDropped {
        /// The family whose series would carry it.
        family: String,
        /// The attribute's key.
        key: String,
    },
}

impl Finding {
    /// Whether something is missing from the body, and not only shown in another way.
    pub(crate) fn is_loss(&self) -> bool {
        !matches!(self, Self::MetadataConflict { .. } | Self::LabelRenamed { .. } | Self::OtherType { .. })
    }
}

/// The distinct findings of one encoding, in an order that does not depend on that of the series.
pub(crate) type Findings = BTreeSet<Finding>;
