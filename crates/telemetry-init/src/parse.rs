//! How the text of a variable becomes a value; pure functions, one per kind of value.

use std::time::Duration;

use tracing::level_filters::LevelFilter;

use crate::variable::{Parsed, may_hold_a_secret};

/// A boolean of the specification: only `true`, in any case, is true.
pub(crate) fn boolean(text: &str) -> Parsed<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Parsed::Good(true),
        "false" => Parsed::Good(false),
        _ => Parsed::Bad("is neither `true` nor `false`".to_owned()),
    }
}

/// A boolean of the seed systems, which wrote them in many ways.
pub(crate) fn lenient_boolean(text: &str) -> Parsed<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Parsed::Good(true),
        "false" | "0" | "no" | "off" => Parsed::Good(false),
        _ => Parsed::Bad("is not one of true, false, 1, 0, yes, no, on, off".to_owned()),
    }
}

/// Any text.
pub(crate) fn text(text: &str) -> Parsed<String> {
    Parsed::Good(text.to_owned())
}

/// A time limit in milliseconds; 0 is no limit.
pub(crate) fn timeout(text: &str) -> Parsed<Option<Duration>> {
    match milliseconds(text) {
        Ok(0) => Parsed::Good(None),
        Ok(millis) => Parsed::Good(Some(Duration::from_millis(millis))),
        Err(reason) => Parsed::Bad(reason),
    }
}

/// An interval in milliseconds; not 0, which would be a busy loop.
pub(crate) fn interval(text: &str) -> Parsed<Duration> {
    match milliseconds(text) {
        Ok(0) => Parsed::Bad("must be at least 1 ms".to_owned()),
        Ok(millis) => Parsed::Good(Duration::from_millis(millis)),
        Err(reason) => Parsed::Bad(reason),
    }
}

/// An interval between two pushes of metrics, which are not collected more often than each 10 ms.
pub(crate) fn metric_interval(text: &str) -> Parsed<Duration> {
    match interval(text) {
        Parsed::Good(wanted) if wanted < SHORTEST_METRIC_INTERVAL => {
            Parsed::Adjusted(SHORTEST_METRIC_INTERVAL, "is less than 10 ms".to_owned(), "10 ms are used".to_owned())
        }
        other => other,
    }
}

const SHORTEST_METRIC_INTERVAL: Duration = Duration::from_millis(10);

/// The specification asks for at least the 32-bit range; anything beyond is a mistake rather than a wish.
fn milliseconds(text: &str) -> Result<u64, String> {
    let millis: u64 = text.parse().map_err(|_| "is not a whole number of milliseconds".to_owned())?;
    if u32::try_from(millis).is_err() {
        return Err(format!("is more than {} ms", u32::MAX));
    }
    Ok(millis)
}

/// A limit; 0 lets nothing through.
pub(crate) fn count(text: &str) -> Parsed<u32> {
    let bad = |_| Parsed::Bad(format!("is not a whole number from 0 to {}", u32::MAX));
    text.parse().map_or_else(bad, Parsed::Good)
}

/// How detailed messages may be.
pub(crate) fn level(text: &str) -> Parsed<LevelFilter> {
    let known = [
        ("none", LevelFilter::OFF),
        ("error", LevelFilter::ERROR),
        ("warn", LevelFilter::WARN),
        ("info", LevelFilter::INFO),
        ("debug", LevelFilter::DEBUG),
        ("trace", LevelFilter::TRACE),
    ];
    word(text, &known)
}

/// Directives of `tracing-subscriber`.
pub(crate) fn console_filter(text: &str) -> Parsed<String> {
    match tracing_subscriber::EnvFilter::builder().parse(text) {
        Ok(_) => Parsed::Good(text.to_owned()),
        Err(error) => Parsed::Bad(format!("is not a filter: {error}")),
    }
}

/// A TCP port; 0 takes a free one.
pub(crate) fn port(text: &str) -> Parsed<u16> {
    text.parse().map_or_else(|_| Parsed::Bad("is not a port number (0 to 65535)".to_owned()), Parsed::Good)
}

/// One word from a known set, in any case.
pub(crate) fn word<T: Copy>(text: &str, known: &[(&str, T)]) -> Parsed<T> {
    match known.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
        Some((_, value)) => Parsed::Good(*value),
        None => Parsed::Bad(format!("is not one of {}", names(known))),
    }
}

