//! An engine, and the list, which goes from each engine to the one that came after it.

use std::{fmt, iter, ptr, sync::OnceLock};

static FIRST: OnceLock<&'static Engine> = OnceLock::new();

/// One version of the engine in this program.
pub struct Engine {
    version: &'static str,
    heard: fn(&'static Engine),
    next: OnceLock<&'static Engine>,
}

impl Engine {
    /// An engine that is not on the list yet; `heard` is called with each one that comes onto it later than this one.
    pub const fn new(version: &'static str, heard: fn(&'static Engine)) -> Self {
        Self { version, heard, next: OnceLock::new() }
    }

    /// Puts this engine on the list, and tells those that are on it already. Nothing happens the second time.
    ///
    /// Takes no lock and allocates nothing, for it is done inside the first record of a program.
    pub fn announce(&'static self) {
        let mut place = &FIRST;
        while place.set(self).is_err() {
            // What could not be set is there.
            let Some(earlier) = place.get() else { return };
            if ptr::eq(*earlier, self) {
                return;
            }
            place = &earlier.next;
        }
        for earlier in list().take_while(|engine| !ptr::eq(*engine, self)) {
            (earlier.heard)(self);
        }
    }

    /// The engine's version.
    pub fn version(&self) -> &'static str {
        self.version
    }

    /// The other engines that are on the list, in the order in which they came.
    pub fn others(&'static self) -> impl Iterator<Item = &'static Engine> {
        list().filter(move |engine| !ptr::eq(*engine, self))
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("version", &self.version).finish_non_exhaustive()
    }
}

fn list() -> impl Iterator<Item = &'static Engine> {
    iter::successors(FIRST.get(), |engine| engine.next.get()).copied()
}
