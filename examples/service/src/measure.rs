//! What a piece of work costs the thread that runs it: time, CPU time, memory.

use std::time::{Duration, Instant};

/// What one call of [`measure`] saw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// Time on the wall clock.
    pub(crate) wall: Duration,
    /// Time this thread spent on a CPU; `None` where the system has no such clock.
    pub(crate) cpu: Option<Duration>,
    /// The most bytes this thread had allocated at once.
    pub(crate) peak_bytes: u64,
}

impl Usage {
    /// CPU time per wall time: 1000 is one core kept busy all the time.
    pub(crate) fn millicores(&self) -> Option<f64> {
        let wall = self.wall.as_secs_f64();
        let cpu = self.cpu?.as_secs_f64();
        (wall > 0.0).then(|| cpu / wall * 1000.0)
    }

    /// The peak in MiB, with its fraction.
    #[expect(clippy::cast_precision_loss, reason = "a peak above 2^53 bytes does not exist")]
    pub(crate) fn peak_mebibytes(&self) -> f64 {
        self.peak_bytes as f64 / f64::from(1 << 20)
    }
}

/// Runs `work` and measures it. `work` must not unwind: the allocation counter would stay one level too deep.
pub(crate) fn measure(work: impl FnOnce()) -> Usage {
    let started = Instant::now();
    let cpu_before = thread_cpu_time();
    let allocations = allocation_counter::measure(work);
    let cpu = thread_cpu_time().zip(cpu_before).map(|(after, before)| after.saturating_sub(before));
    Usage { wall: started.elapsed(), cpu, peak_bytes: allocations.bytes_max }
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

/// Bytes of memory that this process occupies; `None` where the system does not say.
pub(crate) fn resident_bytes() -> Option<u64> {
    #[cfg(target_os = "linux")]
    {
        let sizes = std::fs::read_to_string("/proc/self/statm").ok()?;
        let pages: u64 = sizes.split(' ').nth(1)?.parse().ok()?;
        Some(pages * u64::try_from(rustix::param::page_size()).ok()?)
    }
    #[cfg(not(target_os = "linux"))]
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_bytes_held_at_once() {
        let usage = measure(|| {
            let kept = vec![0_u8; 3 << 20];
            drop(vec![0_u8; 1 << 20]);
            drop(vec![0_u8; 1 << 20]);
            drop(std::hint::black_box(kept));
        });
        assert_eq!(usage.peak_bytes, 4 << 20);
        assert!((usage.peak_mebibytes() - 4.0).abs() < f64::EPSILON);
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
