//! The Kubernetes pod.

use opentelemetry::KeyValue;

use super::System;

/// What a pod can tell of itself without its API: the account that is mounted, its host name, its control group.
pub(super) fn detect(system: &System) -> Vec<KeyValue> {
    const ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
    let uid = ["/proc/self/cgroup", "/proc/self/mountinfo"]
        .iter()
        .find_map(|path| system.text(path)?.lines().find_map(pod_uid));
    if uid.is_none() && !system.has(ACCOUNT) {
        return Vec::new();
    }
    let attributes = [
        ("k8s.namespace.name", system.text(&format!("{ACCOUNT}/namespace"))),
        // The pod's name, unless the pod sets another host name or uses the node's network.
        ("k8s.pod.name", system.host_name()),
        ("k8s.pod.uid", uid),
    ];
    attributes.into_iter().filter_map(|(key, value)| Some(KeyValue::new(key, value?))).collect()
}

/// Paths hold `pod<uid>`, with dashes or, from systemd, with underscores; mounts hold `/pods/<uid>/`.
fn pod_uid(line: &str) -> Option<String> {
    if !line.contains("kubepods") && !line.contains("/kubelet/pods/") {
        return None;
    }
    let words = line.split(['/', '.']).map(|word| word.rsplit_once("-pod").map_or(word, |(_, uid)| uid));
    let mut uids = words.map(|word| word.strip_prefix("pod").unwrap_or(word).replace('_', "-"));
    uids.find(|word| is_uid(word))
}

fn is_uid(word: &str) -> bool {
    word.len() == 36
        && word.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
