//! How far a script may go.

use std::time::Duration;

/// How far a script may go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Steps of the interpreter.
    pub(crate) operations: u64,
    /// Time on the wall clock.
    pub(crate) time: Duration,
    /// Function calls within function calls.
    pub(crate) call_levels: usize,
    /// Variables in scope.
    pub(crate) variables: usize,
    /// Elements of an array, those of nested ones included.
    pub(crate) array_len: usize,
    /// Entries of a map, those of nested ones included.
    pub(crate) map_len: usize,
    /// Bytes of a string.
    pub(crate) string_bytes: usize,
    /// Bytes by which the process may grow meanwhile. The interpreter does not look at sizes at an assignment like
    /// `list[0] = other`, so a script could still pile up copies; this ends it.
    pub(crate) growth_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            operations: 100_000,
            time: Duration::from_millis(200),
            call_levels: 24,
            variables: 64,
            array_len: 2_000,
            map_len: 500,
            string_bytes: 32 * 1024,
            growth_bytes: 64 << 20,
        }
    }
}

#[cfg(test)]
impl Limits {
    /// For tests: neither a loaded machine nor the tests beside this one shall decide how a script ends.
    pub(crate) fn patient() -> Self {
        Self { time: Duration::from_secs(20), growth_bytes: u64::MAX, ..Self::default() }
    }
}
