//! Names are unique, checked while the application compiles.
//!
//! Comparing every pair would run into the compiler's limit at a few hundred metrics.
//! So names are hashed, the hashes sorted, and only neighbours compared.

use metric_names::ExposedName;

use crate::{
    catalog::{Catalog, message::Message},
    definition::{Domain, MetricDef},
};

/// How many metrics the domains have.
pub const fn count(domains: &[Domain]) -> usize {
    let (mut count, mut at) = (0, 0);
    while at < domains.len() {
        count += domains[at].metrics.len();
        at += 1;
    }
    count
}

/// The catalogue, unless two of its `COUNT` metrics have the same name.
#[track_caller]
pub const fn catalog<const COUNT: usize>(domains: &'static [Domain]) -> Catalog {
    let entries: [Entry; COUNT] = entries(domains);
    check_unique(domains, &sorted(entries, Name::OpenTelemetry), Name::OpenTelemetry);
    let exposed = sorted(entries, Name::Prometheus);
    check_unique(domains, &exposed, Name::Prometheus);
    check_suffixes(domains, &exposed);
    Catalog { domains }
}

/// Which of a metric's two names.
#[derive(Clone, Copy)]
enum Name {
    OpenTelemetry,
    Prometheus,
}

/// A metric's place and the hashes of its names.
#[derive(Clone, Copy)]
struct Entry {
    domain: usize,
    metric: usize,
    name: u64,
    exposed: u64,
}

impl Entry {
    const fn hash(&self, name: Name) -> u64 {
        match name {
            Name::OpenTelemetry => self.name,
            Name::Prometheus => self.exposed,
        }
    }

    const fn def(&self, domains: &[Domain]) -> &'static MetricDef {
        domains[self.domain].metrics[self.metric]
    }
}

const fn entries<const COUNT: usize>(domains: &[Domain]) -> [Entry; COUNT] {
    let mut entries = [Entry { domain: 0, metric: 0, name: 0, exposed: 0 }; COUNT];
    let (mut next, mut domain) = (0, 0);
    while domain < domains.len() {
        let mut metric = 0;
        while metric < domains[domain].metrics.len() {
            let def = domains[domain].metrics[metric];
            let exposed = Exposed::of(def);
            let exposed = hash(exposed.as_str().as_bytes());
            entries[next] = Entry { domain, metric, name: hash(def.name.as_bytes()), exposed };
            next += 1;
            metric += 1;
        }
        domain += 1;
    }
    entries
}

/// Sorted by heap: no recursion, no memory, and never worse than `n log n`.
const fn sorted<const COUNT: usize>(mut entries: [Entry; COUNT], name: Name) -> [Entry; COUNT] {
    let mut root = COUNT / 2;
    while root > 0 {
        root -= 1;
        sift_down(&mut entries, root, COUNT, name);
    }
    let mut end = COUNT;
    while end > 1 {
        end -= 1;
        entries.swap(0, end);
        sift_down(&mut entries, 0, end, name);
    }
    entries
}

const fn sift_down(entries: &mut [Entry], mut root: usize, end: usize, name: Name) {
    while 2 * root + 1 < end {
        let mut child = 2 * root + 1;
        if child + 1 < end && entries[child].hash(name) < entries[child + 1].hash(name) {
            child += 1;
        }
        if entries[root].hash(name) >= entries[child].hash(name) {
            return;
        }
        entries.swap(root, child);
        root = child;
    }
}

#[track_caller]
const fn check_unique(domains: &[Domain], entries: &[Entry], name: Name) {
    let mut at = 1;
    while at < entries.len() {
        if entries[at - 1].hash(name) == entries[at].hash(name) {
            let (first, second) = in_order(&entries[at - 1], &entries[at]);
            let (first, second) = (first.def(domains), second.def(domains));
            match name {
                Name::OpenTelemetry => report_equal(first, first.name, second, second.name, "` in OpenTelemetry"),
                Name::Prometheus => {
                    let (a, b) = (Exposed::of(first), Exposed::of(second));
                    report_equal(first, a.as_str(), second, b.as_str(), "` in Prometheus");
                }
            }
        }
        at += 1;
    }
}

