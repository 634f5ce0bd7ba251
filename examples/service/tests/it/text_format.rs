//! Just enough of the text format to compare what two outputs say.

use std::collections::BTreeMap;

/// Values by `name{labels}`, the labels in order.
pub(crate) type Samples = BTreeMap<String, f64>;

/// The samples of a scrape, without the labels that only this output has.
pub(crate) fn samples(body: &str) -> Samples {
    let lines = body.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| line.rsplit_once(' ').unwrap())
        .map(|(series, value)| (series_key(series), number(value)))
        .collect()
}

fn series_key(series: &str) -> String {
    let Some((name, labels)) = series.split_once('{') else { return series.to_owned() };
    let mut labels: Vec<_> = labels
        .trim_end_matches('}')
        .split(',')
        .filter(|label| !label.is_empty() && !label.starts_with("otel_scope_"))
        .collect();
    labels.sort_unstable();
    format!("{name}{{{}}}", labels.join(","))
}

fn number(text: &str) -> f64 {
    match text {
        "+Inf" => f64::INFINITY,
        "-Inf" => f64::NEG_INFINITY,
        other => other.parse().unwrap(),
    }
}
