//! Every variable with every odd value: through a map, and in processes of their own where one could die of it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "the suite of the export crate, whose they are, needs more of them")]
#[path = "../../../telemetry-export/tests/tls/certificates.rs"]
mod certificates;
mod child;
mod effects;
mod hostile;
mod matrix;
mod odd;
mod page;
mod processes;
mod roots;
mod rows;
mod specification;
#[expect(dead_code, reason = "the suite of the export crate, whose it is, needs more of it")]
#[path = "../../../telemetry-export/tests/tls/terminator.rs"]
mod terminator;
mod tls;
