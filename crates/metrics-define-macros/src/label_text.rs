//! `#[label_text(max_values = 64)]`: a struct that stands for interned text.

use proc_macro2::{Literal, Span, TokenStream};
use quote::quote;
use syn::{Attribute, Fields, ItemStruct, LitInt, Path, parse_quote};

use crate::{arguments, domain::default_engine, findings::Findings};

/// The struct with its text inside and its methods, followed by everything that is wrong with it.
pub(crate) fn label_text(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut findings = Findings::default();
    let attrs = Attrs::parse(arguments, &mut findings);
    let code = match syn::parse2::<ItemStruct>(item.clone()) {
        Ok(item) => {
            if !matches!(item.fields, Fields::Unit) || !item.generics.params.is_empty() {
                findings.report(
                    &item.ident,
                    format!(
                        "the text goes into the struct: write `struct {};`, without fields and parameters",
                        item.ident
                    ),
                );
            }
            expand(&item, &attrs)
        }
        Err(_) => {
            findings
                .report_at(Span::call_site(), "`#[label_text]` goes on a struct without fields: `struct Language;`");
            item
        }
    };
    let errors = findings.compile_errors();
    quote!(#code #errors)
}

/// Tells the attribute where the engine is, unless it says so itself.
pub(crate) fn with_engine(mut item: ItemStruct, engine: &Path) -> ItemStruct {
    for attribute in &mut item.attrs {
        if attribute.path().segments.last().is_some_and(|last| last.ident == "label_text") {
            let mut ignored = Findings::default();
            let written = arguments::of_attribute(attribute, &mut ignored);
            let says_so = arguments::read(written.clone(), &mut ignored).iter().any(|argument| argument.key == "crate");
            if !says_so {
                let path = attribute.path().clone();
                let separator = (!written.is_empty()).then(|| quote!(,));
                let new: Attribute = parse_quote!(#[#path(#written #separator crate = #engine)]);
                *attribute = new;
            }
        }
    }
    item
}

struct Attrs {
    max_values: usize,
    engine: Path,
}

impl Attrs {
    fn parse(tokens: TokenStream, findings: &mut Findings) -> Self {
        let mut max_values = None;
        let mut engine = default_engine();
        for argument in arguments::read(tokens, findings) {
            match argument.key.to_string().as_str() {
                "max_values" => max_values = Some(self::max_values(&argument, findings)),
                "crate" => {
                    engine = argument.value("path::to::metrics_define", findings).unwrap_or_else(default_engine);
                }
                _ => argument.report_unknown("`#[label_text]`", &["max_values", "crate"], findings),
            }
        }
        if max_values.is_none() && findings.is_empty() {
            findings.report_at(
                Span::call_site(),
                "[MC006] any text is a new series: bound it, `#[label_text(max_values = 64)]`",
            );
        }
        Self { max_values: max_values.unwrap_or(LEAST), engine }
    }
}

const LEAST: usize = 2;

fn max_values(argument: &arguments::Argument, findings: &mut Findings) -> usize {
    let Some(number) = argument.value::<LitInt>("64", findings) else { return LEAST };
    number.base10_parse().ok().filter(|count| *count >= LEAST).unwrap_or_else(|| {
        findings.report(&number, "text has at least 2 values, one of them `other`");
        LEAST
    })
}

fn expand(item: &ItemStruct, attrs: &Attrs) -> TokenStream {
    let ItemStruct { attrs: attributes, vis: visibility, ident: name, .. } = item;
    let engine = &attrs.engine;
    let max_values = Literal::usize_unsuffixed(attrs.max_values);
    quote! {
        #(#attributes)*
        #[derive(
            ::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug,
            ::core::cmp::PartialEq, ::core::cmp::Eq, ::core::hash::Hash,
        )]
        #visibility struct #name(#engine::expansion::Interned);

        impl #name {
            /// Looks the text up, and keeps it if it is new; beyond the type's limit every new text is `other`.
            #[inline]
            #[must_use]
            #visibility fn intern(text: &::core::primitive::str) -> Self {
                static INTERNER: #engine::expansion::Interner = #engine::expansion::Interner::new(#max_values);
                Self(INTERNER.intern(text))
            }

            /// The text as it stands in the label.
            #[must_use]
            #[allow(dead_code, reason = "not every text is read back")]
            #visibility fn as_str(self) -> &'static ::core::primitive::str {
                self.0.text()
            }
        }

        #[automatically_derived]
        impl #engine::LabelValue for #name {
            const VALUES: &'static [&'static ::core::primitive::str] = &[];
            const INTERNED: ::core::option::Option<::core::primitive::usize> = ::core::option::Option::Some(#max_values);

            const WRITTEN: #engine::expansion::Written =
                #engine::expansion::Written { module: ::core::module_path!(), variants: &[] };

            const PLACES: ::core::option::Option<::core::primitive::usize> = ::core::option::Option::Some(#max_values);

            #[inline]
            fn label(&self) -> #engine::Label<'_> {
                self.0.label(#max_values)
            }

            #[inline]
            fn place(&self) -> ::core::primitive::usize {
                self.0.place()
            }
        }
    }
}
