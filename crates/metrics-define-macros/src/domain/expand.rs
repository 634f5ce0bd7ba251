//! From a [`Module`] to the code of the module.

use metric_names::Naming;
use proc_macro2::TokenStream;
use quote::quote;
use syn::Item;

use crate::{
    domain::model::{Domain, Member, Module},
    instrument,
};

pub(crate) fn expand(module: Module) -> TokenStream {
    let Module { domain, mut shell, members } = module;
    let definition = definition(&domain, &members);
    let metrics = metrics(&domain, &members);
    let items = members.iter().map(|member| match member {
        Member::Instrument(instrument) => instrument::expand(instrument, &domain),
        Member::Other(item) => quote!(#item),
    });
    let content = [definition, metrics].into_iter().chain(items).map(Item::Verbatim).collect();
    shell.content = Some((syn::token::Brace::default(), content));
    quote!(#shell)
}

fn definition(domain: &Domain, members: &[Member]) -> TokenStream {
    let Domain { name, title, description, engine, prefixes, .. } = domain;
    let lint_exceptions = instrument::lint_exceptions(&domain.lint_exceptions, engine);
    let naming = match domain.naming {
        Naming::Plain => quote!(Plain),
        Naming::Units => quote!(Units),
    };
    let zeros = zeros(domain, members);
    quote! {
        /// The domain that the metrics of this module belong to.
        #[allow(deprecated, reason = "a deprecated metric starts at zero as well")]
        pub const DOMAIN: #engine::DomainDef = #engine::expansion::with_zeros(#engine::DomainDef::new(
            #name,
            ::core::concat!(::core::env!("CARGO_PKG_NAME"), "/", #name),
            ::core::env!("CARGO_PKG_VERSION"),
            #title,
            #description,
            #engine::Naming::#naming,
        )
        .with_prefixes(&[#(#prefixes),*])
        #lint_exceptions, &[#(#zeros),*]);
    }
}

/// What starts the metrics that are `zero`.
fn zeros(domain: &Domain, members: &[Member]) -> Vec<TokenStream> {
    let zeros = members.iter().filter_map(|member| match member {
        Member::Instrument(instrument) => instrument::zero(instrument, domain),
        Member::Other(_) => None,
    });
    zeros.collect()
}

fn metrics(domain: &Domain, members: &[Member]) -> TokenStream {
    let engine = &domain.engine;
    let definitions = members.iter().filter_map(|member| match member {
        Member::Instrument(instrument) => instrument::reference(instrument, domain),
        Member::Other(_) => None,
    });
    quote! {
        /// The metrics of this domain, in order of definition.
        #[allow(deprecated, reason = "a deprecated metric is still a metric of its domain")]
        pub const METRICS: &[&#engine::MetricDef] = &[#(#definitions),*];

        /// This domain with its metrics, for `catalog!` and for documents.
        pub const DEFINITION: #engine::Domain = #engine::Domain::new(&DOMAIN, METRICS);
    }
}
