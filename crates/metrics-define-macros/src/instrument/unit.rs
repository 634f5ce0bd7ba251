//! The rules for a metric's unit.

use metric_names::check_ucum;
use syn::LitStr;

use crate::findings::Findings;

/// Reports what is not a unit, and the words that look like one but mean something else in UCUM.
pub(crate) fn check(unit: &LitStr, findings: &mut Findings) {
    if let Err(error) = check_ucum(&unit.value()) {
        findings.report(unit, format!("[MC002] {error}"));
    }
}

/// Whether durations can be recorded in this unit.
pub(crate) fn is_time(unit: &str) -> bool {
    matches!(unit, "ns" | "us" | "ms" | "s" | "min" | "h")
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proc_macro2::Span;

    use super::*;

    #[test]
    fn units_are_checked() {
        check("By/s", &expect![""]);
        check("MiB", &expect!["[MC002] `MiB` is a mebibel: write `MiBy`\n"]);
    }

    fn check(unit: &str, expected: &Expect) {
        let mut findings = Findings::default();
        super::check(&LitStr::new(unit, Span::call_site()), &mut findings);
        expected.assert_eq(&findings.messages());
    }
}
