//! From an instrument's name and unit to the name of its family in Prometheus.

use std::{error::Error, fmt};

use crate::{
    buffer::{Buffer, only_underscores},
    kind::Kind,
    strategy::{Strategy, Translation},
    unit::{UnitWords, push_sanitised},
};

/// The name under which Prometheus sees an instrument; a histogram's samples add `_bucket`, `_sum` and `_count` to it.
///
/// It evaluates at compile time, so a macro can print it into documentation and refuse a name that leads nowhere.
///
/// ```
/// use metric_names::{Kind, Naming, exposed_name};
///
/// let units = exposed_name("script.execution.duration", "s", Kind::Histogram, Naming::Units)?;
/// let plain = exposed_name("script.execution.duration", "s", Kind::Histogram, Naming::Plain)?;
/// assert_eq!(units.as_str(), "script_execution_duration_seconds");
/// assert_eq!(plain.as_str(), "script_execution_duration");
/// # Ok::<(), metric_names::NameError>(())
/// ```
pub const fn exposed_name(name: &str, unit: &str, kind: Kind, naming: Naming) -> Result<ExposedName, NameError> {
    Translation::new(Strategy::UnderscoreEscapingWithSuffixes).name(name, unit, kind, naming)
}

/// How the metrics of one domain are named in Prometheus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Naming {
    /// The instrument's name alone: `script.execution.duration` in `s` is `script_execution_duration`.
    ///
    /// Every character that Prometheus does not allow becomes `_`, repeats collapse, and a counter ends in `_total`.
    Plain,
    /// OpenTelemetry's translation, which adds the unit: `http.request.duration` in `s` is
    /// `http_request_duration_seconds`.
    ///
    /// The unit is added unless the name ends with it already, and before `_total`; unit `1` makes a gauge end in
    /// `_ratio`; what stands in braces is left out.
    #[default]
    Units,
}

/// A name in Prometheus: `[a-zA-Z_:][a-zA-Z0-9_:]*`, or any UTF-8 text where the strategy does not escape.
#[derive(Clone, Copy)]
pub struct ExposedName(pub(crate) Buffer);

impl ExposedName {
    /// The name as text.
    pub const fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for ExposedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ExposedName").field(&self.as_str()).finish()
    }
}

impl fmt::Display for ExposedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq for ExposedName {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for ExposedName {}

/// Why an instrument has no name in Prometheus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum NameError {
    /// The name has no letter or digit that Prometheus can show.
    NothingLeft,
    /// The name and its unit are longer than 384 characters.
    TooLong,
    /// Prometheus, or whoever writes the scrape, has series of this name itself.
    Reserved,
    /// The name has a colon, which belongs to recording rules.
    Colon,
}

