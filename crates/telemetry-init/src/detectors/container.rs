//! The container.

use opentelemetry::KeyValue;

use super::System;

/// Runtimes name control groups and the mounts of a container's own files after its id, 64 hexadecimal digits.
pub(super) fn detect(system: &System) -> Vec<KeyValue> {
    let of_groups = system.text("/proc/self/cgroup").and_then(|groups| groups.lines().find_map(id));
    let of_mounts = || {
        let mounts = system.text("/proc/self/mountinfo")?;
        // Other mounts may carry the ids of image layers.
        mounts.lines().filter(|line| line.contains("/hostname ") || line.contains("/containers/")).find_map(id)
    };
    let id = of_groups.or_else(of_mounts);
    id.map(|id| KeyValue::new("container.id", id)).into_iter().collect()
}

fn id(line: &str) -> Option<String> {
    let words = line.split(|letter: char| !letter.is_ascii_alphanumeric());
    let mut ids = words.filter(|word| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit()));
    ids.next_back().map(str::to_owned)
}
