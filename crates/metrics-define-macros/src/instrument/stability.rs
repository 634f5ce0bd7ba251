//! How far a definition can be relied on: `stability = Stable`, `#[deprecated]`, and `#[allow_lint(..)]`.

use proc_macro2::Ident;
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Meta, MetaNameValue, Token, parse::Parser, punctuated::Punctuated};

use crate::{
    arguments::{self, Argument},
    findings::Findings,
};

const LEVELS: [&str; 5] = ["Development", "Alpha", "Beta", "ReleaseCandidate", "Stable"];

/// One of OpenTelemetry's levels.
pub(crate) fn parse(argument: &Argument, findings: &mut Findings) -> Option<Ident> {
    let level = argument.value::<Ident>("Stable", findings)?;
    if LEVELS.iter().any(|known| level == known) {
        return Some(level);
    }
    let known: Vec<_> = LEVELS.iter().map(|level| format!("`{level}`")).collect();
    findings.report(&level, format!("`{level}` is no level of stability: write {}", known.join(", ")));
    None
}

/// What `#[deprecated]` says.
pub(crate) struct Deprecated {
    pub(crate) since: String,
    pub(crate) note: String,
}

/// The compiler's own attribute, which stays where it is: it is what warns the callers.
pub(crate) fn deprecated(attributes: &[Attribute]) -> Option<Deprecated> {
    let attribute = attributes.iter().find(|attribute| attribute.path().is_ident("deprecated"))?;
    let mut deprecated = Deprecated { since: String::new(), note: String::new() };
    match &attribute.meta {
        Meta::Path(_) => {}
        Meta::NameValue(meta) => deprecated.note = text(&meta.value),
        Meta::List(list) => {
            let pairs = Punctuated::<MetaNameValue, Token![,]>::parse_terminated.parse2(list.tokens.clone());
            for pair in pairs.into_iter().flatten() {
                if pair.path.is_ident("since") {
                    deprecated.since = text(&pair.value);
                } else if pair.path.is_ident("note") {
                    deprecated.note = text(&pair.value);
                }
            }
        }
    }
    Some(deprecated)
}

fn text(expression: &Expr) -> String {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => text.value(),
        _ => String::new(),
    }
}

/// A rule of the lint that does not hold, and why.
pub(crate) struct LintException {
    pub(crate) rule: String,
    pub(crate) reason: String,
}

/// Takes the `#[allow_lint(MC012, reason = "..")]` off a struct or a module.
pub(crate) fn take_lint_exceptions(attributes: &mut Vec<Attribute>, findings: &mut Findings) -> Vec<LintException> {
    let taken: Vec<Attribute> =
        attributes.extract_if(.., |attribute| attribute.path().is_ident("allow_lint")).collect();
    taken.iter().flat_map(|attribute| lint_exceptions(attribute, findings)).collect()
}

fn lint_exceptions(attribute: &Attribute, findings: &mut Findings) -> Vec<LintException> {
    let (mut rules, mut reason, mut is_odd) = (Vec::new(), None, false);
    for argument in arguments::read(arguments::of_attribute(attribute, findings), findings) {
        if argument.key == "reason" {
            reason = argument.value::<LitStr>("\"why the rule does not hold here\"", findings);
        } else if argument.is_lone() && is_rule(&argument.key.to_string()) {
            rules.push(argument.key.to_string());
        } else {
            is_odd = true;
        }
    }
    let reason = reason.map(|reason| reason.value()).unwrap_or_default();
    if is_odd || reason.trim().is_empty() || rules.is_empty() {
        findings.report(attribute, "name the rule and say why: `#[allow_lint(MC012, reason = \"..\")]`");
    }
    rules.into_iter().map(|rule| LintException { rule, reason: reason.clone() }).collect()
}

fn is_rule(key: &str) -> bool {
    key.strip_prefix("MC").is_some_and(|digits| digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}
