//! Numbers that JSON has no words for.

use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};

/// JSON has no NaN and no infinity, and receivers refuse a request for a null in their place.
///
/// As attributes they become the words that the JSON form of protobuf has for them, but as strings: receivers differ in
/// whether they take those words for a number.
pub(super) fn spell_attributes(attributes: &mut [KeyValue]) {
    attributes.iter_mut().filter_map(|attribute| attribute.value.as_mut()).for_each(spell_value);
}

pub(super) fn spell_value(value: &mut AnyValue) {
    match &mut value.value {
        Some(Value::DoubleValue(number)) if !number.is_finite() => {
            value.value = Some(Value::StringValue(word(*number).to_owned()));
        }
        Some(Value::ArrayValue(array)) => array.values.iter_mut().for_each(spell_value),
        Some(Value::KvlistValue(list)) => spell_attributes(&mut list.values),
        _ => (),
    }
}

fn word(number: f64) -> &'static str {
    if number.is_nan() {
        "NaN"
    } else if number > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}
