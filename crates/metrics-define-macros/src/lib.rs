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
mod label_text;
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
/// The macro adds `pub const DOMAIN: DomainDef`, `pub const METRICS: &[&MetricDef]`, the metrics in order of definition,
/// and both together as `pub const DEFINITION: Domain`, which `catalog!` takes.
/// Every other item passes through; enums that derive a label are told the crate path, and their variants' documentation
/// says what each is as a label.
/// `#[allow_lint(MC023, reason = "..")]` on the module excepts all of its metrics from a rule of the lint.
///
/// The module must be inline, because the compiler does not show a macro the contents of another file.
#[proc_macro_attribute]
pub fn domain(arguments: TokenStream, item: TokenStream) -> TokenStream {
    domain::domain(arguments.into(), item.into()).into()
}

/// A sum that only grows: `inc()`, `add(u64)`, `on_drop()`, `bind()`; with `value = f64` only `add(f64)` and `bind()`.
///
/// `#[counter(name = "orders.placed.total", unit = "{order}")]` on a struct inside a [`macro@domain`] module.
/// The first paragraph of the struct's doc comment is the description.
///
/// | argument | meaning | default |
/// |-|-|-|
/// | `name = "orders.placed.total"` | OpenTelemetry's name | required |
/// | `unit = "{order}"` | the UCUM unit | required |
/// | `value = f64` | the type of what is measured | `u64` |
/// | `zero` | every series starts at 0 with the first record of any metric of the domain; for closed labels, of few values | starts when it is recorded |
/// | `on_drop(status = Cancelled)` | the labels of a recorder that is dropped early: variants of their types, or expressions | the variant `Cancelled`, where a label's type has one |
/// | `prometheus = "orders_placed"` | the exact name in Prometheus | by the domain's naming |
/// | `stability = Stable` | `Development`, `Alpha`, `Beta`, `ReleaseCandidate` or `Stable` | `Development` |
/// | `renamed_to = OrdersPlaced` | the metric of the same domain that takes the place; with `#[deprecated]` | none |
///
/// `#[deprecated(since = "..", note = "..")]` on the struct warns the callers.
/// `#[allow_lint(MC012, reason = "..")]` on the struct excepts it from a rule of the lint.
///
/// Each field is a label:
///
/// | argument of `#[label(..)]` | meaning | default |
/// |-|-|-|
/// | `key = "type"` | the attribute's key | the field's name |
/// | `max_values = 64` | how many different values there may be, `other` among them, which later ones become; required for `&str` | all of the type |
/// | `example = "python-3.12"` | a typical value, for the documents | none |
#[proc_macro_attribute]
pub fn counter(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::misplaced("counter", item.into()).into()
}

/// A sum that grows and shrinks: `inc()`, `dec()`, `add(i64)`, `bind()`, and for as long as something runs `track()`,
/// `during(|| ..)` and `during_async(future)`.
///
/// Takes the arguments of [`macro@counter`] but `value` and `on_drop`, and `absolute`: the metric is then given its level, and has
/// `set(i64)` and `bind()` alone. Whoever sets it at the same time, a collection sees a level that was set.
/// Levels whose labels are beyond a limit are shown as their sum, in the series of `other` or in the overflow series. Up to
/// 2,000 of them are kept apart; what comes after those is not recorded, and neither is a text that was interned too late:
/// `problems()` tells how often.
#[proc_macro_attribute]
pub fn updown_counter(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::misplaced("updown_counter", item.into()).into()
}

/// The last value: `set(f64)`, `bind()`; with `value = i64` of integers.
///
/// Takes the arguments of [`macro@counter`] but `zero` and `on_drop`.
#[proc_macro_attribute]
pub fn gauge(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::misplaced("gauge", item.into()).into()
}

/// A distribution of values: `record(f64)`, `bind()`, and for a unit of time `record_duration(Duration)`,
/// `start_timer()`, `time(|| ..)`, `time_async(future)` and `on_drop()`.
///
/// Takes the arguments of [`macro@counter`] but `value` and `zero`, and one of two:
///
/// - `buckets = [0.1, 0.5, 1.0]`: the upper bounds in the metric's unit, each greater than the one before, `+Inf` implied;
/// - `exponential`: buckets that the SDK chooses and rescales.
#[proc_macro_attribute]
pub fn histogram(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::misplaced("histogram", item.into()).into()
}

/// A sum that only grows and is known elsewhere: `observe(|observer| ..)`, called at every collection.
///
/// The callback gives each series' total so far, `observer.observe(total, Labels { .. })`, and is called until the guard
/// that `observe` returns is dropped.
/// Takes the arguments of [`macro@counter`] but `zero` and `on_drop`; `value` is `u64` or `f64`.
#[proc_macro_attribute]
pub fn observable_counter(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::misplaced("observable_counter", item.into()).into()
}

/// A sum that grows and shrinks and is known elsewhere: as [`macro@observable_counter`]; `value` is `i64` or `f64`.
#[proc_macro_attribute]
pub fn observable_updown_counter(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::misplaced("observable_updown_counter", item.into()).into()
}

/// A value that is read when it is asked for: as [`macro@observable_counter`]; `value` is `f64`, `i64` or `u64`.
#[proc_macro_attribute]
pub fn observable_gauge(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::misplaced("observable_gauge", item.into()).into()
}

/// A constant 1 whose labels say something, such as which build is running: `set()`.
///
/// Takes `name` and the optional arguments of [`macro@counter`] but `value`, `zero` and `on_drop`; there is no unit.
#[proc_macro_attribute]
pub fn info(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::misplaced("info", item.into()).into()
}

/// Makes an enum without fields a label: each variant is a value, written in snake case.
///
/// | argument of `#[label(..)]` on a variant | meaning |
/// |-|-|
/// | `"websocket"` | another text |
/// | `alias = "ws"` | a text that `from_label` takes for this variant as well; as often as wanted |
/// | `fallback` | `from_label` takes every unknown text for this variant |
///
/// A variant `Cancelled` is what a recorder counts that is dropped early, unless its metric says otherwise with `on_drop`.
///
/// `Enum::from_label(text)` gives the enum where there is a fallback, and an `Option` where there is none.
/// `#[label(crate = path)]` on the enum says where `metrics-define` is found (default `::metrics_define`);
/// a [`macro@domain`] module adds it by itself.
#[proc_macro_derive(LabelValue, attributes(label))]
pub fn label_value(item: TokenStream) -> TokenStream {
    label_value::label_value(item.into()).into()
}

/// Makes the enum of an error a label, so that `error_type` is a bounded name and never a message.
///
/// Each variant is a value, whatever fields it has, and `error_type()` is its text.
/// Takes the attributes of [`macro@LabelValue`] but `alias` and `fallback`.
#[proc_macro_derive(ErrorLabel, attributes(label))]
pub fn error_label(item: TokenStream) -> TokenStream {
    label_value::error_label(item.into()).into()
}

/// Makes a struct stand for interned text: looked up once, it is a label that costs as little as an enum.
///
/// ```text
/// #[label_text(max_values = 64)]
/// pub struct Language;
///
/// let language = Language::intern(name); // `Copy`
/// ```
///
/// The first `max_values - 1` texts are kept for the life of the process. Every later one is `other`, and each measurement
/// with it is counted as one beyond the limit.
/// `crate = path` says where `metrics-define` is found (default `::metrics_define`); a [`macro@domain`] module adds it
/// by itself.
#[proc_macro_attribute]
pub fn label_text(arguments: TokenStream, item: TokenStream) -> TokenStream {
    label_text::label_text(arguments.into(), item.into()).into()
}
