//! The grammar of instrument names.

use std::{error::Error, fmt};

/// Checks a name against OpenTelemetry's grammar for instruments.
///
/// A name is a letter and then up to 254 letters, digits, `_`, `.`, `-` or `/`, all of them ASCII.
/// The SDK replaces an instrument of any other name by one that records nothing.
///
/// ```
/// use metric_names::{InstrumentNameError, check_instrument_name};
///
/// assert_eq!(check_instrument_name("http.server.request.duration"), Ok(()));
/// assert_eq!(check_instrument_name("2xx.total"), Err(InstrumentNameError::FirstNotLetter));
/// ```
pub const fn check_instrument_name(name: &str) -> Result<(), InstrumentNameError> {
    let bytes = name.as_bytes();
    if bytes.is_empty() {
        return Err(InstrumentNameError::Empty);
    }
    if bytes.len() > MAX_LEN {
        return Err(InstrumentNameError::TooLong);
    }
    if !bytes[0].is_ascii_alphabetic() {
        return Err(InstrumentNameError::FirstNotLetter);
    }
    let mut at = 1;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphanumeric() && !matches!(bytes[at], b'_' | b'.' | b'-' | b'/') {
            return Err(InstrumentNameError::InvalidCharacter { at });
        }
        at += 1;
    }
    Ok(())
}

/// Why a name is not an instrument name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InstrumentNameError {
    /// There is no character at all.
    Empty,
    /// There are more than 255 characters.
    TooLong,
    /// The first character is not an ASCII letter.
    FirstNotLetter,
    /// A later character is not allowed.
    InvalidCharacter {
        /// The byte offset of the first such character.
        at: usize,
    },
}

impl InstrumentNameError {
    /// The same text as `Display`, for use in a `const` panic; it cannot name the offset.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Empty => "the instrument name is empty: give it a name like `domain.thing.count`",
            Self::TooLong => "the instrument name is longer than 255 characters: shorten it",
            Self::FirstNotLetter => "the instrument name must start with an ASCII letter",
            Self::InvalidCharacter { .. } => {
                "the instrument name may hold only ASCII letters, digits, `_`, `.`, `-` and `/`"
            }
        }
    }
}

impl fmt::Display for InstrumentNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())?;
        match self {
            Self::InvalidCharacter { at } => write!(f, ": replace the character at byte {at}"),
            _ => Ok(()),
        }
    }
}

impl Error for InstrumentNameError {}

const MAX_LEN: usize = 255;

#[cfg(test)]
mod tests {
    use super::{InstrumentNameError, check_instrument_name};

    #[test]
    fn the_grammar_of_opentelemetry() {
        for good in ["a", "Z9", "a_b.c-d/e", &"x".repeat(255)] {
            assert_eq!(check_instrument_name(good), Ok(()), "{good}");
        }
        for (bad, error) in [
            ("", InstrumentNameError::Empty),
            (&"x".repeat(256), InstrumentNameError::TooLong),
            ("_a", InstrumentNameError::FirstNotLetter),
            ("é", InstrumentNameError::FirstNotLetter),
            ("a b", InstrumentNameError::InvalidCharacter { at: 1 }),
            ("abé", InstrumentNameError::InvalidCharacter { at: 2 }),
            ("a:b", InstrumentNameError::InvalidCharacter { at: 1 }),
        ] {
            assert_eq!(check_instrument_name(bad), Err(error), "{bad}");
        }
    }

    #[test]
    fn the_message_names_the_place() {
        let error = InstrumentNameError::InvalidCharacter { at: 7 };
        assert!(error.to_string().ends_with("at byte 7"), "{error}");
    }
}
