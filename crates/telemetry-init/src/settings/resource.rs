//! What the telemetry is about: the service's name and other attributes.

use crate::{
    parse,
    variable::{Parsed, Reader},
    variables::{
        DEPLOYMENT_ENV, OTEL_RESOURCE_ATTRIBUTES, OTEL_SERVICE_NAME, OTEL_SERVICE_VERSION, TRACING_SERVICE_NAME,
    },
};

pub(crate) const SERVICE_NAME: &str = "service.name";

/// Attributes of the resource, as the specification wants them read: one broken pair discards the whole value.
pub(crate) fn attributes(text: &str) -> Parsed<Vec<(String, String)>> {
    match parse::pairs(text) {
        (attributes, 0) => Parsed::Good(attributes),
        (_, broken) => Parsed::Bad(format!("{broken} of its pairs cannot be decoded as key=value")),
    }
}

/// The service's name and the other attributes.
pub(crate) fn from_environment(reader: &mut Reader<'_>) -> (String, Vec<(String, String)>) {
    let mut attributes = reader.read(&OTEL_RESOURCE_ATTRIBUTES).unwrap_or_default();
    let name = reader.read(&OTEL_SERVICE_NAME);
    let fallback = reader.read(&TRACING_SERVICE_NAME);
    let attribute = attributes.iter().rfind(|(key, _)| key == SERVICE_NAME).map(|(_, name)| name.clone());
    attributes.retain(|(key, _)| key != SERVICE_NAME);
    for (key, variable) in
        [("service.version", &OTEL_SERVICE_VERSION), ("deployment.environment.name", &DEPLOYMENT_ENV)]
    {
        let value = reader.read(variable);
        let given = attributes.iter().rfind(|(present, _)| present == key).is_some_and(|(_, value)| !value.is_empty());
        if let Some(value) = value.filter(|_| !given) {
            attributes.retain(|(present, _)| present != key);
            attributes.push((key.to_owned(), value));
        }
    }
    let name = name.or(attribute.filter(|name| !name.is_empty())).or(fallback).unwrap_or_else(unknown_service);
    (name, attributes)
}

fn unknown_service() -> String {
    let executable = std::env::current_exe().ok();
    let name = executable.as_deref().and_then(|path| path.file_name()).and_then(|name| name.to_str());
    name.map_or_else(|| "unknown_service".to_owned(), |name| format!("unknown_service:{name}"))
}
