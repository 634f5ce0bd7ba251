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
/// It is made with what is known at the start, and [`OnDrop::complete`] fills in what is known at the end.
/// Dropped before that, by a future that nobody waits for any more, a panic or a return in between, it counts what the
/// definition says of an early end: `#[counter(on_drop(outcome = Lost), ..)]`, else the variant `Cancelled` of every label
/// whose type has one. The other labels are counted as they are.
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
///     let counted = orders::Total { outcome: orders::Outcome::Placed }.on_drop();
///     if stock == 0 {
///         counted.complete(|labels| labels.outcome = orders::Outcome::Refused);
///         return Err("sold out".to_owned());
///     }
///     // Whoever stops waiting here is counted as cancelled.
///     std::future::ready(()).await;
///     counted.done();
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
    is_complete: bool,
}

impl<M> OnDrop<M>
where
    M: Recorded,
    M::Instrument: Completed,
{
    pub(crate) fn new(labels: M) -> Self {
        let generation = install::generation();
        let held = if generation == 0 { None } else { M::slot().resolved(generation) };
        Self { labels, held, start: M::Instrument::start(), is_complete: false }
    }

    /// Changes the labels, and records them.
    pub fn complete(mut self, change: impl FnOnce(&mut M)) {
        change(&mut self.labels);
        self.is_complete = true;
    }

    /// Records the labels as they are: this was the end that was wanted.
    pub fn done(self) {
        self.complete(|_| {});
    }

    /// Changes the labels, as more becomes known. What the definition says of an early end stays as it is.
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
            if !self.is_complete {
                self.labels.end_early();
            }
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
