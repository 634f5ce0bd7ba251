//! Checks and generated files of this repository: `cargo xtask`.

mod codegen;
mod tidy;

use std::{path::Path, process::ExitCode};

use metrics_artefacts::{Level, Profile};
use metrics_catalog::CATALOG;

const USAGE: &str = "\
usage: cargo xtask <command>

  tidy                  the order of crates, the names and sizes of files, the tests that are named
  codegen [--check]     writes the generated files, or only says which are stale
  lint [--profile otel] the catalogue against the conventions of OpenTelemetry and Prometheus";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["tidy"] => tidy(),
        ["codegen"] => codegen(),
        ["codegen", "--check"] => check_generated(),
        ["lint"] | ["lint", "--profile", "seed"] => lint(Profile::Seed),
        ["lint", "--profile", "otel"] => lint(Profile::Otel),
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn tidy() -> ExitCode {
    let findings = tidy::findings(repository());
    for finding in &findings {
        eprintln!("{finding}");
    }
    exit_code(findings.is_empty())
}

fn codegen() -> ExitCode {
    for file in codegen::files().iter().filter(|file| !file.is_current(repository())) {
        if let Err(error) = file.write(repository()) {
            eprintln!("{}: {error}", file.path);
            return ExitCode::FAILURE;
        }
        println!("wrote {}", file.path);
    }
    ExitCode::SUCCESS
}

fn check_generated() -> ExitCode {
    let files = codegen::files();
    let stale: Vec<_> = files.iter().filter(|file| !file.is_current(repository())).collect();
    for file in &stale {
        eprintln!("{} is stale: run `cargo xtask codegen`", file.path);
    }
    exit_code(stale.is_empty())
}

/// Prints what is not allowed, and how much is; notes do not fail.
fn lint(profile: Profile) -> ExitCode {
    let lint = metrics_artefacts::lint(&CATALOG, profile);
    for finding in lint.open().filter(|finding| finding.level > Level::Note) {
        eprintln!("{finding}");
    }
    for (metric, rule) in &lint.unused_exceptions {
        eprintln!("{rule} is allowed for {metric}, which does not break it: remove the exception");
    }
    let open = |level| lint.open().filter(|finding| finding.level == level).count();
    println!(
        "{} errors, {} warnings, {} notes; {} findings allowed, each with its reason",
        open(Level::Error),
        open(Level::Warning),
        open(Level::Note),
        lint.findings.len() - lint.open().count(),
    );
    exit_code(lint.is_clean() && lint.unused_exceptions.is_empty())
}

fn exit_code(success: bool) -> ExitCode {
    if success { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The root of the repository: the folder above this crate.
fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
