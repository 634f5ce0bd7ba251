//! Doc comments: what the user wrote about an item is its description everywhere.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The first paragraph of a doc comment as one line, without a full stop at its end; `None` when there is none.
pub(crate) fn description(attrs: &[Attribute]) -> Option<String> {
    let text: Vec<String> = attrs.iter().filter_map(doc_text).collect();
    let paragraph: Vec<&str> = text
        .iter()
        .flat_map(|text| text.split('\n'))
        .map(|line| line.trim().trim_start_matches("* ").trim())
        .skip_while(|line| line.is_empty())
        .take_while(|line| !line.is_empty())
        .collect();
    let line = paragraph.join(" ");
    let line = line.strip_suffix('.').unwrap_or(&line);
    (!line.is_empty()).then(|| line.to_owned())
}

/// The unit in parentheses at the end of a description, `(seconds)` or `(ms)`; other parentheses are part of the text.
pub(crate) fn trailing_unit(description: &str) -> Option<&str> {
    let (_, last) = description.strip_suffix(')')?.rsplit_once('(')?;
    UNIT_WORDS.iter().any(|word| last.eq_ignore_ascii_case(word)).then_some(last)
}

const UNIT_WORDS: [&str; 30] = [
    "s",
    "sec",
    "secs",
    "second",
    "seconds",
    "ms",
    "msec",
    "millis",
    "milliseconds",
    "us",
    "microseconds",
    "ns",
    "nanoseconds",
    "min",
    "minutes",
    "h",
    "hours",
    "d",
    "days",
    "By",
    "B",
    "byte",
    "bytes",
    "KiB",
    "MiB",
    "MB",
    "MiBy",
    "millicores",
    "%",
    "percent",
];

fn doc_text(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else { return None };
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &meta.value else { return None };
    meta.path.is_ident("doc").then(|| text.value())
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;
    use quote::quote;
    use syn::ItemStruct;

    use super::*;

    #[test]
    fn the_first_paragraph_becomes_one_line() {
        check(
            quote! {
                ///
                /// How long a run takes,
                /// end to end.
                ///
                /// # Details
                #[derive(Debug)]
                struct A;
            },
            Some("How long a run takes, end to end"),
        );
    }

    #[test]
    fn only_one_full_stop_is_dropped() {
        check(
            quote!(
                #[doc = " And so on..."]
                struct A;
            ),
            Some("And so on.."),
        );
    }

    #[test]
    fn a_block_comment_loses_its_stars() {
        check(
            quote!(
                #[doc = "\n * One\n * two\n "]
                struct A;
            ),
            Some("One two"),
        );
    }

    #[test]
    fn an_item_without_words_has_no_description() {
        check(
            quote!(
                struct A;
            ),
            None,
        );
        check(
            quote!(
                #[doc = " "]
                #[doc(hidden)]
                struct A;
            ),
            None,
        );
    }

    #[test]
    fn a_unit_at_the_end_is_seen() {
        assert_eq!(trailing_unit("Execution time (seconds)"), Some("seconds"));
        assert_eq!(trailing_unit("CPU usage (%)"), Some("%"));
        assert_eq!(trailing_unit("Dependency status (1=up)"), None);
        assert_eq!(trailing_unit("Time (ms) of a call"), None);
    }

    fn check(item: TokenStream, expected: Option<&str>) {
        let item: ItemStruct = syn::parse2(item).unwrap();
        assert_eq!(description(&item.attrs).as_deref(), expected);
    }
}
