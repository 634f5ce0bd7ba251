//! One metric on the reference page.

use metrics_define::{Deprecation, LabelDef, LabelValues, MetricDef};

use crate::{example_call::example_call, markdown_table::MarkdownTable, words};

pub(crate) fn details(metric: &MetricDef) -> String {
    let facts: Vec<String> = facts(metric).into_iter().map(|(name, text)| format!("- {name}: {text}\n")).collect();
    let labels = labels(metric.labels);
    let example = example_call(metric);
    format!(
        "#### `{}`\n\n{}.\n\n{}\n{labels}```rust\n{example}\n```\n",
        metric.name,
        metric.description,
        facts.concat()
    )
}

fn facts(metric: &MetricDef) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("Prometheus", format!("`{}`, {}", words::exposed_name(metric), metric.kind.prometheus_type())),
        ("Instrument", instrument(metric)),
    ];
    if !metric.unit.is_empty() {
        facts.push(("Unit", format!("`{}`", metric.unit)));
    }
    if !metric.boundaries.is_empty() {
        let bounds: Vec<String> = metric.boundaries.iter().map(f64::to_string).collect();
        facts.push(("Boundaries", bounds.join(", ")));
    }
    if metric.exponential {
        facts.push(("Boundaries", "exponential".to_owned()));
    }
    facts.push(("Stability", words::stability(metric.stability).replace('_', " ")));
    if !metric.labels.is_empty() {
        facts.push(("Series", series(metric)));
    }
    if let Some(deprecation) = &metric.deprecated {
        facts.push(("Deprecated", deprecated(deprecation)));
    }
    facts
}

fn deprecated(deprecation: &Deprecation) -> String {
    let since = (!deprecation.since.is_empty()).then(|| format!("since {}", deprecation.since));
    let note = (!deprecation.note.is_empty()).then(|| deprecation.note.to_owned());
    let successor = deprecation.renamed_to.map(|name| format!("its place has `{name}`"));
    let parts: Vec<String> = [since, note, successor].into_iter().flatten().collect();
    if parts.is_empty() { "yes".to_owned() } else { parts.join("; ") }
}

fn instrument(metric: &MetricDef) -> String {
    let mut text = format!("{} of `{}`", words::instrument(metric), words::value_type(metric.value));
    if metric.info {
        "Info: a gauge that is always 1".clone_into(&mut text);
    } else if metric.observable {
        text.push_str(", observed when it is collected");
    }
    if metric.absolute {
        text.push_str(", set to its level");
    }
    text
}

fn series(metric: &MetricDef) -> String {
    let (possible, limit) = (words::possible_series(metric), metric.series_limit());
    if possible <= limit {
        format!("at most {possible}")
    } else {
        format!("at most {limit}, the rest in one overflow series")
    }
}

/// A table, and the empty line after it; nothing for a metric without labels.
fn labels(labels: &[LabelDef]) -> String {
    if labels.is_empty() {
        return String::new();
    }
    let mut table = MarkdownTable::new(["Label", "Values", "Meaning"]);
    for label in labels {
        table.add_row([format!("`{}`", label.key), values(label), label.description.to_owned()]);
    }
    format!("{}\n", table.render())
}

fn values(label: &LabelDef) -> String {
    match label.values {
        LabelValues::Closed(values) => {
            let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
            values.join(", ")
        }
        LabelValues::Open { max_values } => {
            let example = label.example.map(|example| format!(", for example `{example}`")).unwrap_or_default();
            let what =
                if label.field.1.trim_start_matches('&').starts_with(['i', 'u']) { "any number" } else { "any text" };
            format!("{what}{example}; at most {max_values} values, `other` among them")
        }
    }
}
