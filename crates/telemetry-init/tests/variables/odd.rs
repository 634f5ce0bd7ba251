//! The values that a variable may be found to have.

use std::{collections::BTreeMap, ffi::OsString, os::unix::ffi::OsStringExt};

use telemetry_init::Environment;

/// What a secret looks like in these tests.
pub(crate) const CANARY: &str = "c4n4ry";

/// The kinds of values, in the order of the issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Odd {
    Unset,
    Empty,
    Blanks,
    Valid,
    OtherCase,
    Garbage,
    Negative,
    Zero,
    TwoTo31,
    TwoTo32,
    TwoTo64,
    NotUtf8,
    VeryLong,
    Newline,
}

impl Odd {
    pub(crate) const ALL: [Self; 14] = [
        Self::Unset,
        Self::Empty,
        Self::Blanks,
        Self::Valid,
        Self::OtherCase,
        Self::Garbage,
        Self::Negative,
        Self::Zero,
        Self::TwoTo31,
        Self::TwoTo32,
        Self::TwoTo64,
        Self::NotUtf8,
        Self::VeryLong,
        Self::Newline,
    ];

    /// The value; `valid` and `garbage` are the variable's own, `length` is that of the very long one.
    pub(crate) fn value(self, valid: &str, garbage: &str, length: usize) -> Option<OsString> {
        Some(match self {
            Self::Unset => return None,
            Self::Empty => OsString::new(),
            Self::Blanks => OsString::from("  \t "),
            Self::Valid => OsString::from(valid),
            Self::OtherCase => OsString::from(swap_case(valid)),
            Self::Garbage => OsString::from(garbage),
            Self::Negative => OsString::from("-1"),
            Self::Zero => OsString::from("0"),
            Self::TwoTo31 => OsString::from("2147483648"),
            Self::TwoTo32 => OsString::from("4294967296"),
            Self::TwoTo64 => OsString::from("18446744073709551616"),
            Self::NotUtf8 => OsString::from_vec(vec![b'a', 0xff, 0xfe, b'z']),
            Self::VeryLong => OsString::from("x".repeat(length)),
            Self::Newline => OsString::from("first\nsecond"),
        })
    }
}

pub(crate) fn swap_case(text: &str) -> String {
    let swap = |letter: char| {
        if letter.is_ascii_uppercase() { letter.to_ascii_lowercase() } else { letter.to_ascii_uppercase() }
    };
    text.chars().map(swap).collect()
}

/// Variables that need not be text.
#[derive(Debug, Default)]
pub(crate) struct Variables(pub(crate) BTreeMap<String, OsString>);

impl Environment for Variables {
    fn value(&self, name: &str) -> Option<OsString> {
        self.0.get(name).cloned()
    }
}
