//! Our metrics in a registry of the `prometheus` crate.

mod message;
mod others;

use std::{
    collections::HashMap,
    fmt, mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use metric_names::{Escaping, Kind};
use metrics_define::contained;
use metrics_pipeline::Collector;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use prometheus::{Registry, core::Desc, proto::MetricFamily};

use self::{
    message::message,
    others::{Others, is_looking, mark, name_of},
};
use crate::{
    collecting::collect,
    encode::Encoder,
    family::{Families, Family},
    finding::{Finding, Findings},
    format::Format,
    options::EncodeOptions,
    reported::Reported,
    text::TARGET_HELP,
};

/// Shows what `collector` collects in a registry, for a service that serves that registry already.
///
/// Names and labels are those of the text format. What they look like in the end is up to the encoder of the registry:
/// that of the `prometheus` crate writes `le="5"` where ours writes `le="5.0"`. Exponential histograms have their classic
/// form. Nothing is there once the provider has been shut down. Findings, and that nothing can be collected, are logged
/// as [`ScrapeService`](crate::ScrapeService) logs them.
///
/// A registry joins families of the same name whatever their types, and a gauge in a histogram's family is a histogram
/// that counts nothing. So families that the registry shows already are looked at here, and a metric whose family has
/// such a name is left out and reported, as is the resource where there is a `target_info`. Registered later, or without
/// a series yet, they are not seen; [`Joined::look_again`] sees them.
/// [`ScrapeService::with_registry`](crate::ScrapeService::with_registry) needs no such care.
///
/// ```
/// use opentelemetry::metrics::MeterProvider as _;
/// use opentelemetry_sdk::Resource;
/// use prometheus_bridge::{EncodeOptions, join};
///
/// let registry = prometheus::Registry::new();
/// let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
/// join(&registry, collector, EncodeOptions::default())?;
///
/// provider.meter("shop").u64_counter("orders").build().add(1, &[]);
/// assert_eq!(registry.gather()[0].name(), "orders_total");
/// # Ok::<(), prometheus::Error>(())
/// ```
///
/// # Errors
///
/// What the registry says when it does not take a collector.
pub fn join(registry: &Registry, collector: Collector, options: EncodeOptions) -> Result<Joined, prometheus::Error> {
    // A registry tells collectors apart by their descriptions, so each needs one of its own.
    static JOINED: AtomicUsize = AtomicUsize::new(0);
    let number = JOINED.fetch_add(1, Ordering::Relaxed);
    let description = Desc::new(name_of(number), "Metrics of OpenTelemetry".to_owned(), Vec::new(), HashMap::new())?;
    let encoding = Mutex::new(Encoding { encoder: Encoder::new(options), metrics: ResourceMetrics::default() });
    let shared =
        Arc::new(Shared { number, collector, encoding, others: Mutex::default(), reported: Reported::default() });
    registry.register(Box::new(InRegistry { shared: Arc::clone(&shared), description }))?;
    let joined = Joined { registry: registry.clone(), shared };
    joined.look_again();
    Ok(joined)
}

/// What [`join`] has put into a registry; it stays there when this is dropped.
#[derive(Clone)]
pub struct Joined {
    registry: Registry,
    shared: Arc<Shared>,
}

impl Joined {
    /// Looks at what else the registry shows now. From then on metrics of ours whose families have such a name are left
    /// out and reported.
    ///
    /// It gathers the registry, so it must not be called by a collector of it. If a collector panics, nothing changes.
    ///
    /// ```
    /// use opentelemetry::metrics::MeterProvider as _;
    /// use opentelemetry_sdk::Resource;
    /// use prometheus_bridge::{EncodeOptions, join};
    ///
    /// let registry = prometheus::Registry::new();
    /// let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
    /// let joined = join(&registry, collector, EncodeOptions::default())?;
    /// provider.meter("shop").u64_gauge("orders").build().record(1, &[]);
    ///
    /// registry.register(Box::new(prometheus::IntCounter::new("orders", "Another type")?))?;
    /// assert_eq!(registry.gather()[0].get_metric().len(), 2, "one of them is no counter");
    /// joined.look_again();
    /// assert_eq!(registry.gather()[0].get_metric().len(), 1);
    /// # Ok::<(), prometheus::Error>(())
    /// ```
    pub fn look_again(&self) {
        let found = Others::of(&self.registry, self.shared.number);
        let mut others = lock(&self.shared.others);
        match found {
            Some(found) => *others = Some(Arc::new(found)),
            None => drop(others.get_or_insert_default()),
        }
    }
}

impl fmt::Debug for Joined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Joined").field("number", &self.shared.number).finish_non_exhaustive()
    }
}

