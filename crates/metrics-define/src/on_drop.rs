//! Recorders that record once, however the code around them ends.

use std::{
    fmt, mem,
    time::{Duration, Instant},
};

use crate::{
    expansion::{Counter, Histogram, Recorded},
    install,
    instrument::Instrument,
    slot::Held,
    time_unit,
};

/// Records once, when it is completed or else when it is dropped: what `on_drop()` of a counter and of a histogram of
/// time gives.
///
/// The labels that it was made with are those of an early end: a future that is dropped, a panic, a return in between.
/// [`OnDrop::complete`] gives the labels of the end that was wanted.
///
/// It records in the provider that was installed when it was made, and one made before does nothing, also afterwards.
///
/// ```
/// use metrics_define::{LabelValue, domain};
///
/// /// Orders taken by the shop.
/// #[domain(title = "Order Metrics", crate = metrics_define)]
/// pub mod orders {
///     use metrics_define::LabelValue;
///
///     /// How placing an order ended.
///     #[derive(LabelValue, Clone, Copy, Debug)]
///     pub enum Outcome {
///         /// It was placed.
///         Placed,
///         /// It was refused.
///         Refused,
///         /// Nobody waited for the end.
///         Cancelled,
///     }
///
///     /// Orders
///     #[counter(name = "orders.total", unit = "{order}")]
///     pub struct Total {
///         /// How it ended.
///         pub outcome: Outcome,
///     }
/// }
///
/// async fn place(stock: u32) -> Result<(), String> {
///     let counted = orders::Total { outcome: orders::Outcome::Cancelled }.on_drop();
///     if stock == 0 {
///         counted.complete(|labels| labels.outcome = orders::Outcome::Refused);
///         return Err("sold out".to_owned());
///     }
///     // Whoever stops waiting here is counted as cancelled.
///     std::future::ready(()).await;
///     counted.complete(|labels| labels.outcome = orders::Outcome::Placed);
///     Ok(())
/// }
/// # drop(place(1));
/// ```
#[must_use = "bind it to a name such as `counted`: `let _ = ..` would record at once"]
pub struct OnDrop<M>
where
    M: Recorded,
    M::Instrument: Completed,
{
    labels: M,
    held: Option<Held<'static, M::Instrument>>,
    start: <M::Instrument as Completed>::Start,
}

impl<M> OnDrop<M>
where
    M: Recorded,
    M::Instrument: Completed,
{
    pub(crate) fn new(labels: M) -> Self {
        let generation = install::generation();
        let held = if generation == 0 { None } else { M::slot().resolved(generation) };
        Self { labels, held, start: M::Instrument::start() }
    }

    /// Changes the labels, and records them.
    pub fn complete(mut self, change: impl FnOnce(&mut M)) {
        change(&mut self.labels);
    }

    /// Changes the labels of an early end, as more becomes known.
    pub fn update(&mut self, change: impl FnOnce(&mut M)) {
        change(&mut self.labels);
    }

    /// Ends without recording.
    pub fn discard(mut self) {
        self.held = None;
    }
}

impl<M> Drop for OnDrop<M>
where
    M: Recorded,
    M::Instrument: Completed,
{
    fn drop(&mut self) {
        if let Some(held) = mem::take(&mut self.held) {
            let value = M::Instrument::value(&self.start, M::DEF.unit);
            held.record_labels(self.labels.place(), self.labels.labels().as_ref(), value);
        }
    }
}

impl<M> fmt::Debug for OnDrop<M>
where
    M: Recorded + fmt::Debug,
    M::Instrument: Completed,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnDrop").field("labels", &self.labels).finish_non_exhaustive()
    }
}

/// An instrument that is recorded once at the end of something.
pub trait Completed: Instrument {
    /// What is kept from the start.
    type Start: Send + Sync;

    /// At the start.
    fn start() -> Self::Start;

    /// What is recorded at the end, in the metric's unit.
    fn value(start: &Self::Start, unit: &str) -> Self::Value;
}

impl Completed for Counter {
    type Start = ();

    fn start() {}

    fn value((): &(), _: &str) -> u64 {
        1
    }
}

impl Completed for Histogram {
    type Start = Instant;

    fn start() -> Instant {
        Instant::now()
    }

    fn value(start: &Instant, unit: &str) -> f64 {
        let elapsed: Duration = start.elapsed();
        time_unit::in_unit(elapsed, unit)
    }
}
