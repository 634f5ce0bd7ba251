//! Scenarios in processes of their own: the test binary runs itself, with nothing in the environment but what is given.

use std::{
    collections::BTreeMap,
    process::{Command, Stdio},
    time::Duration,
};

use crate::{delivery, ladder, off, off_rule, problems, propagation, recipes, sampling, signals, views, zeros};

const SCENARIO: &str = "OTELIER_TEST_SCENARIO";

/// What a scenario left behind.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The lines `key=value` that it printed.
    pub(crate) values: BTreeMap<String, String>,
    /// Everything that it printed.
    pub(crate) out: String,
    /// The console output.
    pub(crate) log: String,
}

/// Runs a scenario with these variables; it must end well.
pub(crate) fn run(scenario: &str, variables: &[(&str, &str)]) -> Outcome {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child::scenario", "--nocapture", "--test-threads=1"])
        .env_clear()
        .env(SCENARIO, scenario)
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (stdout, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{scenario} {variables:?}: {}\n{stdout}\n{log}", output.status);
    let values = stdout.lines().filter_map(|line| line.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned()));
    Outcome { values: values.collect(), out: stdout.clone().into_owned(), log: log.into_owned() }
}

/// Says something to the parent.
pub(crate) fn say(key: &str, value: impl std::fmt::Display) {
    // A line of its own: the harness writes to the same stream.
    println!("\n{key}={value}");
}

/// Where a child begins. In the parent there is no scenario, and nothing to do.
#[test]
fn scenario() {
    #[expect(clippy::disallowed_methods, reason = "the parent says it so")]
    let Some(scenario) = std::env::var_os(SCENARIO) else { return };
    match scenario.to_str().unwrap() {
        "off" => off::child(),
        "overflowing" => delivery::overflowing(),
        "plain" => delivery::plain(),
        "current_thread" => delivery::current_thread(),
        "multi_thread" => delivery::multi_thread(),
        "dropped" => delivery::dropped(),
        "hanging" => ladder::hanging(),
        "twice" => ladder::twice(),
        "own_subscriber" => ladder::own_subscriber(),
        "signals" => signals::child(),
        "metrics" => views::child(),
        "propagation" => propagation::child(),
        "off_rule" => off_rule::child(),
        "problems" => problems::child(),
        "reentrant" => problems::reentrant(),
        "in_hand" => problems::in_hand(0),
        "in_hand_and_again" => problems::in_hand(2),
        "recipe" => recipes::child(),
        "sampling" => sampling::child(),
        "zeros" => zeros::child(),
        other => panic!("no scenario {other}"),
    }
}

pub(crate) const WATCHDOG: Duration = Duration::from_secs(20);
