//! From an enum to a [`ClosedLabel`].

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{Data, DeriveInput, Fields, LitStr, Variant, ext::IdentExt};

use crate::{
    findings::Findings,
    label_value::{
        attrs::{self, VariantAttrs},
        model::{ClosedLabel, ClosedValue},
        snake_case::snake_case,
    },
};

/// Which of the two derives reads the enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Derive {
    LabelValue,
    ErrorLabel,
}

/// The set; `None` for what is not an item that can derive.
pub(crate) fn parse(item: TokenStream, derive: Derive, findings: &mut Findings) -> Option<ClosedLabel> {
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
        Data::Enum(data) => values(&data.variants, derive, findings),
        Data::Struct(_) | Data::Union(_) => {
            findings.report(
                &input.ident,
                format!(
                    "[MC006] `{derive:?}` is derived for enums: make `{}` an enum, or implement the trait by hand",
                    input.ident
                ),
            );
            Vec::new()
        }
    };
    let values = if findings.is_empty() { values } else { Vec::new() };
    Some(ClosedLabel { name: input.ident, visibility: input.vis, generics: input.generics, engine, values })
}

fn values<'a>(
    variants: impl IntoIterator<Item = &'a Variant>,
    derive: Derive,
    findings: &mut Findings,
) -> Vec<ClosedValue> {
    let mut first_uses = BTreeMap::new();
    let mut first_fallback: Option<Ident> = None;
    let mut values = Vec::new();
    for variant in variants {
        let attrs = VariantAttrs::parse(&variant.attrs, findings);
        let text = attrs.text.as_ref().map_or_else(|| snake_case(&variant.ident.unraw().to_string()), LitStr::value);
        let place = attrs.text.map_or_else(|| variant.ident.to_token_stream(), ToTokens::into_token_stream);
        let has_fields = !matches!(variant.fields, Fields::Unit);
        if has_fields && derive == Derive::LabelValue {
            findings.report(
                &variant.fields,
                format!("[MC006] a label value has no fields: write `{}` alone, or derive `ErrorLabel` for the enum of an error", variant.ident),
            );
        }
        report_text(&text, &place, &variant.ident, &mut first_uses, findings);
        for alias in &attrs.aliases {
            report_text(&alias.value(), alias, &variant.ident, &mut first_uses, findings);
        }
        if attrs.fallback
            && let Some(first) = first_fallback.replace(variant.ident.clone())
        {
            findings.report(&variant.ident, format!("`{first}` is the fallback already: there can be one"));
        }
        let aliases = attrs.aliases.iter().map(LitStr::value).collect();
        values.push(ClosedValue {
            variant: variant.ident.clone(),
            text,
            aliases,
            fallback: attrs.fallback,
            has_fields,
        });
    }
    values
}

/// Reports a text that is empty, or that another variant has already.
fn report_text<'a>(
    text: &str,
    place: &impl ToTokens,
    variant: &'a Ident,
    first_uses: &mut BTreeMap<String, &'a Ident>,
    findings: &mut Findings,
) {
    if text.is_empty() {
        findings.report(place, "[MC006] an empty label is the same as none in Prometheus: write a text");
    } else if let Some(first) = first_uses.insert(text.to_owned(), variant) {
        findings.report(
            place,
            format!("[MC006] `{text}` is already the text of `{first}`: give one of them another, `#[label(\"..\")]`"),
        );
    }
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
                [MC006] `LabelValue` is derived for enums: make `Group` an enum, or implement the trait by hand
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
                [MC006] a label value has no fields: write `A` alone, or derive `ErrorLabel` for the enum of an error
                [MC006] `a` is already the text of `A`: give one of them another, `#[label("..")]`
                [MC006] an empty label is the same as none in Prometheus: write a text
                write the text of the label, `#[label("websocket")]`, another text that is read as it, `alias = "ws"`, or `fallback`
            "#]],
        );
    }

    fn check(item: TokenStream, expected: &Expect) {
        let mut findings = Findings::default();
        let label = parse(item, Derive::LabelValue, &mut findings).unwrap();
        let engine = label.engine.to_token_stream();
        let values: Vec<_> = label.values.iter().map(|it| format!("{}: {}\n", it.variant, it.text)).collect();
        expected.assert_eq(&format!("{engine}\n{}{}", values.concat(), findings.messages()));
    }
}
