//! The one installed provider of the process, and the generation number that every recording call looks at.

mod hand_over;

use std::{
    fmt,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use opentelemetry::{
    InstrumentationScope,
    metrics::{Meter, MeterProvider},
};

use crate::{definition::MetricDef, engines, observed, pending::Pending, zero};
pub use hand_over::HAND_OVER_SCOPE;

/// Which installation records now; 0 is off. This load is all that a call costs while nothing is installed.
static GENERATION: AtomicUsize = AtomicUsize::new(UNANNOUNCED);

static INSTALLED: RwLock<Installed> = RwLock::new(Installed { last: 0, source: None, scopes: 0, is_announced: false });

/// Set in the generation until this engine is on the list of the program's engines. No cell has such a generation, so the
/// first record takes the slow path, which announces the engine: what is recorded while nothing is installed costs nothing
/// for it.
const UNANNOUNCED: usize = SCOPED >> 1;

/// Set in the generation while a scope exists anywhere. No cell has such a generation, so every call takes the slow path,
/// which looks for the scope; while there is none, scopes cost nothing.
const SCOPED: usize = 1 << (usize::BITS - 1);

struct Installed {
    last: usize,
    source: Option<Source>,
    /// How many scopes exist.
    scopes: usize,
    is_announced: bool,
}

impl Installed {
    fn publish(&self) {
        let generation = if self.source.is_some() { self.last } else { 0 };
        let scoped = if self.scopes > 0 { SCOPED } else { 0 };
        let unannounced = if self.is_announced { 0 } else { UNANNOUNCED };
        GENERATION.store(generation | scoped | unannounced, Ordering::Release);
    }
}

/// Where instruments are made.
#[derive(Clone)]
pub(crate) struct Source {
    pub(crate) provider: Arc<dyn MeterProvider + Send + Sync>,
    pub(crate) recording: Recording,
    /// Where the sums of the installation are pending, if its provider calls back; never in a scope.
    pub(crate) pending: Option<Arc<Pending>>,
}

/// How the instruments of a provider may be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recording {
    /// Attributes go along with every measurement: right with every provider.
    Unbound,
    /// Series are bound after their first measurement, which makes later ones several times cheaper. Sums of integers
    /// are added up apart from the provider, and every collection begins by taking them over.
    ///
    /// Only for a provider of `opentelemetry_sdk` that was built with the feature
    /// `experimental_metrics_bound_instruments`: without it a bound handle silently records nothing.
    /// A view of such a provider that makes something else of a sum, a histogram for example, has to say so with
    /// [`unsum_stream`](crate::unsum_stream), as those of `metrics-pipeline` do: it would be given sums of measurements
    /// instead of each of them.
    Bound,
}

/// Makes every metric of the process record through this provider from now on.
///
/// A later call replaces an earlier one: instruments are made anew from the later provider, series by series,
/// as they are next recorded. What was recorded before the first call is lost.
/// What an installation has made stays for the life of the process, for a handle may still hold it: some kilobytes for
/// each, by the metrics and series that are recorded in it. A provider is for a service's life; tests use a
/// [`scope`](crate::scope()), of which nothing stays.
/// The zeros of catalogues that were [given](crate::Catalog::start_zeros) start at once.
///
/// Another version of this crate in the program has an installation of its own, which this does not reach: it is told to the
/// listener of [`on_problem`](crate::on_problem), whichever of the two comes first, and is among the
/// [`problems`](crate::problems).
///
/// `telemetry-init` calls this; call it yourself only when you build the provider yourself.
///
/// ```
/// use std::sync::Arc;
///
/// use metrics_define::{Recording, install};
/// use opentelemetry::metrics::noop::NoopMeterProvider;
///
/// let installation = install(Arc::new(NoopMeterProvider::new()), Recording::Unbound);
/// installation.uninstall();
/// ```
#[must_use = "keep the installation to be able to end it; metrics record until `uninstall` is called"]
pub fn install(provider: Arc<dyn MeterProvider + Send + Sync>, recording: Recording) -> Installation {
    // Before the lock, because the provider is foreign code.
    let source = Source::of_process(provider, recording);
    let mut installed = INSTALLED.write().unwrap_or_else(PoisonError::into_inner);
    installed.last += 1;
    installed.is_announced = true;
    installed.source = Some(source);
    installed.publish();
    let generation = installed.last;
    drop(installed);
    engines::installed();
    observed::attach_all();
    zero::start_remembered();
    Installation { generation }
}

/// What [`install`] did, so that it can be undone.
#[derive(Debug)]
pub struct Installation {
    generation: usize,
}

impl Installation {
    /// Makes every metric a no-op again, unless another provider was installed meanwhile.
    pub fn uninstall(&self) {
        let mut installed = INSTALLED.write().unwrap_or_else(PoisonError::into_inner);
        if installed.last == self.generation {
            installed.source = None;
            installed.publish();
        }
    }
}

#[inline]
pub(crate) fn generation() -> usize {
    GENERATION.load(Ordering::Acquire)
}

/// The generation of an engine that is on the list of the program's engines.
pub(crate) fn announced(generation: usize) -> usize {
    if generation & UNANNOUNCED == 0 { generation } else { announce() }
}

#[cold]
fn announce() -> usize {
    engines::announce();
    let mut installed = INSTALLED.write().unwrap_or_else(PoisonError::into_inner);
    installed.is_announced = true;
    installed.publish();
    generation()
}

/// Whether anything is recorded anywhere.
pub(crate) fn is_on() -> bool {
    announced(generation()) != 0
}

/// The installation behind a generation, without what it says about scopes.
pub(crate) fn of_process(generation: usize) -> usize {
    generation & !SCOPED
}

/// Whether a scope existed anywhere when the generation was read.
pub(crate) fn is_scoped(generation: usize) -> bool {
    generation & SCOPED != 0
}

pub(crate) fn scope_began() {
    let mut installed = INSTALLED.write().unwrap_or_else(PoisonError::into_inner);
    installed.scopes += 1;
    installed.publish();
}

pub(crate) fn scope_ended() {
    let mut installed = INSTALLED.write().unwrap_or_else(PoisonError::into_inner);
    installed.scopes -= 1;
    installed.publish();
}

/// The provider that is installed now, and its generation.
pub(crate) fn current() -> Option<(usize, Source)> {
    let installed = INSTALLED.read().unwrap_or_else(PoisonError::into_inner);
    installed.source.clone().map(|source| (installed.last, source))
}

impl Source {
    fn of_process(provider: Arc<dyn MeterProvider + Send + Sync>, recording: Recording) -> Self {
        let pending = match recording {
            Recording::Bound => hand_over::registered(&*provider),
            Recording::Unbound => None,
        };
        Self { provider, recording, pending }
    }

    /// The meter of the metric's domain.
    pub(crate) fn meter(&self, def: &MetricDef) -> Meter {
        let scope = InstrumentationScope::builder(def.domain.scope).with_version(def.domain.version).build();
        self.provider.meter_with_scope(scope)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("recording", &self.recording).finish_non_exhaustive()
    }
}
