//! The names of metrics: which ones OpenTelemetry accepts, and what Prometheus sees of them.
//!
//! The crate is separate because two sides must agree on every letter of a name: the macro that checks and documents a
//! catalogue while the application compiles, and the bridge that writes the scrape while it runs.
//! It therefore has no dependencies, and everything that a macro needs is a `const fn`.
//!
//! ```
//! use metric_names::{ExposedName, Kind, Naming, exposed_name};
//!
//! const NAME: ExposedName = match exposed_name("foo.bar", "By", Kind::Counter, Naming::Units) {
//!     Ok(name) => name,
//!     Err(_) => panic!("not a usable name"),
//! };
//! assert_eq!(NAME.as_str(), "foo_bar_bytes_total");
//! ```

mod kind;

mod instrument_name;

mod definition;

mod unit;

mod ucum;

mod exposed_name;

mod strategy;

mod label_name;

mod escaping;

mod escape;

mod buffer;

pub use crate::{
    definition::{
        LabelKeyError, MetricNameError, check_exposed_name, check_label_key, check_last_word, check_metric_name,
    },
    escape::{write_help, write_label_value},
    escaping::{Escaping, escape_label_name, escape_metric_name, is_legacy_label_name, is_legacy_metric_name},
    exposed_name::{ExposedName, NameError, Naming, exposed_name},
    instrument_name::{InstrumentNameError, check_instrument_name},
    kind::Kind,
    label_name::label_name,
    strategy::{Strategy, Translation},
    ucum::{UcumError, check_ucum},
    unit::{UnitError, check_unit, unit_suffix, unit_word},
};
