//! The rules that hold for the whole tree. Each check returns what breaks it, as lines for a person.

mod crate_order;
mod faults;
mod files;

use std::path::Path;

pub(crate) fn findings(repository: &Path) -> Vec<String> {
    let mut findings = crate_order::findings(repository);
    findings.extend(files::findings(repository));
    findings.extend(faults::findings(repository));
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_tidy() {
        let findings = findings(crate::repository());
        assert!(findings.is_empty(), "{}", findings.join("\n"));
    }
}
