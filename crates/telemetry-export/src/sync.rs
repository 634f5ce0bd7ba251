//! The locks of the parts that a model checker runs as well, with its own in their place.

pub(crate) use std::sync::{
    Condvar, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};
