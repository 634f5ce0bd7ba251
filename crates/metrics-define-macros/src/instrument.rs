//! One metric: a struct with an instrument attribute inside a domain.

mod attrs;
mod buckets;
mod constant;
mod copy;
mod documents;
mod early_end;
mod expand;
mod exposed;
mod form;
mod label_code;
mod label_key;
mod label_type;
mod labels;
mod methods;
mod metric;
mod model;
mod name;
mod parse;
mod stability;
mod unit;
mod value;

pub(crate) use constant::lint_exceptions;
pub(crate) use expand::{expand, reference, zero};
pub(crate) use form::take_attribute;
pub(crate) use model::{Definition, Instrument};
pub(crate) use parse::parse;
pub(crate) use stability::{LintException, take_lint_exceptions};
