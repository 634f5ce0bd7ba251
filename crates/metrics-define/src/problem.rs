//! What recording had to leave out or to fold: counted, exported, and there to be asked for, because nothing here logs.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{callback, definition::MetricDef, engine, install};

type Key = (&'static str, &'static str, ProblemKind);

static COUNTS: Mutex<BTreeMap<Key, Counted>> = Mutex::new(BTreeMap::new());

/// Told of each problem when it first appears.
static LISTENER: OnceLock<fn(&Problem)> = OnceLock::new();

type Counted = (Option<&'static MetricDef>, &'static AtomicU64);

/// What was wrong with the recording of one metric, or of a whole engine, since the process began.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Problem {
    /// The metric; `None` for another version of the engine, which is about all of them.
    pub definition: Option<&'static MetricDef>,
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
    /// The metric had more series than it may; the measurement is in the overflow series.
    TooManySeries,
    /// The level could not be kept apart from others that have the series of `other` or the overflow series together with
    /// it; it was not recorded.
    TooManyLevels,
    /// The metric was recorded for the first time while the provider held a lock, so that no instrument could be made;
    /// the measurement is lost.
    FirstInCallback,
    /// The value was negative for a counter, infinite or not a number; the measurement was ignored.
    InvalidValue,
    /// Another metric was recorded earlier under the same name in Prometheus, where only one of them can be shown; or, if
    /// its OpenTelemetry name and scope are the same as well, everywhere.
    NameTaken {
        /// The other metric's OpenTelemetry name.
        by: &'static str,
        /// The other metric's instrumentation scope.
        scope: &'static str,
    },
    /// Another version of this crate is in the program. The provider that is installed here does not reach it.
    AnotherEngine {
        /// The other version.
        version: &'static str,
    },
}

/// The problems of recording so far, the one with most measurements first; one per metric and kind.
///
/// The same is exported as `metrics_catalog.overflow.total` and `metrics_catalog.invalid.total`, by instrument.
/// A name that is taken and another version of the engine have no measurements to count, and are found only here.
///
/// ```
/// for problem in metrics_define::problems() {
///     println!("{problem}");
/// }
/// ```
pub fn problems() -> Vec<Problem> {
    let counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
    let problem = |((_, _, kind), (definition, count)): (&Key, &Counted)| Problem {
        definition: *definition,
        kind: *kind,
        measurements: count.load(Ordering::Relaxed),
    };
    let mut problems: Vec<_> = counts.iter().map(problem).collect();
    problems.sort_by_key(|problem| std::cmp::Reverse(problem.measurements));
    problems
}

/// Has each problem told when it first appears, by the thread that met it: for a log.
///
/// The first listener of a process stays. A panic of it is contained and counted in
/// [`callback_panics`](crate::callback_panics).
///
/// `telemetry-init` calls this; call it yourself only when you build the provider yourself.
///
/// ```
/// metrics_define::on_problem(|problem| eprintln!("{problem}"));
/// ```
pub fn on_problem(listener: fn(&Problem)) {
    // Refused when there is one.
    let _ = LISTENER.set(listener);
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { definition, kind, measurements } = self;
        let Some(definition) = definition else { return fmt_engine(*kind, f) };
        if let ProblemKind::NameTaken { by, scope } = kind {
            if (*by, *scope) == (definition.name, definition.domain.scope) {
                return write!(
                    f,
                    "metric {by:?} of {scope} is defined twice, with differences, and the limits of the one that was recorded first hold for both: give one of them, or its domain's module, another name"
                );
            }
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
                "were beyond the limit of {} series, or that of a view, and are in the overflow series: give its labels fewer values",
                definition.series_limit()
            ),
            ProblemKind::TooManyLevels => f.write_str(
                "were levels beyond a limit that could not be kept apart and were left out, so the sum of what was folded lacks them: give its labels fewer values"
            ),
            ProblemKind::FirstInCallback => f.write_str(
                "were the first of their metric, made inside a callback of a provider that is not guarded, and are lost: record the metric once before, or install a guarded provider"
            ),
            ProblemKind::InvalidValue => {
                f.write_str("were negative, infinite or not a number and were ignored: check what is recorded")
            }
            ProblemKind::NameTaken { .. } | ProblemKind::AnotherEngine { .. } => Ok(()),
        }
    }
}

fn fmt_engine(kind: ProblemKind, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let ProblemKind::AnotherEngine { version } = kind else { return Ok(()) };
    let this = env!("CARGO_PKG_VERSION");
    write!(
        f,
        "the provider is installed in metrics-define {this}, and metrics-define {version} is in this program as well: what is recorded through {version} is lost, unless a provider is installed there too; make all crates depend on one version (`cargo tree --duplicates` shows which one each has)"
    )
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
    let kind = ProblemKind::TooManyValues { label };
    add_one(def, kind, count.0.get_or_init(|| counter(def, kind)));
    engine::count_overflow(def);
}

#[cold]
pub(crate) fn too_many_series(def: &'static MetricDef, count: &Count) {
    let kind = ProblemKind::TooManySeries;
    add_one(def, kind, count.0.get_or_init(|| counter(def, kind)));
    engine::count_overflow(def);
}

#[cold]
pub(crate) fn too_many_levels(def: &'static MetricDef, count: &Count) {
    let kind = ProblemKind::TooManyLevels;
    add_one(def, kind, count.0.get_or_init(|| counter(def, kind)));
    engine::count_overflow(def);
}

/// Only told: to export it, an instrument would have to be made.
#[cold]
pub(crate) fn first_in_callback(def: &'static MetricDef) {
    let kind = ProblemKind::FirstInCallback;
    add_one(def, kind, counter(def, kind));
}

#[cold]
pub(crate) fn invalid_value(def: &'static MetricDef) {
    // Before the first record of a program, a call does not know yet that nothing is installed.
    if install::is_on() {
        let kind = ProblemKind::InvalidValue;
        add_one(def, kind, counter(def, kind));
        engine::count_invalid(def);
    }
}

/// Has no measurements to count: neither metric loses any over OTLP.
pub(crate) fn name_taken(def: &'static MetricDef, by: &'static MetricDef) {
    let kind = ProblemKind::NameTaken { by: by.name, scope: by.domain.scope };
    tell_once((def.domain.scope, def.name, kind), Some(def));
}

pub(crate) fn another_engine(version: &'static str) {
    tell_once(("", "", ProblemKind::AnotherEngine { version }), None);
}

/// A problem that nothing is counted of: told once, however often the engine is installed.
fn tell_once(key: Key, definition: Option<&'static MetricDef>) {
    let is_new = {
        let mut counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
        let before = counts.len();
        counts.entry(key).or_insert_with(|| (definition, Box::leak(Box::default())));
        counts.len() > before
    };
    if is_new {
        tell(&Problem { definition, kind: key.2, measurements: 0 });
    }
}

fn add_one(def: &'static MetricDef, kind: ProblemKind, count: &AtomicU64) {
    if count.fetch_add(1, Ordering::Relaxed) == 0 {
        tell(&Problem { definition: Some(def), kind, measurements: 1 });
    }
}

/// No lock of ours is held: a listener may record.
fn tell(problem: &Problem) {
    if let Some(listener) = LISTENER.get() {
        callback::contain_panic(|| listener(problem));
    }
}

/// Bounded by the definitions: one count for each of them, of its labels and of the other kinds.
fn counter(def: &'static MetricDef, kind: ProblemKind) -> &'static AtomicU64 {
    let mut counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (def.domain.scope, def.name, kind);
    counts.entry(key).or_insert_with(|| (Some(def), Box::leak(Box::default()))).1
}
