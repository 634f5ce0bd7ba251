//! The machine.

use std::env::consts;

use opentelemetry::KeyValue;

use super::System;

pub(super) fn detect(system: &System) -> Vec<KeyValue> {
    let name = system.host_name().map(|name| KeyValue::new("host.name", name));
    let id = ["/etc/machine-id", "/var/lib/dbus/machine-id"].iter().find_map(|path| system.text(path));
    let id = id.map(|id| KeyValue::new("host.id", id));
    name.into_iter().chain(id).chain([KeyValue::new("host.arch", architecture())]).collect()
}

/// As the semantic conventions spell it.
fn architecture() -> &'static str {
    match consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "arm" => "arm32",
        "powerpc" => "ppc32",
        "powerpc64" => "ppc64",
        other => other,
    }
}
