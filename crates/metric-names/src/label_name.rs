//! From an attribute's key to the name of its label in Prometheus.

use std::borrow::Cow;

/// The label name for an attribute's key, or `None` when nothing usable is left of the key.
///
/// Characters outside `[a-zA-Z0-9_]` become `_` and repeats collapse; a leading digit gets the prefix `key_`.
/// Only the double underscores around a reserved name such as `__name__` stay: who writes labels must rename or drop
/// such a one, because Prometheus refuses it.
///
/// ```
/// use metric_names::label_name;
///
/// assert_eq!(label_name("http.request.method").as_deref(), Some("http_request_method"));
/// assert_eq!(label_name("2xx").as_deref(), Some("key_2xx"));
/// assert_eq!(label_name("ようこそ"), None);
/// ```
pub fn label_name(key: &str) -> Option<Cow<'_, str>> {
    if !key.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    if is_label_name(key) {
        return Some(Cow::Borrowed(key));
    }
    let mut name = String::with_capacity(key.len() + DIGIT_PREFIX.len());
    if key.starts_with(|first: char| first.is_ascii_digit()) {
        name.push_str(DIGIT_PREFIX);
    }
    match reserved_inner(key) {
        Some(inner) => {
            name.push_str("__");
            push_collapsed(&mut name, inner);
            name.push_str("__");
        }
        None => push_collapsed(&mut name, key),
    }
    Some(Cow::Owned(name))
}

fn is_label_name(key: &str) -> bool {
    !key.starts_with(|first: char| first.is_ascii_digit())
        && !key.contains("__")
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn reserved_inner(key: &str) -> Option<&str> {
    key.strip_prefix("__")?.strip_suffix("__")
}

fn push_collapsed(name: &mut String, key: &str) {
    let mut after_underscore = false;
    for character in key.chars() {
        let allowed = character.is_ascii_alphanumeric();
        if allowed {
            name.push(character);
        } else if !after_underscore {
            name.push('_');
        }
        after_underscore = !allowed;
    }
}

const DIGIT_PREFIX: &str = "key_";
