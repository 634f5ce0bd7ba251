//! Text of a fixed capacity that can be built at compile time.

use std::str;

/// The longest name with its suffixes: 255 characters of name, 63 of unit, and room for the words that replace them.
pub(crate) const CAPACITY: usize = 384;

/// Text under construction; it remembers when something did not fit.
#[derive(Clone, Copy)]
pub(crate) struct Buffer {
    bytes: [u8; CAPACITY],
    len: usize,
    overflown: bool,
}

impl Buffer {
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; CAPACITY], len: 0, overflown: false }
    }

    pub(crate) const fn push(&mut self, byte: u8) {
        if self.len == CAPACITY {
            self.overflown = true;
            return;
        }
        self.bytes[self.len] = byte;
        self.len += 1;
    }

    pub(crate) const fn push_all(&mut self, bytes: &[u8]) {
        let mut at = 0;
        while at < bytes.len() {
            self.push(bytes[at]);
            at += 1;
        }
    }

    /// Appends a word, with a `_` before it unless it is the first or there is one already.
    pub(crate) const fn push_word(&mut self, word: &[u8]) {
        if word.is_empty() {
            return;
        }
        if self.len > 0 && self.bytes[self.len - 1] != b'_' {
            self.push(b'_');
        }
        self.push_all(word);
    }

    /// Appends what another buffer holds; when that one has overflown, so has this one.
    pub(crate) const fn push_buffer(&mut self, other: &Self) {
        self.push_all(other.as_bytes());
        self.inherit_overflow(other);
    }

    pub(crate) const fn inherit_overflow(&mut self, other: &Self) {
        self.overflown |= other.overflown;
    }

    /// As [`Buffer::push_buffer`], with a `_` between.
    pub(crate) const fn push_words(&mut self, other: &Self) {
        if self.len > 0 && other.len > 0 {
            self.push(b'_');
        }
        self.push_buffer(other);
    }

    /// Appends two texts as they are, with a `_` between.
    pub(crate) const fn push_words_of(&mut self, first: &[u8], second: &[u8]) {
        self.push_all(first);
        if !first.is_empty() && !second.is_empty() {
            self.push(b'_');
        }
        self.push_all(second);
    }

    /// Whether the text is `word` or ends in `_word`, or in another delimiter and the word.
    pub(crate) const fn ends_with_word(&self, word: &[u8]) -> bool {
        word.len() <= self.len && self.has_word_at(self.len - word.len(), word)
    }

    /// Whether `word` stands anywhere in the text, between delimiters or an end.
    pub(crate) const fn contains_word(&self, word: &[u8]) -> bool {
        let mut start = 0;
        while start + word.len() <= self.len {
            if self.has_word_at(start, word) {
                return true;
            }
            start += 1;
        }
        false
    }

    const fn has_word_at(&self, start: usize, word: &[u8]) -> bool {
        let end = start + word.len();
        let mut at = 0;
        while at < word.len() {
            if self.bytes[start + at] != word[at] {
                return false;
            }
            at += 1;
        }
        (start == 0 || is_delimiter(self.bytes[start - 1])) && (end == self.len || is_delimiter(self.bytes[end]))
    }

    /// Puts a `_` before `word`, which the text ends with, instead of another delimiter.
    pub(crate) const fn underscore_before_last_word(&mut self, word: &[u8]) {
        if self.len > word.len() {
            self.bytes[self.len - word.len() - 1] = b'_';
        }
    }

    /// Removes `word`, which the text ends with, and the delimiter before it.
    pub(crate) const fn remove_last_word(&mut self, word: &[u8]) {
        self.len -= word.len();
        if self.len > 0 {
            self.len -= 1;
        }
    }

    pub(crate) const fn only_underscores(&self) -> bool {
        only_underscores(self.as_bytes())
    }

    pub(crate) const fn is_overflown(&self) -> bool {
        self.overflown
    }

    pub(crate) const fn as_bytes(&self) -> &[u8] {
        self.bytes.split_at(self.len).0
    }

    pub(crate) const fn as_str(&self) -> &str {
        match str::from_utf8(self.as_bytes()) {
            Ok(text) => text,
            // Whole texts are pushed; of one that overflows nothing is shown.
            Err(_) => "",
        }
    }
}

/// A colon is none: it is a letter to Prometheus.
const fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'_' | b'.' | b'-' | b'/' | b' ')
}

pub(crate) const fn only_underscores(bytes: &[u8]) -> bool {
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'_' {
            return false;
        }
        at += 1;
    }
    true
}
