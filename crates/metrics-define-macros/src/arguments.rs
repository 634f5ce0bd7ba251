//! `key = value, key, key(..)`: the arguments of an attribute, read so that one bad argument does not hide the next.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::{
    Attribute, Meta, Token,
    ext::IdentExt,
    parenthesized,
    parse::{Parse, ParseStream, Parser},
    token::Paren,
};

use crate::findings::Findings;

/// One `key = value`, a `key(..)`, or a `key` alone.
pub(crate) struct Argument {
    pub(crate) key: Ident,
    /// What stands after `=`.
    value: Option<TokenStream>,
    /// What stands in parentheses.
    list: Option<TokenStream>,
}

impl Argument {
    /// The value as a `T`; otherwise says which form is expected.
    pub(crate) fn value<T: Parse>(&self, form: &str, findings: &mut Findings) -> Option<T> {
        let Some(value) = &self.value else {
            findings.report(&self.key, format!("write `{} = {form}`", self.key));
            return None;
        };
        let parsed = syn::parse2(value.clone());
        if parsed.is_err() {
            findings.report(value, format!("write `{} = {form}`", self.key));
        }
        parsed.ok()
    }

    /// What stands in the parentheses, which are not empty; otherwise says which form is expected.
    pub(crate) fn list(&self, form: &str, findings: &mut Findings) -> Option<TokenStream> {
        let list = self.list.clone().filter(|list| !list.is_empty());
        if list.is_none() {
            findings.report(&self.key, format!("write `{}({form})`", self.key));
        }
        list
    }

    /// A key that needs no value: that it is there is what it says.
    pub(crate) fn flag(&self, findings: &mut Findings) -> bool {
        if let Some(value) = self.value.as_ref().or(self.list.as_ref()) {
            findings.report(value, format!("`{}` has no value: write it alone, or leave it out", self.key));
        }
        true
    }

    pub(crate) fn is_lone(&self) -> bool {
        self.value.is_none() && self.list.is_none()
    }

    /// Says that `owner` has no such argument, and which ones it has.
    pub(crate) fn report_unknown(&self, owner: &str, known: &[&str], findings: &mut Findings) {
        let known: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
        findings.report(&self.key, format!("unknown argument `{}`: {owner} takes {}", self.key, known.join(", ")));
    }
}

/// What stands in the parentheses of an attribute; nothing for an attribute without them.
pub(crate) fn of_attribute(attribute: &Attribute, findings: &mut Findings) -> TokenStream {
    match &attribute.meta {
        Meta::Path(_) => TokenStream::new(),
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(_) => {
            findings.report(attribute, "write the arguments in parentheses: `(key = value, ..)`");
            TokenStream::new()
        }
    }
}

/// The arguments; reports the malformed and the repeated ones, and leaves it to the owner to know its keys.
pub(crate) fn read(tokens: TokenStream, findings: &mut Findings) -> Vec<Argument> {
    let mut arguments: Vec<Argument> = Vec::new();
    for piece in split(tokens) {
        let Ok(argument) = argument.parse2(piece.clone()) else {
            findings.report(piece, "write the arguments as `key = value`");
            continue;
        };
        if arguments.iter().any(|earlier| earlier.key == argument.key) {
            findings.report(&argument.key, format!("`{}` is given twice: remove one", argument.key));
        } else {
            arguments.push(argument);
        }
    }
    arguments
}

/// Commas inside brackets are inside one token tree, so every comma seen here ends an argument.
pub(crate) fn split(tokens: TokenStream) -> Vec<TokenStream> {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    trees
        .split(|tree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ','))
        .filter(|piece| !piece.is_empty())
        .map(|piece| piece.iter().cloned().collect())
        .collect()
}

fn argument(input: ParseStream<'_>) -> syn::Result<Argument> {
    let key = input.call(Ident::parse_any)?;
    if input.is_empty() {
        return Ok(Argument { key, value: None, list: None });
    }
    if input.peek(Paren) {
        let list;
        parenthesized!(list in input);
        let list = list.parse()?;
        // Nothing may follow: the caller reads to the end.
        return Ok(Argument { key, value: None, list: Some(list) });
    }
    input.parse::<Token![=]>()?;
    if input.is_empty() {
        return Err(input.error("a value is missing"));
    }
    Ok(Argument { key, value: Some(input.parse()?), list: None })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use quote::quote;
    use syn::LitStr;

    use super::*;

    #[test]
    fn arguments_are_split_at_their_commas() {
        check(
            quote!(name = "a", list = ["b", "c"], crate = a::b,),
            &expect![[r#"
            name: "a"
            list: ["b" , "c"]
            crate: a :: b
        "#]],
        );
        check(quote!(), &expect![""]);
    }

    #[test]
    fn a_bad_argument_does_not_hide_the_others() {
        check(
            quote!(flag, name =, "b", name = "c", name = "d"),
            &expect![[r#"
            flag: 
            name: "c"
            write the arguments as `key = value`
            write the arguments as `key = value`
            `name` is given twice: remove one
        "#]],
        );
    }

    #[test]
    fn an_unknown_argument_is_told_the_known_ones() {
        let mut findings = Findings::default();
        let arguments = read(quote!(nme = "a"), &mut findings);

        arguments[0].report_unknown("`#[it]`", &["name", "unit"], &mut findings);
        assert_eq!(findings.messages(), "unknown argument `nme`: `#[it]` takes `name`, `unit`\n");
    }

    #[test]
    fn a_value_of_another_form_is_told_the_form() {
        let mut findings = Findings::default();
        let arguments = read(quote!(name = 5), &mut findings);

        assert!(arguments[0].value::<LitStr>("\"a.b\"", &mut findings).is_none());
        assert_eq!(findings.messages(), "write `name = \"a.b\"`\n");
    }

    fn check(tokens: TokenStream, expected: &Expect) {
        let mut findings = Findings::default();
        let arguments = read(tokens, &mut findings);
        let read: Vec<_> =
            arguments.iter().map(|it| format!("{}: {}\n", it.key, it.value.clone().unwrap_or_default())).collect();
        expected.assert_eq(&(read.concat() + &findings.messages()));
    }
}
