//! Which metrics are shown, under which names, and in which families.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap},
    rc::Rc,
};

use metric_names::{ExposedName, Kind, NameError, Naming, Strategy, Translation, escape_metric_name, unit_suffix};
use metrics_pipeline::{Metric, walk};
use opentelemetry_sdk::metrics::data::ResourceMetrics;

use crate::{
    finding::{Finding, Findings},
    format::Format,
    options::EncodeOptions,
};

/// The metrics of one name, whichever scopes they come from.
#[derive(Debug)]
pub(crate) struct Family<'a> {
    /// The name in Prometheus, of a counter with `_total`.
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// The first description that is not blank: a conflict costs a comment, never a series.
    pub(crate) help: &'a str,
    /// The first unit that is not empty.
    pub(crate) unit: &'a str,
    pub(crate) metrics: Vec<Metric<'a>>,
    pub(crate) total: Total,
}

/// How OpenMetrics names a counter: the family without `_total`, its samples with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Total {
    Suffixed,
    /// The name has no `_total`, or the family without it is another metric's: then it is shown as of unknown type.
    Unknown,
}

/// The family of the resource's attributes.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) name: String,
    /// What OpenMetrics calls the family; `None` if another has that name, and the resource is shown as a gauge.
    pub(crate) base_name: Option<String>,
}

/// The families of a collection, sorted by name.
#[derive(Debug)]
pub(crate) struct Families<'a> {
    pub(crate) list: Vec<Family<'a>>,
    /// `None` if the resource is not shown; its name is not reserved then.
    pub(crate) target: Option<Target>,
    pub(crate) taken: Taken,
}

/// The names that families and their samples take up in some format, each with the family that has it.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    everywhere: HashMap<String, Rc<str>>,
    /// Names that no other format has.
    in_open_metrics: HashMap<String, Rc<str>>,
}

impl Taken {
    /// The family that has one of these names in this format.
    #[cfg(feature = "registry")]
    pub(crate) fn holder_in(&self, format: Format, names: &[String]) -> Option<&str> {
        if format.is_open_metrics() { self.holder(names) } else { holder(&self.everywhere, names) }
    }

    /// The family that has one of these names in some format.
    fn holder(&self, names: &[String]) -> Option<&str> {
        holder(&self.everywhere, names).or_else(|| holder(&self.in_open_metrics, names))
    }

    pub(crate) fn take<const N: usize>(&mut self, names: [String; N], family: &str) {
        self.extend(names.into(), family);
    }

    /// Takes names that a family has in OpenMetrics alone, if they are free; if not, says what it is shown as there.
    fn take_in_open_metrics<const N: usize>(
        &mut self,
        names: [String; N],
        family: &str,
        otherwise: &'static str,
        format: Format,
        findings: &mut Findings,
    ) -> bool {
        let Some(other) = self.holder(&names) else {
            insert(&mut self.in_open_metrics, names.into(), family);
            return true;
        };
        if format.is_open_metrics() {
            let (family, other) = (family.to_owned(), other.to_owned());
            findings.insert(Finding::OtherType { family, shown: otherwise, other });
        }
        false
    }

    pub(crate) fn extend(&mut self, names: Vec<String>, family: &str) {
        insert(&mut self.everywhere, names, family);
    }
}

fn holder<'t>(taken: &'t HashMap<String, Rc<str>>, names: &[String]) -> Option<&'t str> {
    names.iter().find_map(|name| taken.get(name)).map(|family| &**family)
}

fn insert(taken: &mut HashMap<String, Rc<str>>, names: Vec<String>, family: &str) {
    let family: Rc<str> = family.into();
    taken.extend(names.into_iter().map(|name| (name, Rc::clone(&family))));
}

