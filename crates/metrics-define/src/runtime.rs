//! Metrics that are defined while the program runs, for names that only a configuration or a plug-in knows.
//!
//! What is known when the program is compiled is better a type: it is checked then, and costs less to record.

mod calls;
mod check;
mod error;
mod metric;
mod registry;
mod spec;
mod watch;

pub use calls::{OperationTimer, increment_counter, observe_histogram, set_gauge, time_operation};
pub use error::{CallError, LabelsError, RecordError, RegisterError};
pub use metric::RuntimeMetric;
pub use registry::Registry;
pub use spec::MetricSpec;
pub use watch::{Measurement, Watching};
