//! Escaping of names for readers that do not take UTF-8 names, by the scheme that the reader asked for.

use std::{borrow::Cow, fmt::Write as _};

/// How names outside of Prometheus' old character set are written.
///
/// The default is what a reader gets that does not ask: every version of Prometheus takes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Escaping {
    /// As they are, in quotes.
    AllowUtf8,
    /// Every other character is a `_`. Two names may become one.
    #[default]
    Underscores,
    /// `.` is `_dot_`, `_` is `__`, every other character too.
    Dots,
    /// Names begin with `U__`, and every other character is its number between underscores. It can be reversed.
    Values,
}

impl Escaping {
    /// The word for it in a content type.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AllowUtf8 => "allow-utf-8",
            Self::Underscores => "underscores",
            Self::Dots => "dots",
            Self::Values => "values",
        }
    }

    /// The scheme for a word, the documented `allow-utf8` included.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "allow-utf-8" | "allow-utf8" => Some(Self::AllowUtf8),
            "underscores" => Some(Self::Underscores),
            "dots" => Some(Self::Dots),
            "values" => Some(Self::Values),
            _ => None,
        }
    }
}

/// A metric's name as this scheme writes it.
///
/// ```
/// use metric_names::{Escaping, escape_metric_name};
///
/// assert_eq!(escape_metric_name("metric.name", Escaping::Underscores), "metric_name");
/// assert_eq!(escape_metric_name("metric.name", Escaping::Dots), "metric_dot_name");
/// assert_eq!(escape_metric_name("metric.name", Escaping::Values), "U__metric_2e_name");
/// assert_eq!(escape_metric_name("metric.name", Escaping::AllowUtf8), "metric.name");
/// ```
pub fn escape_metric_name(name: &str, escaping: Escaping) -> Cow<'_, str> {
    escape(name, escaping, true)
}

/// A label's name as this scheme writes it; unlike a metric's it has no colon.
pub fn escape_label_name(name: &str, escaping: Escaping) -> Cow<'_, str> {
    escape(name, escaping, false)
}

/// Whether every version of Prometheus accepts this as the name of a metric, unquoted.
pub fn is_legacy_metric_name(name: &str) -> bool {
    is_legacy(name, true)
}

/// Whether every version of Prometheus accepts this as the name of a label, unquoted.
pub fn is_legacy_label_name(name: &str) -> bool {
    is_legacy(name, false)
}

fn escape(name: &str, escaping: Escaping, colons: bool) -> Cow<'_, str> {
    let legacy = is_legacy(name, colons);
    match escaping {
        Escaping::AllowUtf8 => Cow::Borrowed(name),
        Escaping::Underscores | Escaping::Values if legacy => Cow::Borrowed(name),
        Escaping::Dots if legacy && !name.contains('_') => Cow::Borrowed(name),
        Escaping::Underscores => with_each(name, "", |out, at, character| {
            out.push(if is_legacy_character(character, at, colons) { character } else { '_' });
        }),
        Escaping::Dots => with_each(name, "", |out, at, character| match character {
            '.' => out.push_str("_dot_"),
            '_' => out.push_str("__"),
            _ if is_legacy_character(character, at, colons) => out.push(character),
            _ => out.push_str("__"),
        }),
        Escaping::Values => with_each(name, "U__", |out, at, character| match character {
            '_' => out.push_str("__"),
            _ if is_legacy_character(character, at, colons) => out.push(character),
            _ => {
                let written = write!(out, "_{:x}_", u32::from(character));
                debug_assert!(written.is_ok(), "writing to a string succeeds");
            }
        }),
    }
}

fn with_each(name: &str, prefix: &str, push: impl Fn(&mut String, usize, char)) -> Cow<'static, str> {
    let mut out = String::with_capacity(name.len() + 8);
    out.push_str(prefix);
    for (at, character) in name.chars().enumerate() {
        push(&mut out, at, character);
    }
    Cow::Owned(out)
}

fn is_legacy(name: &str, colons: bool) -> bool {
    !name.is_empty() && name.chars().enumerate().all(|(at, character)| is_legacy_character(character, at, colons))
}

fn is_legacy_character(character: char, at: usize, colons: bool) -> bool {
    character.is_ascii_alphabetic()
        || character == '_'
        || (character == ':' && colons)
        || (character.is_ascii_digit() && at > 0)
}

#[cfg(test)]
mod tests {
    use super::{Escaping, escape_label_name, escape_metric_name, is_legacy_metric_name};

    #[test]
    fn every_scheme_but_utf8_gives_a_name_for_every_version() {
        for name in ["a.b", "1a", "é", "a_b", "no:sy space~ñ", "a\"b\n", "U__x"] {
            for escaping in [Escaping::Underscores, Escaping::Dots, Escaping::Values] {
                let escaped = escape_metric_name(name, escaping);
                assert!(is_legacy_metric_name(&escaped), "{name:?} is {escaped:?}");
            }
        }
    }

    #[test]
    fn the_cases_of_the_documentation() {
        for (name, escaping, expected) in [
            ("mysystem.prod.west.cpu.load", Escaping::Dots, "mysystem_dot_prod_dot_west_dot_cpu_dot_load"),
            ("mysystem.prod.west.cpu.load_total", Escaping::Dots, "mysystem_dot_prod_dot_west_dot_cpu_dot_load__total"),
            ("http.status:sum", Escaping::Values, "U__http_2e_status:sum"),
            ("label with 😱", Escaping::Values, "U__label_20_with_20__1f631_"),
            ("1st", Escaping::Values, "U___31_st"),
        ] {
            assert_eq!(escape_metric_name(name, escaping), expected);
        }
        assert_eq!(escape_label_name("a:b", Escaping::Underscores), "a_b");
        assert_eq!(escape_label_name("a:b", Escaping::Values), "U__a_3a_b");
    }
}
