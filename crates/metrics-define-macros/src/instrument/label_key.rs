//! The rules for a label's key.

use std::collections::BTreeMap;

use metric_names::{check_label_key, label_name};
use proc_macro2::{Ident, TokenStream};

use crate::findings::Findings;

/// The keys of one metric so far: each one's name in Prometheus, and the field that it belongs to.
#[derive(Default)]
pub(crate) struct Keys(BTreeMap<String, Ident>);

impl Keys {
    /// Reports, at `place`, a key that is reserved, malformed, or the same label as an earlier one.
    pub(crate) fn check(&mut self, key: &str, field: &Ident, place: TokenStream, findings: &mut Findings) {
        if let Err(error) = check_label_key(key) {
            findings.report(place, format!("[MC006] {error}"));
            return;
        }
        let exposed = label_name(key).map_or_else(|| key.to_owned(), Into::into);
        if let Some(first) = self.0.insert(exposed, field.clone()) {
            findings.report(
                place,
                format!("[MC006] `{key}` is the same label as that of `{first}`: give one of them another key"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use proc_macro2::Span;

    use super::*;

    #[test]
    fn keys_are_checked_and_compared_as_prometheus_writes_them() {
        let mut findings = Findings::default();
        let mut keys = Keys::default();
        for key in ["status", "le", "http.route", "http_route"] {
            keys.check(key, &Ident::new("field", Span::call_site()), TokenStream::new(), &mut findings);
        }
        expect![[r"
            [MC006] `le` is reserved by Prometheus, for the buckets of histograms and summaries: give the label another key
            [MC006] `http_route` is the same label as that of `field`: give one of them another key
        "]]
        .assert_eq(&findings.messages());
    }
}