impl<'a> Families<'a> {
    /// Groups what was collected into families.
    ///
    /// Where metrics conflict, a defined one stays, and of others the one that is first by scope and name, so that every
    /// scrape decides alike, in every format.
    pub(crate) fn of(
        collected: &'a ResourceMetrics,
        options: &EncodeOptions,
        format: Format,
        findings: &mut Findings,
    ) -> Self {
        let mut metrics: Vec<Metric<'a>> = walk(collected).collect();
        metrics.sort_by(by_scope_and_name);
        let (defined, others): (Vec<_>, Vec<_>) = metrics.into_iter().partition(|metric| metric.definition().is_some());

        let shows_target = options.target_info && !collected.resource().is_empty();
        let target = shows_target.then(|| escape_metric_name(TARGET_INFO, format.escaping()).into_owned());
        let mut plan = Plan { target, ..Plan::default() };
        for metric in defined.into_iter().chain(others) {
            let named = family_name(&metric, options, format);
            if let Err(finding) = plan.add(metric, named, findings) {
                findings.insert(finding);
            }
        }
        plan.finish(format, findings)
    }
}

/// The families so far, and the names that their samples take up.
#[derive(Debug, Default)]
struct Plan<'a> {
    /// The name of the resource's family, if it is shown.
    target: Option<String>,
    families: BTreeMap<String, Family<'a>>,
    taken: Taken,
}

impl<'a> Plan<'a> {
    fn add(
        &mut self,
        metric: Metric<'a>,
        named: Result<String, NameError>,
        findings: &mut Findings,
    ) -> Result<(), Finding> {
        let (scope, name) = (metric.scope.name().to_owned(), metric.name.to_owned());
        let family = match named {
            Ok(family) => family,
            Err(reason) => return Err(Finding::UnusableName { scope, metric: name, reason }),
        };
        if self.target.as_ref() == Some(&family) {
            return Err(Finding::ReservedName { scope, metric: name });
        }
        match self.families.get_mut(&family) {
            Some(existing) => existing.join(metric, findings),
            None => self.open(family, metric),
        }
    }

    fn open(&mut self, family: String, metric: Metric<'a>) -> Result<(), Finding> {
        let names = sample_names(&family, metric.kind);
        if let Some(other) = self.taken.holder(&names) {
            return Err(Finding::SampleClash {
                family,
                scope: metric.scope.name().to_owned(),
                metric: metric.name.to_owned(),
                other: other.to_owned(),
            });
        }
        self.taken.extend(names, &family);
        let opened = Family {
            name: family.clone(),
            kind: metric.kind,
            help: metric.description,
            unit: metric.unit,
            metrics: vec![metric],
            total: Total::Unknown,
        };
        self.families.insert(family, opened);
        Ok(())
    }

    /// Decides what OpenMetrics calls the resource and each counter, in the order of their names.
    fn finish(self, format: Format, findings: &mut Findings) -> Families<'a> {
        let Self { target, mut families, mut taken } = self;
        // The resource's family comes before those that can do without their short name.
        let target = target.map(|name| Target::of(name, &mut taken, format, findings));
        for family in families.values_mut().filter(|family| family.kind == Kind::Counter) {
            family.total = Total::of(&family.name, &mut taken, format, findings);
        }
        Families { list: families.into_values().collect(), target, taken }
    }
}

impl Target {
    fn of(name: String, taken: &mut Taken, format: Format, findings: &mut Findings) -> Self {
        taken.take([name.clone()], &name);
        let base = name.strip_suffix("_info").unwrap_or(&name).to_owned();
        let is_free = taken.take_in_open_metrics([base.clone()], &name, "gauge", format, findings);
        Self { name, base_name: is_free.then_some(base) }
    }
}

impl Total {
    /// Takes the names that a counter needs to be shown as one, if they are free.
    pub(crate) fn of(counter: &str, taken: &mut Taken, format: Format, findings: &mut Findings) -> Self {
        let Some(base) = counter.strip_suffix("_total").filter(|base| !base.is_empty()) else { return Self::Unknown };
        let names = [base.to_owned(), format!("{base}_created")];
        if taken.take_in_open_metrics(names, counter, "unknown", format, findings) {
            Self::Suffixed
        } else {
            Self::Unknown
        }
    }
}

impl<'a> Family<'a> {
    /// What OpenMetrics calls the family.
    pub(crate) fn base_name(&self) -> &str {
        match self.total {
            Total::Suffixed => self.name.strip_suffix("_total").unwrap_or(&self.name),
            Total::Unknown => &self.name,
        }
    }

