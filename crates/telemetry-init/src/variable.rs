//! A typed variable, and how one is read: the rules that hold for all of them.

use std::{fmt, path::PathBuf};

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
    /// Which values it takes.
    pub allowed: &'static str,
    /// What happens here that does not happen in the OpenTelemetry crates by themselves.
    pub beyond: &'static str,
    /// Whether it does what it says, or is only known so that nobody who sets it is left in the dark.
    pub standing: Standing,
    pub(crate) shown: Shown,
    pub(crate) parse: fn(&str) -> Parsed<T>,
}

/// What setting a variable leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It does what its description says.
    Honoured,
    /// It has no effect, and setting it is answered with a diagnostic that says so.
    Diagnosed,
}

/// What there is to say about a variable, whatever its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// What holds when it is not set.
    pub default: &'static str,
    /// What it does.
    pub description: &'static str,
    /// Which values it takes.
    pub allowed: &'static str,
    /// What happens here that does not happen in the OpenTelemetry crates by themselves.
    pub beyond: &'static str,
    /// Whether it has an effect.
    pub standing: Standing,
}

impl<T> Variable<T> {
    pub(crate) const fn entry(&self) -> Entry {
        Entry {
            name: self.name,
            default: self.default,
            description: self.description,
            allowed: self.allowed,
            beyond: self.beyond,
            standing: self.standing,
        }
    }
}

/// How much of a value a message may show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Whole,
    /// A URL or a host without the parts that may hold credentials.
    Url,
    /// The path of a file, unless it is the file's content that was put there.
    Path,
    Never,
}

/// What became of a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Parsed<T> {
    Good(T),
    /// It is right and has no effect; the text says why.
    Idle(T, String),
    /// Some of it was usable; the text says what was not.
    Partly(T, String),
    /// It was wished too big: the first text says so, the second what is used.
    Adjusted(T, String, String),
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
        let (value, severity, complaint, used_instead) = match (variable.parse)(text.trim()) {
            Parsed::Good(value) => return Some(value),
            Parsed::Idle(value, reason) => (Some(value), Severity::Note, reason, "it has no effect".to_owned()),
            Parsed::Partly(value, reason) => (Some(value), Severity::Warning, reason, "the rest is used".to_owned()),
            Parsed::Adjusted(value, reason, used) => (Some(value), Severity::Warning, reason, used),
            Parsed::Bad(reason) => {
                (None, Severity::Warning, reason, format!("{IGNORED}; without it: {}", variable.default))
            }
        };
        let diagnostic = Diagnostic::new(variable.name, severity, complaint, used_instead);
        self.push(match variable.shown {
            Shown::Whole if !may_hold_a_secret(&text) => diagnostic.with_value(&text),
            Shown::Path if is_path(&text) => diagnostic.with_value(&text),
            Shown::Url => diagnostic.with_value(&without_credentials(&text)),
            Shown::Whole | Shown::Path | Shown::Never => diagnostic,
        });
        value
    }

    /// The path in a variable, which need not be text.
    pub(crate) fn read_path(&self, variable: &Variable<PathBuf>) -> Option<PathBuf> {
        let value = self.environment.value(variable.name)?;
        match value.to_str().map(str::trim) {
            Some("") => None,
            Some(text) => Some(PathBuf::from(text)),
            None => Some(PathBuf::from(value)),
        }
    }

    /// Says what is used instead of the variable's unusable value, where that is more than its default.
    pub(crate) fn instead<T>(&mut self, variable: &Variable<T>, used: &str) {
        let warnings = self.diagnostics.iter_mut().filter(|said| said.severity == Severity::Warning);
        for said in warnings.filter(|said| said.variable == variable.name && said.used_instead.starts_with(IGNORED)) {
            used.clone_into(&mut said.used_instead);
        }
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
        let said =
            |earlier: &Diagnostic| (earlier.variable, &earlier.reason) == (diagnostic.variable, &diagnostic.reason);
        if !self.diagnostics.iter().any(said) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Empty is unset, as the specification says; a value that is not text counts as unset, with a warning.
    fn text(&mut self, name: &'static str) -> Option<String> {
        match self.environment.value(name)?.into_string() {
            Ok(text) if text.trim().is_empty() => None,
            Ok(text) => Some(text),
            Err(_) => {
                self.warn(name, "is not valid UTF-8", IGNORED);
                None
            }
        }
    }
}

/// How what is used instead begins when that is nothing else than without the variable.
const IGNORED: &str = "ignored";

/// Whether a text that should be a word or a number looks like a URL with a password, or like a key.
pub(crate) fn may_hold_a_secret(text: &str) -> bool {
    text.contains('@') || text.contains("://") || holds_pem(text)
}

/// Somebody may put a certificate or a key itself where its path should be. A path has a line, and is not long.
fn is_path(text: &str) -> bool {
    text.len() <= LONGEST_PATH && !holds_pem(text) && !text.contains(['\n', '\r'])
}

fn holds_pem(text: &str) -> bool {
    text.contains("-----BEGIN")
}

/// A certificate in base64 without its frame is longer.
const LONGEST_PATH: usize = 255;

/// A URL without its query; of one that holds user information, or cannot be read for certain, its scheme alone.
pub(crate) fn without_credentials(url: &str) -> String {
    if url.contains('@') || !is_plain_url(url) {
        return url.split_once("://").map_or_else(|| "..".to_owned(), |(scheme, _)| format!("{scheme}://.."));
    }
    url.split(['?', '#']).next().unwrap_or_default().to_owned()
}

/// Whether nothing in the place of a port could be a password whose host was forgotten.
fn is_plain_url(url: &str) -> bool {
    let Ok(uri) = url.parse::<http::Uri>() else { return false };
    let after_host = uri.authority().map_or("", |authority| authority.as_str().rsplit(']').next().unwrap_or_default());
    !after_host.contains(':') || uri.port_u16().is_some()
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
            ("http://[::1]:4318/x?key=secret", "http://[::1]:4318/x"),
            ("localhost:4317", "localhost:4317"),
            ("http://user:pa@ss@collector:4318/x?key=secret", "http://.."),
            ("http://user:se#cret@host:4318", "http://.."),
            ("http://user:pa?ss@host:4318", "http://.."),
            ("http://user:secret", "http://.."),
            ("user:secret@host", ".."),
            ("no url#secret", ".."),
        ];
        for (url, shown) in cases {
            assert_eq!(without_credentials(url), shown);
        }
    }
}
