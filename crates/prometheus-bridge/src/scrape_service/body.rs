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
    /// The last body, whose memory is written again once nobody reads it: fresh pages take longer than encoding.
    last: Option<Arc<Vec<u8>>>,
}

impl Encoding {
    /// Lets go of the last body, and gives its memory if nobody reads it any more.
    fn take_memory(&mut self) -> Vec<u8> {
        self.last.take().and_then(Arc::into_inner).unwrap_or_default()
    }

    /// That of the last body of this format, before compression.
    fn length(&mut self, format: Format) -> (&mut Encoder, &mut usize) {
        let Self { encoder, lengths, .. } = self;
        let at = lengths.iter().position(|(known, _)| *known == format).unwrap_or_else(|| {
            lengths.push((format, 0));
            lengths.len() - 1
        });
        (encoder, &mut lengths[at].1)
    }
}

impl Bodies {
    pub(super) fn new(options: EncodeOptions) -> Self {
        let encoding = Mutex::new(Encoding { encoder: Encoder::new(options), lengths: Vec::new(), last: None });
        Self { encoding, held: Mutex::default() }
    }

    /// A body of what was collected; the latest that somebody holds where there may be no more; or none.
    pub(super) fn body(&self, kind: BodyKind, collected: &Collected, reported: &Reported) -> Option<Body> {
        let mut encoding = lock(&self.encoding);
        let memory = encoding.take_memory();
        let mut held = lock(&self.held);
        if !held.has_room() {
            return held.latest(kind);
        }
        drop(held);
        let mut findings = Vec::new();
        let (encoder, length) = encoding.length(kind.format);
        let (body, written) = Body::new(kind, collected, encoder, length, memory, &mut findings);
        encoding.last = Some(written);
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
    /// written takes up to three times its size. It is written into `memory` if there is enough of it and not too much,
    /// and what was written is given back as well.
    fn new(
        kind: BodyKind,
        collected: &Collected,
        encoder: &mut Encoder,
        length: &mut usize,
        mut memory: Vec<u8>,
        findings: &mut Vec<Finding>,
    ) -> (Self, Arc<Vec<u8>>) {
        let (metrics, foreign) = (&collected.metrics, &collected.foreign);
        let expected = match *length {
            0 => encoder.length(metrics, foreign, kind.format),
            last => last,
        };
        // Room for what is new since then, and for lengths that are moved to where they belong.
        let room = expected + expected / 16;
        if !(room..=2 * room).contains(&memory.capacity()) {
            // Given back before as much is taken anew.
            drop(memory);
            memory = Vec::with_capacity(room);
        }
        memory.clear();
        findings.append(&mut encoder.encode_with(metrics, foreign, kind.format, &mut memory));
        *length = memory.len();
        let written = Arc::new(memory);
        let bytes = if kind.gzip { Arc::new(gzip(&written)) } else { Arc::clone(&written) };
        (Self { kind, at: collected.at, bytes }, written)
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
            Body::new(kind, &collected, &mut encoder, &mut length, Vec::new(), &mut Vec::new());
        });
        assert!(length > 0 && cost.bytes_max <= 2 * length as u64, "{} bytes for {length}", cost.bytes_max);
    }
}
