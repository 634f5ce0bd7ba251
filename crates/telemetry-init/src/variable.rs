//! A typed variable, and how one is read: the rules that hold for all of them.

use std::fmt;

use crate::{
    diagnostic::{Diagnostic, Severity},
    environment::Environment,
};

/// A variable: the only place that says what it is called, what it means and how it is read.
pub struct Variable<T> {
    /// Its name.
    pub name: &'static str,
    /// What holds when it is not set.
    pub default: &'static str,
    /// What it does.
    pub description: &'static str,
    pub(crate) shown: Shown,
    pub(crate) parse: fn(&str) -> Parsed<T>,
}

/// How much of a value a message may show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Whole,
    /// A URL without the parts that may hold credentials.
    Url,
    Never,
}

/// What became of a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Parsed<T> {
    Good(T),
    /// Some of it was usable; the text says what was not.
    Partly(T, String),
    /// It counts as unset; the text says why.
    Bad(String),
}

/// Reads variables and gathers what was wrong with them.
pub(crate) struct Reader<'e> {
    environment: &'e dyn Environment,
    diagnostics: Vec<Diagnostic>,
}

impl<'e> Reader<'e> {
    pub(crate) fn new(environment: &'e dyn Environment) -> Self {
        Self { environment, diagnostics: Vec::new() }
    }

    /// The variable's value; `None` when it is unset, empty or unusable.
    pub(crate) fn read<T>(&mut self, variable: &Variable<T>) -> Option<T> {
        let text = self.text(variable.name)?;
        let (value, complaint, used_instead) = match (variable.parse)(text.trim()) {
            Parsed::Good(value) => return Some(value),
            Parsed::Partly(value, reason) => (Some(value), reason, "the rest is used".to_owned()),
            Parsed::Bad(reason) => (None, reason, format!("ignored; without it: {}", variable.default)),
        };
        let diagnostic = Diagnostic::new(variable.name, Severity::Warning, complaint, used_instead);
        self.push(match variable.shown {
            Shown::Whole => diagnostic.with_value(&text),
            Shown::Url => diagnostic.with_value(without_credentials(&text)),
            Shown::Never => diagnostic,
        });
        value
    }

    /// The first of two names for one setting that is set; the specification's name comes first.
    pub(crate) fn read_first<T>(&mut self, variable: &Variable<T>, alias: &Variable<T>) -> Option<T> {
        match self.read(variable) {
            Some(value) => Some(value),
            None => self.read(alias),
        }
    }

    pub(crate) fn is_set<T>(&self, variable: &Variable<T>) -> bool {
        self.environment.value(variable.name).is_some_and(|value| !value.to_string_lossy().trim().is_empty())
    }

    pub(crate) fn note(&mut self, variable: &'static str, reason: impl Into<String>, used: impl Into<String>) {
        self.push(Diagnostic::new(variable, Severity::Note, reason.into(), used.into()));
    }

    pub(crate) fn warn(&mut self, variable: &'static str, reason: impl Into<String>, used: impl Into<String>) {
        self.push(Diagnostic::new(variable, Severity::Warning, reason.into(), used.into()));
    }

    pub(crate) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    /// A generic variable is read once for each signal, and complained of once.
    fn push(&mut self, diagnostic: Diagnostic) {
        if !self.diagnostics.contains(&diagnostic) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Empty is unset, as the specification says; a value that is not text counts as unset, with a warning.
    fn text(&mut self, name: &'static str) -> Option<String> {
        match self.environment.value(name)?.into_string() {
            Ok(text) if text.trim().is_empty() => None,
            Ok(text) => Some(text),
            Err(_) => {
                self.warn(name, "is not valid UTF-8", "ignored");
                None
            }
        }
    }
}

/// What stands between the user information and the query of something that may not even be a URL.
pub(crate) fn without_credentials(url: &str) -> &str {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let visible = &url[..end];
    visible.rfind('@').map_or(visible, |at| &visible[at + 1..])
}

impl<T> fmt::Debug for Variable<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variable").field("name", &self.name).field("default", &self.default).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_of_a_url_is_shown() {
        let cases = [
            ("http://collector:4318", "http://collector:4318"),
            ("http://user:pa@ss@collector:4318/x?key=secret", "collector:4318/x"),
            ("user:secret@host", "host"),
            ("nonsense#secret", "nonsense"),
        ];
        for (url, shown) in cases {
            assert_eq!(without_credentials(url), shown);
        }
    }
}
