//! More spans than a slow collector takes: what a call costs then, how memory grows, and whether every span is counted.
//! Each span is also recorded in a histogram that nobody ever collects.
//!
//! `cargo run --release -p telemetry-export --example backpressure [seconds] [spans per second]`
//!
//! The collector is a process of its own, so that neither its memory nor its answers are measured as ours.
#![allow(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    missing_docs,
    reason = "a measurement that cannot be made ends with a panic, and none is that large"
)]

use std::{
    env, fs,
    io::{BufRead, BufReader, Read as _},
    process::{Child, ChildStdout, Command, Stdio},
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use opentelemetry::{
    metrics::MeterProvider as _,
    trace::{Tracer as _, TracerProvider as _},
};
use opentelemetry_sdk::{
    Resource,
    trace::{SdkTracer, SdkTracerProvider},
};
use telemetry_export::{BatchOptions, Export, Protocol, Target};
use telemetry_testkit::OtlpReceiver;

const THREADS: u32 = 2;
/// So long the collector thinks about each request.
const THINKS: Duration = Duration::from_millis(20);

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "collector") {
        return collect();
    }
    let number = |index: usize, default| arguments.get(index).map_or(default, |text| text.parse().unwrap());
    let (seconds, rate) = (number(0, 10), number(1, 200_000));
    for protocol in [Protocol::Grpc, Protocol::HttpProtobuf] {
        measure(protocol, Duration::from_secs(seconds), u32::try_from(rate).unwrap());
    }
}

fn measure(protocol: Protocol, length: Duration, rate: u32) {
    let mut collector = Collector::start(protocol);
    let target = Target::new(protocol, &collector.endpoint).unwrap();
    let export = Export::builder(Resource::builder_empty().build())
        .with_traces(target, BatchOptions::default())
        .start()
        .unwrap();
    let tracers = SdkTracerProvider::builder().with_span_processor(export.span_processor().unwrap()).build();

    // What the first batches allocate once is not growth.
    record(&tracers.tracer("warm-up"), Duration::from_millis(500), rate / THREADS);
    let before = resident_kilobytes();
    let tracer = Arc::new(tracers.tracer("bench"));
    let (ended, end) = mpsc::channel::<()>();
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let (tracer, ended) = (Arc::clone(&tracer), ended.clone());
            thread::spawn(move || {
                let latencies = record(&tracer, length, rate / THREADS);
                drop(ended);
                latencies
            })
        })
        .collect();
    drop(ended);
    let growth = Growth::until(&end, length);
    let latencies = threads.into_iter().map(|thread| thread.join().unwrap()).fold(Latencies::new(), Latencies::merge);
    let grown = resident_kilobytes().saturating_sub(before);

    let started = Instant::now();
    let report = export.shutdown(Duration::from_secs(10));
    let shut_down = started.elapsed();
    let spans = report.traces.unwrap();
    let received = collector.received();
    println!("{protocol}, {rate} spans a second for {length:?}, a collector that takes {THINKS:?} per request");
    println!("  achieved    {} spans a second", u128::from(latencies.count()) * 1000 / length.as_millis());
    println!("  one span    {latencies}");
    println!("  no export   {}", without_export(length.min(Duration::from_secs(5)), rate));
    println!("  memory      grew by {grown} kB; {growth}");
    println!("  shutdown    {shut_down:?}");
    println!(
        "  counts      {} accepted = {} exported + {} dropped + {} failed + {} unsent",
        spans.accepted, spans.exported, spans.dropped, spans.failed, spans.unsent
    );
    println!("  collector   {received} received");
    assert_eq!(spans.accepted, spans.exported + spans.rejected + spans.failed + spans.dropped + spans.unsent);
    assert_eq!(received, spans.exported, "counts are equal on both sides");
}

/// The same work with nothing behind it: what the machine alone adds to the longest times.
fn without_export(length: Duration, rate: u32) -> Latencies {
    let tracer = Arc::new(SdkTracerProvider::builder().build().tracer("bench"));
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let tracer = Arc::clone(&tracer);
            thread::spawn(move || record(&tracer, length, rate / THREADS))
        })
        .collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).fold(Latencies::new(), Latencies::merge)
}

