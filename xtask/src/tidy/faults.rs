//! The tests that `docs/faults.md` names exist under those names.

use std::{fs, path::Path};

use super::files::rust_files;

const PAGE: &str = "docs/faults.md";

pub(crate) fn findings(repository: &Path) -> Vec<String> {
    let page = fs::read_to_string(repository.join(PAGE)).unwrap_or_default();
    let tests = tests(repository);
    let missing = named(&page).into_iter().filter(|name| !exists(name, &tests));
    missing.map(|name| format!("{PAGE} names {name}, and there is no such test")).collect()
}

/// The last column of each table of three holds names between backticks. One without a path is of the same module as
/// the name before it; one that ends in `*` stands for all that begin so; a module stands for all that is in it.
fn named(page: &str) -> Vec<String> {
    let mut names = Vec::new();
    for cells in page.lines().filter_map(|line| line.strip_prefix('|')).map(|line| line.split('|').collect::<Vec<_>>())
    {
        let &[_, _, tests, ""] = &*cells else { continue };
        let mut module = "";
        for name in tests.split('`').skip(1).step_by(2).filter(|name| is_path(name)) {
            match name.rsplit_once("::") {
                Some((path, _)) => {
                    module = path;
                    names.push(name.to_owned());
                }
                None if module.is_empty() => names.push(name.to_owned()),
                None => names.push(format!("{module}::{name}")),
            }
        }
    }
    names
}

/// Crates have dashes in their names, and what is in capitals is no name.
fn is_path(name: &str) -> bool {
    name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "_:*".contains(letter))
}

fn exists(name: &str, tests: &[String]) -> bool {
    // After a path a bare suite may follow.
    let suite = name.rsplit("::").next().unwrap_or_default();
    let fits = |name: &str, test: &String| match name.strip_suffix('*') {
        Some(beginning) => test.starts_with(beginning),
        None => test == name || test.starts_with(&format!("{name}::")),
    };
    tests.iter().any(|test| fits(name, test) || test.starts_with(&format!("{suite}::")))
}

/// Every test of every crate, as `suite::module::test`; those beside the code begin with the module.
fn tests(repository: &Path) -> Vec<String> {
    let mut tests = Vec::new();
    for file in rust_files(&repository.join("crates")) {
        let shown = file.strip_prefix(repository).unwrap_or(&file).with_extension("");
        let parts: Vec<&str> = shown.iter().filter_map(|part| part.to_str()).collect();
        let [_, _, place @ ("src" | "tests"), path @ ..] = &*parts else { continue };
        let mut path: Vec<&str> = path.iter().copied().filter(|part| *part != "main").collect();
        if *place == "src" && path.last() != Some(&"tests") {
            path.push("tests");
        }
        let text = fs::read_to_string(&file).unwrap_or_default();
        tests.extend(functions(&text).map(|name| format!("{}::{name}", path.join("::"))));
    }
    tests
}

/// The functions that are marked as tests, of a runtime or not.
fn functions(text: &str) -> impl Iterator<Item = &str> {
    let mut lines = text.lines().map(str::trim);
    std::iter::from_fn(move || {
        lines.find(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))?;
        let function = lines.find_map(|line| line.split_once("fn "))?.1;
        function.split('(').next()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_the_last_column() {
        let page = "\
| fault | what the SDK does | test |
|---|---|---|
| Down | `nothing` | `faults::collector::down`, `up_*`, `telemetry-export`'s `notice::tests`; `SKIPPED` elsewhere |
| Loss | All of it | `notices` |
| two | `columns` |
";
        let names = ["faults::collector::down", "faults::collector::up_*", "notice::tests", "notices"];
        assert_eq!(named(page), names);
    }

    #[test]
    fn tests_are_known_by_their_names() {
        let text = "#[test]\n    #[cfg(unix)]\n    fn one() {}\nfn two() {}\n#[tokio::test(start_paused = true)]\nasync fn three() {}";
        assert_eq!(functions(text).collect::<Vec<_>>(), ["one", "three"]);
        let tests = ["faults::collector::down", "faults::collector::down_again", "notices::all"].map(str::to_owned);
        for name in ["faults::collector::down", "faults::collector", "faults::collector::do*", "notices"] {
            assert!(exists(name, &tests), "{name}");
        }
        for name in ["faults::collector::dow", "faults::collector::up_*", "faults::network", "other"] {
            assert!(!exists(name, &tests), "{name}");
        }
        assert!(exists("faults::collector::notices", &tests), "a suite that follows a path");
    }

    #[test]
    fn the_page_names_tests() {
        let page = fs::read_to_string(crate::repository().join(PAGE)).unwrap_or_default();
        assert!(named(&page).len() > 50, "the page is read at all");
    }
}
