//! The arguments of `#[domain(..)]`.

use metric_names::Naming;
use proc_macro2::{Ident, Span, TokenStream};
use syn::{Expr, ExprArray, ExprLit, Lit, LitStr, Path};

use crate::{
    arguments::{self, Argument},
    domain::model::default_engine,
    findings::Findings,
};

const KNOWN: &[&str] = &["title", "prefixes", "naming", "crate"];

/// The arguments, with their defaults filled in.
pub(crate) struct DomainAttrs {
    pub(crate) title: String,
    /// `None`: the module's name is the only prefix.
    pub(crate) prefixes: Option<Vec<String>>,
    pub(crate) naming: Naming,
    pub(crate) engine: Path,
}

impl DomainAttrs {
    pub(crate) fn parse(tokens: TokenStream, findings: &mut Findings) -> Self {
        let arguments = arguments::read(tokens, findings);
        let mut attrs = Self { title: String::new(), prefixes: None, naming: Naming::Units, engine: default_engine() };
        for argument in &arguments {
            attrs.take(argument, findings);
        }
        if !arguments.iter().any(|argument| argument.key == "title") {
            findings.report_at(
                Span::call_site(),
                "the title is missing: add `title = \"..\"`, the domain's heading in documents",
            );
        }
        attrs
    }

    fn take(&mut self, argument: &Argument, findings: &mut Findings) {
        match argument.key.to_string().as_str() {
            "title" => self.title = title(argument, findings),
            "prefixes" => self.prefixes = prefixes(argument, findings),
            "naming" => self.naming = naming(argument, findings),
            "crate" => self.engine = engine(argument, findings),
            _ => argument.report_unknown("`#[domain]`", KNOWN, findings),
        }
    }
}

fn title(argument: &Argument, findings: &mut Findings) -> String {
    let Some(title) = argument.value::<LitStr>("\"Order Metrics\"", findings) else {
        return String::new();
    };
    if title.value().trim().is_empty() {
        findings.report(&title, "the title is empty: write the domain's heading in documents");
    }
    title.value()
}

fn prefixes(argument: &Argument, findings: &mut Findings) -> Option<Vec<String>> {
    const FORM: &str = "[\"orders\", \"shop.orders\"]";
    let list = argument.value::<ExprArray>(FORM, findings)?;
    if list.elems.is_empty() {
        findings.report(&list, "the list is empty: name a prefix, or leave `prefixes` out to use the module's name");
        return None;
    }
    Some(list.elems.iter().filter_map(|element| prefix(element, findings)).collect())
}

fn prefix(element: &Expr, findings: &mut Findings) -> Option<String> {
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = element else {
        findings.report(element, "a prefix is a string literal");
        return None;
    };
    let prefix = text.value();
    let lower_case = prefix.to_ascii_lowercase();
    if metric_names::check_instrument_name(&prefix).is_err() || prefix.ends_with('.') {
        findings.report(
            text,
            "a prefix is the beginning of a metric name without the dot that follows, such as `shop.orders`",
        );
    } else if prefix != lower_case {
        findings.report(text, format!("a prefix is written in lower case: `{lower_case}`"));
    }
    Some(lower_case)
}

fn naming(argument: &Argument, findings: &mut Findings) -> Naming {
    let Some(word) = argument.value::<Ident>("plain` or `naming = units", findings) else {
        return Naming::Units;
    };
    match word.to_string().as_str() {
        "plain" => Naming::Plain,
        "units" => Naming::Units,
        _ => {
            findings.report(&word, "write `plain` (names as written) or `units` (the unit's word appended)");
            Naming::Units
        }
    }
}

fn engine(argument: &Argument, findings: &mut Findings) -> Path {
    argument.value("path::to::metrics_define", findings).unwrap_or_else(default_engine)
}