/// Begins and ends spans at this rate, and measures each.
fn record(tracer: &SdkTracer, length: Duration, rate: u32) -> Latencies {
    let (meters, _never_collected) = metrics_pipeline::build(Resource::builder_empty().build());
    let lengths = meters.meter("bench").f64_histogram("lengths").build();
    let mut latencies = Latencies::new();
    let pause = Duration::from_secs(1) / rate;
    let started = Instant::now();
    let mut next = started;
    while next < started + length {
        while Instant::now() < next {
            std::hint::spin_loop();
        }
        let before = Instant::now();
        drop(tracer.start("work"));
        let took = before.elapsed();
        latencies.add(took);
        lengths.record(took.as_secs_f64(), &[]);
        next += pause;
    }
    latencies
}

/// The memory of this process, looked at now and then while it works.
struct Growth {
    /// In seconds, and kilobytes then.
    seen: Vec<(f64, f64)>,
}

impl Growth {
    fn until(end: &mpsc::Receiver<()>, length: Duration) -> Self {
        let (started, mut seen) = (Instant::now(), Vec::new());
        while end.recv_timeout(length / LOOKS) == Err(mpsc::RecvTimeoutError::Timeout) {
            seen.push((started.elapsed().as_secs_f64(), resident_kilobytes() as f64));
        }
        Self { seen }
    }

    /// Kilobytes per minute of the straight line that lies closest to what was seen in the second half.
    fn slope(&self) -> f64 {
        let half = &self.seen[self.seen.len() / 2..];
        let mean = |of: fn(&(f64, f64)) -> f64| half.iter().map(of).sum::<f64>() / half.len() as f64;
        let (time, memory) = (mean(|look| look.0), mean(|look| look.1));
        let together: f64 = half.iter().map(|look| (look.0 - time) * (look.1 - memory)).sum();
        let spread: f64 = half.iter().map(|look| (look.0 - time).powi(2)).sum();
        together / spread * 60.0
    }
}

impl std::fmt::Display for Growth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "in the second half by {:.0} kB a minute", self.slope())
    }
}

const LOOKS: u32 = 120;

/// How many calls took how long, in steps of a hundred nanoseconds up to ten milliseconds.
struct Latencies {
    steps: Vec<u64>,
    longest: Duration,
}

const STEP: u128 = 100;
const STEPS: usize = 100_000;

impl Latencies {
    fn new() -> Self {
        Self { steps: vec![0; STEPS], longest: Duration::ZERO }
    }

    fn add(&mut self, latency: Duration) {
        let step = usize::try_from(latency.as_nanos() / STEP).unwrap_or(STEPS).min(STEPS - 1);
        self.steps[step] += 1;
        self.longest = self.longest.max(latency);
    }

    fn merge(mut self, other: Self) -> Self {
        self.steps.iter_mut().zip(other.steps).for_each(|(step, count)| *step += count);
        Self { steps: self.steps, longest: self.longest.max(other.longest) }
    }

    fn count(&self) -> u64 {
        self.steps.iter().sum()
    }

    /// The time that so many of a million calls stay within.
    fn percentile(&self, of_a_million: u64) -> Duration {
        let mut left = self.count() * of_a_million / 1_000_000;
        let step = self.steps.iter().position(|count| {
            let within = left <= *count;
            left = left.saturating_sub(*count);
            within
        });
        Duration::from_nanos((step.unwrap_or(STEPS) as u64 + 1) * 100)
    }
}

impl std::fmt::Display for Latencies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [half, most, nearly_all] = [500_000, 999_000, 999_900].map(|percentile| self.percentile(percentile));
        let over = self.steps[10_000..].iter().sum::<u64>();
        write!(f, "p50 {half:?}, p99.9 {most:?}, p99.99 {nearly_all:?}, longest {:?}, {over} over 1 ms", self.longest)
    }
}

/// The collector's side.
fn collect() {
    let receiver = OtlpReceiver::start().unwrap();
    receiver.slow_down(THINKS);
    println!("{}\n{}/v1/traces", receiver.grpc_endpoint(), receiver.http_endpoint());
    // Until the measurement closes it.
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    println!("{}", receiver.read(telemetry_testkit::Received::spans_received));
}

struct Collector {
    child: Child,
    output: BufReader<ChildStdout>,
    endpoint: String,
}

impl Collector {
    fn start(protocol: Protocol) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .arg("collector")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let [grpc, http] = [(); 2].map(|()| line(&mut output));
        let endpoint = if protocol == Protocol::Grpc { grpc } else { http };
        Self { child, output, endpoint }
    }

    fn received(&mut self) -> u64 {
        drop(self.child.stdin.take());
        let received = line(&mut self.output).parse().unwrap();
        self.child.wait().unwrap();
        received
    }
}

fn line(output: &mut impl BufRead) -> String {
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    line.trim().to_owned()
}

fn resident_kilobytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or_default()
}