struct InRegistry {
    shared: Arc<Shared>,
    description: Desc,
}

impl prometheus::core::Collector for InRegistry {
    fn desc(&self) -> Vec<&Desc> {
        vec![&self.description]
    }

    fn collect(&self) -> Vec<MetricFamily> {
        if is_looking(self.shared.number) { vec![mark(self.shared.number)] } else { self.shared.collect() }
    }
}

struct Shared {
    /// Of all that were joined.
    number: usize,
    collector: Collector,
    encoding: Mutex<Encoding>,
    /// What else the registry shows; `None` until somebody has looked.
    others: Mutex<Option<Arc<Others>>>,
    reported: Reported,
}

struct Encoding {
    encoder: Encoder,
    metrics: ResourceMetrics,
}

impl Shared {
    fn collect(&self) -> Vec<MetricFamily> {
        let Some(others) = lock(&self.others).clone() else { return Vec::new() };
        let mut encoding = lock(&self.encoding);
        let outcome = collect(&self.collector, mem::take(&mut encoding.metrics));
        let (shown, findings) = match outcome {
            Ok(metrics) => {
                let shown = encoding.encoder.gather(&metrics, &others);
                encoding.metrics = metrics;
                shown
            }
            Err(unavailable) => {
                drop(encoding);
                self.reported.note_failure(unavailable.reason());
                contained(|| self.reported.tell());
                return Vec::new();
            }
        };
        // Before anything is told, for a subscriber may gather the registry.
        drop(encoding);
        self.reported.note_success();
        self.reported.note(findings);
        contained(|| self.reported.tell());
        shown
    }
}

impl Encoder {
    /// Every family with its series, and what had to be left out or renamed.
    fn gather(&mut self, collected: &ResourceMetrics, others: &Others) -> (Vec<MetricFamily>, Findings) {
        let format = Format::Protobuf(Escaping::Underscores);
        let (mut shown, mut findings) = (Vec::new(), Findings::new());
        let families = Families::of(collected, &self.options, format, &mut findings);
        if let Some(target) = &families.target {
            if others.holder(&target.name, Kind::Gauge).is_some() {
                findings.insert(Finding::ResourceNotShown { family: target.name.clone() });
            } else {
                self.gather_target_info(target, collected, format, &mut findings);
                shown.push(message(&target.name, TARGET_HELP, Kind::Gauge, &self.points));
            }
        }
        for family in &families.list {
            if let Some(other) = others.holder(&family.name, family.kind) {
                findings.extend(clashes(family, other));
                continue;
            }
            self.gather_family(family, collected, format, &mut findings);
            if !self.points.is_empty() {
                shown.push(message(&family.name, family.help, family.kind, &self.points));
            }
        }
        self.points.finish();
        (shown, findings)
    }
}

fn clashes<'f>(family: &'f Family<'_>, other: &'f str) -> impl Iterator<Item = Finding> + 'f {
    family.metrics.iter().map(move |metric| Finding::SampleClash {
        family: family.name.clone(),
        scope: metric.scope.name().to_owned(),
        metric: metric.name.to_owned(),
        other: other.to_owned(),
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
