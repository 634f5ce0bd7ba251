//! From the tokens of a module to a [`Module`].

use proc_macro2::{Span, TokenStream};
use syn::{Attribute, Item, ItemEnum, ItemMod, Path, Token, ext::IdentExt, parse_quote, punctuated::Punctuated};

use crate::{
    documentation,
    domain::{
        attrs::DomainAttrs,
        model::{Domain, Member, Module},
        together,
    },
    findings::Findings,
    instrument, label_text, label_value,
};

/// The module; `None` when there is no inline module to work on.
pub(crate) fn parse(arguments: TokenStream, item: TokenStream, findings: &mut Findings) -> Option<Module> {
    let Ok(mut shell) = syn::parse2::<ItemMod>(item) else {
        findings.report_at(Span::call_site(), "`#[domain]` goes on a module: `mod orders { .. }`");
        return None;
    };
    let Some((_, items)) = shell.content.take() else {
        findings.report(&shell.ident, "`#[domain]` needs the module's contents: write it inline, `mod orders { .. }`");
        return None;
    };
    let domain = domain(DomainAttrs::parse(arguments, findings), &mut shell, findings);
    let mut members: Vec<Member> = items.into_iter().map(|item| member(item, &domain, findings)).collect();
    together::check_names(&members, findings);
    together::resolve_renamings(&mut members, findings);
    Some(Module { domain, shell, members })
}

fn domain(attrs: DomainAttrs, shell: &mut ItemMod, findings: &mut Findings) -> Domain {
    let name = shell.ident.unraw().to_string();
    let description = documentation::description(&shell.attrs).unwrap_or_else(|| {
        findings.report(
            &shell.ident,
            format!("domain `{name}` has no description: add a doc comment that says what it is about"),
        );
        String::new()
    });
    Domain {
        prefixes: attrs.prefixes.unwrap_or_else(|| vec![name.to_ascii_lowercase()]),
        name,
        title: attrs.title,
        description,
        naming: attrs.naming,
        lint_exceptions: instrument::take_lint_exceptions(&mut shell.attrs, findings),
        engine: attrs.engine,
    }
}

fn member(item: Item, domain: &Domain, findings: &mut Findings) -> Member {
    match item {
        Item::Struct(mut item) => match instrument::take_attribute(&mut item, findings) {
            Some((form, attribute)) => {
                let (instrument, found) = instrument::parse(item, form, &attribute, domain);
                findings.append(found);
                Member::Instrument(instrument)
            }
            None => Member::Other(Item::Struct(label_text::with_engine(item, &domain.engine))),
        },
        Item::Enum(item) if item.attrs.iter().any(derives_label) => {
            let mut item = with_engine(item, &domain.engine);
            label_value::document(&mut item);
            Member::Other(Item::Enum(item))
        }
        other => Member::Other(other),
    }
}

/// Tells an enum that derives a label where the engine is, unless it says so itself.
fn with_engine(mut item: ItemEnum, engine: &Path) -> ItemEnum {
    let says_so = item.attrs.iter().any(|attribute| attribute.path().is_ident("label"));
    if !says_so {
        item.attrs.push(parse_quote!(#[label(crate = #engine)]));
    }
    item
}

fn derives_label(attribute: &Attribute) -> bool {
    let derived = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated);
    attribute.path().is_ident("derive")
        && derived.is_ok_and(|paths| {
            paths.iter().any(|path| {
                path.segments.last().is_some_and(|last| last.ident == "LabelValue" || last.ident == "ErrorLabel")
            })
        })
}
