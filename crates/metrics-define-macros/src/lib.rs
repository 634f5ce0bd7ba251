//! The macros of `metrics-define`: a metric is a struct whose fields are its labels, and its domain is the module around it.
//!
//! A crate of its own because the compiler wants procedural macros to be one, and nothing else can live in it.
//! Use them through `metrics-define` or `metrics-catalog`, which re-export them: the code that they write names items of
//! those crates, by the one path that `crate = ..` gives.
//!
//! Each macro is a line here; the work is done by ordinary functions over `proc_macro2`, in the order
//! attributes, parse, model, expand.

mod arguments;
mod documentation;
mod domain;
mod findings;
mod instrument;
mod label_value;
mod misplaced;

use proc_macro::TokenStream;

/// Makes an inline module a domain: the structs in it that carry an instrument attribute become metrics.
///
/// | argument | meaning | default |
/// |-|-|-|
/// | `title = "Order Metrics"` | the heading in documents | required |
/// | `prefixes = ["orders"]` | what the names of the metrics may begin with | the module's name |
/// | `naming = plain` | how the metrics are called in Prometheus: `plain` as written, `units` with the unit's word | `units` |
/// | `crate = path` | where the code that is written finds `metrics-define` | `::metrics_define` |
///
/// The first paragraph of the module's doc comment is the description of the domain.
/// The macro adds `pub const DOMAIN: DomainDef` and `pub const METRICS: &[&MetricDef]`, the metrics in order of definition.
/// Every other item passes through; enums that derive `LabelValue` are told the crate path.
///
/// The module must be inline, because the compiler does not show a macro the contents of another file.
#[proc_macro_attribute]
pub fn domain(arguments: TokenStream, item: TokenStream) -> TokenStream {
    domain::domain(arguments.into(), item.into()).into()
}

/// A sum that only grows: `inc()`, `add(u64)`, `bind()`.
///
/// `#[counter(name = "orders.placed.total", unit = "{order}")]` on a struct inside a [`macro@domain`] module.
/// The first paragraph of the struct's doc comment is the description, each field is a label:
///
/// | argument of `#[label(..)]` | meaning | default |
/// |-|-|-|
/// | `key = "type"` | the attribute's key | the field's name |
/// | `max_values = 64` | how many different values are expected at most, `other` among them; required for `&str` | all of the type |
/// | `example = "python-3.12"` | a typical value, for the documents | none |
#[proc_macro_attribute]
pub fn counter(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::misplaced("counter", item.into()).into()
}

/// A sum that grows and shrinks: `inc()`, `dec()`, `add(i64)`, `track()`, `bind()`.
///
/// Takes the arguments of [`macro@counter`].
#[proc_macro_attribute]
pub fn updown_counter(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::misplaced("updown_counter", item.into()).into()
}

/// The last value: `set(f64)`, `bind()`.
///
/// Takes the arguments of [`macro@counter`].
#[proc_macro_attribute]
pub fn gauge(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::misplaced("gauge", item.into()).into()
}

/// A distribution of values: `record(f64)`, `bind()`, and for a unit of time `record_duration(Duration)`,
/// `start_timer()` and `time(|| ..)`.
///
/// Takes the arguments of [`macro@counter`] and `buckets = [0.1, 0.5, 1.0]`: the upper bounds in the metric's unit,
/// each greater than the one before, `+Inf` implied.
#[proc_macro_attribute]
pub fn histogram(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::misplaced("histogram", item.into()).into()
}

/// Makes an enum without fields a label: each variant is a value, written in snake case.
///
/// `#[label("websocket")]` on a variant gives another text.
/// `#[label(crate = path)]` on the enum says where `metrics-define` is found (default `::metrics_define`);
/// a [`macro@domain`] module adds it by itself.
#[proc_macro_derive(LabelValue, attributes(label))]
pub fn label_value(item: TokenStream) -> TokenStream {
    label_value::label_value(item.into()).into()
}
