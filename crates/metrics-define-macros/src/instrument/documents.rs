//! The table at the end of a metric's documentation.

use metric_names::Kind;

use crate::instrument::model::Definition;

/// Markdown, set off from the user's words by an empty line.
pub(crate) fn table(definition: &Definition, kind: Kind) -> String {
    let Definition { name, exposed_name, unit, boundaries, .. } = definition;
    let instrument = match kind {
        Kind::Counter => "counter",
        Kind::UpDownCounter => "up-down counter",
        Kind::Gauge => "gauge",
        Kind::Histogram => "histogram",
    };
    let bounds: Vec<String> = boundaries.iter().map(f64::to_string).collect();
    let buckets = if bounds.is_empty() { String::new() } else { format!("| buckets | {} |\n", bounds.join(", ")) };
    format!(
        "\n| OpenTelemetry name | `{name}` |\n|-|-|\n| Prometheus name | `{exposed_name}` |\n| instrument | {instrument} |\n| unit | `{unit}` |\n{buckets}"
    )
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn the_table_names_what_the_code_does_not() {
        let definition = Definition {
            name: "script.execution.duration".to_owned(),
            exposed_name: "script_execution_duration_seconds".to_owned(),
            unit: "s".to_owned(),
            description: "Execution time".to_owned(),
            labels: Vec::new(),
            boundaries: vec![0.05, 1.0, 300.0],
        };

        expect![[r"

            | OpenTelemetry name | `script.execution.duration` |
            |-|-|
            | Prometheus name | `script_execution_duration_seconds` |
            | instrument | histogram |
            | unit | `s` |
            | buckets | 0.05, 1, 300 |
        "]]
        .assert_eq(&table(&definition, Kind::Histogram));
    }
}