impl NameError {
    /// The same text as `Display`, for use in a `const` panic.
    pub const fn message(self) -> &'static str {
        match self {
            Self::NothingLeft => "the metric name has no ASCII letter or digit: rename the instrument",
            Self::TooLong => "the metric name is too long for Prometheus with its unit: shorten it",
            Self::Reserved => {
                "`up`, `scrape_..` and `target_info` are written by Prometheus and its exporters: choose another name"
            }
            Self::Colon => "a colon in a name belongs to the recording rules of Prometheus: write `_`",
        }
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl Error for NameError {}

/// The name without a unit; `total` says whether a counter ends in it.
pub(crate) const fn plain(namespace: &str, name: &str, total: bool) -> Buffer {
    if name.is_empty() {
        return Buffer::new();
    }
    let raw = in_namespace(namespace, name.as_bytes());
    let mut out = Buffer::new();
    push_digit_guard(&mut out, raw.as_bytes());
    // A name of nothing but underscores is the user's choice, and collapsed it would be another.
    if only_underscores(name.as_bytes()) && raw.as_bytes().len() == name.len() {
        out.push_buffer(&raw);
    } else {
        push_collapsed(&mut out, raw.as_bytes());
        out.inherit_overflow(&raw);
        if out.only_underscores() {
            return Buffer::new();
        }
    }
    if total && !out.ends_with_word(TOTAL) {
        out.push_word(TOTAL);
    }
    out
}

pub(crate) const fn with_units(namespace: &str, name: &str, unit: &str, kind: Kind) -> Buffer {
    let mut words = Buffer::new();
    push_sanitised(&mut words, name.as_bytes());
    if words.as_bytes().is_empty() {
        return words;
    }
    push_suffixes(&mut words, unit, kind);

    let mut whole = in_namespace(namespace, words.as_bytes());
    whole.inherit_overflow(&words);
    guarded(&whole)
}

/// The name as it is, in a namespace that is written as that of other names.
pub(crate) const fn exact(namespace: &str, name: &str) -> Buffer {
    if name.is_empty() {
        return Buffer::new();
    }
    guarded(&in_namespace(namespace, name.as_bytes()))
}

/// The words of the namespace, then the name.
const fn in_namespace(namespace: &str, name: &[u8]) -> Buffer {
    let mut words = Buffer::new();
    push_sanitised(&mut words, namespace.as_bytes());
    let mut out = Buffer::new();
    out.push_words_of(words.as_bytes(), name);
    out.inherit_overflow(&words);
    out
}

const fn guarded(name: &Buffer) -> Buffer {
    let mut out = Buffer::new();
    push_digit_guard(&mut out, name.as_bytes());
    out.push_buffer(name);
    out
}

/// As [`with_units`], every character of the name kept.
pub(crate) const fn unescaped_with_suffixes(
    namespace: &str,
    name: &str,
    unit: &str,
    kind: Kind,
    naming: Naming,
) -> Buffer {
    let mut out = Buffer::new();
    if name.is_empty() {
        return out;
    }
    out.push_words_of(namespace.as_bytes(), name.as_bytes());
    match naming {
        Naming::Units => push_suffixes(&mut out, unit, kind),
        Naming::Plain => push_suffixes(&mut out, "", kind),
    }
    out
}

const fn push_suffixes(words: &mut Buffer, unit: &str, kind: Kind) {
    let unit_words = UnitWords::of(unit);
    if matches!(kind, Kind::Counter) {
        push_unit_before_total(words, &unit_words);
    } else {
        push_unit(words, &unit_words);
    }
    if matches!(kind, Kind::Gauge) && matches!(unit.as_bytes().trim_ascii(), b"1") {
        push_last_word(words, RATIO);
    }
}

/// A counter that calls itself a total is complete when it names its unit anywhere, as `bytes.read.total` does.
const fn push_unit_before_total(words: &mut Buffer, unit: &UnitWords) {
    if !words.ends_with_word(TOTAL) {
        push_unit(words, unit);
    } else if !words.contains_word(unit.whole().as_bytes()) {
        words.remove_last_word(TOTAL);
        push_unit(words, unit);
    }
    push_last_word(words, TOTAL);
}

/// Ends the text in `_word`, also if it ends in `.word`: the types of Prometheus go by the underscore.
const fn push_last_word(words: &mut Buffer, word: &[u8]) {
    if words.ends_with_word(word) {
        words.underscore_before_last_word(word);
    } else {
        words.push_word(word);
    }
}

/// The parts are looked at one by one, so that `sent.bytes` in `By/s` does not say `bytes` twice.
const fn push_unit(words: &mut Buffer, unit: &UnitWords) {
    if words.ends_with_word(unit.whole().as_bytes()) {
        return;
    }
    if !words.ends_with_word(unit.main.as_bytes()) {
        words.push_words(&unit.main);
    }
    words.push_words(&unit.per);
}

const fn push_collapsed(out: &mut Buffer, name: &[u8]) {
    let mut after_underscore = false;
    let mut at = 0;
    while at < name.len() {
        let allowed = name[at].is_ascii_alphanumeric() || name[at] == b':';
        if allowed {
            out.push(name[at]);
        } else if !after_underscore {
            out.push(b'_');
        }
        after_underscore = !allowed;
        at += 1;
    }
}

const fn push_digit_guard(out: &mut Buffer, name: &[u8]) {
    if !name.is_empty() && name[0].is_ascii_digit() {
        out.push(b'_');
    }
}

const TOTAL: &[u8] = b"total";
const RATIO: &[u8] = b"ratio";
