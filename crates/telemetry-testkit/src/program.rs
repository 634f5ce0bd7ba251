//! Programs that a suite runs against: found on the path, started on loopback, ended with the test.

use std::{
    env,
    ffi::OsStr,
    io::{self, BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

/// Where a program is; `None`, and `SKIPPED <name>` on the terminal, where it is not installed.
///
/// # Panics
///
/// When it is not installed and `CI` is set: there a suite that does not run is a failure.
pub fn find_program(name: &str) -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "where programs are is not a setting of telemetry")]
    let (path, ci) = (env::var_os("PATH").unwrap_or_default(), env::var_os("CI").is_some());
    let found = env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    if found.is_none() {
        assert!(!ci, "{name} is not installed, and CI is set: the suite that needs it cannot run");
        // Written past the test harness, which would keep it to itself.
        let _ = writeln!(io::stderr(), "SKIPPED {name}: not installed");
    }
    found
}

/// A loopback port that was free a moment ago.
///
/// # Errors
///
/// When the system has none left.
pub fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// A running program; it is killed when this is dropped.
#[derive(Debug)]
pub struct Program {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Program {
    /// Starts a program that has nothing in its environment but `variables`. Both of its outputs are read.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn start<A: AsRef<OsStr>>(
        program: impl AsRef<OsStr>,
        arguments: &[A],
        variables: &[(&str, &str)],
    ) -> io::Result<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            .env_clear()
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (sender, lines) = mpsc::channel();
        let outputs: [Option<Box<dyn Read + Send>>; 2] = [
            child.stdout.take().map(|output| Box::new(output) as Box<dyn Read + Send>),
            child.stderr.take().map(|output| Box::new(output) as Box<dyn Read + Send>),
        ];
        for output in outputs.into_iter().flatten() {
            let sender = sender.clone();
            thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    if sender.send(line).is_err() {
                        return;
                    }
                }
            });
        }
        Ok(Self { child, lines, seen: Vec::new() })
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for a line of output that contains `text`, behind all lines that were waited for before.
    ///
    /// # Panics
    ///
    /// When there is none in time, or the program ends without one, with what was printed instead.
    #[track_caller]
    #[expect(clippy::panic, reason = "an assertion for tests: a panic is how it fails")]
    pub fn expect_line(&mut self, within: Duration, text: &str) -> String {
        let deadline = Instant::now() + within;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                panic!("no line with {text:?} within {within:?}; there was\n{}", self.seen.join("\n"));
            };
            self.seen.push(line.clone());
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Waits until the program has ended by itself; gives its exit code and all of its output.
    ///
    /// # Panics
    ///
    /// When it has not ended in time, or was ended by a signal.
    pub fn expect_end(self, within: Duration) -> (i32, String) {
        let (status, output) = self.expect_exit(within);
        let code = status.code();
        assert!(code.is_some(), "{status}; it printed\n{output}");
        (code.unwrap_or_default(), output)
    }

    /// Waits until the program has ended, by itself or by a signal; gives its status and all of its output.
    ///
    /// # Panics
    ///
    /// When it has not ended in time.
    pub fn expect_exit(mut self, within: Duration) -> (ExitStatus, String) {
        let deadline = Instant::now() + within;
        // The outputs end when the program does.
        while let Ok(line) = self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            self.seen.push(line);
        }
        let output = self.seen.join("\n");
        let left = deadline.saturating_duration_since(Instant::now());
        let status = wait_until(left, || self.child.try_wait().ok().flatten());
        assert!(status.is_some(), "still running after {within:?}; it printed\n{output}");
        (status.unwrap_or_default(), output)
    }

    /// Sends a signal by name, such as `INT`, `STOP` or `KILL`.
    ///
    /// # Errors
    ///
    /// When the system's `kill` cannot be run.
    pub fn signal(&self, name: &str) -> io::Result<()> {
        Command::new("kill").arg(format!("-{name}")).arg(self.id().to_string()).status().map(drop)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks again and again until there is an answer, or the time is over.
pub fn wait_until<T>(within: Duration, mut answer: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + within;
    loop {
        if let Some(answer) = answer() {
            return Some(answer);
        }
        if Instant::now() >= deadline {
            return None;
        }
        // What is waited for is another process, which cannot wake us.
        thread::park_timeout(Duration::from_millis(20));
    }
}

/// The body that a loopback server gives for a path, if it answers with success.
///
/// # Errors
///
/// When it cannot be reached, does not answer in time, or answers with another status.
pub fn http_get(address: SocketAddr, path: &str) -> io::Result<String> {
    let timeout = Duration::from_secs(5);
    let mut stream = TcpStream::connect_timeout(&address, timeout)?;
    stream.set_read_timeout(Some(timeout))?;
    // HTTP/1.0, so that the body ends with the connection.
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\nAccept: */*\r\n\r\n")?;
    let mut response = String::new();
    stream.read_to_string(&mut response)?;
    let (head, body) = response.split_once("\r\n\r\n").unwrap_or((&response, ""));
    match head.split(' ').nth(1) {
        Some("200") => Ok(body.to_owned()),
        _ => {
            Err(io::Error::other(format!("GET {path} was answered with {}", head.lines().next().unwrap_or("nothing"))))
        }
    }
}
