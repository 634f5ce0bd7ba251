//! Processes of their own: the test binary runs itself with nothing in the environment but what is given.

use std::{
    ffi::OsString,
    io::Read,
    process::{Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use crate::{hostile, processes};

const SCENARIO: &str = "OTELIER_TEST_SCENARIO";

/// No child takes longer.
const WATCHDOG: Duration = Duration::from_secs(30);

pub(crate) struct Outcome {
    pub(crate) status: ExitStatus,
    pub(crate) out: String,
    pub(crate) log: String,
}

pub(crate) fn run(scenario: &str, variables: impl IntoIterator<Item = (String, OsString)>) -> Outcome {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child::scenario", "--nocapture", "--test-threads=1"])
        .env_clear()
        .env(SCENARIO, scenario)
        .envs(variables)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (ended, end) = mpsc::channel();
    let (mut stdout, mut stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let log = thread::spawn(move || {
        let mut log = Vec::new();
        let _ = stderr.read_to_end(&mut log);
        String::from_utf8_lossy(&log).into_owned()
    });
    let out = thread::spawn(move || {
        let mut out = Vec::new();
        let _ = stdout.read_to_end(&mut out);
        let _ = ended.send(());
        String::from_utf8_lossy(&out).into_owned()
    });
    if end.recv_timeout(WATCHDOG).is_err() {
        let _ = child.kill();
        panic!("{scenario} hangs: {}", log.join().unwrap());
    }
    Outcome { status: child.wait().unwrap(), out: out.join().unwrap(), log: log.join().unwrap() }
}

/// Where a child begins. In the parent there is no scenario, and nothing to do.
#[test]
fn scenario() {
    #[expect(clippy::disallowed_methods, reason = "the parent says it so")]
    let Some(scenario) = std::env::var_os(SCENARIO) else { return };
    match scenario.to_str().unwrap() {
        "start" => processes::start(),
        "hostile" => hostile::child(),
        other => panic!("no scenario {other}"),
    }
}
