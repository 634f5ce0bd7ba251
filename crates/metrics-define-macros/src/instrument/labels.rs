//! The fields of a metric's struct: its labels.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Attribute, Field, Fields, LitInt, LitStr, ext::IdentExt, parse_quote};

use crate::{
    arguments::{self, Argument},
    documentation,
    findings::Findings,
    instrument::{
        label_key::Keys,
        label_type::LabelType,
        model::{LabelField, Values},
    },
};

/// Reads the labels, and takes the `#[label]` attributes off the fields.
pub(crate) fn parse(fields: &mut Fields, findings: &mut Findings) -> Vec<LabelField> {
    if let Fields::Unnamed(unnamed) = &*fields {
        findings.report(unnamed, "[MC006] labels have names: write the fields in braces, `{ pub status: Status }`");
    }
    let mut labels = Vec::new();
    let mut keys = Keys::default();
    for field in fields {
        let attributes: Vec<Attribute> =
            field.attrs.extract_if(.., |attribute| attribute.path().is_ident("label")).collect();
        let Some(ident) = field.ident.clone() else { continue };
        let attrs = LabelAttrs::parse(&attributes, findings);
        let label = label(field, ident, attrs, &mut keys, findings);
        labels.push(label);
    }
    labels
}

fn label(field: &mut Field, ident: Ident, attrs: LabelAttrs, keys: &mut Keys, findings: &mut Findings) -> LabelField {
    let key = attrs.key.as_ref().map_or_else(|| ident.unraw().to_string(), LitStr::value);
    let place = attrs.key.as_ref().map_or_else(|| ident.to_token_stream(), ToTokens::to_token_stream);
    keys.check(&key, &ident, place, findings);
    if let Some(problem) = LabelType::of(&field.ty).problem(attrs.max_values.is_some()) {
        findings.report(&field.ty, problem);
    }
    let description = documentation::description(&field.attrs).unwrap_or_default();
    let example = attrs.example.map(|example| example.value());
    if let Some(example) = &example {
        let line = format!(" For example `{example}`.");
        field.attrs.extend::<[Attribute; 2]>([parse_quote!(#[doc = ""]), parse_quote!(#[doc = #line])]);
    }
    LabelField {
        field: ident,
        ty: field.ty.clone(),
        key,
        description,
        values: attrs.max_values.map_or(Values::OfType, Values::AtMost),
        example,
    }
}

/// The arguments of `#[label(..)]` on a field.
#[derive(Default)]
struct LabelAttrs {
    key: Option<LitStr>,
    max_values: Option<usize>,
    example: Option<LitStr>,
}

impl LabelAttrs {
    fn parse(attributes: &[Attribute], findings: &mut Findings) -> Self {
        let mut attrs = Self::default();
        for attribute in attributes {
            let tokens = arguments::of_attribute(attribute, findings);
            for argument in arguments::read(tokens, findings) {
                attrs.take(&argument, findings);
            }
        }
        attrs
    }

    fn take(&mut self, argument: &Argument, findings: &mut Findings) {
        match argument.key.to_string().as_str() {
            "key" => self.key = argument.value("\"error_type\"", findings),
            "max_values" => self.max_values = Some(max_values(argument, findings)),
            "example" => self.example = argument.value("\"python-3.12\"", findings),
            _ => argument.report_unknown("`#[label]`", &["key", "max_values", "example"], findings),
        }
    }
}

/// A number also after an error, so that the label does not count as one without a bound.
fn max_values(argument: &Argument, findings: &mut Findings) -> usize {
    const LEAST: usize = 2;
    let Some(number) = argument.value::<LitInt>("64", findings) else { return LEAST };
    match number.base10_parse() {
        Ok(count) if count >= LEAST => count,
        _ => {
            findings.report(&number, "[MC006] a label of open text has at least 2 values, one of them `other`");
            LEAST
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use syn::ItemStruct;

    use super::*;

    #[test]
    fn a_field_is_a_label() {
        check(
            parse_quote! {
                struct A<'a> {
                    /// How the run ended.
                    pub status: Status,
                    pub r#type: bool,
                    #[label(key = "http.route", max_values = 64, example = "/users")]
                    pub route: &'a str,
                    #[label(max_values = 8)]
                    pub model: Model<'a>,
                }
            },
            &expect![[r#"
                status: Status, "How the run ended", OfType
                type: bool, "", OfType
                http.route: & 'a str, "", AtMost(64)
                model: Model < 'a >, "", AtMost(8)
            "#]],
        );
    }

    #[test]
    fn text_is_bounded() {
        check(
            parse_quote!(
                struct A<'a> {
                    text: &'a str,
                    #[label(max_values = 1)]
                    one: &'a str,
                    #[label(max_values = "9")]
                    nine: &'a str,
                }
            ),
            &expect![[r#"
                text: & 'a str, "", OfType
                one: & 'a str, "", AtMost(2)
                nine: & 'a str, "", AtMost(2)
                [MC006] any text is a new series: bound it with `#[label(max_values = 64)]`, or make the label an enum
                [MC006] a label of open text has at least 2 values, one of them `other`
                write `max_values = 64`
            "#]],
        );
    }

    #[test]
    fn fields_have_names() {
        check(
            parse_quote!(
                struct A(#[label(kee = "x")] bool);
            ),
            &expect![[r"
                [MC006] labels have names: write the fields in braces, `{ pub status: Status }`
            "]],
        );
    }

    #[test]
    fn keys_are_compared() {
        check(
            parse_quote!(
                struct A {
                    #[label(kee = "x")]
                    a: bool,
                    #[label(key = "b.c")]
                    d: bool,
                    b_c: bool,
                }
            ),
            &expect![[r#"
                a: bool, "", OfType
                b.c: bool, "", OfType
                b_c: bool, "", OfType
                unknown argument `kee`: `#[label]` takes `key`, `max_values`, `example`
                [MC006] `b_c` is the same label as that of `d`: give one of them another key
            "#]],
        );
    }

    fn check(mut item: ItemStruct, expected: &Expect) {
        let mut findings = Findings::default();
        let labels: Vec<_> = parse(&mut item.fields, &mut findings)
            .into_iter()
            .map(|it| format!("{}: {}, {:?}, {:?}\n", it.key, it.ty.to_token_stream(), it.description, it.values))
            .collect();
        expected.assert_eq(&(labels.concat() + &findings.messages()));
    }
}
