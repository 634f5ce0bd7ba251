//! The implementation of the engine's `Metric`: the constant definition, the slot, and the labels of a call.

use metric_names::Kind;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Path, Type, ext::IdentExt, spanned::Spanned};

use crate::{
    domain::Domain,
    instrument::{
        form::Form,
        methods,
        model::{Definition, Flavour, Instrument, LabelField, Parameters, Values},
        stability::{Deprecated, LintException},
        value::Value,
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
        |definition| constant(definition, &instrument.item.ident, instrument.flavour, engine),
    );
    let labels = instrument.definition.as_ref().map_or(&[][..], |definition| &definition.labels);
    let count = Literal::usize_unsuffixed(labels.len());
    let labels = labels.iter().map(|label| value(label, engine));
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

            #[inline]
            fn labels(&self) -> Self::Labels<'_> {
                [#(#labels),*]
            }
        }
    };
    Some([metric, place])
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
                    #engine::expansion::Slot::new(<#lasting as #engine::expansion::Metric>::DEF);
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

fn kind(kind: Kind) -> Ident {
    match kind {
        Kind::Counter => format_ident!("Counter"),
        Kind::UpDownCounter => format_ident!("UpDownCounter"),
        Kind::Gauge => format_ident!("Gauge"),
        Kind::Histogram => format_ident!("Histogram"),
    }
}

fn constant(definition: &Definition, ident: &Ident, flavour: Flavour, engine: &Path) -> TokenStream {
    let Definition { name, unit, description, labels, boundaries, exposed_name, .. } = definition;
    let kind = kind(flavour.form.kind());
    let value = (Value::usual(flavour.form) != flavour.value || flavour.form == Form::Info).then(|| {
        let value = flavour.value.variant();
        quote!(.with_value(#engine::ValueType::#value))
    });
    let labels = (!labels.is_empty()).then(|| {
        let labels = labels.iter().map(|label| label_definition(label, engine));
        quote!(.with_labels(&[#(#labels),*]))
    });
    let boundaries = (!boundaries.is_empty()).then(|| {
        let boundaries = boundaries.iter().copied().map(number);
        quote!(.with_boundaries(&[#(#boundaries),*]))
    });
    let flags = [
        (flavour.form.is_observable(), quote!(.with_observable())),
        (flavour.absolute, quote!(.with_absolute())),
        (flavour.form == Form::Info, quote!(.with_info())),
        (definition.exponential, quote!(.with_exponential())),
        (definition.zero, quote!(.with_zero())),
    ];
    let flags = flags.into_iter().filter_map(|(is_set, setter)| is_set.then_some(setter));
    let prometheus = definition.prometheus.iter().map(|name| quote!(.with_prometheus(#name)));
    let stability = definition.stability.iter().map(|level| quote!(.with_stability(#engine::Stability::#level)));
    let deprecated = deprecated(definition, engine);
    let exceptions = lint_exceptions(&definition.lint_exceptions, engine);
    let type_name = ident.unraw().to_string();
    quote! {
        #engine::expansion::exposed_as(
            #engine::MetricDef::new(&DOMAIN, #name, #engine::Kind::#kind, #unit, #description)
                #value #labels #boundaries #(#flags)* #(#prometheus)* #(#stability)* #deprecated #exceptions
                .with_type_name(#type_name),
            #exposed_name,
        )
    }
}

fn deprecated(definition: &Definition, engine: &Path) -> Option<TokenStream> {
    let Deprecated { since, note } = definition.deprecated.as_ref()?;
    let renamed = definition.renamed_to_name.iter().map(|name| quote!(.with_renamed_to(#name)));
    Some(quote!(.with_deprecated(#engine::Deprecation::new(#since, #note) #(#renamed)*)))
}

/// The setter of the exceptions; nothing when there are none.
pub(crate) fn lint_exceptions(exceptions: &[LintException], engine: &Path) -> Option<TokenStream> {
    let written = exceptions.iter().map(|exception| {
        let LintException { rule, reason } = exception;
        quote!(#engine::LintException::new(#rule, #reason))
    });
    (!exceptions.is_empty()).then(|| quote!(.with_lint_exceptions(&[#(#written),*])))
}

/// A literal has no sign of its own.
fn number(value: f64) -> TokenStream {
    let sign = value.is_sign_negative().then(|| quote!(-));
    let magnitude = Literal::f64_unsuffixed(value.abs());
    quote!(#sign #magnitude)
}

fn label_definition(label: &LabelField, engine: &Path) -> TokenStream {
    let LabelField { key, description, .. } = label;
    let definition = match label.values {
        Values::OfType => label_of_type(label, engine),
        Values::AtMost(count) => {
            let count = Literal::usize_unsuffixed(count);
            quote!(#engine::LabelDef::new(#key, #description, #engine::expansion::open_values(#count)))
        }
    };
    let example = label.example.iter().map(|example| quote!(.with_example(#example)));
    let (field, type_name) = (label.field.unraw().to_string(), last_word(&label.ty));
    quote!(#definition #(#example)* .with_field(#field, #type_name))
}

/// The last word of a type: `str` of `&'a str`, `ExecutionStatus` of `super::ExecutionStatus`.
fn last_word(ty: &Type) -> String {
    match ty {
        Type::Reference(reference) => last_word(&reference.elem),
        Type::Group(group) => last_word(&group.elem),
        Type::Paren(paren) => last_word(&paren.elem),
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.unraw().to_string()).unwrap_or_default(),
        _ => String::new(),
    }
}

/// The assertion stands here and not in the engine, because the compiler points at where it is written.
fn label_of_type(label: &LabelField, engine: &Path) -> TokenStream {
    let LabelField { ty, key, description, .. } = label;
    let trait_path = label_value(label, engine);
    quote_spanned! {at(label)=>
        const {
            let (values, interned) = (<#ty as #trait_path>::VALUES, <#ty as #trait_path>::INTERNED);
            ::core::assert!(
                !values.is_empty() || interned.is_some(),
                "[MC006] this label is open: bound it with `#[label(max_values = 64)]`, or make it an enum",
            );
            #engine::expansion::label_of_type(#key, #description, values, interned)
        }
    }
}

/// Written like the use in `label_of_type`, so that the compiler says only once that the type is no label value.
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
