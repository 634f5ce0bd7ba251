//! The page of faults names tests that exist.

use std::{
    fs,
    path::{Path, PathBuf},
};

#[test]
fn every_test_that_the_page_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = fs::read_to_string(root.join("docs/faults.md")).unwrap();
    let mut sources = String::new();
    let folders = [
        "telemetry-export",
        "telemetry-init/tests",
        "metrics-define/tests",
        "metrics-pipeline/tests",
        "prometheus-bridge/tests",
    ];
    for folder in folders.map(|folder| format!("crates/{folder}")) {
        for file in rust_files(&root.join(folder)) {
            sources.push_str(&fs::read_to_string(file).unwrap());
        }
    }
    let mut names = 0;
    for row in page.lines().filter(|line| line.starts_with("| ")) {
        let tests = row.rsplit('|').nth(1).unwrap_or_default();
        for path in tests.split('`').skip(1).step_by(2).filter(|path| path.contains('_')) {
            let name = path.rsplit("::").next().unwrap_or_default();
            let declared = match name.strip_suffix('*') {
                Some(beginning) => format!("fn {beginning}"),
                None => format!("fn {name}("),
            };
            let is_suite = ["own_events", "own_metrics"].contains(&name) || name == "*" || path.ends_with("::tests");
            assert!(is_suite || sources.contains(&declared), "no test is called {path}");
            names += 1;
        }
    }
    assert!(names > 60, "the table was read: {names}");
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
