//! From an attribute's key to the name of a label that Prometheus accepts.

use std::borrow::Cow;

use metric_names::{Escaping, Kind, Strategy, escape_label_name, label_name};

use crate::finding::{Finding, Findings};

/// How keys become names: first the strategy, then the escaping that the scraper asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Naming {
    pub(crate) strategy: Strategy,
    pub(crate) escaping: Escaping,
}

impl Naming {
    /// The name for a key, or `None` if nothing of the key can be shown.
    pub(super) fn label<'k>(
        self,
        key: &'k str,
        family: &str,
        kind: Kind,
        findings: &mut Findings,
    ) -> Option<Cow<'k, str>> {
        let Some(name) = self.translate(key) else {
            findings.insert(Finding::LabelDropped { family: family.to_owned(), key: key.to_owned() });
            return None;
        };
        let Some(label) = unreserved(&name, kind) else { return Some(name) };
        let (family, key) = (family.to_owned(), key.to_owned());
        findings.insert(Finding::LabelRenamed { family, key, label: label.clone() });
        Some(Cow::Owned(label))
    }

    fn translate(self, key: &str) -> Option<Cow<'_, str>> {
        if self.strategy.escapes() {
            return label_name(key);
        }
        if key.is_empty() { None } else { Some(escape_label_name(key, self.escaping)) }
    }
}

/// The name to use instead of one that Prometheus keeps for itself.
fn unreserved(name: &str, kind: Kind) -> Option<String> {
    let inner = match name {
        "le" if kind == Kind::Histogram => name,
        _ => name.strip_prefix("__")?.trim_matches('_'),
    };
    Some(format!("exported_{inner}"))
}
