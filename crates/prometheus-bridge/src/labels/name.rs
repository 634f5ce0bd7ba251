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
        let Some(translated) = self.translate(key) else {
            findings.insert(Finding::LabelDropped { family: family.to_owned(), key: key.to_owned() });
            return None;
        };
        // Looked at twice, because escaping makes names beginning with `__` of some that do not.
        let free = unreserved(&translated, kind, PREFIX);
        let escaped = self.escape(free.clone().map_or(translated, Cow::Owned));
        let freed = unreserved(&escaped, kind, &escape_label_name(PREFIX, self.escaping));
        let is_renamed = free.is_some() || freed.is_some();
        let label = freed.map_or(escaped, Cow::Owned);
        if is_renamed {
            let (family, key, label) = (family.to_owned(), key.to_owned(), label.clone().into_owned());
            findings.insert(Finding::LabelRenamed { family, key, label });
        }
        Some(label)
    }

    /// Whether two keys become the same label.
    pub(crate) fn makes_equal(self, a: &str, b: &str) -> bool {
        let name = |key| self.translate(key).map(|name| self.escape(name));
        name(a) == name(b)
    }

    fn translate(self, key: &str) -> Option<Cow<'_, str>> {
        if self.strategy.escapes() {
            return label_name(key);
        }
        if key.is_empty() { None } else { Some(Cow::Borrowed(key)) }
    }

    fn escape(self, name: Cow<'_, str>) -> Cow<'_, str> {
        let escaped = match escape_label_name(&name, self.escaping) {
            Cow::Borrowed(_) => None,
            Cow::Owned(escaped) => Some(escaped),
        };
        escaped.map_or(name, Cow::Owned)
    }
}

/// The name to use instead of one that Prometheus keeps for itself.
fn unreserved(name: &str, kind: Kind, prefix: &str) -> Option<String> {
    let inner = match name {
        "le" if kind == Kind::Histogram => name,
        _ => name.strip_prefix("__")?.trim_matches('_'),
    };
    Some(format!("{prefix}{inner}"))
}

const PREFIX: &str = "exported_";
