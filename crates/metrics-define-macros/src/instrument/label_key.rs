//! The rules for a label's key.

use std::collections::BTreeMap;

use metric_names::label_name;
use proc_macro2::{Ident, TokenStream};

use crate::findings::Findings;

/// The keys of one metric so far: each one's name in Prometheus, and the field that it belongs to.
#[derive(Default)]
pub(crate) struct Keys(BTreeMap<String, Ident>);

impl Keys {
    /// Reports, at `place`, a key that is reserved, malformed, or the same label as an earlier one.
    pub(crate) fn check(&mut self, key: &str, field: &Ident, place: TokenStream, findings: &mut Findings) {
        if let Some(problem) = problem(key) {
            findings.report(place, problem);
            return;
        }
        let exposed = label_name(key).map_or_else(|| key.to_owned(), Into::into);
        if let Some(first) = self.0.insert(exposed, field.clone()) {
            findings
                .report(place, format!("`{key}` is the same label as that of `{first}`: give one of them another key"));
        }
    }
}

/// What is wrong with a key, and what to do.
fn problem(key: &str) -> Option<String> {
    let reserved = match key {
        "le" | "quantile" => Some("Prometheus, for the buckets of histograms and summaries"),
        _ if key.starts_with("__") => Some("Prometheus, for its own use"),
        _ if key.starts_with("otel_") || key.starts_with("otel.") => Some("OpenTelemetry"),
        _ => None,
    };
    if let Some(owner) = reserved {
        return Some(format!("`{key}` is reserved by {owner}: give the label another key, `#[label(key = \"..\")]`"));
    }
    let starts_with_letter = key.starts_with(|first: char| first.is_ascii_lowercase());
    let has_words = key.split(['.', '_']).all(is_word);
    (!starts_with_letter || !has_words)
        .then(|| format!("`{key}` is no label key: write lower case words joined by `_` or `.`, such as `error_type`"))
}

fn is_word(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proc_macro2::Span;

    use super::*;

    #[test]
    fn words_are_keys() {
        for key in ["status", "http.request.method", "error_type2", "less"] {
            check(key, &expect![""]);
        }
    }

    #[test]
    fn reserved_keys_are_refused() {
        check(
            "le",
            &expect![[r#"
            `le` is reserved by Prometheus, for the buckets of histograms and summaries: give the label another key, `#[label(key = "..")]`
        "#]],
        );
        check(
            "quantile",
            &expect![[r#"
            `quantile` is reserved by Prometheus, for the buckets of histograms and summaries: give the label another key, `#[label(key = "..")]`
        "#]],
        );
        check(
            "__name__",
            &expect![[r#"
            `__name__` is reserved by Prometheus, for its own use: give the label another key, `#[label(key = "..")]`
        "#]],
        );
        check(
            "otel_scope_name",
            &expect![[r#"
            `otel_scope_name` is reserved by OpenTelemetry: give the label another key, `#[label(key = "..")]`
        "#]],
        );
        check(
            "otel.metric.overflow",
            &expect![[r#"
            `otel.metric.overflow` is reserved by OpenTelemetry: give the label another key, `#[label(key = "..")]`
        "#]],
        );
    }

    #[test]
    fn other_keys_are_refused() {
        for key in ["", "Status", "2xx", "a b", "a..b", "a_", "é"] {
            assert!(problem(key).is_some_and(|problem| problem.contains("is no label key")), "{key}");
        }
    }

    fn check(key: &str, expected: &Expect) {
        let mut findings = Findings::default();
        let field = Ident::new("field", Span::call_site());
        Keys::default().check(key, &field, TokenStream::new(), &mut findings);
        expected.assert_eq(&findings.messages());
    }
}
