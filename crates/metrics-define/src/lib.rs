//! Metrics defined once, as types: a wrong label is a compile error, and counting costs about what an atomic add costs.
//!
//! A metric is a struct whose fields are its labels, inside a module that is its domain.
//! Nothing needs to be passed around: the struct's methods record, through whatever provider [`install`] was given.
//!
//! ```
//! use metrics_define::{LabelValue, domain};
//!
//! #[domain(title = "Order Metrics", prefixes = ["orders"], crate = metrics_define)]
//! /// Orders taken by the shop.
//! pub mod orders {
//!     use metrics_define::LabelValue;
//!
//!     /// How an order is paid.
//!     #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
//!     pub enum Payment {
//!         /// By card.
//!         Card,
//!         /// Against an invoice.
//!         Invoice,
//!     }
//!
//!     /// Orders placed
//!     #[counter(name = "orders.placed.total", unit = "{order}")]
//!     pub struct PlacedTotal {
//!         /// How it was paid.
//!         pub payment: Payment,
//!         /// Whether the customer had ordered before.
//!         pub returning: bool,
//!     }
//! }
//!
//! orders::PlacedTotal { payment: orders::Payment::Card, returning: false }.inc();
//! ```
//!
//! Until a provider is installed every call is one atomic load and a return.
//!
//! - A metric that is measured when it is asked for has a callback instead: `#[observable_gauge]` and its siblings.
//! - Domains of any crates are joined with [`catalog!`], which checks at compile time that no name stands twice.
//! - What spans a piece of work is recorded by guards, however the work ends: `track()`, `start_timer()`, [`OnDrop`].
//! - A label with more values than its definition allows becomes `other`, totals staying exact, and a value that is none is
//!   ignored; [`problems`] tells which metrics that happened to.
//! - A test records into a provider of its own: [`scope`].
//! - Names that only a configuration or a plug-in knows are registered while the program runs: [`Registry`].
//!
//! This is a crate of its own so that a library which wants one counter depends on the OpenTelemetry API and this,
//! and never on an SDK, an exporter or a runtime.

mod bound;
mod callback;
mod cap;
mod catalog;
mod cells;
mod contained;
mod definition;
pub mod engine;
mod engines;
mod error_label;
pub mod expansion;
mod guard;
mod hash;
mod install;
mod instrument;
mod label;
mod observed;
mod on_drop;
mod pending;
mod problem;
mod registry;
mod resolved;
mod runtime;
mod scope;
mod slot;
mod stream;
mod sync;
mod table;
mod time_unit;
mod zero;

pub use bound::{
    BoundCounter, BoundFloatCounter, BoundGauge, BoundHistogram, BoundIntegerGauge, BoundLevel, BoundTimeHistogram,
    BoundUpDownCounter,
};
pub use callback::{ProviderLock, callback_panics, run_callback};
pub use catalog::Catalog;
pub use contained::{contained, is_contained};
pub use definition::{
    Deprecation, Domain, DomainDef, LabelDef, LabelValues, LintException, MetricDef, Stability, ValueType,
};
pub use error_label::ErrorLabel;
pub use guard::{Timer, Tracked};
pub use install::{HAND_OVER_SCOPE, Installation, Recording, install};
pub use label::{Label, LabelValue};
pub use metric_names::{ExposedName, Kind, NameError, Naming};
pub use metrics_define_macros::{
    ErrorLabel, LabelValue, counter, domain, gauge, histogram, info, label_text, observable_counter, observable_gauge,
    observable_updown_counter, updown_counter,
};
pub use observed::{Observer, Observing};
pub use on_drop::OnDrop;
pub use problem::{Problem, ProblemKind, on_problem, problems};
pub use registry::definition;
pub use runtime::{
    CallError, LabelsError, Measurement, MetricSpec, OperationTimer, RecordError, RegisterError, Registry,
    RuntimeMetric, Watching, increment_counter, observe_histogram, set_gauge, time_operation,
};
pub use scope::{Scope, scope};
pub use stream::{limit_stream, unsum_stream};
