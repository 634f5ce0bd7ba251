//! The hash of a label set, by multiplication, eight bytes a step: labels are short.
//!
//! It starts from a number that each process draws for itself. Texts often come from clients, and one who knew where
//! they go could send such that all go to one place.

use std::{
    hash::{BuildHasher, RandomState},
    sync::atomic::{AtomicU64, Ordering},
};

use crate::label::Label;

#[inline]
pub(crate) fn hash_of(labels: &[Label<'_>]) -> u64 {
    hash_from(seed(), labels)
}

#[inline]
fn hash_from(seed: u64, labels: &[Label<'_>]) -> u64 {
    labels.iter().fold(seed, |hash, label| match *label {
        Label::Closed { ordinal, .. } => mix(hash, ordinal as u64),
        Label::Bool(value) => mix(hash, u64::from(value)),
        Label::Integer(value) => mix(hash, value.cast_unsigned()),
        Label::Text(text) => hash_text(hash, text.as_bytes()),
    })
}

#[inline]
fn hash_text(hash: u64, text: &[u8]) -> u64 {
    let (words, rest) = text.as_chunks::<8>();
    let hash = words.iter().fold(mix(hash, text.len() as u64), |hash, word| mix(hash, u64::from_le_bytes(*word)));
    match text.last_chunk::<8>() {
        _ if rest.is_empty() => hash,
        // What is left beside whole words is in the last eight bytes, of which some are looked at twice.
        Some(last) => mix(hash, u64::from_le_bytes(*last)),
        None => rest.iter().fold(hash, |hash, byte| mix(hash, u64::from(*byte))),
    }
}

/// Both halves of the product are used: the low one alone would forget how high bytes differ.
#[inline]
fn mix(hash: u64, word: u64) -> u64 {
    let product = u128::from(hash.rotate_left(5) ^ word ^ 0x9e37_79b9_7f4a_7c15) * 0x517c_c1b7_2722_0a95;
    #[expect(clippy::cast_possible_truncation, reason = "the halves are taken apart on purpose")]
    let (low, high) = (product as u64, (product >> 64) as u64);
    low ^ high
}

/// 0 until it is drawn, which keeps the look at it to one load.
static SEED: AtomicU64 = AtomicU64::new(0);

#[inline]
fn seed() -> u64 {
    match SEED.load(Ordering::Relaxed) {
        0 => draw(),
        seed => seed,
    }
}

/// Threads that draw at the same time take the number of the first.
#[cold]
fn draw() -> u64 {
    let drawn = RandomState::new().hash_one(()).max(1);
    match SEED.compare_exchange(0, drawn, Ordering::Relaxed, Ordering::Relaxed) {
        Ok(_) => drawn,
        Err(first) => first,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Texts of two words whose hashes from this number are one: what the first does, the second takes back.
    fn colliding(seed: u64) -> Vec<String> {
        let start = mix(seed, 16);
        let texts = (0_u64..).filter_map(|n| {
            let first = u64::from_le_bytes(*format!("{n:08}").as_bytes().first_chunk()?);
            let second = mix(start, first).rotate_left(5);
            String::from_utf8([first.to_le_bytes(), second.to_le_bytes()].concat()).ok()
        });
        texts.take(100).collect()
    }

    fn hashes(seed: u64, texts: &[String]) -> usize {
        texts.iter().map(|text| hash_from(seed, &[Label::Text(text)])).collect::<HashSet<_>>().len()
    }

    #[test]
    fn texts_that_collide_in_one_process_do_not_in_another() {
        let texts = colliding(0);
        assert_eq!((texts.len(), hashes(0, &texts)), (100, 1));
        for other in [1, 42, 0xdead_beef_0000_0000] {
            assert_eq!(hashes(other, &texts), 100, "{other}");
        }
        assert_eq!(hashes(seed(), &texts), 100);
        assert_eq!(seed(), seed());
    }
}
