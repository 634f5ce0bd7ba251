//! From an [`Instrument`] to code: the struct and its methods.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{Attribute, parse_quote};

use crate::{
    domain::Domain,
    instrument::{
        copy, documents,
        methods::{self, Method},
        metric,
        model::Instrument,
        unit,
    },
};

/// The struct, its place in the catalogue, and its methods.
pub(crate) fn expand(instrument: &Instrument, domain: &Domain) -> TokenStream {
    let attributes = impl_attributes(&instrument.item.attrs);
    let definition = definition(instrument);
    let copy = copy::implementation(&instrument.item);
    let metric = metric::metric(instrument, domain);
    let methods = inherent(instrument, domain);
    let implementations = metric
        .into_iter()
        .flatten()
        .chain([copy, methods])
        .map(|implementation| quote!(#(#attributes)* #implementation));
    quote!(#definition #(#implementations)*)
}

/// The definition, as an element of the domain's list; `None` when there is no type to name.
pub(crate) fn reference(instrument: &Instrument, domain: &Domain) -> Option<TokenStream> {
    let engine = &domain.engine;
    let conditions = instrument.item.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    let ty = metric::Types::of(instrument)?.lasting;
    Some(quote!(#(#conditions)* <#ty as #engine::expansion::Metric>::DEF))
}

/// What starts the metric at zero, as an element of the domain's list; `None` when it is not `zero`.
pub(crate) fn zero(instrument: &Instrument, domain: &Domain) -> Option<TokenStream> {
    instrument.definition.as_ref().filter(|definition| definition.zero)?;
    let engine = &domain.engine;
    let conditions = instrument.item.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    let ty = metric::Types::of(instrument)?.lasting;
    Some(quote!(#(#conditions)* #engine::expansion::start_at_zero::<#ty>))
}

fn definition(instrument: &Instrument) -> TokenStream {
    let mut item = instrument.item.clone();
    if let Some(definition) = &instrument.definition {
        let table = documents::table(definition, instrument.flavour.form);
        item.attrs.push(parse_quote!(#[doc = #table]));
    }
    let must_use = methods::must_use(instrument.flavour);
    item.attrs.push(parse_quote!(#[derive(::core::clone::Clone, ::core::fmt::Debug)]));
    item.attrs.push(parse_quote!(#[must_use = #must_use]));
    quote!(#item)
}

fn inherent(instrument: &Instrument, domain: &Domain) -> TokenStream {
    let ty = &instrument.item.ident;
    let (generics, parameters, conditions) = instrument.item.generics.split_for_impl();
    let timed = instrument.definition.as_ref().is_none_or(|definition| unit::is_time(&definition.unit));
    // The recorder's type needs a metric, which a struct with other parameters is not.
    let is_metric = metric::Types::of(instrument).is_some();
    let methods = methods::methods(instrument, timed, &domain.engine).into_iter();
    let methods = methods.filter(|method| is_metric || method.name != "on_drop").map(|method| {
        let Method { name, documentation, signature, body } = method;
        // The editor then leads from a call to the struct instead of to the module's attribute.
        let name = Ident::new(name, Span::call_site().located_at(ty.span()));
        let body = if instrument.definition.is_some() {
            body
        } else if name == "during_async" || name == "time_async" {
            // What does not return is no future, so this one gives its argument back.
            quote!(future)
        } else {
            quote!(::core::unreachable!("the definition has an error"))
        };
        quote! {
            #[doc = #documentation]
            #[inline]
            pub fn #name #signature { #body }
        }
    });
    quote! {
        impl #generics #ty #parameters #conditions {
            #(#methods)*
        }
    }
}

/// What holds for the struct holds for its impls: they exist only with it, and may name it though it is deprecated.
fn impl_attributes(attributes: &[Attribute]) -> Vec<Attribute> {
    let conditions = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).cloned();
    let deprecated = attributes.iter().any(|attribute| attribute.path().is_ident("deprecated"));
    let allowance = deprecated.then(|| -> Attribute {
        parse_quote!(#[allow(deprecated, reason = "the code of a deprecated metric names it")])
    });
    conditions.chain(allowance).collect()
}
