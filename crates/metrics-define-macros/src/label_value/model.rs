//! A closed set of label values, as its enum describes it.

use proc_macro2::Ident;
use syn::{Generics, Path};

/// The enum.
pub(crate) struct ClosedLabel {
    pub(crate) name: Ident,
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
}
