//! Runs one script under limits and says how it ended.

mod limits;
mod outcome;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use rhai::{
    Dynamic, Engine, EvalAltResult, Module, Shared,
    packages::{Package, StandardPackage},
};

pub(crate) use self::{
    limits::Limits,
    outcome::{Failure, FailureClass, Outcome},
};
use crate::measure::Memory;

/// The label value for the interpreter; `Cargo.toml` holds the minor version in place.
pub(crate) const LANG_AND_VERSION: &str = "rhai-1.27";

/// The thread that runs scripts needs this stack: unoptimised, the interpreter takes some 100 KB per call level.
pub(crate) const STACK_BYTES: usize = 16 << 20;

/// A finished run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// How it ended.
    pub(crate) outcome: Outcome,
    /// Steps of the interpreter.
    pub(crate) operations: u64,
}

/// Runs scripts. Cheap to call: the library of functions is built once.
#[derive(Debug)]
pub(crate) struct Runner {
    limits: Limits,
    library: Shared<Module>,
}

impl Run {
    /// A run that the interpreter did not survive.
    pub(crate) fn crashed() -> Self {
        let failure = Failure { class: FailureClass::SystemError, message: "the interpreter failed".to_owned() };
        Self { outcome: Outcome::Failed(failure), operations: 0 }
    }
}

impl Runner {
    /// A runner with these limits.
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, library: StandardPackage::new().as_shared_module() }
    }

    /// Runs `script` on this thread until it ends or reaches a limit. `memory` was made on this thread; it is looked at
    /// before each step of the interpreter.
    pub(crate) fn run(&self, script: &str, memory: &Arc<Memory>) -> Run {
        let operations = Arc::new(AtomicU64::new(0));
        let engine = self.engine(watch(&self.limits, &operations, memory));
        let result = engine.eval::<Dynamic>(script);
        // What a script that has no steps took.
        memory.held();
        Run {
            outcome: match result {
                Ok(value) => Outcome::Completed(shortened(&value.to_string())),
                Err(error) => Outcome::Failed(classify(&error)),
            },
            operations: operations.load(Ordering::Relaxed),
        }
    }

    /// An engine per run: nothing of one script survives into the next. Made from the raw engine, so that a script
    /// reaches neither files nor standard output.
    fn engine(&self, watch: impl Fn(u64) -> Option<Dynamic> + Send + Sync + 'static) -> Engine {
        let limits = &self.limits;
        let mut engine = Engine::new_raw();
        engine
            .register_global_module(Shared::clone(&self.library))
            .register_fn("sleep", |_: i64| no_sleep())
            .register_fn("sleep", |_: f64| no_sleep())
            .set_max_operations(limits.operations)
            .set_max_call_levels(limits.call_levels)
            .set_max_variables(limits.variables)
            .set_max_array_size(limits.array_len)
            .set_max_map_size(limits.map_len)
            .set_max_string_size(limits.string_bytes)
            .on_progress(watch);
        engine
    }
}

/// The library's own `sleep` would hold a worker where no limit reaches it.
fn no_sleep() -> Result<(), Box<EvalAltResult>> {
    Err("sleep is not available".into())
}

/// Makes the callback that the interpreter calls at each step: what it returns ends the run.
fn watch(
    limits: &Limits,
    operations: &Arc<AtomicU64>,
    memory: &Arc<Memory>,
) -> impl Fn(u64) -> Option<Dynamic> + Send + Sync + 'static {
    let (operations, memory) = (Arc::clone(operations), Arc::clone(memory));
    let (deadline, memory_bytes) = (Instant::now() + limits.time, limits.memory_bytes);
    move |count| {
        operations.store(count, Ordering::Relaxed);
        // One step can copy a list of lists, so every step counts.
        if memory.held() > memory_bytes {
            return Some(Dynamic::from(FailureClass::ResourceLimit));
        }
        // Asking for the time at each step would cost more than the step.
        if count % 64 == 0 && Instant::now() >= deadline {
            return Some(Dynamic::from(FailureClass::Timeout));
        }
        None
    }
}

fn classify(error: &EvalAltResult) -> Failure {
    let (class, message) = match error.unwrap_inner() {
        EvalAltResult::ErrorTerminated(reason, _) => match reason.clone().try_cast() {
            Some(FailureClass::ResourceLimit) => (FailureClass::ResourceLimit, "memory limit reached".to_owned()),
            _ => (FailureClass::Timeout, "time limit reached".to_owned()),
        },
        EvalAltResult::ErrorTooManyOperations(..) => (FailureClass::Timeout, "operation limit reached".to_owned()),
        EvalAltResult::ErrorDataTooLarge(..)
        | EvalAltResult::ErrorStackOverflow(..)
        | EvalAltResult::ErrorTooManyVariables(..) => (FailureClass::ResourceLimit, error.to_string()),
        EvalAltResult::ErrorSystem(..) => (FailureClass::SystemError, error.to_string()),
        _ => (FailureClass::ScriptError, error.to_string()),
    };
    Failure { class, message: shortened(&message) }
}

/// Results and messages are for people, and a script can make both as long as it likes.
fn shortened(text: &str) -> String {
    const MAX_CHARS: usize = 200;
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
