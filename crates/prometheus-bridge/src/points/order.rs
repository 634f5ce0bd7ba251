//! Sorting the series of a family, which is most of the work of a first exposition.

use std::ops::Range;

/// A series among the others: small, because sorting moves it often.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The first bytes in which the family's keys may differ, so that sorting rarely looks at the keys themselves.
    pub(super) rank: u64,
    pub(super) index: usize,
}

/// Sorts series by their keys, equal ones by their index. Equal keys have equal ranks afterwards.
pub(super) fn sort(keys: &[u8], key: &impl Fn(usize) -> Range<usize>, order: &mut [Place]) {
    sort_to_depth(keys, key, order, DEPTH);
}

/// Numbers are sorted several times as fast as texts, and nearly always they decide. Series that they leave equal share
/// more than all series do, so their ranks are taken anew, from further on.
fn sort_to_depth(keys: &[u8], key: &impl Fn(usize) -> Range<usize>, order: &mut [Place], depth: usize) {
    set_ranks(keys, key, order);
    order.sort_unstable_by_key(|place| place.rank);
    for equal in order.chunk_by_mut(|a, b| a.rank == b.rank) {
        if equal.len() > FEW && depth > 0 {
            sort_to_depth(keys, key, equal, depth - 1);
        } else if equal.len() > 1 {
            equal.sort_unstable_by(|a, b| keys[key(a.index)].cmp(&keys[key(b.index)]).then(a.index.cmp(&b.index)));
        }
    }
}

fn set_ranks(keys: &[u8], key: &impl Fn(usize) -> Range<usize>, order: &mut [Place]) {
    let Some((first, rest)) = order.split_first() else { return };
    let reference = &keys[key(first.index)];
    let common = rest.iter().fold(reference.len(), |common, place| {
        let key = &keys[key(place.index)];
        // Most keys share what the ones before them share, and one comparison says so.
        if key.len() >= common && key[..common] == reference[..common] {
            return common;
        }
        reference[..common].iter().zip(key).take_while(|(a, b)| a == b).count()
    });
    for place in order {
        let key = key(place.index);
        let differing = &keys[key.start + common..key.end];
        let mut bytes = [0; 8];
        let known = differing.len().min(bytes.len());
        bytes[..known].copy_from_slice(&differing[..known]);
        place.rank = u64::from_be_bytes(bytes);
    }
}

/// Keys can be made so that each look further on tells only one of them from the rest.
const DEPTH: usize = 3;
const FEW: usize = 16;

#[cfg(test)]
mod tests {
    use super::{Place, sort};

    fn check(texts: &[String]) {
        let (mut keys, mut ranges) = (Vec::new(), Vec::new());
        for text in texts {
            ranges.push(keys.len()..keys.len() + text.len());
            keys.extend_from_slice(text.as_bytes());
        }
        let mut order: Vec<Place> = (0..texts.len()).map(|index| Place { rank: 0, index }).collect();
        for _ in 0..2 {
            sort(&keys, &|index| ranges[index].clone(), &mut order);
            assert!(order.is_sorted_by(|a, b| (&texts[a.index], a.index) < (&texts[b.index], b.index)));
            for pair in order.windows(2) {
                assert!(texts[pair[0].index] != texts[pair[1].index] || pair[0].rank == pair[1].rank);
            }
        }
    }

    #[test]
    fn series_are_sorted_by_their_keys() {
        let things = (0..300).map(|n| format!("scope=\"x\",route=\"/api/v1/things/{}/parts\"", n * 7919 % 300));
        let odd = ["", "a", "scope=\"x\",route=\"other\"", "scope", "scope=\"x\"", "otel_metric_overflow=\"true\""];
        check(&things.chain(odd.map(str::to_owned)).collect::<Vec<_>>());
    }

    #[test]
    fn keys_that_are_hard_to_tell_apart_are_sorted_too() {
        check(&(0..200).map(|n| "x".repeat(n * 9 % 500)).collect::<Vec<_>>());
        check(&(0..200).map(|n| "ab".to_owned() + &"\0".repeat(n % 23)).collect::<Vec<_>>());
        check(&(0..200).map(|n| (n % 3).to_string()).collect::<Vec<_>>());
        check(&[]);
    }
}
