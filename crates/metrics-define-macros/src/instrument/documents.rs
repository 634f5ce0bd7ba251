//! The table at the end of a metric's documentation.

use crate::instrument::{early_end, form::Form, model::Definition};

/// Markdown, set off from the user's words by an empty line.
pub(crate) fn table(definition: &Definition, form: Form) -> String {
    let Definition { name, exposed_name, unit, boundaries, .. } = definition;
    let instrument = form.words();
    let bounds: Vec<String> = boundaries.iter().map(f64::to_string).collect();
    let buckets = match (definition.exponential, bounds.is_empty()) {
        (true, _) => "| buckets | exponential |\n".to_owned(),
        (false, true) => String::new(),
        (false, false) => format!("| buckets | {} |\n", bounds.join(", ")),
    };
    let unit = if unit.is_empty() { String::new() } else { format!("| unit | `{unit}` |\n") };
    let early_end = match early_end::written(&definition.early_end) {
        written if written.is_empty() => String::new(),
        written => format!("| dropped early | {written} |\n"),
    };
    let stability = definition.stability.as_ref().map(|level| format!("| stability | {level} |\n")).unwrap_or_default();
    format!(
        "\n| OpenTelemetry name | `{name}` |\n|-|-|\n| Prometheus name | `{exposed_name}` |\n| instrument | {instrument} |\n{unit}{buckets}{early_end}{stability}"
    )
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use syn::parse_quote;

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
            exponential: false,
            zero: false,
            early_end: Vec::new(),
            prometheus: None,
            stability: Some(parse_quote!(Stable)),
            deprecated: None,
            renamed_to: None,
            renamed_to_name: None,
            lint_exceptions: Vec::new(),
        };

        expect![[r"

            | OpenTelemetry name | `script.execution.duration` |
            |-|-|
            | Prometheus name | `script_execution_duration_seconds` |
            | instrument | histogram |
            | unit | `s` |
            | buckets | 0.05, 1, 300 |
            | stability | Stable |
        "]]
        .assert_eq(&table(&definition, Form::Histogram));
    }
}
