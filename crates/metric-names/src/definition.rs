//! The rules for names that one gives oneself, stricter than those for names that come from elsewhere.

use std::{error::Error, fmt};

use crate::{
    exposed_name::NameError,
    instrument_name::{InstrumentNameError, check_instrument_name},
    kind::Kind,
};

/// Checks the name of a metric that is being defined: lower case words with one delimiter between two of them, the last
/// of which does not promise another kind of metric.
///
/// ```
/// use metric_names::{Kind, check_metric_name};
///
/// assert!(check_metric_name("script.executions.total", Kind::Counter).is_ok());
/// assert!(check_metric_name("script.executions.total", Kind::Gauge).is_err());
/// assert!(check_metric_name("Script..executions", Kind::Counter).is_err());
/// ```
pub fn check_metric_name(name: &str, kind: Kind) -> Result<(), MetricNameError> {
    check_instrument_name(name).map_err(MetricNameError::Grammar)?;
    let tidy = tidy(name);
    if tidy == name { check_last_word(name, kind) } else { Err(MetricNameError::Untidy { instead: tidy }) }
}

/// Checks that the last word of a name does not belong to another kind of metric.
pub fn check_last_word(name: &str, kind: Kind) -> Result<(), MetricNameError> {
    let last = name.rsplit(DELIMITERS).next().unwrap_or_default();
    match last {
        "total" if kind != Kind::Counter => Err(MetricNameError::LastWord { word: "total", owner: "counters" }),
        _ if kind == Kind::Histogram => Ok(()),
        "count" => Err(MetricNameError::LastWord { word: "count", owner: HISTOGRAMS }),
        "sum" => Err(MetricNameError::LastWord { word: "sum", owner: HISTOGRAMS }),
        "bucket" => Err(MetricNameError::LastWord { word: "bucket", owner: HISTOGRAMS }),
        _ => Ok(()),
    }
}

const HISTOGRAMS: &str = "the samples of histograms";

/// Checks the name that a metric being defined will have in Prometheus: that nobody else writes series under it.
///
/// ```
/// use metric_names::{NameError, check_exposed_name};
///
/// assert_eq!(check_exposed_name("script_executions_total"), Ok(()));
/// assert_eq!(check_exposed_name("up"), Err(NameError::Reserved));
/// assert_eq!(check_exposed_name("job:errors:rate5m"), Err(NameError::Colon));
/// ```
pub const fn check_exposed_name(name: &str) -> Result<(), NameError> {
    let name = name.as_bytes();
    let mut at = 0;
    while at < name.len() {
        if name[at] == b':' {
            return Err(NameError::Colon);
        }
        at += 1;
    }
    match name {
        b"up" | b"target_info" | [b's', b'c', b'r', b'a', b'p', b'e', b'_', ..] => Err(NameError::Reserved),
        _ => Ok(()),
    }
}

/// Checks the key of a label that is being defined: lower case words joined by `_` or `.`, none of them reserved.
///
/// ```
/// use metric_names::check_label_key;
///
/// assert!(check_label_key("error_type").is_ok());
/// assert!(check_label_key("le").is_err());
/// assert!(check_label_key("Error Type").is_err());
/// ```
pub fn check_label_key(key: &str) -> Result<(), LabelKeyError> {
    let owner = match key {
        "le" | "quantile" => Some("Prometheus, for the buckets of histograms and summaries"),
        _ if key.starts_with("__") => Some("Prometheus, for its own use"),
        _ if key.starts_with("otel_") || key.starts_with("otel.") => Some("OpenTelemetry"),
        _ => None,
    };
    if let Some(owner) = owner {
        return Err(LabelKeyError::Reserved { key: key.to_owned(), owner });
    }
    let starts_with_letter = key.starts_with(|first: char| first.is_ascii_lowercase());
    if starts_with_letter && key.split(['.', '_']).all(is_word) {
        return Ok(());
    }
    Err(LabelKeyError::NoWords { key: key.to_owned() })
}

