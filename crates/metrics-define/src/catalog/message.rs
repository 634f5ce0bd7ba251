//! The text of a compile error, put together at compile time.

use crate::definition::MetricDef;

/// Two names of 255 characters and two scopes fit; what does not is cut.
const CAPACITY: usize = 1024;

/// A message under construction.
pub(crate) struct Message {
    bytes: [u8; CAPACITY],
    len: usize,
}

impl Message {
    pub(crate) const fn new(text: &str) -> Self {
        Self { bytes: [0; CAPACITY], len: 0 }.push(text)
    }

    pub(crate) const fn push(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        let mut at = 0;
        while at < text.len() && self.len < CAPACITY {
            self.bytes[self.len] = text[at];
            self.len += 1;
            at += 1;
        }
        self
    }

    /// The metric and where to find it.
    pub(crate) const fn metric(self, def: &MetricDef) -> Self {
        self.push("`").push(def.name).push("` of ").push(def.domain.scope)
    }

    #[track_caller]
    #[expect(clippy::panic, reason = "evaluated by the compiler, where a panic is a compile error")]
    pub(crate) const fn panic(&self) -> ! {
        match str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => panic!("{}", text),
            Err(_) => panic!("two metrics have the same name"),
        }
    }
}
