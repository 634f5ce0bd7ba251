//! Timing a call under one and under two threads.

use std::{
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

const ROUNDS: usize = 9;
const ROUND: Duration = Duration::from_millis(40);

/// Something that can be called many times: `run(thread, iterations)`.
pub(crate) struct Subject<'a> {
    pub(crate) name: &'static str,
    run: Box<dyn Fn(usize, u64) + Sync + 'a>,
}

impl<'a> Subject<'a> {
    /// The closure holds the loop, so that what is measured is not a call through a pointer.
    pub(crate) fn new(name: &'static str, run: impl Fn(usize, u64) + Sync + 'a) -> Self {
        Self { name, run: Box::new(run) }
    }
}

/// Nanoseconds per call of each subject, the least of several rounds in which the subjects take turns.
pub(crate) fn nanoseconds(subjects: &[Subject<'_>], threads: usize) -> Vec<f64> {
    let iterations: Vec<u64> = subjects.iter().map(|subject| calibrate(subject, threads)).collect();
    let mut best = vec![f64::INFINITY; subjects.len()];
    for _ in 0..ROUNDS {
        for ((subject, iterations), best) in subjects.iter().zip(&iterations).zip(&mut best) {
            *best = best.min(per_call(time(subject, threads, *iterations), *iterations));
        }
    }
    best
}

/// How many calls fill a round.
fn calibrate(subject: &Subject<'_>, threads: usize) -> u64 {
    let mut iterations = 1;
    // The first call makes what the others find.
    time(subject, threads, iterations);
    loop {
        let took = time(subject, threads, iterations);
        if took > ROUND / 8 {
            let rounds = ROUND.as_secs_f64() / took.as_secs_f64();
            return (iterations as f64 * rounds) as u64 + 1;
        }
        iterations *= 4;
    }
}

fn time(subject: &Subject<'_>, threads: usize, iterations: u64) -> Duration {
    let barrier = Barrier::new(threads);
    let times = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|thread| {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    let start = Instant::now();
                    (subject.run)(thread, iterations);
                    start.elapsed()
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().expect("no panic")).collect::<Vec<_>>()
    });
    times.iter().sum::<Duration>() / u32::try_from(threads).expect("few threads")
}

fn per_call(took: Duration, iterations: u64) -> f64 {
    took.as_secs_f64() * 1e9 / iterations as f64
}