fn names<T>(known: &[(&str, T)]) -> String {
    known.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

/// A list of words from a known set, in the order given, without duplicates.
pub(crate) fn words<T: Copy + PartialEq>(text: &str, known: &[(&str, T)]) -> Parsed<Vec<T>> {
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        match known.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)) {
            Some((_, value)) if found.contains(value) => {}
            Some((_, value)) => found.push(*value),
            None => unknown.push(word),
        }
    }
    let complaint = || match unknown.len() {
        0 => "names nothing".to_owned(),
        // A part of what may hold a password is not shown either.
        1 if !may_hold_a_secret(text) => format!("{:?} is not one of {}", shortened(unknown[0]), names(known)),
        1 => format!("one of its words is not one of {}", names(known)),
        more => format!("{more} of its words are not one of {}", names(known)),
    };
    match (found.is_empty(), unknown.is_empty()) {
        (false, true) => Parsed::Good(found),
        (false, false) => Parsed::Partly(found, complaint()),
        (true, _) => Parsed::Bad(complaint()),
    }
}

/// A word that may be a megabyte long.
fn shortened(word: &str) -> &str {
    word.char_indices().nth(40).map_or(word, |(end, _)| &word[..end])
}

/// `none` beside other words contradicts them; they stay.
pub(crate) fn without_none<T: Copy + PartialEq>(parsed: Parsed<Vec<T>>, none: T) -> Parsed<Vec<T>> {
    match parsed {
        Parsed::Good(words) if words.len() > 1 && words.contains(&none) => Parsed::Partly(
            words.into_iter().filter(|word| *word != none).collect(),
            "`none` contradicts the other words".to_owned(),
        ),
        // One diagnostic is enough: the unknown word has had it.
        Parsed::Partly(words, reason) if words.len() > 1 => {
            Parsed::Partly(words.into_iter().filter(|word| *word != none).collect(), reason)
        }
        other => other,
    }
}

/// `key=value` pairs with percent-encoded keys and values; the good ones, and how many were not.
pub(crate) fn pairs(text: &str) -> (Vec<(String, String)>, usize) {
    let (mut good, mut bad) = (Vec::new(), 0);
    for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        match pair.split_once('=').and_then(|(key, value)| Some((decode(key.trim())?, decode(value.trim())?))) {
            Some((key, value)) if !key.is_empty() => good.push((key, value)),
            _ => bad += 1,
        }
    }
    (good, bad)
}

/// Percent-decoding; `None` for a broken sequence or bytes that are not UTF-8.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => hex(rest.next()?)? << 4 | hex(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans() {
        assert_eq!(boolean("TRUE"), Parsed::Good(true));
        assert_eq!(boolean("False"), Parsed::Good(false));
        for wrong in ["1", "yes", "on", "maybe"] {
            assert!(matches!(boolean(wrong), Parsed::Bad(_)), "{wrong}");
        }
        for (text, value) in [("1", true), ("Yes", true), ("ON", true), ("0", false), ("no", false), ("off", false)] {
            assert_eq!(lenient_boolean(text), Parsed::Good(value), "{text}");
        }
    }

    #[test]
    fn durations_are_milliseconds_and_bounded() {
        assert_eq!(timeout("0"), Parsed::Good(None));
        assert_eq!(timeout("1500"), Parsed::Good(Some(Duration::from_millis(1500))));
        assert_eq!(interval("1"), Parsed::Good(Duration::from_millis(1)));
        for wrong in ["-1", "5s", "1.5", "4294967296", "18446744073709551616", "0x10"] {
            assert!(matches!(timeout(wrong), Parsed::Bad(_)), "{wrong}");
        }
        assert!(matches!(interval("0"), Parsed::Bad(_)));
    }

    #[test]
    fn word_lists_keep_what_is_known() {
        let known = [("otlp", 'o'), ("none", 'n')];
        assert_eq!(words("otlp, NONE,otlp", &known), Parsed::Good(vec!['o', 'n']));
        assert_eq!(
            words("zipkin,otlp", &known),
            Parsed::Partly(vec!['o'], "\"zipkin\" is not one of otlp, none".to_owned())
        );
        assert!(matches!(words("zipkin", &known), Parsed::Bad(_)));
    }

    #[test]
    fn pairs_are_decoded_and_one_bad_pair_loses_no_other() {
        let (good, bad) = pairs("a=1, b = x%20y%3D ,broken,c=%zz,=v,d=e=f,%41=ä,");
        let expected = [("a", "1"), ("b", "x y="), ("d", "e=f"), ("A", "ä")];
        assert_eq!(good, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
        assert_eq!(bad, 3);
    }
}
