//! One metric: a struct with an instrument attribute inside a domain.

mod attrs;
mod buckets;
mod documents;
mod expand;
mod kind;
mod label_key;
mod labels;
mod methods;
mod metric;
mod model;
mod name;
mod parse;
mod unit;

pub(crate) use expand::{expand, reference};
pub(crate) use kind::take_attribute;
pub(crate) use model::{Definition, Instrument};
pub(crate) use parse::parse;
