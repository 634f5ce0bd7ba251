//! Numbers as Go prints them, which is what Prometheus' own libraries write.

use std::io::Write as _;

use metrics_pipeline::Number;

/// How a float without a fraction is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Floats {
    /// `5`, as Prometheus' text formats have it.
    Short,
    /// `5.0`, as OpenMetrics has it: there only integers have neither point nor exponent.
    Marked,
}

/// Appends a sample value: integers without a fraction, floats in the shortest form that reads back the same.
pub(crate) fn push_number(out: &mut Vec<u8>, number: Number, floats: Floats) {
    match number {
        Number::U64(value) => push_integer(out, value),
        Number::I64(value) => {
            if value < 0 {
                out.push(b'-');
            }
            push_integer(out, value.unsigned_abs());
        }
        Number::F64(value) => push_float(out, value, floats),
    }
}

/// Appends an integer, two digits at a time.
pub(crate) fn push_integer(out: &mut Vec<u8>, mut value: u64) {
    if value < 10 {
        return out.push(b'0' + value.to_le_bytes()[0]);
    }
    let mut digits = [0; 20];
    let mut at = digits.len();
    while value >= 100 {
        at -= 2;
        digits[at..at + 2].copy_from_slice(pair(value % 100));
        value /= 100;
    }
    if value >= 10 {
        at -= 2;
        digits[at..at + 2].copy_from_slice(pair(value));
    } else {
        at -= 1;
        digits[at] = b'0' + value.to_le_bytes()[0];
    }
    out.extend_from_slice(&digits[at..]);
}

/// Appends a float: `5` or `5.0`, `0.25`, `1e+06`, `NaN`, `+Inf`.
pub(crate) fn push_float(out: &mut Vec<u8>, value: f64, floats: Floats) {
    if value.is_nan() {
        out.extend_from_slice(b"NaN");
    } else if value.is_infinite() {
        out.extend_from_slice(if value > 0.0 { b"+Inf" } else { b"-Inf" });
    } else if value == 0.0 || (1e-4..1e6).contains(&value.abs()) {
        push_plain(out, value, floats);
    } else {
        push_exponential(out, value);
    }
}

/// Most floats that are measured have few digits, and those need not go through the search for the shortest form.
///
/// Up to 15 digits, no two decimals are the same float. So if a decimal of a whole number of millionths is the float, it
/// is the shortest that is.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "below 10^12 and not negative, and it is exactness that is asked for"
)]
fn push_plain(out: &mut Vec<u8>, value: f64, floats: Floats) {
    let millionths = (value.abs() * 1e6).round() as u64;
    if millionths as f64 / 1e6 != value.abs() {
        let written = write!(out, "{value}");
        debug_assert!(written.is_ok(), "writing to memory succeeds");
        return;
    }
    if value.is_sign_negative() {
        out.push(b'-');
    }
    push_integer(out, millionths / 1_000_000);
    let fraction = millionths % 1_000_000;
    if fraction > 0 {
        let start = out.len();
        // The point takes the place of the one that keeps the zeros in front.
        push_integer(out, 1_000_000 + fraction);
        out[start] = b'.';
        let zeros = out.iter().rev().take_while(|digit| **digit == b'0').count();
        out.truncate(out.len() - zeros);
    } else if floats == Floats::Marked {
        out.extend_from_slice(b".0");
    }
}

/// Appends a bucket's bound, which is always recognisable as a float: `5.0`, `0.25`, `1e+06`.
///
/// Prometheus 3 brings bounds into this form anyway, and so old and new servers store the same series.
pub(crate) fn push_bound(out: &mut Vec<u8>, bound: f64) {
    push_float(out, bound, Floats::Marked);
}

/// Rust writes `1e6` where Go writes `1e+06`: a sign, and two digits at least.
fn push_exponential(out: &mut Vec<u8>, value: f64) {
    let start = out.len();
    let written = write!(out, "{value:e}");
    debug_assert!(written.is_ok(), "writing to memory succeeds");
    let Some(at) = out[start..].iter().position(|byte| *byte == b'e') else { return };
    let exponent = start + at + 1;
    if out[exponent] != b'-' {
        out.insert(exponent, b'+');
    }
    if out.len() - exponent < 3 {
        out.insert(exponent + 1, b'0');
    }
}

fn pair(value: u64) -> &'static [u8] {
    let at = usize::from(value.to_le_bytes()[0]) * 2;
    &PAIRS[at..at + 2]
}

static PAIRS: [u8; 200] = pairs();

const fn pairs() -> [u8; 200] {
    let mut pairs = [0; 200];
    let mut value = 0;
    while value < 100_u8 {
        pairs[value as usize * 2] = b'0' + value / 10;
        pairs[value as usize * 2 + 1] = b'0' + value % 10;
        value += 1;
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::{Floats, push_bound, push_float, push_integer};

    fn text(push: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        push(&mut out);
        String::from_utf8(out).unwrap()
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
            assert_eq!(text(|out| push_float(out, value, Floats::Short)), expected);
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
            assert_eq!(text(|out| push_bound(out, bound)), expected);
        }
    }

    #[test]
    fn decimals_are_the_shortest() {
        // A linear congruential generator: the cases are arbitrary, but the same in every run.
        let mut state = 1_u64;
        for _ in 0..200_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let digits = f64::from(u32::try_from(state >> 36).unwrap());
            for value in [digits / 1e6, digits / 1e3, digits * 1e-6, digits / 7e5, -digits / 8e4] {
                if value == 0.0 || (1e-4..1e6).contains(&value.abs()) {
                    assert_eq!(text(|out| push_float(out, value, Floats::Short)), value.to_string());
                }
            }
        }
    }

    #[test]
    fn integers_are_written_whole() {
        for value in [0, 1, 9, 10, 11, 99, 100, 101, 999, 1000, 12_345, 9_999_999_999, u64::MAX - 1, u64::MAX] {
            assert_eq!(text(|out| push_integer(out, value)), value.to_string());
        }
        for shift in 0..64 {
            let value = 1_u64 << shift;
            assert_eq!(text(|out| push_integer(out, value - 1)), (value - 1).to_string());
        }
    }
}
