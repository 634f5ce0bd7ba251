//! Files that are written from the code: each has one source, and a test keeps it current.

use std::{fs, io, path::Path};

use metrics_catalog::CATALOG;

/// A generated file.
pub(crate) struct Generated {
    /// Where it is in the repository.
    pub(crate) path: &'static str,
    text: String,
}

/// Every generated file, as it should be.
pub(crate) fn files() -> Vec<Generated> {
    let reference = metrics_artefacts::reference(&CATALOG);
    vec![
        Generated {
            path: "docs/reference/metrics.md",
            text: format!("<!-- Written by `cargo xtask codegen`, from crates/metrics-catalog. -->\n\n{reference}"),
        },
        Generated { path: "docs/reference/catalog.json", text: metrics_artefacts::catalog_json(&CATALOG) },
        Generated { path: "docs/reference/environment.md", text: telemetry_init::reference() },
        Generated { path: "docs/reference/catalog.schema.json", text: metrics_artefacts::CATALOG_SCHEMA.to_owned() },
    ]
}

impl Generated {
    pub(crate) fn is_current(&self, repository: &Path) -> bool {
        fs::read_to_string(repository.join(self.path)).is_ok_and(|text| text == self.text)
    }

    pub(crate) fn write(&self, repository: &Path) -> io::Result<()> {
        let path = repository.join(self.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, &self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where it fails it also writes what is right, so that the next run passes; not in CI, where nobody would see it.
    #[test]
    fn generated_files_are_current() {
        let repository = crate::repository();
        let files = files();
        let stale: Vec<_> = files.iter().filter(|file| !file.is_current(repository)).collect();
        #[expect(clippy::disallowed_methods, reason = "a test, not telemetry")]
        let in_ci = std::env::var_os("CI").is_some();
        if !in_ci {
            for file in &stale {
                file.write(repository).unwrap();
            }
        }
        let paths: Vec<_> = stale.iter().map(|file| file.path).collect();
        assert!(paths.is_empty(), "stale, run `cargo xtask codegen`: {}", paths.join(", "));
    }
}
