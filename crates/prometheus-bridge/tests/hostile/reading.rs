//! What an exposition says, whoever read it.

use std::fmt;

/// A family with all its samples.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Family {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) unit: String,
    pub(crate) help: String,
    pub(crate) samples: Vec<Sample>,
}

/// One sample; its labels are sorted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) labels: Vec<(String, String)>,
    pub(crate) value: Number,
}

/// A number as exactly as its reader knows it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Number {
    Integer(i128),
    Float(f64),
    /// Some time since this test was written, in seconds.
    Time,
}

impl Sample {
    pub(crate) fn new(name: impl Into<String>, mut labels: Vec<(String, String)>, value: Number) -> Self {
        let name = name.into();
        // Bounds are told apart by their number, and the number's spelling is a matter of the format.
        for (_, text) in labels.iter_mut().filter(|label| label.0 == "le" && name.ends_with("_bucket")) {
            if let Ok(bound) = text.parse() {
                *text = le(bound);
            }
        }
        labels.sort();
        Self { name, labels, value }
    }
}

/// A bound as these tests write it.
pub(crate) fn le(bound: f64) -> String {
    format!("{bound:?}")
}

impl Number {
    pub(crate) fn parse(text: &str) -> Self {
        match text.parse() {
            Ok(integer) => Self::Integer(integer),
            Err(_) => Self::Float(text.parse().expect("a value that is no number")),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "as its reader does")]
    fn as_float(self) -> f64 {
        match self {
            Self::Integer(integer) => integer as f64,
            Self::Float(float) => float,
            Self::Time => f64::NAN,
        }
    }
}

/// Equal as far as both know.
impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Integer(a), Self::Integer(b)) => a == b,
            (Self::Time, Self::Time) => true,
            (Self::Time, time) | (time, Self::Time) => (1.7e9..1e10).contains(&time.as_float()),
            (a, b) => a.as_float() == b.as_float() || (a.as_float().is_nan() && b.as_float().is_nan()),
        }
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?} {:?}", self.name, self.labels, self.value)
    }
}

/// Everything that is read otherwise than expected. Families come in an order, the samples of one in any.
pub(crate) fn differences(expected: &[Family], read: &[Family]) -> Vec<String> {
    let names = |families: &[Family]| families.iter().map(|family| family.name.clone()).collect::<Vec<_>>();
    if names(expected) != names(read) {
        return vec![format!("families {:?} instead of {:?}", names(read), names(expected))];
    }
    expected.iter().zip(read).flat_map(|(expected, read)| family_differences(expected, read)).collect()
}

fn family_differences(expected: &Family, read: &Family) -> Vec<String> {
    let mut differences = Vec::new();
    for (what, expected_text, read_text) in [
        ("type", expected.kind.as_str(), read.kind.as_str()),
        ("unit", &expected.unit, &read.unit),
        // Blanks around it are lost on one parser or the other.
        ("help", expected.help.trim(), read.help.trim()),
    ] {
        if expected_text != read_text {
            differences.push(format!("{what} of {:?} is {read_text:?}, not {expected_text:?}", expected.name));
        }
    }
    let mut rest: Vec<&Sample> = read.samples.iter().collect();
    for sample in &expected.samples {
        match rest.iter().position(|other| *other == sample) {
            Some(at) => drop(rest.swap_remove(at)),
            None => differences.push(format!("missing: {sample}")),
        }
    }
    differences.extend(rest.iter().map(|sample| format!("unexpected: {sample}")));
    differences
}
