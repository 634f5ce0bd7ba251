//! The implementations of the engine's traits: the definition, the metric's place, and the labels of a call.

use metric_names::Kind;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use syn::Path;

use crate::{
    domain::Domain,
    instrument::{
        constant, early_end, label_code, methods,
        model::{Flavour, Instrument, Parameters},
    },
};

/// The implementations of `Metric` and of `Recorded` or `Observed`; `None` when the struct's parameters are not supported.
pub(crate) fn metric(instrument: &Instrument, domain: &Domain) -> Option<[TokenStream; 2]> {
    let engine = &domain.engine;
    let types = Types::of(instrument)?;
    let Types { parameters, own, lasting } = &types;
    let kind = kind(instrument.flavour.form.kind());
    let definition = instrument.definition.as_ref().map_or_else(
        || quote!(#engine::MetricDef::new(&DOMAIN, "invalid", #engine::Kind::#kind, "1", "invalid")),
        |definition| constant::constant(definition, &instrument.item.ident, instrument.flavour, engine),
    );
    let labels = instrument.definition.as_ref().map_or(&[][..], |definition| &definition.labels);
    let count = Literal::usize_unsuffixed(labels.len());
    let places = labels.iter().map(|label| label_code::places(label, engine));
    let at = labels.iter().map(|label| label_code::place(label, engine));
    let labels = labels.iter().map(|label| label_code::value(label, engine));
    let end_early = end_early(instrument, engine);
    let place = if instrument.flavour.form.is_observable() {
        observed(instrument.flavour, &types, engine)
    } else {
        recorded(instrument.flavour, &types, engine)
    };
    let metric = quote! {
        impl #parameters #engine::expansion::Metric for #own {
            type Lasting = #lasting;
            type Labels<'__labels> = [#engine::Label<'__labels>; #count] where Self: '__labels;

            const DEF: &'static #engine::MetricDef = &#definition;
            const PLACES: ::core::option::Option<::core::primitive::usize> =
                #engine::expansion::places(&[#(#places),*]);

            #[inline]
            fn place(&self) -> ::core::primitive::usize {
                #engine::expansion::place([#(#at),*])
            }

            #[inline]
            fn labels(&self) -> Self::Labels<'_> {
                [#(#labels),*]
            }

            #end_early
        }
    };
    Some([metric, place])
}

/// What a recorder does with its labels when it is dropped early; nothing where there is no recorder.
fn end_early(instrument: &Instrument, engine: &Path) -> Option<TokenStream> {
    let definition = instrument.definition.as_ref().filter(|definition| !definition.labels.is_empty())?;
    if instrument.flavour.form.is_observable()
        || !matches!(instrument.flavour.form.kind(), Kind::Counter | Kind::Histogram)
    {
        return None;
    }
    let statements = early_end::code(&definition.early_end, &definition.labels, engine);
    Some(quote!(fn end_early(&mut self) { #statements }))
}

/// The slot of a metric that is recorded by calls.
fn recorded(flavour: Flavour, types: &Types, engine: &Path) -> TokenStream {
    let Types { parameters, own, lasting } = types;
    let instrument = methods::engine_instrument(flavour);
    quote! {
        impl #parameters #engine::expansion::Recorded for #own {
            type Instrument = #engine::expansion::#instrument;

            #[inline]
            fn slot() -> &'static #engine::expansion::Slot<Self::Instrument> {
                static SLOT: #engine::expansion::Slot<#engine::expansion::#instrument> =
                    #engine::expansion::Slot::new(
                        <#lasting as #engine::expansion::Metric>::DEF,
                        <#lasting as #engine::expansion::Metric>::PLACES,
                    );
                &SLOT
            }
        }
    }
}

/// The callbacks of a metric that is measured by them.
fn observed(flavour: Flavour, types: &Types, engine: &Path) -> TokenStream {
    let Types { parameters, own, lasting } = types;
    let value = flavour.value.ty();
    quote! {
        impl #parameters #engine::expansion::Observed for #own {
            type Value = #value;

            fn observations() -> &'static #engine::expansion::Observations<Self::Value> {
                static OBSERVATIONS: #engine::expansion::Observations<#value> =
                    #engine::expansion::Observations::new(<#lasting as #engine::expansion::Metric>::DEF);
                &OBSERVATIONS
            }
        }
    }
}

/// The struct as a type.
pub(crate) struct Types {
    /// The parameters of an impl for `own`.
    parameters: TokenStream,
    own: TokenStream,
    /// With every lifetime `'static`.
    pub(crate) lasting: TokenStream,
}

impl Types {
    /// `None` when the struct's parameters are not supported.
    pub(crate) fn of(instrument: &Instrument) -> Option<Self> {
        let name = &instrument.item.ident;
        match &instrument.parameters {
            Parameters::None => {
                Some(Self { parameters: TokenStream::new(), own: quote!(#name), lasting: quote!(#name) })
            }
            Parameters::Lifetime(lifetime) => Some(Self {
                parameters: quote!(<#lifetime>),
                own: quote!(#name<#lifetime>),
                lasting: quote!(#name<'static>),
            }),
            Parameters::Unsupported => None,
        }
    }
}

pub(crate) fn kind(kind: Kind) -> Ident {
    match kind {
        Kind::Counter => format_ident!("Counter"),
        Kind::UpDownCounter => format_ident!("UpDownCounter"),
        Kind::Gauge => format_ident!("Gauge"),
        Kind::Histogram => format_ident!("Histogram"),
    }
}
