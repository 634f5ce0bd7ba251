//! Names that say nothing, and files that hold a second idea.

use std::{
    fs,
    path::{Path, PathBuf},
};

const MOST_LINES: usize = 400;
const MOST_LIB_LINES: usize = 60;
const EMPTY_NAMES: &[&str] = &["mod", "utils", "util", "common", "helpers", "helper", "misc", "types"];

pub(crate) fn findings(repository: &Path) -> Vec<String> {
    let mut findings = Vec::new();
    for folder in ["crates", "examples", "xtask"] {
        for file in rust_files(&repository.join(folder)) {
            let shown = file.strip_prefix(repository).unwrap_or(&file).display().to_string();
            let text = fs::read_to_string(&file).unwrap_or_default();
            findings.extend(judge(&shown, &text));
        }
    }
    findings
}

fn judge(file: &str, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    let stem = Path::new(file).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    if EMPTY_NAMES.contains(&stem) {
        findings.push(format!("{file}: the name does not say what is inside"));
    }
    let lines = text.lines().take_while(|line| line.trim() != "#[cfg(test)]").count();
    if lines > MOST_LINES && file.contains("/src/") {
        findings.push(format!("{file}: {lines} lines before its tests; what is the second idea?"));
    }
    let code = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).count();
    if file.ends_with("/src/lib.rs") && code > MOST_LIB_LINES {
        findings.push(format!("{file}: {code} lines of code; lib.rs is a table of contents"));
    }
    findings
}

pub(super) fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files = Vec::new();
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() && !path.ends_with("target") {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_judged() {
        assert!(judge("crates/a/src/encode.rs", "fn a() {}").is_empty());
        assert_eq!(judge("crates/a/src/utils.rs", "").len(), 1);
        assert_eq!(judge("crates/a/src/long.rs", &"x\n".repeat(401)).len(), 1);
        assert_eq!(judge("crates/a/src/lib.rs", &"x\n".repeat(61)).len(), 1);
    }
}
