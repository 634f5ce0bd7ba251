//! `#[derive(LabelValue)]`: an enum without fields as a closed set of label values.

mod attrs;
mod expand;
mod model;
mod parse;
mod snake_case;

use proc_macro2::TokenStream;
use quote::quote;

use crate::findings::Findings;

/// The implementation of the trait, followed by everything that is wrong with the enum.
pub(crate) fn label_value(item: TokenStream) -> TokenStream {
    let mut findings = Findings::default();
    let implementation = parse::parse(item, &mut findings).map(|label| expand::expand(&label));
    let errors = findings.compile_errors();
    quote!(#implementation #errors)
}
