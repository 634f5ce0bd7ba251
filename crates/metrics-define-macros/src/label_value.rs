//! `#[derive(LabelValue)]` and `#[derive(ErrorLabel)]`: an enum as a closed set of label values.

mod attrs;
mod document;
mod expand;
mod model;
mod parse;
mod snake_case;

use proc_macro2::TokenStream;
use quote::quote;

pub(crate) use document::document;

use crate::{findings::Findings, label_value::parse::Derive};

/// The implementation of the trait, followed by everything that is wrong with the enum.
pub(crate) fn label_value(item: TokenStream) -> TokenStream {
    let mut findings = Findings::default();
    let code = parse::parse(item, Derive::LabelValue, &mut findings).map(|label| {
        let (label_value, from_label) = (expand::label_value(&label), expand::from_label(&label));
        quote!(#label_value #from_label)
    });
    let errors = findings.compile_errors();
    quote!(#code #errors)
}

/// The same for the enum of an error, whose variants may have fields, and which is not read from text.
pub(crate) fn error_label(item: TokenStream) -> TokenStream {
    let mut findings = Findings::default();
    let code = parse::parse(item, Derive::ErrorLabel, &mut findings).map(|label| {
        let (label_value, error_label) = (expand::label_value(&label), expand::error_label(&label));
        quote!(#label_value #error_label)
    });
    let errors = findings.compile_errors();
    quote!(#code #errors)
}
