//! Attributes as plain text, which is what an assertion compares.

use std::{collections::BTreeMap, fmt::Write as _};

use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value},
    resource::v1::Resource,
};

/// Attributes by key, every value as text: numbers and booleans as Rust prints them,
/// arrays as `[a, b]`, maps as `{key=value}`, bytes in hex.
pub type Attributes = BTreeMap<String, String>;

pub(crate) fn flatten(attributes: Vec<KeyValue>) -> Attributes {
    attributes.into_iter().map(|attribute| (attribute.key, text(attribute.value))).collect()
}

pub(crate) fn of_resource(resource: Option<Resource>) -> Attributes {
    flatten(resource.map(|resource| resource.attributes).unwrap_or_default())
}

pub(crate) fn name_of_scope(scope: Option<InstrumentationScope>) -> String {
    scope.map(|scope| scope.name).unwrap_or_default()
}

pub(crate) fn text(value: Option<AnyValue>) -> String {
    match value.and_then(|value| value.value) {
        None => String::new(),
        Some(Value::StringValue(text)) => text,
        Some(Value::BoolValue(value)) => value.to_string(),
        Some(Value::IntValue(value)) => value.to_string(),
        Some(Value::DoubleValue(value)) => value.to_string(),
        Some(Value::BytesValue(bytes)) => hex(&bytes),
        Some(Value::StringValueStrindex(index)) => format!("string #{index}"),
        Some(Value::ArrayValue(array)) => {
            let values: Vec<String> = array.values.into_iter().map(|value| text(Some(value))).collect();
            format!("[{}]", values.join(", "))
        }
        Some(Value::KvlistValue(list)) => {
            let pairs: Vec<String> =
                flatten(list.values).into_iter().map(|(key, value)| format!("{key}={value}")).collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// An identifier that may be absent, which OTLP writes as no bytes.
pub(crate) fn optional_hex(bytes: &[u8]) -> Option<String> {
    (!bytes.is_empty()).then(|| hex(bytes))
}
