//! The command line.

use std::time::Duration;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
A script execution service, instrumented with Otelier.

Usage: service [--for <DURATION>] [--no-load]
       service --help | --help-env

Options:
  --for <DURATION>  stop after this time, for example 15s, 2m or 1h; without it, stop with Ctrl-C or SIGTERM
  --no-load         only serve; without it, a built-in load of real scripts is driven over HTTP
  --help            print this text
  --help-env        print every environment variable that telemetry reads

With no OTLP endpoint and no exporter in the environment the service starts a receiver of its own on loopback, sends its
telemetry there and shows at the end what arrived; should that and the scrape differ, it exits with 1. With
OTEL_EXPORTER_OTLP_ENDPOINT (or the endpoint or exporter of one signal) set it sends there instead.
ENABLE_TRACING=false or OTEL_SDK_DISABLED=true turns telemetry off, ENABLE_METRICS=false the metrics.

Routes, on 127.0.0.1 and the port in PORT (default 8080; 0 picks a free one):
  POST /scripts     runs the script in the body (Rhai, UTF-8, at most 1 MB) and answers
                    {\"status\": \"completed\" | \"failed\" | \"timeout\", \"result\" or \"error\", \"duration_ms\"}
                    400 not UTF-8, 408 body too slow, 413 body too large, 429 over the rate limit,
                    500 the service failed, 503 too busy or shutting down
  GET  /metrics     what Prometheus scrapes, when metrics are on
  GET  /healthz     200 while the service runs

Headers of POST /scripts:
  x-client-group    execution, admin, sse, websocket, auth, public or api: whose limit applies (default public)
  x-client-id       who is asking: each client of a group has a token bucket of its own
  x-api-key         present: the request counts as authenticated
  traceparent       the trace to continue

Try it:
  curl -d '40 + 2' http://127.0.0.1:8080/scripts
";

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Print [`HELP`].
    Help,
    /// Print what the environment can say.
    HelpEnvironment,
    /// Serve until a time has passed, or until Ctrl-C or SIGTERM.
    Serve(Options),
}

/// How to serve.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// Stop after this time; `None`: run until Ctrl-C or SIGTERM.
    pub(crate) run_for: Option<Duration>,
    /// Where the requests come from.
    pub(crate) traffic: Traffic,
}

/// Where the requests come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Traffic {
    /// The built-in load, and anybody else.
    #[default]
    BuiltIn,
    /// Anybody else.
    Foreign,
}

/// Why the command line cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OptionsError {
    #[error("unknown argument `{0}`; see --help")]
    Unknown(String),
    #[error("--for needs a duration, for example --for 15s")]
    MissingDuration,
    #[error("--for cannot be `{0}`; write a whole number above zero and a unit: 15s, 2m, 1h")]
    BadDuration(String),
}

/// Parses the arguments after the program's name; of a repeated flag the last one counts.
pub(crate) fn parse(args: impl IntoIterator<Item = String>) -> Result<Command, OptionsError> {
    let mut options = Options::default();
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--help" | "-h" => return Ok(Command::Help),
            "--help-env" => return Ok(Command::HelpEnvironment),
            "--no-load" => options.traffic = Traffic::Foreign,
            "--for" => {
                let text = args.next().ok_or(OptionsError::MissingDuration)?;
                options.run_for = Some(duration(&text)?);
            }
            _ => match arg.strip_prefix("--for=") {
                Some(text) => options.run_for = Some(duration(text)?),
                None => return Err(OptionsError::Unknown(arg)),
            },
        }
    }
    Ok(Command::Serve(options))
}

fn duration(text: &str) -> Result<Duration, OptionsError> {
    let bad = || OptionsError::BadDuration(text.to_owned());
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let seconds_per_unit = match &text[digits.len()..] {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return Err(bad()),
    };
    let count: u32 = digits.parse().map_err(|_| bad())?;
    if count == 0 {
        return Err(bad());
    }
    Ok(Duration::from_secs(u64::from(count) * seconds_per_unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good(line: &str, run_for: Option<u64>, traffic: Traffic) {
        let run_for = run_for.map(Duration::from_secs);
        assert_eq!(parse_line(line), Ok(Command::Serve(Options { run_for, traffic })), "{line}");
    }

    fn bad(line: &str, expected: OptionsError) {
        assert_eq!(parse_line(line), Err(expected), "{line}");
    }

    fn parse_line(line: &str) -> Result<Command, OptionsError> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn good_lines() {
        good("", None, Traffic::BuiltIn);
        good("--for 15s", Some(15), Traffic::BuiltIn);
        good("--for=2m --no-load", Some(120), Traffic::Foreign);
        good("--for 1h --for 1s", Some(1), Traffic::BuiltIn);
        assert_eq!(parse_line("--no-load --help"), Ok(Command::Help));
    }

    #[test]
    fn bad_lines() {
        bad("--for", OptionsError::MissingDuration);
        for text in ["15", "s", "0s", "-1s", "1.5s", "1d", "99999999999s"] {
            bad(&format!("--for {text}"), OptionsError::BadDuration(text.to_owned()));
        }
        bad("--for=", OptionsError::BadDuration(String::new()));
        bad("--fro 15s", OptionsError::Unknown("--fro".to_owned()));
        bad("15s", OptionsError::Unknown("15s".to_owned()));
    }
}
