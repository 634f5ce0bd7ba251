//! Numbers as Go prints them, which is what Prometheus' own libraries write.

use std::fmt::Write as _;

use metrics_pipeline::Number;

/// Appends a sample value: integers without a fraction, floats in the shortest form that reads back the same.
pub(crate) fn push_number(out: &mut String, number: Number) {
    let written = match number {
        Number::U64(value) => write!(out, "{value}"),
        Number::I64(value) => write!(out, "{value}"),
        Number::F64(value) => return push_float(out, value),
    };
    debug_assert!(written.is_ok(), "writing to a string succeeds");
}

/// Appends a float as a sample value: `5`, `0.25`, `1e+06`, `NaN`, `+Inf`.
pub(crate) fn push_float(out: &mut String, value: f64) {
    if value.is_nan() {
        out.push_str("NaN");
    } else if value.is_infinite() {
        out.push_str(if value > 0.0 { "+Inf" } else { "-Inf" });
    } else if value == 0.0 || (1e-4..1e6).contains(&value.abs()) {
        let written = write!(out, "{value}");
        debug_assert!(written.is_ok(), "writing to a string succeeds");
    } else {
        push_exponential(out, value);
    }
}

/// Appends a bucket's bound, which is always recognisable as a float: `5.0`, `0.25`, `1e+06`.
///
/// Prometheus 3 brings bounds into this form anyway, and so old and new servers store the same series.
pub(crate) fn push_bound(out: &mut String, bound: f64) {
    let start = out.len();
    push_float(out, bound);
    if bound.is_finite() && !out[start..].contains(['.', 'e']) {
        out.push_str(".0");
    }
}

/// Rust writes `1e6` where Go writes `1e+06`: a sign, and two digits at least.
fn push_exponential(out: &mut String, value: f64) {
    let start = out.len();
    let written = write!(out, "{value:e}");
    debug_assert!(written.is_ok(), "writing to a string succeeds");
    let Some(at) = out[start..].find('e') else { return };
    let exponent = out.split_off(start + at + 1);
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent.as_str()),
    };
    out.push(sign);
    if digits.len() < 2 {
        out.push('0');
    }
    out.push_str(digits);
}

#[cfg(test)]
mod tests {
    use super::{push_bound, push_float};

    fn text(push: fn(&mut String, f64), value: f64) -> String {
        let mut out = String::new();
        push(&mut out, value);
        out
    }

    #[test]
    fn values_are_written_as_go_writes_them() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (5.0, "5"),
            (-2.5, "-2.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (0.0001, "0.0001"),
            (0.000_099, "9.9e-05"),
            (1e-10, "1e-10"),
            (999_999.5, "999999.5"),
            (1e6, "1e+06"),
            (-16_777_216.0, "-1.6777216e+07"),
            (1e100, "1e+100"),
            (f64::MIN_POSITIVE, "2.2250738585072014e-308"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            assert_eq!(text(push_float, value), expected);
        }
    }

    #[test]
    fn bounds_are_canonical_floats() {
        for (bound, expected) in [
            (0.0, "0.0"),
            (5.0, "5.0"),
            (-1.0, "-1.0"),
            (0.005, "0.005"),
            (100_000.0, "100000.0"),
            (1e6, "1e+06"),
            (1e23, "1e+23"),
            (1e-5, "1e-05"),
            (f64::INFINITY, "+Inf"),
        ] {
            assert_eq!(text(push_bound, bound), expected);
        }
    }
}
