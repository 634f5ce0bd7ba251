//! Where variables come from. The only file of the workspace's libraries that reads the process environment.

use std::{collections::BTreeMap, ffi::OsString};

/// A source of variables: the process, or a map in a test.
pub trait Environment {
    /// The raw value of a variable.
    fn value(&self, name: &str) -> Option<OsString>;
}

/// The variables of this process.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProcessEnvironment;

impl Environment for ProcessEnvironment {
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    fn value(&self, name: &str) -> Option<OsString> {
        std::env::var_os(name)
    }
}

impl Environment for BTreeMap<&str, &str> {
    fn value(&self, name: &str) -> Option<OsString> {
        self.get(name).map(OsString::from)
    }
}
