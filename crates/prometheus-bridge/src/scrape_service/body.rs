//! Bodies, and how many of them may be alive.

use std::{
    io::Write as _,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Instant,
};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};

use super::{request::BodyKind, waiting::Collected};
use crate::{encode::Encoder, finding::Finding, format::Format, options::EncodeOptions, reported::Reported};

/// Makes bodies, one at a time, and never more than so many that somebody still reads.
pub(super) struct Bodies {
    encoding: Mutex<Encoding>,
    held: Mutex<Held>,
}

struct Encoding {
    encoder: Encoder,
    lengths: Vec<(Format, usize)>,
}

impl Encoding {
    /// That of the last body of this format, before compression.
    fn length(&mut self, format: Format) -> (&mut Encoder, &mut usize) {
        let Self { encoder, lengths } = self;
        let at = lengths.iter().position(|(known, _)| *known == format).unwrap_or_else(|| {
            lengths.push((format, 0));
            lengths.len() - 1
        });
        (encoder, &mut lengths[at].1)
    }
}

impl Bodies {
    pub(super) fn new(options: EncodeOptions) -> Self {
        let encoding = Mutex::new(Encoding { encoder: Encoder::new(options), lengths: Vec::new() });
        Self { encoding, held: Mutex::default() }
    }

    /// A body of what was collected; the latest that somebody holds where there may be no more; or none.
    pub(super) fn body(&self, kind: BodyKind, collected: &Collected, reported: &Reported) -> Option<Body> {
        let mut held = lock(&self.held);
        if !held.has_room() {
            return held.latest(kind);
        }
        drop(held);
        let mut findings = Vec::new();
        let mut encoding = lock(&self.encoding);
        let (encoder, length) = encoding.length(kind.format);
        let body = Body::new(kind, collected, encoder, length, &mut findings);
        drop(encoding);
        reported.note(findings);
        lock(&self.held).add(&body);
        Some(body)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A complete body; clones share the bytes.
#[derive(Clone, Debug)]
pub(super) struct Body {
    pub(super) kind: BodyKind,
    /// When what it shows was read.
    pub(super) at: Instant,
    bytes: Arc<Vec<u8>>,
}

impl Body {
    /// Encodes a body and adds what was found to `findings`.
    ///
    /// `length` is that of the last body before compression. The first is measured, because a body that grows as it is
    /// written takes up to three times its size.
    pub(super) fn new(
        kind: BodyKind,
        collected: &Collected,
        encoder: &mut Encoder,
        length: &mut usize,
        findings: &mut Vec<Finding>,
    ) -> Self {
        let (metrics, foreign) = (&collected.metrics, &collected.foreign);
        let expected = match *length {
            0 => encoder.length(metrics, foreign, kind.format),
            last => last,
        };
        // Room for what is new since then, and for lengths that are moved to where they belong.
        let mut bytes = Vec::with_capacity(expected + expected / 16);
        findings.append(&mut encoder.encode_with(metrics, foreign, kind.format, &mut bytes));
        *length = bytes.len();
        let bytes = if kind.gzip { gzip(&bytes) } else { bytes };
        Self { kind, at: collected.at, bytes: Arc::new(bytes) }
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
struct Held(Vec<(BodyKind, Instant, Weak<Vec<u8>>)>);

impl Held {
    /// Whether another body may be made.
    fn has_room(&mut self) -> bool {
        self.0.retain(|(.., bytes)| bytes.strong_count() > 0);
        self.0.len() < MOST_HELD
    }

    fn add(&mut self, body: &Body) {
        self.0.push((body.kind, body.at, Arc::downgrade(&body.bytes)));
    }

    /// The latest body of this kind that somebody still holds.
    fn latest(&self, kind: BodyKind) -> Option<Body> {
        let mut of_kind = self.0.iter().rev().filter(|(held, ..)| *held == kind);
        of_kind.find_map(|(_, at, bytes)| Some(Body { kind, at: *at, bytes: bytes.upgrade()? }))
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

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use allocation_counter::measure;
    use opentelemetry::{KeyValue, metrics::MeterProvider as _};
    use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};

    use super::{Body, BodyKind, Collected};
    use crate::{encode::Encoder, foreign::Foreign, format::Format, options::EncodeOptions};

    #[test]
    fn the_first_body_takes_no_more_than_twice_its_size() {
        let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
        let meter = provider.meter("a");
        for metric in 0..20 {
            let histogram = meter.f64_histogram(format!("h{metric}")).build();
            for number in 0..60 {
                histogram.record(1.0, &[KeyValue::new("number", number)]);
            }
        }
        let mut metrics = ResourceMetrics::default();
        collector.collect(&mut metrics).unwrap();
        let collected = Collected { metrics, foreign: Foreign::default(), at: Instant::now() };
        let kind = BodyKind { format: Format::Text, gzip: false };
        let mut length = 0;
        let cost = measure(|| {
            let mut encoder = Encoder::new(EncodeOptions::default());
            Body::new(kind, &collected, &mut encoder, &mut length, &mut Vec::new());
        });
        assert!(length > 0 && cost.bytes_max <= 2 * length as u64, "{} bytes for {length}", cost.bytes_max);
    }
}
