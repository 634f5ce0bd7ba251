//! A service under test.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use telemetry_testkit::{Program, http_get};

pub(crate) const WATCHDOG: Duration = Duration::from_secs(60);

pub(crate) struct Service {
    pub(crate) program: Program,
    pub(crate) address: SocketAddr,
}

/// Starts the service with these arguments and variables, and waits until it serves.
pub(crate) fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Service {
    let mut all = vec![("PORT", "0")];
    all.extend(variables);
    let mut program = Program::start(env!("CARGO_BIN_EXE_service"), arguments, &all).unwrap();
    let line = program.expect_line(WATCHDOG, "serving on http://");
    let address = line.split("http://").nth(1).unwrap().split([',', ' ', '/']).next().unwrap();
    Service { address: address.parse().unwrap(), program }
}

impl Service {
    pub(crate) fn scrape(&self) -> String {
        http_get(self.address, "/metrics").unwrap()
    }

    /// Posts a script; gives the status of the answer.
    pub(crate) fn post(&self, script: &str, headers: &[(&str, &str)]) -> io::Result<u16> {
        let mut stream = TcpStream::connect_timeout(&self.address, Duration::from_secs(5))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(stream, "POST /scripts HTTP/1.0\r\ncontent-length: {}\r\n", script.len())?;
        for (name, value) in headers {
            write!(stream, "{name}: {value}\r\n")?;
        }
        write!(stream, "\r\n{script}")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        answer.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or(io::ErrorKind::InvalidData.into())
    }
}

/// The last number of the line of the final tables that begins with `name`.
pub(crate) fn row(output: &str, name: &str) -> u64 {
    let line = output.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(' '));
    let line = line.unwrap_or_else(|| panic!("no line `{name}` in\n{output}"));
    line.split_whitespace().next_back().unwrap().parse().unwrap_or_else(|_| panic!("{name}{line}"))
}

/// A line of the shutdown report: `spans  10 accepted = 7 exported + 0 rejected + ..`.
#[derive(Debug)]
pub(crate) struct Counts {
    pub(crate) accepted: u64,
    pub(crate) exported: u64,
    rest: u64,
}

impl Counts {
    pub(crate) fn of(signal: &str, output: &str) -> Self {
        let report = &output[output.rfind("Shutdown").expect("a shutdown report")..];
        let line = report.lines().find(|line| line.trim_start().starts_with(signal)).expect(signal);
        let numbers: Vec<u64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let [accepted, exported, rest @ ..] = &numbers[..] else { panic!("{line}") };
        assert_eq!(rest.len(), 4, "{line}");
        Self { accepted: *accepted, exported: *exported, rest: rest.iter().sum() }
    }

    pub(crate) fn add_up(&self) -> bool {
        self.accepted == self.exported + self.rest
    }
}
