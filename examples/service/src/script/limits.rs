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
    /// Bytes held in all. The limits above do not add up to one: the interpreter looks at the value that is assigned
    /// in `list[i] = other`, but not at what the list becomes, and not at all at `let copy = list`.
    pub(crate) memory_bytes: u64,
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
            memory_bytes: 16 << 20,
        }
    }
}

#[cfg(test)]
impl Limits {
    /// For tests: a loaded machine shall not decide how a script ends.
    pub(crate) fn patient() -> Self {
        Self { time: Duration::from_secs(20), ..Self::default() }
    }
}
