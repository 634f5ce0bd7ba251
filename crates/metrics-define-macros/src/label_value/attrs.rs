//! `#[label(..)]` on the enum and on its variants.

use syn::{Attribute, LitStr, Path};

use crate::{arguments, domain::default_engine, findings::Findings};

/// Where the engine is: `#[label(crate = path)]` on the enum.
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

/// The text of a variant: `#[label("websocket")]`.
pub(crate) fn text(attributes: &[Attribute], findings: &mut Findings) -> Option<LitStr> {
    let attribute = attributes.iter().find(|attribute| attribute.path().is_ident("label"))?;
    let text = attribute.parse_args();
    if text.is_err() {
        findings.report(attribute, "write the text of the label: `#[label(\"websocket\")]`");
    }
    text.ok()
}
