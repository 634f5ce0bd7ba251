//! `buckets = [..]`: the boundaries of a histogram.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Expr, ExprArray, ExprLit, ExprUnary, Lit, UnOp};

use crate::findings::Findings;

/// The bounds; reports those that are no numbers, not finite or not greater than the one before.
pub(crate) fn boundaries(list: &ExprArray, findings: &mut Findings) -> Vec<f64> {
    if list.elems.is_empty() {
        findings.report(list, "[MC005] the list is empty: give at least one upper bound in the metric's unit");
    }
    let mut boundaries: Vec<f64> = Vec::new();
    let mut previous = TokenStream::new();
    for element in &list.elems {
        let Some(bound) = number(element) else {
            findings.report(element, "[MC005] a bucket bound is a number literal, such as `0.5`");
            continue;
        };
        if !bound.is_finite() {
            findings.report(element, "[MC005] a bucket bound is finite; the last bucket, to infinity, is always there");
            continue;
        }
        if boundaries.last().is_some_and(|&last| bound <= last) {
            findings.report(
                element,
                format!("[MC005] bucket bounds must increase, and the one before is {previous}: put them in order"),
            );
        }
        boundaries.push(bound);
        previous = element.to_token_stream();
    }
    boundaries
}

fn number(expression: &Expr) -> Option<f64> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => number.base10_parse().ok(),
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_digits().parse().ok(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => number(expr).map(|number| -number),
        Expr::Group(group) => number(&group.expr),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use syn::parse_quote;

    use super::*;

    #[test]
    fn numbers_of_every_form_are_bounds() {
        check(&parse_quote!([-1.5, 0, 1, 2.5e3, 1_000_000.0]), &expect!["[-1.5, 0.0, 1.0, 2500.0, 1000000.0]\n"]);
    }

    #[test]
    fn each_wrong_bound_is_reported() {
        check(
            &parse_quote!([1.0, 1.0, 0.5, 2.0, 1e999, MAX, "3"]),
            &expect![[r"
            [1.0, 1.0, 0.5, 2.0]
            [MC005] bucket bounds must increase, and the one before is 1.0: put them in order
            [MC005] bucket bounds must increase, and the one before is 1.0: put them in order
            [MC005] a bucket bound is finite; the last bucket, to infinity, is always there
            [MC005] a bucket bound is a number literal, such as `0.5`
            [MC005] a bucket bound is a number literal, such as `0.5`
        "]],
        );
        check(
            &parse_quote!([]),
            &expect![[r"
            []
            [MC005] the list is empty: give at least one upper bound in the metric's unit
        "]],
        );
    }

    fn check(list: &ExprArray, expected: &Expect) {
        let mut findings = Findings::default();
        let boundaries = boundaries(list, &mut findings);
        expected.assert_eq(&format!("{boundaries:?}\n{}", findings.messages()));
    }
}
