//! A small, strict reader of the text format, so that every test also checks the rules that one bad line breaks.

use std::collections::{BTreeMap, HashMap, HashSet};

/// A body that was read; each sample is under its name and labels as written.
#[derive(Debug, Default)]
pub(crate) struct Exposition {
    pub(crate) types: BTreeMap<String, String>,
    pub(crate) samples: HashMap<String, f64>,
}

type Labels = BTreeMap<String, String>;

/// Reads a body; panics on anything that Prometheus would refuse or silently merge.
pub(crate) fn parse(body: &str) -> Exposition {
    assert!(body.is_empty() || body.ends_with('\n'), "the last line has no end: {body}");
    let mut exposition = Exposition::default();
    let mut helps = HashSet::new();
    let mut series = HashSet::new();
    let mut histograms: HashMap<String, Vec<(String, f64)>> = HashMap::new();
    let mut current = String::new();
    for line in body.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, _) = help.split_once(' ').expect("HELP has a text");
            assert!(helps.insert(name.to_owned()), "second HELP: {line}");
            assert!(!exposition.types.contains_key(name), "HELP after TYPE: {line}");
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').expect("TYPE has a kind");
            assert!(is_name(name, true), "bad family name: {line}");
            assert!(["counter", "gauge", "histogram"].contains(&kind), "bad type: {line}");
            name.clone_into(&mut current);
            let before = exposition.types.insert(name.to_owned(), kind.to_owned());
            assert!(before.is_none(), "second TYPE: {line}");
        } else {
            let (name, mut labels, value) = parse_sample(line);
            assert!(series.insert((name.clone(), labels.clone())), "second series: {line}");
            exposition.samples.insert(line.rsplit_once(' ').unwrap().0.to_owned(), value);
            let suffix = name.strip_prefix(&current).unwrap_or_else(|| panic!("not of family {current}: {line}"));
            if exposition.types[&current] == "histogram" {
                assert!(["_bucket", "_sum", "_count"].contains(&suffix), "bad suffix: {line}");
                let bound = labels.remove("le").unwrap_or_else(|| suffix.to_owned());
                histograms.entry(format!("{current}{labels:?}")).or_default().push((bound, value));
            } else {
                assert_eq!(suffix, "", "bad suffix: {line}");
            }
        }
    }
    for (name, samples) in &histograms {
        check_histogram(name, samples);
    }
    exposition
}

fn check_histogram(name: &str, samples: &[(String, f64)]) {
    let (buckets, [(sum, _), (count, total)]) = samples.split_at(samples.len() - 2) else {
        panic!("{name} has no sum and count: {samples:?}");
    };
    assert_eq!((sum.as_str(), count.as_str()), ("_sum", "_count"), "{name}");
    let bounds: Vec<f64> = buckets.iter().map(|(bound, _)| number(bound)).collect();
    assert!(bounds.is_sorted_by(|a, b| a < b), "bounds of {name} do not ascend: {bounds:?}");
    assert!(buckets.is_sorted_by(|a, b| a.1 <= b.1), "{name} is not cumulative: {buckets:?}");
    assert_eq!(buckets.last(), Some(&("+Inf".to_owned(), *total)), "{name} has no +Inf bucket equal to its count");
}

fn parse_sample(line: &str) -> (String, Labels, f64) {
    let end = line.find(['{', ' ']).unwrap_or_else(|| panic!("no value: {line}"));
    let (name, mut rest) = line.split_at(end);
    assert!(is_name(name, true), "bad metric name: {line}");
    let mut labels = Labels::new();
    if let Some(inside) = rest.strip_prefix('{') {
        rest = inside;
        while !rest.starts_with('}') {
            let (label, after) = rest.split_once("=\"").unwrap_or_else(|| panic!("no label: {line}"));
            assert!(is_name(label, false) && !label.starts_with("__"), "bad label name {label}: {line}");
            let (value, after) = parse_value(after, line);
            assert!(!value.is_empty(), "empty label {label}: {line}");
            assert!(labels.insert(label.to_owned(), value).is_none(), "label {label} twice: {line}");
            rest = after.strip_prefix(',').unwrap_or(after);
        }
        rest = &rest[1..];
    }
    let value = rest.strip_prefix(' ').unwrap_or_else(|| panic!("no blank before the value: {line}"));
    (name.to_owned(), labels, number(value))
}

fn parse_value<'a>(text: &'a str, line: &str) -> (String, &'a str) {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, &text[at + 1..]),
            '\\' => value.push(match characters.next() {
                Some((_, 'n')) => '\n',
                Some((_, escaped @ ('\\' | '"'))) => escaped,
                other => panic!("bad escape {other:?}: {line}"),
            }),
            other => value.push(other),
        }
    }
    panic!("unterminated label value: {line}");
}

fn is_name(text: &str, colons: bool) -> bool {
    !text.is_empty()
        && !text.starts_with(|first: char| first.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || (colons && byte == b':'))
}

fn number(text: &str) -> f64 {
    match text {
        "+Inf" => f64::INFINITY,
        "-Inf" => f64::NEG_INFINITY,
        "NaN" => f64::NAN,
        _ => text.parse().unwrap_or_else(|_| panic!("not a number: {text}")),
    }
}
