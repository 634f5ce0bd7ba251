//! From an enum to a [`ClosedLabel`].

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Data, DeriveInput, Fields, LitStr, Variant, ext::IdentExt};

use crate::{
    findings::Findings,
    label_value::{
        attrs,
        model::{ClosedLabel, ClosedValue},
        snake_case::snake_case,
    },
};

/// The set; `None` for what is not an item that can derive.
pub(crate) fn parse(item: TokenStream, findings: &mut Findings) -> Option<ClosedLabel> {
    let input = match syn::parse2::<DeriveInput>(item) {
        Ok(input) => input,
        Err(error) => {
            findings.report_at(error.span(), error);
            return None;
        }
    };
    let engine = attrs::engine(&input.attrs, findings);
    let values = match &input.data {
        Data::Enum(data) if data.variants.is_empty() => {
            findings.report(&input.ident, format!("`{}` has no value: add a variant", input.ident));
            Vec::new()
        }
        Data::Enum(data) => values(&data.variants, findings),
        Data::Struct(_) | Data::Union(_) => {
            findings.report(
                &input.ident,
                format!(
                    "`LabelValue` is derived for enums: make `{}` an enum, or implement the trait by hand",
                    input.ident
                ),
            );
            Vec::new()
        }
    };
    let values = if findings.is_empty() { values } else { Vec::new() };
    Some(ClosedLabel { name: input.ident, generics: input.generics, engine, values })
}

fn values<'a>(variants: impl IntoIterator<Item = &'a Variant>, findings: &mut Findings) -> Vec<ClosedValue> {
    let mut first_uses = BTreeMap::new();
    let mut values = Vec::new();
    for variant in variants {
        let written = attrs::text(&variant.attrs, findings);
        let text = written.as_ref().map_or_else(|| snake_case(&variant.ident.unraw().to_string()), LitStr::value);
        let place = written.map_or_else(|| variant.ident.to_token_stream(), ToTokens::into_token_stream);
        if !matches!(variant.fields, Fields::Unit) {
            findings.report(&variant.fields, format!("a label value has no fields: write `{}` alone", variant.ident));
        }
        if text.is_empty() {
            findings.report(&place, "an empty label is the same as none in Prometheus: write a text");
        } else if let Some(first) = first_uses.insert(text.clone(), &variant.ident) {
            findings.report(
                &place,
                format!("`{text}` is already the text of `{first}`: give one of them another, `#[label(\"..\")]`"),
            );
        }
        values.push(ClosedValue { variant: variant.ident.clone(), text });
    }
    values
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use quote::quote;

    use super::*;

    #[test]
    fn variants_are_values() {
        check(
            quote! {
                #[label(crate = metrics_catalog)]
                enum Group { Api, #[label("websocket")] WebSocket, r#Type }
            },
            &expect![[r"
                metrics_catalog
                Api: api
                WebSocket: websocket
                r#Type: type
            "]],
        );
    }

    #[test]
    fn what_is_not_a_closed_set_is_reported() {
        check(
            quote!(
                struct Group;
            ),
            &expect![[r"
            :: metrics_define
            `LabelValue` is derived for enums: make `Group` an enum, or implement the trait by hand
        "]],
        );
        check(
            quote!(
                enum Group {}
            ),
            &expect![[r"
            :: metrics_define
            `Group` has no value: add a variant
        "]],
        );
        check(
            quote! {
                #[label(krate = a)]
                enum Group { A(u8), #[label("a")] B, #[label("")] C, #[label(text = "d")] D }
            },
            &expect![[r#"
                :: metrics_define
                unknown argument `krate`: `#[label]` on an enum takes `crate`
                a label value has no fields: write `A` alone
                `a` is already the text of `A`: give one of them another, `#[label("..")]`
                an empty label is the same as none in Prometheus: write a text
                write the text of the label: `#[label("websocket")]`
            "#]],
        );
    }

    fn check(item: TokenStream, expected: &Expect) {
        let mut findings = Findings::default();
        let label = parse(item, &mut findings).unwrap();
        let engine = label.engine.to_token_stream();
        let values: Vec<_> = label.values.iter().map(|it| format!("{}: {}\n", it.variant, it.text)).collect();
        expected.assert_eq(&format!("{engine}\n{}{}", values.concat(), findings.messages()));
    }
}
