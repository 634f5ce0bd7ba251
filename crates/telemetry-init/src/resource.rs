//! The one resource of all signals.

use std::sync::OnceLock;

use opentelemetry::KeyValue;
use opentelemetry_sdk::{
    Resource,
    resource::TelemetryResourceDetector,
    trace::{IdGenerator, RandomIdGenerator},
};

use crate::{detectors, settings::Settings};

/// What later layers say wins: the SDK and this distribution, what detectors find, the environment and code, the name.
pub(crate) fn of(settings: &Settings) -> Resource {
    let own = [
        KeyValue::new("telemetry.distro.name", "otelier"),
        KeyValue::new("telemetry.distro.version", env!("CARGO_PKG_VERSION")),
        KeyValue::new("service.instance.id", instance_id()),
    ];
    let attributes = settings.resource_attributes.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone()));
    Resource::builder_empty()
        .with_detector(Box::new(TelemetryResourceDetector))
        .with_attributes(own)
        .with_attributes(detectors::detect(&settings.resource_detectors))
        .with_attributes(attributes)
        .with_service_name(settings.service_name.clone())
        .build()
}

/// A random UUID, the same as long as the process lives.
fn instance_id() -> &'static str {
    static ID: OnceLock<String> = OnceLock::new();
    ID.get_or_init(|| {
        let mut bytes = RandomIdGenerator::default().new_trace_id().to_bytes();
        // The bits that mark a random UUID (version 4 of RFC 9562).
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let digits = u128::from_be_bytes(bytes);
        let hex = format!("{digits:032x}");
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    })
}

#[cfg(test)]
mod tests {
    use super::instance_id;

    #[test]
    fn the_instance_id_is_one_random_uuid() {
        let id = instance_id();
        assert_eq!(id, instance_id());
        let lengths: Vec<_> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
        assert_eq!(&id[14..15], "4");
        assert!(["8", "9", "a", "b"].contains(&&id[19..20]), "{id}");
    }
}
