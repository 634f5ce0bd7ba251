//! What a piece of work costs the thread that runs it: time, CPU time, memory.

use std::{
    alloc::System,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use alloc_metrics::{MetricAlloc, thread_metrics};

/// What one call of [`measure`] saw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// Time on the wall clock.
    pub(crate) wall: Duration,
    /// Time this thread spent on a CPU; `None` where the system has no such clock.
    pub(crate) cpu: Option<Duration>,
}

impl Usage {
    /// CPU time per wall time: 1000 is one core kept busy all the time.
    pub(crate) fn millicores(&self) -> Option<f64> {
        let wall = self.wall.as_secs_f64();
        let cpu = self.cpu?.as_secs_f64();
        (wall > 0.0).then(|| cpu / wall * 1000.0)
    }
}

/// Runs `work` and measures it.
pub(crate) fn measure(work: impl FnOnce()) -> Usage {
    let started = Instant::now();
    let cpu_before = thread_cpu_time();
    work();
    let cpu = thread_cpu_time().zip(cpu_before).map(|(after, before)| after.saturating_sub(before));
    Usage { wall: started.elapsed(), cpu }
}

/// The clock counts up to this very moment. `/proc/thread-self/schedstat` would not do: the kernel updates it once per
/// scheduler tick, and most scripts are shorter than a tick.
#[cfg(unix)]
fn thread_cpu_time() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.try_into().ok()
}

#[cfg(not(unix))]
fn thread_cpu_time() -> Option<Duration> {
    None
}

/// The memory that the current thread took since this was made; of no use on another thread.
#[derive(Debug)]
pub(crate) struct Memory {
    before: isize,
    peak: AtomicU64,
}

/// The system's allocator, with a count per thread.
#[global_allocator]
static ALLOCATOR: MetricAlloc<System> = MetricAlloc::new(System);

impl Memory {
    /// From now on.
    pub(crate) fn from_now() -> Self {
        Self { before: thread_metrics().allocated_bytes, peak: AtomicU64::new(0) }
    }

    /// The bytes that were allocated and not freed. It takes a few nanoseconds.
    pub(crate) fn held(&self) -> u64 {
        let held = thread_metrics().allocated_bytes.saturating_sub(self.before);
        let held = u64::try_from(held).unwrap_or(0);
        self.peak.fetch_max(held, Ordering::Relaxed);
        held
    }

    /// The most that [`held`](Self::held) ever gave, in MiB with its fraction.
    #[expect(clippy::cast_precision_loss, reason = "a peak above 2^53 bytes does not exist")]
    pub(crate) fn peak_mebibytes(&self) -> f64 {
        self.peak.load(Ordering::Relaxed) as f64 / f64::from(1 << 20)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_counted_by_thread() {
        let memory = Memory::from_now();
        assert_eq!(memory.held(), 0);
        let kept = vec![0_u8; 3 << 20];
        std::thread::scope(|scope| {
            scope.spawn(|| drop(std::hint::black_box(vec![0_u8; 64 << 20])));
        });
        // Starting a thread took a little of this one's.
        let held = memory.held();
        assert!((3 << 20..4 << 20).contains(&held), "{held}");
        drop(std::hint::black_box(kept));
        assert!(memory.held() < 1 << 20);
        assert!((3.0..4.0).contains(&memory.peak_mebibytes()));
    }

    #[cfg(unix)]
    #[test]
    fn waiting_costs_no_cpu_and_working_does() {
        let (_held, never) = std::sync::mpsc::channel::<()>();
        let idle = measure(|| assert!(never.recv_timeout(Duration::from_millis(50)).is_err()));
        let busy = measure(|| {
            let started = Instant::now();
            while started.elapsed() < Duration::from_millis(50) {
                std::hint::black_box(started);
            }
        });
        assert!(idle.cpu < Some(Duration::from_millis(25)), "{idle:?}");
        assert!(busy.cpu > idle.cpu && busy.cpu <= Some(busy.wall), "{busy:?}");
        assert!(busy.millicores() > idle.millicores());
    }
}
