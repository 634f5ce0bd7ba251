//! UCUM units and the words Prometheus uses for them.

use std::{error::Error, fmt};

use crate::{
    buffer::Buffer,
    exposed_name::{ExposedName, NameError},
};

/// The word that Prometheus puts into a name for a UCUM code, such as `seconds` for `s`.
///
/// `None` means that the code has no word of its own: it is `1`, an annotation in braces, a compound, or unknown.
///
/// ```
/// assert_eq!(metric_names::unit_word("By"), Some("bytes"));
/// assert_eq!(metric_names::unit_word("{request}"), None);
/// ```
pub const fn unit_word(code: &str) -> Option<&'static str> {
    word_of(code.as_bytes())
}

/// Checks a unit against OpenTelemetry's rule: at most 63 characters, all of them printable ASCII.
///
/// The empty text is a unit too: it says that none was given.
///
/// ```
/// assert!(metric_names::check_unit("By/s").is_ok());
/// assert!(metric_names::check_unit("µs").is_err());
/// ```
pub const fn check_unit(unit: &str) -> Result<(), UnitError> {
    let bytes = unit.as_bytes();
    if bytes.len() > MAX_LEN {
        return Err(UnitError::TooLong);
    }
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_graphic() && bytes[at] != b' ' {
            return Err(UnitError::InvalidCharacter { at });
        }
        at += 1;
    }
    Ok(())
}

/// The words that a unit adds to a name, such as `bytes_per_second` for `By/s`; empty when it adds none.
///
/// ```
/// let words = metric_names::unit_suffix("By/s")?;
/// assert_eq!(words.as_str(), "bytes_per_second");
/// # Ok::<(), metric_names::NameError>(())
/// ```
pub const fn unit_suffix(unit: &str) -> Result<ExposedName, NameError> {
    let words = UnitWords::of(unit).whole();
    if words.is_overflown() { Err(NameError::TooLong) } else { Ok(ExposedName(words)) }
}

/// Why a text is not a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnitError {
    /// There are more than 63 characters.
    TooLong,
    /// A character is not printable ASCII.
    InvalidCharacter {
        /// The byte offset of the first such character.
        at: usize,
    },
}

impl fmt::Display for UnitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("the unit is longer than 63 characters: shorten it"),
            Self::InvalidCharacter { at } => {
                write!(f, "the unit has a character that is not printable ASCII at byte {at}: write the UCUM code")
            }
        }
    }
}

impl Error for UnitError {}

/// A unit in words: `By/s` is `bytes` and `per_second`; either part may be empty.
pub(crate) struct UnitWords {
    pub(crate) main: Buffer,
    pub(crate) per: Buffer,
}

impl UnitWords {
    pub(crate) const fn of(unit: &str) -> Self {
        let mut kept = Buffer::new();
        push_without_annotations(&mut kept, unit.as_bytes());
        let (main, per) = split_at_slash(kept.as_bytes());
        let mut words = Self { main: main_words(main), per: per_words(per) };
        words.main.inherit_overflow(&kept);
        words
    }

    /// Both parts as one word, as a whole name may end in it: `bytes_per_second`.
    pub(crate) const fn whole(&self) -> Buffer {
        let mut whole = self.main;
        whole.push_words(&self.per);
        whole
    }
}

/// A brace that is never closed reaches to the end: a view may set any text, so nothing here relies on [`check_unit`].
const fn push_without_annotations(kept: &mut Buffer, unit: &[u8]) {
    let mut in_braces = false;
    let mut at = 0;
    while at < unit.len() {
        match unit[at] {
            b'{' => in_braces = true,
            b'}' if in_braces => in_braces = false,
            byte if !in_braces => kept.push(byte),
            _ => {}
        }
        at += 1;
    }
}

const fn split_at_slash(unit: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    while at < unit.len() {
        if unit[at] == b'/' {
            return (unit.split_at(at).0, unit.split_at(at + 1).1);
        }
        at += 1;
    }
    (unit, b"")
}

const fn main_words(code: &[u8]) -> Buffer {
    let code = code.trim_ascii();
    let mut words = Buffer::new();
    match word_of(code) {
        Some(word) => words.push_all(word.as_bytes()),
        None if is(code, "1") => {}
        None => push_sanitised(&mut words, code),
    }
    words
}

const fn per_words(code: &[u8]) -> Buffer {
    let code = code.trim_ascii();
    let mut singular = Buffer::new();
    match singular_of(code) {
        Some(word) => singular.push_all(word.as_bytes()),
        None => push_sanitised(&mut singular, code),
    }
    let mut words = Buffer::new();
    if !singular.as_bytes().is_empty() {
        words.push_word(b"per");
        words.push_words(&singular);
    }
    words
}

/// Appends the runs of characters that a metric name may hold, joined by one `_`.
pub(crate) const fn push_sanitised(out: &mut Buffer, text: &[u8]) {
    let mut boundary = true;
    let mut at = 0;
    while at < text.len() {
        if text[at].is_ascii_alphanumeric() || text[at] == b':' {
            if boundary && !out.as_bytes().is_empty() {
                out.push(b'_');
            }
            out.push(text[at]);
            boundary = false;
        } else {
            boundary = true;
        }
        at += 1;
    }
}

const fn word_of(code: &[u8]) -> Option<&'static str> {
    lookup(&WORDS, code)
}

const fn singular_of(code: &[u8]) -> Option<&'static str> {
    lookup(&SINGULARS, code)
}

const fn lookup(table: &[(&str, &'static str)], code: &[u8]) -> Option<&'static str> {
    let mut at = 0;
    while at < table.len() {
        if is(code, table[at].0) {
            return Some(table[at].1);
        }
        at += 1;
    }
    None
}

const fn is(code: &[u8], expected: &str) -> bool {
    let expected = expected.as_bytes();
    if code.len() != expected.len() {
        return false;
    }
    let mut at = 0;
    while at < code.len() {
        if code[at] != expected[at] {
            return false;
        }
        at += 1;
    }
    true
}

const MAX_LEN: usize = 63;

const WORDS: [(&str, &str); 26] = [
    ("d", "days"),
    ("h", "hours"),
    ("min", "minutes"),
    ("s", "seconds"),
    ("ms", "milliseconds"),
    ("us", "microseconds"),
    ("ns", "nanoseconds"),
    ("By", "bytes"),
    ("KiBy", "kibibytes"),
    ("MiBy", "mebibytes"),
    ("GiBy", "gibibytes"),
    // The reference translator spells it "tibibytes"; the specification's spelling is followed.
    ("TiBy", "tebibytes"),
    ("kBy", "kilobytes"),
    // Not UCUM, but the specification's table and the reference translator differ here, so both are read.
    ("KBy", "kilobytes"),
    ("MBy", "megabytes"),
    ("GBy", "gigabytes"),
    ("TBy", "terabytes"),
    ("m", "meters"),
    ("V", "volts"),
    ("A", "amperes"),
    ("J", "joules"),
    ("W", "watts"),
    ("g", "grams"),
    ("Cel", "celsius"),
    ("Hz", "hertz"),
    ("%", "percent"),
];

/// What stands after "per". In this place the specification reads `m` as minute, not as meter.
const SINGULARS: [(&str, &str); 8] = [
    ("s", "second"),
    ("m", "minute"),
    ("min", "minute"),
    ("h", "hour"),
    ("d", "day"),
    ("w", "week"),
    ("mo", "month"),
    ("y", "year"),
];
