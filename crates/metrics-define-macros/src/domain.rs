//! `#[domain]`: reads a module, checks the metrics in it together, and writes it back with their code.

mod attrs;
mod expand;
mod model;
mod parse;
mod together;

pub(crate) use model::{Domain, default_engine};

use proc_macro2::TokenStream;
use quote::quote;

use crate::findings::Findings;

/// The module as it is to be compiled, followed by everything that is wrong with it.
pub(crate) fn domain(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut findings = Findings::default();
    let module = match parse::parse(arguments, item.clone(), &mut findings) {
        Some(module) => expand::expand(module),
        None => item,
    };
    let errors = findings.compile_errors();
    quote!(#module #errors)
}
