//! From an instrument's name and unit to the name of its family in Prometheus.

use std::{error::Error, fmt};

use crate::{
    buffer::{Buffer, only_underscores},
    kind::Kind,
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
    let text = match naming {
        Naming::Plain => plain(name, kind),
        Naming::Units => with_units(name, unit, kind),
    };
    if text.is_overflown() {
        return Err(NameError::TooLong);
    }
    if text.as_bytes().is_empty() {
        return Err(NameError::NothingLeft);
    }
    Ok(ExposedName(text))
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

/// A name that Prometheus accepts: `[a-zA-Z_:][a-zA-Z0-9_:]*`.
#[derive(Clone, Copy)]
pub struct ExposedName(Buffer);

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
}

impl NameError {
    /// The same text as `Display`, for use in a `const` panic.
    pub const fn message(self) -> &'static str {
        match self {
            Self::NothingLeft => "the metric name has no ASCII letter or digit: rename the instrument",
            Self::TooLong => "the metric name is too long for Prometheus with its unit: shorten it",
        }
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl Error for NameError {}

const fn plain(name: &str, kind: Kind) -> Buffer {
    let name = name.as_bytes();
    let mut out = Buffer::new();
    push_digit_guard(&mut out, name);
    // A name of nothing but underscores is the user's choice, and collapsed it would be another.
    if only_underscores(name) {
        out.push_all(name);
    } else {
        push_collapsed(&mut out, name);
        if out.only_underscores() {
            return Buffer::new();
        }
    }
    let is_counter = matches!(kind, Kind::Counter);
    if is_counter && !name.is_empty() && !out.ends_with_word(TOTAL) {
        out.push_word(TOTAL);
    }
    out
}

const fn with_units(name: &str, unit: &str, kind: Kind) -> Buffer {
    let mut words = Buffer::new();
    push_sanitised(&mut words, name.as_bytes());
    if words.as_bytes().is_empty() {
        return words;
    }

    let unit_words = UnitWords::of(unit);
    if matches!(kind, Kind::Counter) {
        push_unit_before_total(&mut words, &unit_words);
    } else {
        push_unit(&mut words, &unit_words);
    }
    if matches!(kind, Kind::Gauge) && matches!(unit.as_bytes().trim_ascii(), b"1") && !words.ends_with_word(RATIO) {
        words.push_word(RATIO);
    }

    let mut out = Buffer::new();
    push_digit_guard(&mut out, words.as_bytes());
    out.push_buffer(&words);
    out
}

/// A counter that calls itself a total is complete when it names its unit anywhere, as `bytes.read.total` does.
const fn push_unit_before_total(words: &mut Buffer, unit: &UnitWords) {
    if !words.ends_with_word(TOTAL) {
        push_unit(words, unit);
    } else if !words.contains_word(unit.whole().as_bytes()) {
        words.remove_last_word(TOTAL);
        push_unit(words, unit);
    } else {
        return;
    }
    words.push_word(TOTAL);
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
