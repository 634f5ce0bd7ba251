//! A crate sees only the crates above it, and some crates never see some others.

use std::{fs, path::Path};

use toml::Table;

/// The crates from the top; `docs/ARCHITECTURE.md` says what each is for.
const ORDER: &[&str] = &[
    "metrics-engines",
    "metric-names",
    "metrics-define-macros",
    "metrics-define",
    "metrics-catalog",
    "metrics-artefacts",
    "metrics-pipeline",
    "prometheus-bridge",
    "telemetry-export",
    "telemetry-testkit",
    "telemetry-init",
];

/// Edges that must not exist, with the reason.
const FORBIDDEN: &[(&str, &str, &str)] = &[
    ("metrics-define", "opentelemetry_sdk", "a library that counts must not bring an SDK along"),
    ("metrics-catalog", "opentelemetry_sdk", "a library that counts must not bring an SDK along"),
    ("metrics-catalog", "metrics-pipeline", "the catalogue knows the API only"),
    ("metrics-artefacts", "opentelemetry_sdk", "documents are written from definitions, not from what was recorded"),
    ("telemetry-init", "metrics-artefacts", "documents are never in a service's graph"),
    ("telemetry-testkit", "telemetry-export", "a receiver that shares code with the sender proves nothing"),
    ("telemetry-testkit", "telemetry-init", "tests compose what they need and set no globals"),
];

pub(crate) fn findings(repository: &Path) -> Vec<String> {
    let mut findings = unknown_crates(repository);
    for name in ORDER {
        let dependencies = dependencies(&repository.join("crates").join(name).join("Cargo.toml"));
        findings.extend(dependencies.iter().filter_map(|dependency| broken(name, dependency)));
    }
    findings
}

fn broken(name: &str, dependency: &str) -> Option<String> {
    if let Some((.., reason)) = FORBIDDEN.iter().find(|(from, to, _)| (*from, *to) == (name, dependency)) {
        return Some(format!("{name} must not depend on {dependency}: {reason}"));
    }
    let place = |name| ORDER.iter().position(|known| *known == name);
    (place(dependency)? >= place(name)?)
        .then(|| format!("{name} depends on {dependency}, which is not above it in the order of crates"))
}

/// Dev-dependencies do not count: a test may use the testkit, which is far down.
fn dependencies(manifest: &Path) -> Vec<String> {
    let manifest: Table = fs::read_to_string(manifest).ok().and_then(|text| text.parse().ok()).unwrap_or_default();
    let table = manifest.get("dependencies").and_then(|table| table.as_table());
    table.map(|table| table.keys().cloned().collect()).unwrap_or_default()
}

fn unknown_crates(repository: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(repository.join("crates")) else { return vec!["crates/ cannot be read".to_owned()] };
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    names
        .filter(|name| name != "benchmarks" && !ORDER.contains(&name.as_str()))
        .map(|name| format!("crates/{name} has no place in the order of crates (xtask/src/tidy/crate_order.rs)"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_judged() {
        assert_eq!(broken("prometheus-bridge", "metrics-pipeline"), None);
        assert_eq!(broken("prometheus-bridge", "hyper"), None);
        assert!(broken("metrics-pipeline", "prometheus-bridge").is_some());
        assert!(broken("metrics-define", "opentelemetry_sdk").is_some());
    }

    #[test]
    fn manifests_are_found() {
        let manifest = crate::repository().join("crates/telemetry-init/Cargo.toml");
        assert!(dependencies(&manifest).contains(&"telemetry-export".to_owned()));
    }
}
