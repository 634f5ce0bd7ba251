//! What recording had to leave out or to fold: counted, exported, and there to be asked for, because nothing here logs.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{definition::MetricDef, engine};

type Key = (&'static str, &'static str, ProblemKind);

static COUNTS: Mutex<BTreeMap<Key, (&'static MetricDef, &'static AtomicU64)>> = Mutex::new(BTreeMap::new());

/// What was wrong with the recording of one metric, since the process began.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Problem {
    /// The metric.
    pub definition: &'static MetricDef,
    /// What was wrong.
    pub kind: ProblemKind,
    /// How many measurements it was wrong with; 0 where it is the definition that is wrong.
    pub measurements: u64,
}

/// A way in which a measurement can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ProblemKind {
    /// A label had more values than its `max_values`; the measurement is in the series of `other`.
    TooManyValues {
        /// The label's key.
        label: &'static str,
    },
    /// The metric had more series than it may; the measurement is in the SDK's overflow series.
    TooManySeries,
    /// The value was negative for a counter, infinite or not a number; the measurement was ignored.
    InvalidValue,
    /// Another metric was recorded earlier under the same name in Prometheus, where only one of them can be shown.
    NameTaken {
        /// The other metric's OpenTelemetry name.
        by: &'static str,
        /// The other metric's instrumentation scope.
        scope: &'static str,
    },
}

/// The problems of recording so far, the one with most measurements first; one per metric and kind.
///
/// The same is exported as `metrics_catalog.overflow.total` and `metrics_catalog.invalid.total`, by instrument.
/// A name that is taken has no measurements to count, and is found only here.
///
/// ```
/// for problem in metrics_define::problems() {
///     println!("{problem}");
/// }
/// ```
pub fn problems() -> Vec<Problem> {
    let counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
    let problem = |((_, _, kind), (definition, count)): (&Key, &(&'static MetricDef, &'static AtomicU64))| Problem {
        definition,
        kind: *kind,
        measurements: count.load(Ordering::Relaxed),
    };
    let mut problems: Vec<_> = counts.iter().map(problem).collect();
    problems.sort_by_key(|problem| std::cmp::Reverse(problem.measurements));
    problems
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { definition, kind, measurements } = self;
        if let ProblemKind::NameTaken { by, scope } = kind {
            return write!(
                f,
                "metric {:?} of {} has the name in Prometheus that {by:?} of {scope} has: give one of them another name, or `Registry::reserve` the catalogue at start-up",
                definition.name, definition.domain.scope,
            );
        }
        write!(f, "metric {:?}: {measurements} measurements ", definition.name)?;
        match kind {
            ProblemKind::TooManyValues { label } => write!(
                f,
                "had a new value of label {label:?} beyond its limit and are in \"other\": raise `max_values`, or give the label fewer values"
            ),
            ProblemKind::TooManySeries => write!(
                f,
                "were beyond the limit of {} series and are in the overflow series: give its labels fewer values",
                definition.series_limit()
            ),
            ProblemKind::InvalidValue => {
                f.write_str("were negative, infinite or not a number and were ignored: check what is recorded")
            }
            ProblemKind::NameTaken { .. } => Ok(()),
        }
    }
}

/// A count of the process that its owner finds without a look-up after the first time.
pub(crate) struct Count(OnceLock<&'static AtomicU64>);

impl Count {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }
}

#[cold]
pub(crate) fn too_many_values(def: &'static MetricDef, label: usize, count: &Count) {
    let label = def.labels.get(label).map_or("", |label| label.key);
    let count = count.0.get_or_init(|| counter(def, ProblemKind::TooManyValues { label }));
    count.fetch_add(1, Ordering::Relaxed);
    engine::count_overflow(def);
}

#[cold]
pub(crate) fn too_many_series(def: &'static MetricDef, count: &Count) {
    let count = count.0.get_or_init(|| counter(def, ProblemKind::TooManySeries));
    count.fetch_add(1, Ordering::Relaxed);
    engine::count_overflow(def);
}

#[cold]
pub(crate) fn invalid_value(def: &'static MetricDef) {
    counter(def, ProblemKind::InvalidValue).fetch_add(1, Ordering::Relaxed);
    engine::count_invalid(def);
}

/// Has no measurements to count: neither metric loses any over OTLP.
pub(crate) fn name_taken(def: &'static MetricDef, by: &'static MetricDef) {
    counter(def, ProblemKind::NameTaken { by: by.name, scope: by.domain.scope });
}

/// Bounded by the definitions: one count for each of them, of its labels and of the three kinds.
fn counter(def: &'static MetricDef, kind: ProblemKind) -> &'static AtomicU64 {
    let mut counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (def.domain.scope, def.name, kind);
    counts.entry(key).or_insert_with(|| (def, Box::leak(Box::default()))).1
}
