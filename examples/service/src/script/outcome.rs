//! How a run ended, and the labels that say so.

use metrics_catalog::execution::ExecutionStatus;

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The script's last value, as text.
    Completed(String),
    /// Why there is no value.
    Failed(Failure),
}

/// Why a run has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The class: a label value.
    pub(crate) class: FailureClass,
    /// For the client and the span; never a label, because it holds text from the script.
    pub(crate) message: String,
}

/// The classes that `script.errors.total` distinguishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureClass {
    /// The script is wrong: syntax, types, an exception of its own.
    ScriptError,
    /// Too many steps, or too much time.
    Timeout,
    /// Too much data, or too many calls within calls.
    ResourceLimit,
    /// The service is wrong, not the script.
    SystemError,
}

impl Outcome {
    /// The label value of `script.executions.total`.
    pub(crate) fn status(&self) -> ExecutionStatus {
        match self {
            Self::Completed(_) => ExecutionStatus::Completed,
            Self::Failed(failure) => failure.class.status(),
        }
    }

    /// The same for people: in the answer, and in the span.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Completed(_) => "completed",
            Self::Failed(failure) => match failure.class {
                FailureClass::ScriptError | FailureClass::ResourceLimit => "failed",
                FailureClass::Timeout => "timeout",
                FailureClass::SystemError => "error",
            },
        }
    }
}

impl Failure {
    /// Whether the service is at fault rather than the script.
    pub(crate) fn is_ours(&self) -> bool {
        self.class == FailureClass::SystemError
    }
}

impl FailureClass {
    /// The label value of `script.errors.total`.
    pub(crate) fn error_type(self) -> &'static str {
        match self {
            Self::ScriptError => "script_error",
            Self::Timeout => "timeout",
            Self::ResourceLimit => "resource_limit",
            Self::SystemError => "system_error",
        }
    }

    fn status(self) -> ExecutionStatus {
        match self {
            Self::ScriptError | Self::ResourceLimit => ExecutionStatus::Failed,
            Self::Timeout => ExecutionStatus::Timeout,
            Self::SystemError => ExecutionStatus::Error,
        }
    }
}
