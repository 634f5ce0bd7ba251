//! What a scraper asks for: `Accept` and `Accept-Encoding`.

use metric_names::Escaping;

use crate::format::Format;

impl Format {
    /// The format for the values of a request's `Accept` headers, in their order.
    ///
    /// Of the formats that there are, the one with the highest weight is taken, and of equal ones the first. What cannot
    /// be read is passed over; when nothing fits, the answer is [`Format::Text`].
    ///
    /// ```
    /// use prometheus_bridge::{Escaping, Format};
    ///
    /// let accept = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;q=0.3,*/*;q=0.2";
    /// assert_eq!(Format::from_accept([accept]), Format::OpenMetrics(Escaping::AllowUtf8));
    /// assert_eq!(Format::from_accept(["text/html"]), Format::Text);
    /// ```
    pub fn from_accept<'h>(values: impl IntoIterator<Item = &'h str>) -> Self {
        let mut best = (Self::Text, Weight(0));
        for entry in entries(values) {
            if let Some(format) = format_of(&entry)
                && entry.weight > best.1
            {
                best = (format, entry.weight);
            }
        }
        best.0
    }
}

/// Whether a request's `Accept-Encoding` asks for gzip by its name.
pub(crate) fn accepts_gzip<'h>(values: impl IntoIterator<Item = &'h str>) -> bool {
    entries(values).any(|entry| entry.name.eq_ignore_ascii_case("gzip") && entry.weight > Weight(0))
}

/// One element of a list with weights.
struct Entry<'h> {
    name: &'h str,
    parameters: &'h str,
    weight: Weight,
}

/// In thousandths, as the standard allows; 0 is a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Weight(u16);

fn entries<'h>(values: impl IntoIterator<Item = &'h str>) -> impl Iterator<Item = Entry<'h>> {
    values.into_iter().filter(|value| value.len() <= LONGEST).flat_map(|value| value.split(',')).take(MOST).map(
        |entry| {
            let (name, parameters) = entry.split_once(';').unwrap_or((entry, ""));
            Entry { name: name.trim(), parameters, weight: weight(parameters) }
        },
    )
}

/// A parameter's value, without the quotes that it may have.
fn parameter<'h>(parameters: &'h str, wanted: &str) -> Option<&'h str> {
    parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().trim_matches('"'))
    })
}

/// A weight that is none, or above 1 as Prometheus 2.49.0 sends, counts as the lowest.
fn weight(parameters: &str) -> Weight {
    let Some(text) = parameter(parameters, "q") else { return Weight(1000) };
    match text.parse::<f64>() {
        Ok(0.0) => Weight(0),
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
        Ok(weight) if (0.0..=1.0).contains(&weight) => Weight((weight * 1000.0).max(1.0) as u16),
        _ => Weight(1),
    }
}

fn format_of(entry: &Entry<'_>) -> Option<Format> {
    let version = parameter(entry.parameters, "version").unwrap_or_default();
    let escaping = parameter(entry.parameters, "escaping").and_then(Escaping::from_word).unwrap_or_default();
    match (&*entry.name.to_ascii_lowercase(), version) {
        ("text/plain", "" | "0.0.4") | ("*/*" | "text/*", _) => Some(Format::Text),
        ("text/plain", "1.0.0") => Some(Format::TextWith(escaping)),
        ("application/openmetrics-text", "" | "0.0.1") => Some(Format::OldOpenMetrics),
        ("application/openmetrics-text", "1.0.0") => Some(Format::OpenMetrics(escaping)),
        ("application/vnd.google.protobuf", _) => {
            let message = parameter(entry.parameters, "proto") == Some("io.prometheus.client.MetricFamily");
            let delimited = parameter(entry.parameters, "encoding") == Some("delimited");
            (message && delimited).then_some(Format::Protobuf(escaping))
        }
        _ => None,
    }
}

/// Of one header's value; Prometheus sends about 300 bytes.
const LONGEST: usize = 8192;
/// Elements that are looked at.
const MOST: usize = 64;
