//! What compiles, what does not, and what the compiler then says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    io::{self, Write as _},
    process::Command,
};

/// The compiler whose words are kept in the `.stderr` files; another one may choose others.
const COMPILER: &str = "rustc 1.95.";

#[test]
fn ui() {
    let version = compiler_version();
    if !version.starts_with(COMPILER) {
        skip(&version);
        return;
    }
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/fail/*.rs");
}

fn compiler_version() -> String {
    let output = Command::new("rustc").arg("--version").output().expect("cargo runs tests where rustc is in the path");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Past the test harness, which keeps what a passing test prints to itself.
#[expect(
    clippy::disallowed_methods,
    reason = "only a test may ask whether it runs in CI; it is no setting of the library"
)]
fn skip(version: &str) {
    assert!(std::env::var_os("CI").is_none(), "the trybuild cases need {COMPILER}*, this is {version}");
    let line = format!("SKIPPED trybuild: the cases belong to {COMPILER}*, this is {version}\n");
    io::stderr().write_all(line.as_bytes()).unwrap();
}
