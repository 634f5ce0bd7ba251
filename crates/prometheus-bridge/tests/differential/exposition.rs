//! The text of both encoders, line by line.

use std::{collections::BTreeMap, fmt};

/// A family, its samples in the order in which they were written.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Family {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) help: Option<String>,
    pub(crate) samples: Vec<Sample>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sample {
    pub(crate) name: String,
    /// As they were written.
    pub(crate) labels: Vec<(String, String)>,
    pub(crate) value: String,
}

pub(crate) fn parse(body: &str) -> Vec<Family> {
    let mut families: Vec<Family> = Vec::new();
    let mut help = None;
    for line in body.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (_, text) = rest.split_once(' ').unwrap();
            help = Some(text.to_owned());
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            let (name, kind) = (name.to_owned(), kind.to_owned());
            families.push(Family { name, kind, help: help.take(), samples: Vec::new() });
        } else {
            families.last_mut().unwrap().samples.push(sample(line));
        }
    }
    families
}

fn sample(line: &str) -> Sample {
    let (rest, value) = line.rsplit_once(' ').unwrap();
    let (name, inside) = rest.split_once('{').unwrap_or((rest, ""));
    let mut rest = inside.strip_suffix('}').unwrap_or_default();
    let mut labels = Vec::new();
    while let Some((label, after)) = rest.split_once("=\"") {
        let end = end_of_value(after);
        labels.push((label.to_owned(), after[..end].to_owned()));
        rest = after[end + 1..].strip_prefix(',').unwrap_or_default();
    }
    Sample { name: name.to_owned(), labels, value: value.to_owned() }
}

/// Where the quote is that is not escaped.
fn end_of_value(text: &str) -> usize {
    let mut is_escaped = false;
    let is_end = |(_, byte): &(usize, u8)| {
        let is_end = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        is_end
    };
    text.bytes().enumerate().find(is_end).unwrap().0
}

impl Sample {
    /// The labels in no order.
    pub(crate) fn label_set(&self) -> BTreeMap<&str, &str> {
        self.labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    pub(crate) fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|label| label.0 == name).map(|label| label.1.as_str())
    }
}

impl fmt::Debug for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:?} {}", self.name, self.labels, self.value)
    }
}
