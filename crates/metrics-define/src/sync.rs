//! What several threads share without a lock, by one path, so that a model checker's can stand in its place
//! (`tests/model.rs`).

pub(crate) use std::sync::{
    Mutex, OnceLock, PoisonError,
    atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering},
};
