//! Attribute values as text, by OpenTelemetry's rules for non-string values.

use std::fmt::Write as _;

use opentelemetry::{Array, Value};

/// A value as text.
pub(crate) fn value_text(value: &Value) -> String {
    let mut text = String::new();
    push_value(&mut text, value);
    text
}

/// Appends a value: strings as they are, arrays as JSON, everything else as JSON would write it.
pub(crate) fn push_value(out: &mut String, value: &Value) {
    match value {
        Value::Bool(value) => push_display(out, value),
        Value::I64(value) => push_display(out, value),
        Value::F64(value) => push_float(out, *value),
        Value::String(value) => out.push_str(value.as_str()),
        Value::Array(array) => push_array(out, array),
        // A later kind of value; the SDK's own text is better than none.
        other => out.push_str(&other.as_str()),
    }
}

fn push_array(out: &mut String, array: &Array) {
    match array {
        Array::Bool(values) => push_items(out, values, push_display),
        Array::I64(values) => push_items(out, values, push_display),
        Array::F64(values) => push_items(out, values, |out, value| push_json_float(out, *value)),
        Array::String(values) => push_items(out, values, |out, value| push_json_string(out, value.as_str())),
        other => push_display(out, other),
    }
}

fn push_items<T>(out: &mut String, values: &[T], push: impl Fn(&mut String, &T)) {
    out.push('[');
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        push(out, value);
    }
    out.push(']');
}

fn push_json_float(out: &mut String, value: f64) {
    if value.is_finite() {
        push_float(out, value);
    } else {
        out.push('"');
        push_float(out, value);
        out.push('"');
    }
}

/// A JSON number; JSON has no others, so those get their usual words.
fn push_float(out: &mut String, value: f64) {
    if value.is_nan() {
        out.push_str("NaN");
    } else if value.is_infinite() {
        out.push_str(if value > 0.0 { "Infinity" } else { "-Infinity" });
    } else if value == 0.0 || (1e-6..1e21).contains(&value.abs()) {
        push_display(out, &value);
    } else {
        push_display(out, &format_args!("{value:e}"));
    }
}

fn push_json_string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => push_display(out, &format_args!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
}

fn push_display(out: &mut String, value: &impl std::fmt::Display) {
    let written = write!(out, "{value}");
    debug_assert!(written.is_ok(), "writing to a string succeeds");
}

#[cfg(test)]
mod tests {
    use opentelemetry::{Array, Value};

    use super::push_value;

    #[test]
    fn values_follow_the_rules_for_non_string_values() {
        for (value, expected) in [
            (Value::from("a \"b\""), r#"a "b""#),
            (Value::from(true), "true"),
            (Value::from(-7_i64), "-7"),
            (Value::from(2.0), "2"),
            (Value::from(1e300), "1e300"),
            (Value::from(f64::NEG_INFINITY), "-Infinity"),
            (Value::from(f64::NAN), "NaN"),
            (Value::Array(Array::Bool(vec![true, false])), "[true,false]"),
            (Value::Array(Array::I64(vec![])), "[]"),
            (Value::Array(Array::F64(vec![0.5, f64::NAN])), r#"[0.5,"NaN"]"#),
            (Value::Array(Array::String(vec!["x".into(), "q\"\\\n\u{1}é".into()])), r#"["x","q\"\\\n\u0001é"]"#),
        ] {
            let mut text = String::new();
            push_value(&mut text, &value);
            assert_eq!(text, expected);
        }
    }
}
