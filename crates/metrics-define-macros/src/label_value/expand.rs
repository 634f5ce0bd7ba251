//! From a [`ClosedLabel`] to code.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::label_value::model::{ClosedLabel, ClosedValue};

/// The implementation of `LabelValue`.
pub(crate) fn label_value(label: &ClosedLabel) -> TokenStream {
    let ClosedLabel { name, generics, engine, values, .. } = label;
    let (parameters, arguments, conditions) = generics.split_for_impl();
    let texts = values.iter().map(|value| &value.text);
    let arms = values.iter().enumerate().map(|(ordinal, value)| {
        let pattern = pattern(value);
        let ordinal = Literal::usize_unsuffixed(ordinal);
        quote!(#pattern => #ordinal)
    });
    let written = written(label);
    let end_early = end_early(label);
    let (texts, ordinal) = if values.is_empty() {
        (quote!("invalid"), quote!(0))
    } else {
        (quote!(#(#texts),*), quote!(match self { #(#arms),* }))
    };
    quote! {
        #[automatically_derived]
        impl #parameters #engine::LabelValue for #name #arguments #conditions {
            const VALUES: &'static [&'static str] = &[#texts];

            #written

            const PLACES: ::core::option::Option<::core::primitive::usize> =
                ::core::option::Option::Some(<Self as #engine::LabelValue>::VALUES.len());

            #[inline]
            fn label(&self) -> #engine::Label<'_> {
                #engine::Label::closed(<Self as #engine::LabelValue>::VALUES, <Self as #engine::LabelValue>::place(self))
            }

            #[inline]
            fn place(&self) -> ::core::primitive::usize {
                #ordinal
            }

            #end_early
        }
    }
}

/// `Cancelled` is what work is that ended early; nothing where there is no such variant.
fn end_early(label: &ClosedLabel) -> Option<TokenStream> {
    let cancelled = label.values.iter().find(|value| value.variant == "Cancelled" && !value.has_fields)?;
    let variant = &cancelled.variant;
    Some(quote! {
        fn end_early(&mut self) {
            *self = Self::#variant;
        }
    })
}

/// How the values are written, for documents; nothing for an error's enum, whose variants have fields.
fn written(label: &ClosedLabel) -> Option<TokenStream> {
    let ClosedLabel { engine, values, .. } = label;
    let variants = values.iter().map(|value| value.variant.to_string());
    let written = quote! {
        const WRITTEN: #engine::expansion::Written =
            #engine::expansion::Written { module: ::core::module_path!(), variants: &[#(#variants),*] };
    };
    let is_plain = !values.is_empty() && values.iter().all(|value| !value.has_fields);
    is_plain.then_some(written)
}

/// The implementation of `ErrorLabel`.
pub(crate) fn error_label(label: &ClosedLabel) -> TokenStream {
    let ClosedLabel { name, generics, engine, values, .. } = label;
    let (parameters, arguments, conditions) = generics.split_for_impl();
    let arms = values.iter().map(|value| {
        let (pattern, text) = (pattern(value), &value.text);
        quote!(#pattern => #text)
    });
    let text = if values.is_empty() { quote!("invalid") } else { quote!(match self { #(#arms),* }) };
    quote! {
        #[automatically_derived]
        impl #parameters #engine::ErrorLabel for #name #arguments #conditions {
            fn error_type(&self) -> &'static ::core::primitive::str {
                #text
            }
        }
    }
}

/// `from_label`: the fallback for what is unknown, or `None` where there is none.
pub(crate) fn from_label(label: &ClosedLabel) -> TokenStream {
    let ClosedLabel { name, visibility, generics, values, .. } = label;
    let (parameters, arguments, conditions) = generics.split_for_impl();
    let fallback = values.iter().find(|value| value.fallback).map(|value| &value.variant);
    let arms = values.iter().map(|value| {
        let ClosedValue { variant, text, aliases, .. } = value;
        let found = if fallback.is_some() {
            quote!(Self::#variant)
        } else {
            quote!(::core::option::Option::Some(Self::#variant))
        };
        quote!(#text #(| #aliases)* => #found)
    });
    let (output, otherwise, documentation) = match fallback {
        Some(variant) => (
            quote!(Self),
            quote!(Self::#variant),
            format!("The value with this text or alias; [`{name}::{variant}`] for every other text."),
        ),
        None => (
            quote!(::core::option::Option<Self>),
            quote!(::core::option::Option::None),
            "The value with this text or alias; `None` for every other text.".to_owned(),
        ),
    };
    quote! {
        impl #parameters #name #arguments #conditions {
            #[doc = #documentation]
            #[allow(dead_code, reason = "not every label is read from text")]
            #visibility fn from_label(text: &::core::primitive::str) -> #output {
                match text {
                    #(#arms,)*
                    _ => #otherwise,
                }
            }
        }
    }
}

fn pattern(value: &ClosedValue) -> TokenStream {
    let variant = &value.variant;
    let fields = value.has_fields.then(|| quote!({ .. }));
    quote!(Self::#variant #fields)
}
