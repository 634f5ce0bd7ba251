//! The receiver as its user sees it: start, look, wait, misbehave on request, stop.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::Arc,
    thread,
    time::Duration,
};

use tokio::{runtime, sync::Notify};

use crate::{
    grpc, http,
    intake::{Behaviour, Intake},
    received::Received,
};

/// An OTLP receiver on loopback, with a thread of its own named `otlp-receiver`.
///
/// It is listening when [`start`](Self::start) returns, and stops when dropped.
/// What it keeps is bounded, so that it can run for hours: the latest 100,000 spans and log records,
/// and the latest point of each metric series. Totals stay exact.
///
/// No request is lost between two looks, and none is counted before it was answered or while it [hangs](Self::hang).
#[derive(Debug)]
#[must_use = "the receiver stops when it is dropped"]
pub struct OtlpReceiver {
    intake: Arc<Intake>,
    stop: Arc<Notify>,
    grpc_address: SocketAddr,
    http_address: SocketAddr,
}

impl OtlpReceiver {
    /// Starts on two free ports of 127.0.0.1.
    ///
    /// Fails when no port can be bound or the thread cannot be started.
    pub fn start() -> io::Result<Self> {
        Self::start_on(0, 0)
    }

    /// Starts on two free ports and keeps only so many of the latest spans and log records, for a receiver that is to
    /// run for long in little memory. Totals stay exact.
    ///
    /// Fails as [`start`](Self::start) does.
    pub fn start_keeping(items: usize) -> io::Result<Self> {
        Self::listen(0, 0, Intake::keeping(items))
    }

    /// Starts on these ports of 127.0.0.1, for instance to come back after a [`stop`](Self::stop); 0 takes a free one.
    ///
    /// Fails when a port is in use or the thread cannot be started.
    pub fn start_on(grpc_port: u16, http_port: u16) -> io::Result<Self> {
        Self::listen(grpc_port, http_port, Intake::default())
    }

    fn listen(grpc_port: u16, http_port: u16, intake: Intake) -> io::Result<Self> {
        let grpc_listener = TcpListener::bind((Ipv4Addr::LOCALHOST, grpc_port))?;
        let http_listener = TcpListener::bind((Ipv4Addr::LOCALHOST, http_port))?;
        let receiver = Self {
            intake: Arc::new(intake),
            stop: Arc::new(Notify::new()),
            grpc_address: grpc_listener.local_addr()?,
            http_address: http_listener.local_addr()?,
        };
        receiver.serve(grpc_listener, http_listener)?;
        Ok(receiver)
    }

    /// Where gRPC exporters send to, as `http://127.0.0.1:<port>`.
    pub fn grpc_endpoint(&self) -> String {
        format!("http://{}", self.grpc_address)
    }

    /// Where HTTP exporters send to, as `http://127.0.0.1:<port>`; the signals are at `/v1/traces`, `/v1/metrics` and `/v1/logs`.
    pub fn http_endpoint(&self) -> String {
        format!("http://{}", self.http_address)
    }

    /// The port of [`grpc_endpoint`](Self::grpc_endpoint), for [`start_on`](Self::start_on).
    pub fn grpc_port(&self) -> u16 {
        self.grpc_address.port()
    }

    /// The port of [`http_endpoint`](Self::http_endpoint), for [`start_on`](Self::start_on).
    pub fn http_port(&self) -> u16 {
        self.http_address.port()
    }

    /// A copy of what arrived so far.
    pub fn received(&self) -> Received {
        self.read(Received::clone)
    }

    /// Looks at what arrived so far without copying it; requests wait while `look` runs.
    pub fn read<T>(&self, look: impl FnOnce(&Received) -> T) -> T {
        self.intake.read(look)
    }

    /// Waits until what arrived satisfies `holds`, and returns a copy of it.
    ///
    /// # Panics
    ///
    /// When `within` has passed and the condition still does not hold.
    /// The message names `what` was expected and lists what was there instead.
    #[track_caller]
    #[expect(clippy::panic, reason = "an assertion for tests: a panic is how it fails")]
    pub fn expect(&self, within: Duration, what: &str, holds: impl Fn(&Received) -> bool) -> Received {
        match self.intake.wait(within, holds) {
            (true, received) => received,
            (false, instead) => panic!("expected within {within:?}: {what}\ninstead {instead}"),
        }
    }

    /// From now on requests are read but not answered, until [`answer`](Self::answer).
    ///
    /// A request that its sender gives up meanwhile is not counted and its content is not kept.
    pub fn hang(&self) {
        self.intake.behave(Behaviour::Hang);
    }

    /// Answers requests normally, those that hang included.
    pub fn answer(&self) {
        self.intake.behave(Behaviour::Answer);
    }

    /// From now on every request is answered so much later.
    pub fn slow_down(&self, by: Duration) {
        self.intake.behave(Behaviour::Delay { by });
    }

    /// From now on refuses the first `items` spans, points or log records of every request by a partial success.
    ///
    /// What is refused is not kept.
    pub fn reject(&self, items: usize) {
        self.intake.behave(Behaviour::Reject { items });
    }

    /// Closes the ports and every connection, answered or not, and waits up to two seconds for that.
    ///
    /// What was received can still be read. Stopping twice does nothing.
    pub fn stop(&self) {
        self.stop.notify_one();
        self.intake.wait_until_stopped(STOP_WITHIN);
    }

    fn serve(&self, grpc_listener: TcpListener, http_listener: TcpListener) -> io::Result<()> {
        grpc_listener.set_nonblocking(true)?;
        http_listener.set_nonblocking(true)?;
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let context = runtime.enter();
        let grpc_listener = tokio::net::TcpListener::from_std(grpc_listener)?;
        let http_listener = tokio::net::TcpListener::from_std(http_listener)?;
        drop(context);

        let intake = Arc::clone(&self.intake);
        let stop = Arc::clone(&self.stop);
        thread::Builder::new().name("otlp-receiver".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = grpc::serve(grpc_listener, Arc::clone(&intake)) => (),
                    () = http::serve(http_listener, Arc::clone(&intake)) => (),
                    () = stop.notified() => (),
                }
            });
            // Dropping the runtime drops the tasks of all connections, which closes them as a killed process would.
            drop(runtime);
            intake.stopped();
        })?;
        Ok(())
    }
}

impl Drop for OtlpReceiver {
    fn drop(&mut self) {
        self.stop();
    }
}

const STOP_WITHIN: Duration = Duration::from_secs(2);
