//! Bodies, and how many of them may be alive.

use std::{
    io::Write as _,
    sync::{Arc, Weak},
};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};

use super::{request::BodyKind, shared::Collected};
use crate::{encode::Encoder, finding::Finding};

/// A complete body; clones share the bytes.
#[derive(Clone, Debug)]
pub(super) struct Body {
    pub(super) kind: BodyKind,
    bytes: Arc<Vec<u8>>,
}

impl Body {
    /// Encodes a body of about `length` bytes before compression, and adds what was found to `findings`.
    pub(super) fn new(
        kind: BodyKind,
        collected: &Collected,
        encoder: &mut Encoder,
        length: &mut usize,
        findings: &mut Vec<Finding>,
    ) -> Self {
        let mut bytes = Vec::with_capacity(*length + *length / 16);
        findings.append(&mut encoder.encode_with(&collected.metrics, &collected.foreign, kind.format, &mut bytes));
        *length = bytes.len();
        let bytes = if kind.gzip { gzip(&bytes) } else { bytes };
        Self { kind, bytes: Arc::new(bytes) }
    }

    pub(super) fn to_bytes(&self) -> Bytes {
        Bytes::from_owner(Shared(Arc::clone(&self.bytes)))
    }
}

struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// The bodies that slow readers still hold, the latest last.
#[derive(Debug, Default)]
pub(super) struct Held(Vec<(BodyKind, Weak<Vec<u8>>)>);

impl Held {
    /// Whether another body may be made.
    pub(super) fn has_room(&mut self) -> bool {
        self.0.retain(|(_, bytes)| bytes.strong_count() > 0);
        self.0.len() < MOST_HELD
    }

    pub(super) fn add(&mut self, body: &Body) {
        self.0.push((body.kind, Arc::downgrade(&body.bytes)));
    }

    /// The latest body of this kind that somebody still holds.
    pub(super) fn latest(&self, kind: BodyKind) -> Option<Body> {
        let of_kind = self.0.iter().rev().filter(|(held, _)| *held == kind);
        of_kind.filter_map(|(_, bytes)| bytes.upgrade()).map(|bytes| Body { kind, bytes }).next()
    }
}

/// The lowest level is three times as fast as the usual one, and near it in size for text that repeats itself so much.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 16), Compression::fast());
    let written = encoder.write_all(bytes);
    debug_assert!(written.is_ok(), "writing to memory succeeds");
    encoder.finish().unwrap_or_default()
}

/// So many bodies are read at a time; who comes later is given the latest of them.
const MOST_HELD: usize = 8;
