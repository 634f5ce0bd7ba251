//! The collector as a process on loopback, and what its debug output counts.

use std::{
    fs::{self, DirEntry},
    net::TcpStream,
};

use telemetry_export::Protocol;
use telemetry_testkit::{Program, find_program, free_port, wait_until};

use crate::service::PATIENCE;

pub(crate) struct Collector {
    program: Program,
    ports: [u16; 2],
    /// Holds the file with its process id.
    _folder: tempfile::TempDir,
}

/// What it says it received.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    pub(crate) spans: u64,
    pub(crate) logs: u64,
    pub(crate) points: u64,
}

impl Collector {
    /// None where it is not installed.
    pub(crate) fn start() -> Option<Self> {
        Self::start_on([free_port().unwrap(), free_port().unwrap()])
    }

    pub(crate) fn start_on(ports: [u16; 2]) -> Option<Self> {
        let rotel = find_program("rotel-agent")?;
        let folder = tempfile::tempdir().unwrap();
        let [grpc, http] = ports;
        let arguments = [
            "start".to_owned(),
            "--exporter=blackhole".to_owned(),
            "--debug-log=traces".to_owned(),
            "--debug-log=metrics".to_owned(),
            "--debug-log=logs".to_owned(),
            "--debug-log-verbosity=detailed".to_owned(),
            format!("--otlp-grpc-endpoint=127.0.0.1:{grpc}"),
            format!("--otlp-http-endpoint=127.0.0.1:{http}"),
            format!("--pid-file={}", folder.path().join("pid").display()),
        ];
        let mut program = Program::start(&rotel, &arguments, &[("NO_COLOR", "1")]).unwrap();
        program.expect_line(PATIENCE, "Starting");
        for port in ports {
            let up = wait_until(PATIENCE, || TcpStream::connect(("127.0.0.1", port)).ok());
            assert!(up.is_some(), "the collector never listened");
        }
        Some(Self { program, ports, _folder: folder })
    }

    pub(crate) fn base(&self, protocol: Protocol) -> String {
        let [grpc, http] = self.ports;
        format!("http://127.0.0.1:{}", if protocol == Protocol::Grpc { grpc } else { http })
    }

    pub(crate) fn ports(&self) -> [u16; 2] {
        self.ports
    }

    pub(crate) fn signal(&self, name: &str) {
        self.program.signal(name).unwrap();
    }

    /// Lets it do nothing more until it is told to continue.
    pub(crate) fn pause(&self) {
        self.signal("STOP");
        // The signal is acted upon when one of its threads is next scheduled; until then the others work on.
        let threads = format!("/proc/{}/task", self.program.id());
        let is_stopped = |thread: DirEntry| {
            let status = fs::read_to_string(thread.path().join("status")).unwrap_or_default();
            status.lines().any(|line| line.starts_with("State:\tT"))
        };
        let all = || fs::read_dir(&threads).unwrap().all(|thread| is_stopped(thread.unwrap()));
        wait_until(PATIENCE, || all().then_some(())).unwrap();
    }

    /// Waits until it has printed so many further spans, which it does after its answer.
    pub(crate) fn expect_spans(&mut self, count: u64) {
        for _ in 0..count {
            self.program.expect_line(PATIENCE, "Span #");
        }
    }

    pub(crate) fn stop(self) -> Counted {
        self.signal("TERM");
        Counted::of(&self.program.expect_exit(PATIENCE).1)
    }

    pub(crate) fn kill(self) -> Counted {
        self.signal("KILL");
        Counted::of(&self.program.expect_exit(PATIENCE).1)
    }
}

impl Counted {
    fn of(output: &str) -> Self {
        let mut counted = Self::default();
        for line in output.lines().map(str::trim) {
            if line.starts_with("Span #") {
                counted.spans += 1;
            } else if line.starts_with("LogRecord #") {
                counted.logs += 1;
            } else if line.contains("DataPoints #") {
                counted.points += 1;
            }
        }
        counted
    }
}
