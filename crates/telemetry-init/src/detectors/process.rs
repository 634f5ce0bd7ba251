//! This process.

use opentelemetry::KeyValue;

pub(super) fn detect() -> Vec<KeyValue> {
    let mut attributes = vec![KeyValue::new("process.pid", i64::from(std::process::id()))];
    if let Ok(path) = std::env::current_exe() {
        if let Some(name) = path.file_name() {
            attributes.push(KeyValue::new("process.executable.name", name.to_string_lossy().into_owned()));
        }
        attributes.push(KeyValue::new("process.executable.path", path.to_string_lossy().into_owned()));
    }
    attributes
}
