//! `#[label(..)]` on the enum and on its variants.

use proc_macro2::TokenStream;
use syn::{
    Attribute, LitStr, Path, Token,
    ext::IdentExt,
    parse::{ParseStream, Parser},
};

use crate::{arguments, domain::default_engine, findings::Findings};

/// Where the engine is: `#[label(crate = path)]` on the item.
pub(crate) fn engine(attributes: &[Attribute], findings: &mut Findings) -> Path {
    let mut engine = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("label")) {
        let tokens = arguments::of_attribute(attribute, findings);
        for argument in arguments::read(tokens, findings) {
            match argument.key.to_string().as_str() {
                "crate" => engine = argument.value("path::to::metrics_define", findings),
                _ => argument.report_unknown("`#[label]` on an enum", &["crate"], findings),
            }
        }
    }
    engine.unwrap_or_else(default_engine)
}

/// What a variant says about its label: `#[label("websocket", alias = "ws", fallback)]`.
#[derive(Default)]
pub(crate) struct VariantAttrs {
    pub(crate) text: Option<LitStr>,
    /// Other texts that `from_label` takes for this variant.
    pub(crate) aliases: Vec<LitStr>,
    /// Whether `from_label` takes every unknown text for this variant.
    pub(crate) fallback: bool,
}

impl VariantAttrs {
    pub(crate) fn parse(attributes: &[Attribute], findings: &mut Findings) -> Self {
        let mut attrs = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("label")) {
            for piece in arguments::split(arguments::of_attribute(attribute, findings)) {
                attrs.take(piece, findings);
            }
        }
        attrs
    }

    fn take(&mut self, piece: TokenStream, findings: &mut Findings) {
        match part.parse2(piece.clone()) {
            Ok(Part::Text(text)) if self.text.is_none() => self.text = Some(text),
            Ok(Part::Text(text)) => findings.report(text, "a value has one text: write the others as `alias = \"..\"`"),
            Ok(Part::Alias(alias)) => self.aliases.push(alias),
            Ok(Part::Fallback) => self.fallback = true,
            Err(_) => findings.report(
                piece,
                "write the text of the label, `#[label(\"websocket\")]`, another text that is read as it, `alias = \"ws\"`, or `fallback`",
            ),
        }
    }
}

enum Part {
    Text(LitStr),
    Alias(LitStr),
    Fallback,
}

fn part(input: ParseStream<'_>) -> syn::Result<Part> {
    if input.peek(LitStr) {
        return input.parse().map(Part::Text);
    }
    let key = input.call(syn::Ident::parse_any)?;
    if key == "fallback" {
        return Ok(Part::Fallback);
    }
    if key != "alias" {
        return Err(syn::Error::new(key.span(), "unknown"));
    }
    input.parse::<Token![=]>()?;
    input.parse().map(Part::Alias)
}
