//! A metric, as its struct describes it.

use proc_macro2::Ident;
use syn::{ItemStruct, Lifetime, LitStr, Type};

use crate::instrument::{
    early_end::EarlyEnd,
    form::Form,
    stability::{Deprecated, LintException},
    value::Value,
};

/// A metric's struct and what is known about it.
pub(crate) struct Instrument {
    /// The struct as the user wrote it, without the attributes that are ours.
    pub(crate) item: ItemStruct,
    pub(crate) flavour: Flavour,
    /// The name, even where the rest is wrong: names are compared over the whole domain.
    pub(crate) name: Option<LitStr>,
    pub(crate) parameters: Parameters,
    /// `None` after an error: the struct is then written with the same methods, which do nothing, so that its uses
    /// are not reported as well.
    pub(crate) definition: Option<Definition>,
}

/// What decides which calls there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flavour {
    pub(crate) form: Form,
    pub(crate) value: Value,
    pub(crate) absolute: bool,
}

/// A definition without errors.
pub(crate) struct Definition {
    pub(crate) name: String,
    /// The name in Prometheus.
    pub(crate) exposed_name: String,
    pub(crate) unit: String,
    pub(crate) description: String,
    pub(crate) labels: Vec<LabelField>,
    pub(crate) boundaries: Vec<f64>,
    pub(crate) exponential: bool,
    pub(crate) zero: bool,
    /// What an early end counts, where the labels' types do not say it.
    pub(crate) early_end: Vec<EarlyEnd>,
    /// The exact name in Prometheus, where one is given.
    pub(crate) prometheus: Option<String>,
    pub(crate) stability: Option<Ident>,
    pub(crate) deprecated: Option<Deprecated>,
    /// The struct that takes the place of this one.
    pub(crate) renamed_to: Option<Ident>,
    /// The name of that metric, which the domain knows.
    pub(crate) renamed_to_name: Option<String>,
    pub(crate) lint_exceptions: Vec<LintException>,
}

/// A field of the struct.
pub(crate) struct LabelField {
    pub(crate) field: Ident,
    pub(crate) ty: Type,
    pub(crate) key: String,
    pub(crate) description: String,
    pub(crate) values: Values,
    pub(crate) example: Option<String>,
}

/// Which values a label may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Values {
    /// Those of its type.
    OfType,
    /// No more than this many different ones.
    AtMost(usize),
}

/// What the struct is generic over.
pub(crate) enum Parameters {
    None,
    /// The lifetime of text labels.
    Lifetime(Lifetime),
    /// Anything else, which was reported.
    Unsupported,
}
