//! A second version of the engine in one program: Cargo refuses it, and names both.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const ENGINE: &str = env!("CARGO_MANIFEST_DIR");

/// The engine's own manifest line, so that the copy is what a published version would be.
fn links() -> String {
    let manifest = fs::read_to_string(Path::new(ENGINE).join("Cargo.toml")).unwrap();
    manifest.lines().find(|line| line.starts_with("links = ")).unwrap().to_owned()
}

#[test]
fn two_versions_are_refused_by_name() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("one_version");
    let package = |folder: &Path, manifest: &str| {
        fs::create_dir_all(folder.join("src")).unwrap();
        fs::write(folder.join("src/lib.rs"), "").unwrap();
        fs::write(folder.join("build.rs"), "fn main() {}").unwrap();
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    };
    for version in ["1.0.0", "2.0.0"] {
        let manifest = format!("[package]\nname = \"metrics-define\"\nversion = \"{version}\"\n{}\n", links());
        package(&folder.join(version), &manifest);
    }
    let application = "[package]\nname = \"application\"\nversion = \"0.0.0\"\n[workspace]\n[dependencies]\n\
        metrics-define = { path = \"../1.0.0\" }\nplugin = { package = \"metrics-define\", path = \"../2.0.0\" }\n";
    package(&folder.join("application"), application);

    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--format-version=1", "--manifest-path"])
        .arg(folder.join("application/Cargo.toml"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);

    assert!(!output.status.success());
    for words in ["links to", "metrics-define v1.0.0", "2.0.0"] {
        assert!(said.contains(words), "{said}");
    }
}
