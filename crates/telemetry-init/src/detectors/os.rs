//! The operating system.

use std::env::consts;

use opentelemetry::KeyValue;

use super::System;

pub(super) fn detect(system: &System) -> Vec<KeyValue> {
    let kind = match consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let release = ["/etc/os-release", "/usr/lib/os-release"].iter().find_map(|path| system.text(path));
    let release = release.unwrap_or_default();
    let from_release = [("os.name", "NAME"), ("os.version", "VERSION_ID"), ("os.description", "PRETTY_NAME")]
        .into_iter()
        .filter_map(|(key, field)| Some(KeyValue::new(key, value(&release, field)?)));
    [KeyValue::new("os.type", kind)].into_iter().chain(from_release).collect()
}

/// A line `FIELD="value"`, with or without quotes.
fn value(release: &str, field: &str) -> Option<String> {
    let text = release.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix('='))?;
    let text = text.trim().trim_matches(['"', '\'']);
    (!text.is_empty()).then(|| text.to_owned())
}