    /// The unit in words, if the name ends in it.
    pub(crate) fn unit_word(&self) -> Option<ExposedName> {
        let word = unit_suffix(self.unit).ok()?;
        let before = self.base_name().strip_suffix(word.as_str())?;
        (before.len() > 1 && before.ends_with('_') && !word.as_str().is_empty()).then_some(word)
    }

    fn join(&mut self, metric: Metric<'a>, findings: &mut Findings) -> Result<(), Finding> {
        let (kept, found) = (self.kind.prometheus_type(), metric.kind.prometheus_type());
        let (scope, name) = (|| metric.scope.name().to_owned(), || metric.name.to_owned());
        if kept != found {
            let (family, scope, metric) = (self.name.clone(), scope(), name());
            return Err(Finding::TypeConflict { family, scope, metric, kept, found });
        }
        for (kept, found, what, is_same) in [
            (&mut self.help, metric.description, "description", same as fn(&str, &str) -> bool),
            (&mut self.unit, metric.unit, "unit", same_unit),
        ] {
            // A description of blanks is none.
            if kept.trim().is_empty() {
                *kept = found;
            } else if !found.trim().is_empty() && !is_same(kept, found) {
                let (family, scope, metric) = (self.name.clone(), scope(), name());
                findings.insert(Finding::MetadataConflict { family, scope, metric, what });
            }
        }
        self.metrics.push(metric);
        Ok(())
    }
}

fn same(a: &str, b: &str) -> bool {
    a == b
}

/// Units that are shown alike, as `By` and `By{payload}`.
fn same_unit(a: &str, b: &str) -> bool {
    a == b || matches!((unit_suffix(a), unit_suffix(b)), (Ok(a), Ok(b)) if a == b)
}

/// A defined metric is named as its definition says, any other as OpenTelemetry's default says.
fn family_name(metric: &Metric<'_>, options: &EncodeOptions, format: Format) -> Result<String, NameError> {
    let translation = Translation::new(options.strategy).with_namespace(&options.namespace);
    let name = match metric.definition() {
        Some(definition) if options.strategy == Strategy::default() && options.namespace.is_empty() => {
            definition.exposed_name()?
        }
        Some(definition) => match definition.prometheus {
            Some(exact) => translation.exact_name(exact)?,
            None => translation.name(metric.name, metric.unit, metric.kind, definition.domain.naming)?,
        },
        None => translation.name(metric.name, metric.unit, metric.kind, Naming::Units)?,
    };
    Ok(escape_metric_name(name.as_str(), format.escaping()).into_owned())
}

/// Every name that a family takes up in some format, a counter's in OpenMetrics apart.
pub(crate) fn sample_names(family: &str, kind: Kind) -> Vec<String> {
    let suffixes: &[&str] = match kind {
        Kind::Histogram => &["", "_bucket", "_sum", "_count", "_created"],
        Kind::Counter | Kind::UpDownCounter | Kind::Gauge => &[""],
    };
    suffixes.iter().map(|suffix| format!("{family}{suffix}")).collect()
}

fn by_scope_and_name(a: &Metric<'_>, b: &Metric<'_>) -> Ordering {
    // Scopes that differ in their attributes alone are rare, so their text is made only then.
    identity(a).cmp(&identity(b)).then_with(|| scope_attributes(a).cmp(&scope_attributes(b)))
}

type Identity<'a> = (&'a str, Option<&'a str>, Option<&'a str>, &'a str, &'a str, Kind, &'a str);

fn identity<'a>(metric: &Metric<'a>) -> Identity<'a> {
    let scope = metric.scope;
    let versions = (scope.version(), scope.schema_url());
    (scope.name(), versions.0, versions.1, metric.name, metric.unit, metric.kind, metric.description)
}

const TARGET_INFO: &str = "target_info";

fn scope_attributes(metric: &Metric<'_>) -> Vec<String> {
    let mut texts: Vec<String> =
        metric.scope.attributes().map(|attribute| format!("{}={:?}", attribute.key, attribute.value)).collect();
    texts.sort_unstable();
    texts
}
