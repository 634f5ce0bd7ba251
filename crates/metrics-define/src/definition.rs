//! What a metric is, as constant data: the macro writes it, everything else reads it.

mod domain;
mod label;
mod metric;
mod status;

pub use domain::{Domain, DomainDef};
pub use label::{LabelDef, LabelValues, Written};
pub use metric::{MetricDef, ValueType};
pub use status::{Deprecation, LintException, Stability};
