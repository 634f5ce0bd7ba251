//! What was wrong or worth knowing about a setting, as a value: it is logged once a subscriber exists.

use std::fmt;

/// How much of a value a message shows.
const SHOWN: usize = 120;

/// One finding about one variable.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The variable's name.
    pub variable: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The value as it was given, cut after 120 characters; never that of a variable that may hold a secret.
    pub value: Option<String>,
    /// What is wrong with it, or worth knowing.
    pub reason: String,
    /// What happens instead.
    pub used_instead: String,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; logged at `info`.
    Note,
    /// A setting that does not do what it says; logged at `warn`.
    Warning,
}

impl Diagnostic {
    pub(crate) fn new(variable: &'static str, severity: Severity, reason: String, used_instead: String) -> Self {
        Self { variable, severity, value: None, reason, used_instead }
    }

    pub(crate) fn with_value(mut self, value: &str) -> Self {
        self.value = Some(match value.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}...", &value[..end]),
            None => value.to_owned(),
        });
        self
    }

    /// Writes the finding to the log.
    pub fn log(&self) {
        match self.severity {
            Severity::Note => tracing::info!(target: "telemetry_init", "{self}"),
            Severity::Warning => tracing::warn!(target: "telemetry_init", "{self}"),
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.variable)?;
        if let Some(value) = &self.value {
            write!(f, "={value:?}")?;
        }
        write!(f, ": {}; {}", self.reason, self.used_instead)
    }
}
