//! A closed set of label values, as its enum describes it.

use proc_macro2::Ident;
use syn::{Generics, Path, Visibility};

/// The enum.
pub(crate) struct ClosedLabel {
    pub(crate) name: Ident,
    pub(crate) visibility: Visibility,
    pub(crate) generics: Generics,
    /// Where the code that is written finds the engine.
    pub(crate) engine: Path,
    /// Empty after an error: the implementation then compiles, and has one value that nobody sees.
    pub(crate) values: Vec<ClosedValue>,
}

/// A variant and its text.
pub(crate) struct ClosedValue {
    pub(crate) variant: Ident,
    pub(crate) text: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) fallback: bool,
    /// Whether it has fields, which are not part of the label: of an error's enum.
    pub(crate) has_fields: bool,
}
