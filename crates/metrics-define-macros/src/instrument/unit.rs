//! The rules for a metric's unit.

use metric_names::check_unit;
use syn::LitStr;

use crate::findings::Findings;

/// Reports what is not a unit, and the words that look like one but mean something else in UCUM.
pub(crate) fn check(unit: &LitStr, findings: &mut Findings) {
    let text = unit.value();
    if text.trim().is_empty() {
        findings.report(unit, "the unit is empty: write `{thing}` for a number of things, `1` for a fraction");
    } else if let Some((_, meaning, code)) = HINTS.iter().find(|(written, _, _)| *written == text) {
        findings.report(unit, format!("`{text}` is {meaning}: write `{code}`"));
    } else if let Err(error) = check_unit(&text) {
        findings.report(unit, error);
    }
}

/// Whether durations can be recorded in this unit.
pub(crate) fn is_time(unit: &str) -> bool {
    matches!(unit, "ns" | "us" | "ms" | "s" | "min" | "h")
}

/// What people write, what it is, and what they mean.
const HINTS: &[(&str, &str, &str)] = &[
    ("B", "a bel", "By"),
    ("kB", "a kilobel", "kBy"),
    ("KB", "not a UCUM code", "kBy"),
    ("MB", "a megabel", "MBy"),
    ("GB", "a gigabel", "GBy"),
    ("KiB", "a kibibel", "KiBy"),
    ("MiB", "a mebibel", "MiBy"),
    ("GiB", "a gibibel", "GiBy"),
    ("byte", NO_CODE, "By"),
    ("bytes", NO_CODE, "By"),
    ("second", NO_CODE, "s"),
    ("seconds", NO_CODE, "s"),
    ("sec", NO_CODE, "s"),
    ("secs", NO_CODE, "s"),
    ("millisecond", NO_CODE, "ms"),
    ("milliseconds", NO_CODE, "ms"),
    ("millis", NO_CODE, "ms"),
    ("msec", NO_CODE, "ms"),
    ("microseconds", NO_CODE, "us"),
    ("usec", NO_CODE, "us"),
    ("µs", "not ASCII", "us"),
    ("μs", "not ASCII", "us"),
    ("nanoseconds", NO_CODE, "ns"),
    ("nsec", NO_CODE, "ns"),
    ("minute", NO_CODE, "min"),
    ("minutes", NO_CODE, "min"),
    ("hour", NO_CODE, "h"),
    ("hours", NO_CODE, "h"),
    ("percent", NO_CODE, "%"),
    ("ratio", NO_CODE, "1"),
    ("count", "not a unit; say what is counted", "{thing}"),
];

const NO_CODE: &str = "not a UCUM code";

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proc_macro2::Span;

    use super::*;

    #[test]
    fn units_of_the_catalogue_are_accepted() {
        for unit in ["s", "ms", "MiBy", "%", "1", "{execution}", "{millicore}", "By/s", "USD"] {
            check(unit, &expect![""]);
        }
    }

    #[test]
    fn lookalikes_are_corrected() {
        check("MiB", &expect!["`MiB` is a mebibel: write `MiBy`\n"]);
        check("seconds", &expect!["`seconds` is not a UCUM code: write `s`\n"]);
        check("count", &expect!["`count` is not a unit; say what is counted: write `{thing}`\n"]);
        check("µs", &expect!["`µs` is not ASCII: write `us`\n"]);
    }

    #[test]
    fn what_opentelemetry_refuses_is_refused() {
        check("", &expect!["the unit is empty: write `{thing}` for a number of things, `1` for a fraction\n"]);
        check("Ω", &expect!["the unit has a character that is not printable ASCII at byte 0: write the UCUM code\n"]);
        check(&"s".repeat(64), &expect!["the unit is longer than 63 characters: shorten it\n"]);
    }

    fn check(unit: &str, expected: &Expect) {
        let mut findings = Findings::default();
        super::check(&LitStr::new(unit, Span::call_site()), &mut findings);
        expected.assert_eq(&findings.messages());
    }
}
