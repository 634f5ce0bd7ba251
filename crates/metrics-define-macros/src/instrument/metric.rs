//! The implementation of the engine's `Metric`: the constant definition, the slot, and the labels of a call.

use metric_names::Kind;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Path, spanned::Spanned};

use crate::{
    domain::Domain,
    instrument::model::{Definition, Instrument, LabelField, Parameters, Values},
};

/// The implementation; `None` when the struct's parameters are not supported.
pub(crate) fn metric(instrument: &Instrument, domain: &Domain) -> Option<TokenStream> {
    let engine = &domain.engine;
    let kind = kind(instrument.kind);
    let Types { parameters, own, lasting } = Types::of(instrument)?;
    let definition = instrument.definition.as_ref().map_or_else(
        || quote!(#engine::MetricDef::new(&DOMAIN, "invalid", #engine::Kind::#kind, "1", "invalid")),
        |definition| constant(definition, &kind, engine),
    );
    let labels = instrument.definition.as_ref().map_or(&[][..], |definition| &definition.labels);
    let count = Literal::usize_unsuffixed(labels.len());
    let labels = labels.iter().map(|label| value(label, engine));
    Some(quote! {
        impl #parameters #engine::expansion::Metric for #own {
            type Instrument = #engine::expansion::#kind;
            type Labels<'__labels> = [#engine::Label<'__labels>; #count] where Self: '__labels;

            const DEF: &'static #engine::MetricDef = &#definition;

            #[inline]
            fn slot() -> &'static #engine::expansion::Slot<Self::Instrument> {
                static SLOT: #engine::expansion::Slot<#engine::expansion::#kind> =
                    #engine::expansion::Slot::new(<#lasting as #engine::expansion::Metric>::DEF);
                &SLOT
            }

            #[inline]
            fn labels(&self) -> Self::Labels<'_> {
                [#(#labels),*]
            }
        }
    })
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

fn kind(kind: Kind) -> Ident {
    match kind {
        Kind::Counter => format_ident!("Counter"),
        Kind::UpDownCounter => format_ident!("UpDownCounter"),
        Kind::Gauge => format_ident!("Gauge"),
        Kind::Histogram => format_ident!("Histogram"),
    }
}

fn constant(definition: &Definition, kind: &Ident, engine: &Path) -> TokenStream {
    let Definition { name, unit, description, labels, boundaries, .. } = definition;
    let with_labels = (!labels.is_empty()).then(|| {
        let labels = labels.iter().map(|label| label_definition(label, engine));
        quote!(.with_labels(&[#(#labels),*]))
    });
    let with_boundaries = (!boundaries.is_empty()).then(|| {
        let boundaries = boundaries.iter().copied().map(number);
        quote!(.with_boundaries(&[#(#boundaries),*]))
    });
    quote! {
        #engine::MetricDef::new(&DOMAIN, #name, #engine::Kind::#kind, #unit, #description)
            #with_labels
            #with_boundaries
    }
}

/// A literal has no sign of its own.
fn number(value: f64) -> TokenStream {
    let sign = value.is_sign_negative().then(|| quote!(-));
    let magnitude = Literal::f64_unsuffixed(value.abs());
    quote!(#sign #magnitude)
}

fn label_definition(label: &LabelField, engine: &Path) -> TokenStream {
    let LabelField { key, description, .. } = label;
    let values = match label.values {
        Values::OfType => closed_values(label, engine),
        Values::AtMost(count) => {
            let count = Literal::usize_unsuffixed(count);
            quote!(#engine::expansion::open_values(#count))
        }
    };
    quote!(#engine::LabelDef::new(#key, #description, #values))
}

/// The assertion stands here and not in the engine, because the compiler points at where it is written.
fn closed_values(label: &LabelField, engine: &Path) -> TokenStream {
    let (ty, trait_path) = (&label.ty, label_value(label, engine));
    quote_spanned! {at(label)=>
        const {
            let values = <#ty as #trait_path>::VALUES;
            ::core::assert!(
                !values.is_empty(),
                "this label is open text: bound it with `#[label(max_values = 64)]`, or make it an enum",
            );
            #engine::LabelValues::Closed(values)
        }
    }
}

/// Written like the use in `closed_values`, so that the compiler says only once that the type is no label value.
fn value(label: &LabelField, engine: &Path) -> TokenStream {
    let (ty, field, trait_path) = (&label.ty, &label.field, label_value(label, engine));
    quote_spanned!(at(label)=> <#ty as #trait_path>::label(&self.#field))
}

fn label_value(label: &LabelField, engine: &Path) -> TokenStream {
    quote_spanned!(at(label)=> #engine::LabelValue)
}

/// What the compiler says about a label, it says at the field's type.
fn at(label: &LabelField) -> Span {
    Span::call_site().located_at(label.ty.span())
}
