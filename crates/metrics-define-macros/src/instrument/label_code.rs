//! The code of one label: its definition, and its value at a call.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Path, Type, ext::IdentExt, spanned::Spanned};

use crate::instrument::model::{LabelField, Values};

/// The label as an element of the metric's definition.
pub(crate) fn definition(label: &LabelField, engine: &Path) -> TokenStream {
    let definition = match label.values {
        Values::OfType => label_of_type(label, engine),
        Values::AtMost(count) => open_label(label, count, engine),
    };
    let example = label.example.iter().map(|example| quote!(.with_example(#example)));
    let (field, type_name) = (label.field.to_string(), last_word(&label.ty));
    quote!(#definition #(#example)* .with_field(#field, #type_name))
}

/// The last word of a type: `str` of `&'a str`, `ExecutionStatus` of `super::ExecutionStatus`, `&Status` of `&'a Status`.
fn last_word(ty: &Type) -> String {
    match ty {
        Type::Reference(reference) => match last_word(&reference.elem).as_str() {
            "str" => "str".to_owned(),
            other => format!("&{other}"),
        },
        Type::Group(group) => last_word(&group.elem),
        Type::Paren(paren) => last_word(&paren.elem),
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.unraw().to_string()).unwrap_or_default(),
        _ => String::new(),
    }
}

fn open_label(label: &LabelField, count: usize, engine: &Path) -> TokenStream {
    let LabelField { ty, key, description, .. } = label;
    let trait_path = label_value(label, engine);
    let count = Literal::usize_unsuffixed(count);
    quote_spanned! {at(label)=>
        const {
            let (values, interned) = (<#ty as #trait_path>::VALUES, <#ty as #trait_path>::INTERNED);
            ::core::assert!(
                values.is_empty() && interned.is_none(),
                "[MC006] the values of this label are bounded by its type: remove `max_values`",
            );
            #engine::LabelDef::new(#key, #description, #engine::expansion::open_values(#count))
        }
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
            #engine::expansion::label_of_type(
                #key, #description, values, interned, <#ty as #trait_path>::BOOLEAN,
            )
            .with_written(<#ty as #trait_path>::WRITTEN)
        }
    }
}

/// Written like the use in `label_of_type`, so that the compiler says only once that the type is no label value.
pub(crate) fn value(label: &LabelField, engine: &Path) -> TokenStream {
    let (ty, field, trait_path) = (&label.ty, &label.field, label_value(label, engine));
    quote_spanned!(at(label)=> <#ty as #trait_path>::label(&self.#field))
}

/// How many places the label's values have.
pub(crate) fn places(label: &LabelField, engine: &Path) -> TokenStream {
    let (ty, trait_path) = (&label.ty, label_value(label, engine));
    quote_spanned!(at(label)=> <#ty as #trait_path>::PLACES)
}

/// The place of the label's value at a call.
pub(crate) fn place(label: &LabelField, engine: &Path) -> TokenStream {
    let (ty, field, trait_path) = (&label.ty, &label.field, label_value(label, engine));
    quote_spanned!(at(label)=> (<#ty as #trait_path>::PLACES, <#ty as #trait_path>::place(&self.#field)))
}

/// Gives the label the value of an early end, where its type has one.
pub(crate) fn end_early(label: &LabelField, engine: &Path) -> TokenStream {
    let (ty, field, trait_path) = (&label.ty, &label.field, label_value(label, engine));
    quote_spanned!(at(label)=> <#ty as #trait_path>::end_early(&mut self.#field);)
}

fn label_value(label: &LabelField, engine: &Path) -> TokenStream {
    quote_spanned!(at(label)=> #engine::LabelValue)
}

/// What the compiler says about a label, it says at the field's type.
fn at(label: &LabelField) -> Span {
    Span::call_site().located_at(label.ty.span())
}