/// Why a metric cannot be defined under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetricNameError {
    /// OpenTelemetry does not accept it.
    Grammar(InstrumentNameError),
    /// It has upper case letters, or delimiters that are doubled or at its end.
    Untidy {
        /// The name without them.
        instead: String,
    },
    /// Its last word belongs to another kind.
    LastWord {
        /// The word.
        word: &'static str,
        /// Whose it is.
        owner: &'static str,
    },
}

impl fmt::Display for MetricNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Grammar(error) => error.fmt(f),
            Self::Untidy { instead } => {
                write!(f, "a metric name is lower case words with one delimiter between two of them: write `{instead}`")
            }
            Self::LastWord { word, owner } => {
                write!(f, "`{word}` at the end of a name belongs to {owner}: call it something else")
            }
        }
    }
}

impl Error for MetricNameError {}

/// Why a label cannot have a key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LabelKeyError {
    /// Somebody else writes labels with this key.
    Reserved {
        /// The key.
        key: String,
        /// Who, and what for.
        owner: &'static str,
    },
    /// It is not made of lower case words.
    NoWords {
        /// The key.
        key: String,
    },
}

impl fmt::Display for LabelKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reserved { key, owner } => {
                write!(f, "`{key}` is reserved by {owner}: give the label another key")
            }
            Self::NoWords { key } => {
                write!(f, "`{key}` is no label key: write lower case words joined by `_` or `.`, such as `error_type`")
            }
        }
    }
}

impl Error for LabelKeyError {}

/// In lower case, without doubled delimiters, of which the first stays, and without those at the end.
fn tidy(name: &str) -> String {
    let mut tidy = String::with_capacity(name.len());
    for character in name.chars() {
        if !(DELIMITERS.contains(&character) && tidy.ends_with(DELIMITERS)) {
            tidy.push(character.to_ascii_lowercase());
        }
    }
    tidy.trim_end_matches(DELIMITERS).to_owned()
}

const DELIMITERS: [char; 4] = ['.', '_', '-', '/'];

fn is_word(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_fits_the_kind() {
        let cases = [
            ("a.total", Kind::Counter, true),
            ("a.total", Kind::Gauge, false),
            ("a_total", Kind::UpDownCounter, false),
            ("a.count", Kind::Histogram, true),
            ("a.total", Kind::Histogram, false),
            ("a.count", Kind::Counter, false),
            ("a.sum", Kind::Gauge, false),
            ("a.bucket", Kind::Gauge, false),
            ("a.total.size", Kind::Gauge, true),
            ("a.subtotal", Kind::Gauge, true),
        ];
        for (name, kind, accepted) in cases {
            assert_eq!(check_metric_name(name, kind).is_ok(), accepted, "{name} {kind:?}");
        }
    }

    #[test]
    fn names_of_prometheus_itself_are_left_to_it() {
        for name in ["up", "target_info", "scrape_duration_seconds", "scrape_"] {
            assert_eq!(check_exposed_name(name), Err(NameError::Reserved), "{name}");
        }
        for name in ["a:b", ":a"] {
            assert_eq!(check_exposed_name(name), Err(NameError::Colon), "{name}");
        }
        for name in ["up_total", "uptime", "my_target_info", "scrapes_total", "scraped"] {
            assert_eq!(check_exposed_name(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn untidy_names_are_tidied() {
        for (name, instead) in [("Runs.Total", "runs.total"), ("a..b__c._d", "a.b_c.d"), ("a.b.", "a.b"), ("a_-", "a")]
        {
            let error = MetricNameError::Untidy { instead: instead.to_owned() };
            assert_eq!(check_metric_name(name, Kind::Counter), Err(error), "{name}");
        }
    }

    #[test]
    fn keys_are_words_that_nobody_else_uses() {
        for key in ["status", "http.request.method", "error_type2", "less", "otel"] {
            assert_eq!(check_label_key(key), Ok(()), "{key}");
        }
        for key in ["le", "quantile", "__name__", "otel_scope_name", "otel.metric.overflow"] {
            assert!(matches!(check_label_key(key), Err(LabelKeyError::Reserved { .. })), "{key}");
        }
        for key in ["", "Status", "2xx", "a b", "a..b", "a_", "é"] {
            assert!(matches!(check_label_key(key), Err(LabelKeyError::NoWords { .. })), "{key}");
        }
    }
}
