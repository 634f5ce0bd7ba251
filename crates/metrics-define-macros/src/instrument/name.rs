//! The rules for a metric's name.

use metric_names::{Kind, MetricNameError, check_last_word, check_metric_name};
use syn::LitStr;

use crate::findings::Findings;

/// Reports a name that is not lower case, not OpenTelemetry's grammar, not under one of the domain's prefixes, or that
/// promises another kind.
///
/// A domain without a prefix is one whose prefixes were all wrong, which was reported.
pub(crate) fn check(name: &LitStr, kind: Kind, prefixes: &[String], findings: &mut Findings) {
    let text = name.value();
    match check_metric_name(&text, kind) {
        Ok(()) => {}
        Err(error @ MetricNameError::LastWord { .. }) => findings.report(name, format!("[MC011] {error}")),
        Err(error @ MetricNameError::Grammar(_)) => {
            findings.report(name, format!("[MC001] {error}"));
            return;
        }
        Err(error) => findings.report(name, format!("[MC001] {error}")),
    }
    let lower_case = text.to_ascii_lowercase();
    if let Some(first) = prefixes.first()
        && !prefixes.iter().any(|prefix| is_under(&lower_case, prefix))
    {
        let prefixes: Vec<_> = prefixes.iter().map(|prefix| format!("`{prefix}.`")).collect();
        findings.report(
            name,
            format!(
                "[MC001] the names of this domain begin with {}: write `{first}.{lower_case}`, or add a prefix to `prefixes` of `#[domain]`",
                prefixes.join(" or "),
            ),
        );
    }
}

/// Reports an exact name for Prometheus that promises another kind.
pub(crate) fn check_exact(name: &LitStr, kind: Kind, findings: &mut Findings) {
    if let Err(error) = check_last_word(&name.value(), kind) {
        findings.report(name, format!("[MC011] {error}"));
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
        check(
            "Script.runs",
            &expect![
                "[MC001] a metric name is lower case words with one delimiter between two of them: write `script.runs`\n"
            ],
        );
        check(
            "scripts.runs",
            &expect![
                "[MC001] the names of this domain begin with `script.` or `execution.`: write `script.scripts.runs`, or add a prefix to `prefixes` of `#[domain]`\n"
            ],
        );
        check(
            "script",
            &expect![
                "[MC001] the names of this domain begin with `script.` or `execution.`: write `script.script`, or add a prefix to `prefixes` of `#[domain]`\n"
            ],
        );
        check(
            "script.",
            &expect![
                "[MC001] a metric name is lower case words with one delimiter between two of them: write `script`\n"
            ],
        );
        check(
            "script runs",
            &expect![
                "[MC001] the instrument name may hold only ASCII letters, digits, `_`, `.`, `-` and `/`: replace the character at byte 6\n"
            ],
        );
        check(
            "script.runs.count",
            &expect![
                "[MC011] `count` at the end of a name belongs to the samples of histograms: call it something else\n"
            ],
        );
        check("", &expect!["[MC001] the instrument name is empty: give it a name like `domain.thing.count`\n"]);
    }

    fn check(name: &str, expected: &Expect) {
        let prefixes = ["script".to_owned(), "execution".to_owned()];
        let mut findings = Findings::default();
        super::check(&LitStr::new(name, Span::call_site()), Kind::Counter, &prefixes, &mut findings);
        expected.assert_eq(&findings.messages());
    }
}
