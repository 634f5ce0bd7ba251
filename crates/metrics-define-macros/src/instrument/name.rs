//! The rules for a metric's name.

use metric_names::check_instrument_name;
use syn::LitStr;

use crate::findings::Findings;

/// Reports a name that is not lower case, not OpenTelemetry's grammar, or not under one of the domain's prefixes.
///
/// A domain without a prefix is one whose prefixes were all wrong, which was reported.
pub(crate) fn check(name: &LitStr, prefixes: &[String], findings: &mut Findings) {
    let text = name.value();
    if let Err(error) = check_instrument_name(&text) {
        findings.report(name, error);
        return;
    }
    let lower_case = text.to_ascii_lowercase();
    if text != lower_case {
        findings.report(name, format!("metric names are lower case: write `{lower_case}`"));
    }
    if let Some(first) = prefixes.first()
        && !prefixes.iter().any(|prefix| is_under(&lower_case, prefix))
    {
        let prefixes: Vec<_> = prefixes.iter().map(|prefix| format!("`{prefix}.`")).collect();
        findings.report(
            name,
            format!(
                "the names of this domain begin with {}: write `{first}.{lower_case}`, or add a prefix to `prefixes` of `#[domain]`",
                prefixes.join(" or "),
            ),
        );
    }
    if text.ends_with(['.', '_', '-', '/']) {
        findings.report(
            name,
            format!(
                "a metric name ends with a letter or a digit: write `{}`",
                lower_case.trim_end_matches(['.', '_', '-', '/'])
            ),
        );
    }
}

fn is_under(name: &str, prefix: &str) -> bool {
    name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proc_macro2::Span;

    use super::*;

    #[test]
    fn names_under_a_prefix_are_accepted() {
        check("script.executions.total", &expect![""]);
        check("execution.queue.wait_time", &expect![""]);
    }

    #[test]
    fn other_names_are_told_what_to_write() {
        check("Script.runs", &expect!["metric names are lower case: write `script.runs`\n"]);
        check(
            "scripts.runs",
            &expect![
                "the names of this domain begin with `script.` or `execution.`: write `script.scripts.runs`, or add a prefix to `prefixes` of `#[domain]`\n"
            ],
        );
        check(
            "script",
            &expect![
                "the names of this domain begin with `script.` or `execution.`: write `script.script`, or add a prefix to `prefixes` of `#[domain]`\n"
            ],
        );
        check("script.", &expect!["a metric name ends with a letter or a digit: write `script`\n"]);
        check(
            "script runs",
            &expect![
                "the instrument name may hold only ASCII letters, digits, `_`, `.`, `-` and `/`: replace the character at byte 6\n"
            ],
        );
        check("", &expect!["the instrument name is empty: give it a name like `domain.thing.count`\n"]);
    }

    fn check(name: &str, expected: &Expect) {
        let prefixes = ["script".to_owned(), "execution".to_owned()];
        let mut findings = Findings::default();
        super::check(&LitStr::new(name, Span::call_site()), &prefixes, &mut findings);
        expected.assert_eq(&findings.messages());
    }
}
