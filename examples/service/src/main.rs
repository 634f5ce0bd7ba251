//! A script execution service, instrumented with Otelier: it runs the scripts that are posted to it, and everything
//! that happens on the way is counted, timed and traced.
//!
//! A request passes `api` (HTTP, the server span), `limiter` (a token bucket per client), `queue` (bounded, with worker
//! threads) and `script` (an interpreter under limits). `load` drives real requests against it, `demo` is a collector
//! for whoever has none, `report` is what is printed at the end. Read `--help`.

mod api;
mod demo;
mod limiter;
mod load;
mod measure;
mod options;
mod queue;
mod report;
mod script;
mod session;

use std::{
    error::Error,
    io::{self, Write},
    iter,
    process::ExitCode,
};

use crate::options::Command;

fn main() -> ExitCode {
    let args = std::env::args_os().skip(1);
    match options::parse(args.map(|arg| arg.to_string_lossy().into_owned())) {
        Ok(Command::Help) => {
            say(options::HELP);
            ExitCode::SUCCESS
        }
        Ok(Command::HelpEnvironment) => {
            say(&telemetry_init::reference());
            ExitCode::SUCCESS
        }
        Ok(Command::Serve(options)) => match session::run(&options) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                complain(&error);
                ExitCode::FAILURE
            }
        },
        Err(error) => {
            complain(&error);
            ExitCode::from(2)
        }
    }
}

/// Prints to standard output. A reader that went away (`| head`) is no reason to stop serving.
fn say(text: &str) {
    let _ = io::stdout().write_all(text.as_bytes());
}

fn complain(error: &dyn Error) {
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "service: {error}");
    for cause in iter::successors(error.source(), |&error| error.source()) {
        let _ = write!(stderr, ": {cause}");
    }
    let _ = writeln!(stderr);
}