/// Two names with one hash need not be equal.
#[track_caller]
const fn report_equal(first: &MetricDef, a: &str, second: &MetricDef, b: &str, place: &str) {
    if same(first.name, second.name) && same(first.domain.scope, second.domain.scope) {
        Message::new("[MC004] ").metric(first).push(" is listed twice: list each domain once").panic();
    }
    if same(a, b) {
        Message::new("[MC004] ")
            .metric(first)
            .push(" and ")
            .metric(second)
            .push(" are both `")
            .push(b)
            .push(place)
            .push(": rename one of them")
            .panic();
    }
}

/// A metric `x_total`, `x_count` and so on would stand among the samples of a family `x`.
#[track_caller]
const fn check_suffixes(domains: &[Domain], exposed: &[Entry]) {
    let mut at = 0;
    while at < exposed.len() {
        let def = exposed[at].def(domains);
        let name = Exposed::of(def);
        if let Some(base) = without_suffix(name.as_str().as_bytes())
            && let Some(family) = find(exposed, hash(base))
        {
            let family = family.def(domains);
            let family_name = Exposed::of(family);
            if folded_eq(family_name.as_str().as_bytes(), base) {
                Message::new("[MC007] ")
                    .metric(def)
                    .push(" is `")
                    .push(name.as_str())
                    .push("` in Prometheus, which may be a sample of `")
                    .push(family_name.as_str())
                    .push("`, that is ")
                    .metric(family)
                    .push(": rename one of them")
                    .panic();
            }
        }
        at += 1;
    }
}

/// Whether a metric of this name would stand among the samples of a family, or would be it.
pub(crate) fn may_be_sample_of(name: &str, family: &str) -> bool {
    same(name, family) || without_suffix(name.as_bytes()).is_some_and(|base| folded_eq(base, family.as_bytes()))
}

const SUFFIXES: [&[u8]; 6] = [b"_bucket", b"_count", b"_sum", b"_total", b"_created", b"_info"];

const fn without_suffix(name: &[u8]) -> Option<&[u8]> {
    let mut at = 0;
    while at < SUFFIXES.len() {
        if SUFFIXES[at].len() < name.len() {
            let (base, end) = name.split_at(name.len() - SUFFIXES[at].len());
            if folded_eq(end, SUFFIXES[at]) {
                return Some(base);
            }
        }
        at += 1;
    }
    None
}

const fn find(entries: &[Entry], hash: u64) -> Option<Entry> {
    let (mut low, mut high) = (0, entries.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        if entries[middle].exposed < hash {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if low < entries.len() && entries[low].exposed == hash { Some(entries[low]) } else { None }
}

const fn in_order<'e>(a: &'e Entry, b: &'e Entry) -> (&'e Entry, &'e Entry) {
    let swapped = a.domain > b.domain || (a.domain == b.domain && a.metric > b.metric);
    if swapped { (b, a) } else { (a, b) }
}

/// A dot counts as an underscore.
const fn hash(bytes: &[u8]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ folded(bytes[at]) as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

const fn folded(byte: u8) -> u8 {
    if byte == b'.' { b'_' } else { byte }
}

const fn same(a: &str, b: &str) -> bool {
    folded_eq(a.as_bytes(), b.as_bytes())
}

const fn folded_eq(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if folded(a[at]) != folded(b[at]) {
            return false;
        }
        at += 1;
    }
    true
}

/// The name in Prometheus: what the macro has worked out, or what is worked out now.
#[expect(clippy::large_enum_variant, reason = "there is no box at compile time")]
pub(crate) enum Exposed {
    Known(&'static str),
    Now(ExposedName),
}

impl Exposed {
    pub(crate) const fn of(def: &MetricDef) -> Self {
        if let Some(name) = def.known_exposed_name() {
            return Self::Known(name);
        }
        match def.exposed_name() {
            Ok(name) => Self::Now(name),
            Err(_) => Self::Known(def.name),
        }
    }

    pub(crate) const fn as_str(&self) -> &str {
        match self {
            Self::Known(name) => name,
            Self::Now(name) => name.as_str(),
        }
    }
}
