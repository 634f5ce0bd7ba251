//! The arguments of `#[counter(..)]` and its siblings.

use metric_names::Kind;
use syn::{Attribute, ExprArray, LitStr};

use crate::{
    arguments::{self, Argument},
    findings::Findings,
    instrument::{buckets, kind},
};

/// The arguments as they are written; a missing one was reported.
#[derive(Default)]
pub(crate) struct InstrumentAttrs {
    pub(crate) name: Option<LitStr>,
    pub(crate) unit: Option<LitStr>,
    /// Empty for the kinds that have none.
    pub(crate) boundaries: Vec<f64>,
}

impl InstrumentAttrs {
    pub(crate) fn parse(attribute: &Attribute, kind: Kind, findings: &mut Findings) -> Self {
        let tokens = arguments::of_attribute(attribute, findings);
        let arguments = arguments::read(tokens, findings);
        if findings.is_empty() && arguments.iter().all(is_known) {
            report_missing(&arguments, kind, attribute, findings);
        }
        let mut attrs = Self::default();
        for argument in &arguments {
            attrs.take(argument, kind, findings);
        }
        attrs
    }

    fn take(&mut self, argument: &Argument, kind: Kind, findings: &mut Findings) {
        match argument.key.to_string().as_str() {
            "name" => self.name = argument.value(form("name"), findings),
            "unit" => self.unit = argument.value(form("unit"), findings),
            "buckets" if kind == Kind::Histogram => {
                if let Some(list) = argument.value::<ExprArray>(form("buckets"), findings) {
                    self.boundaries = buckets::boundaries(&list, findings);
                }
            }
            "buckets" => {
                findings.report(&argument.key, "only a histogram has buckets: remove them, or write `#[histogram]`");
            }
            _ => argument.report_unknown(&format!("`#[{}]`", kind::attribute_name(kind)), required(kind), findings),
        }
    }
}

/// An argument that is malformed or misspelt may be the one that is missing, so this is for well-formed ones.
fn report_missing(arguments: &[Argument], kind: Kind, attribute: &Attribute, findings: &mut Findings) {
    for key in required(kind) {
        if !arguments.iter().any(|argument| argument.key == key) {
            findings.report(attribute.path(), format!("`{key}` is missing: add `{key} = {}`", form(key)));
        }
    }
}

fn is_known(argument: &Argument) -> bool {
    required(Kind::Histogram).iter().any(|key| argument.key == key)
}

/// The arguments of a kind; there are no optional ones.
fn required(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Histogram => &["name", "unit", "buckets"],
        Kind::Counter | Kind::UpDownCounter | Kind::Gauge => &["name", "unit"],
    }
}

fn form(key: &str) -> &'static str {
    match key {
        "name" => "\"domain.thing.total\"",
        "unit" => "\"{thing}\"",
        _ => "[0.1, 0.5, 1.0]",
    }
}
