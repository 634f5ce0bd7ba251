//! One file per domain.

pub(crate) mod execution;
pub(crate) mod rate_limit;
