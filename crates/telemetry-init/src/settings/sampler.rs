//! Which spans are recorded.

use opentelemetry_sdk::trace::Sampler;

use crate::{
    parse,
    variable::{Parsed, Reader},
    variables::{OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG},
};

/// Which spans are recorded.
///
/// ```
/// use telemetry_init::{Ratio, Sampling};
///
/// let tenth = Sampling::ParentBasedTraceIdRatio(Ratio::new(0.1).ok_or("a share is from 0 to 1")?);
/// assert_ne!(tenth, Sampling::default());
/// assert_eq!(Ratio::new(5.0), None);
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Sampling {
    /// All.
    AlwaysOn,
    /// None.
    AlwaysOff,
    /// This share of the traces.
    TraceIdRatio(Ratio),
    /// As the parent, and all without one.
    #[default]
    ParentBasedAlwaysOn,
    /// As the parent, and none without one.
    ParentBasedAlwaysOff,
    /// As the parent, and this share of the traces without one.
    ParentBasedTraceIdRatio(Ratio),
}

/// A share from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Ratio(f64);

/// A sampler's name, without its argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// `always_on`
    AlwaysOn,
    /// `always_off`
    AlwaysOff,
    /// `traceidratio`
    TraceIdRatio,
    /// `parentbased_always_on`
    ParentBasedAlwaysOn,
    /// `parentbased_always_off`
    ParentBasedAlwaysOff,
    /// `parentbased_traceidratio`
    ParentBasedTraceIdRatio,
    /// `jaeger_remote`, `parentbased_jaeger_remote` or `xray`, which there are not.
    Absent,
}

impl Ratio {
    /// Everything.
    pub const ALL: Self = Self(1.0);

    /// A share; `None` when it is not a number from 0 to 1.
    pub fn new(share: f64) -> Option<Self> {
        (0.0..=1.0).contains(&share).then_some(Self(share))
    }
}

impl Sampling {
    pub(crate) fn from_environment(reader: &mut Reader<'_>) -> Self {
        let rule = reader.read(&OTEL_TRACES_SAMPLER);
        if rule == Some(Rule::Absent) {
            // Its argument has a form of its own, and one warning is enough.
            return Self::default();
        }
        let argument = reader.read(&OTEL_TRACES_SAMPLER_ARG);
        let ratio = argument.unwrap_or(Ratio::ALL);
        match rule {
            Some(Rule::TraceIdRatio) => return Self::TraceIdRatio(ratio),
            Some(Rule::ParentBasedTraceIdRatio) => return Self::ParentBasedTraceIdRatio(ratio),
            _ => {}
        }
        if argument.is_some() {
            let reason = "is the argument of a ratio sampler, and OTEL_TRACES_SAMPLER names none";
            reader.note(OTEL_TRACES_SAMPLER_ARG.name, reason, "it has no effect");
        }
        match rule {
            Some(Rule::AlwaysOn) => Self::AlwaysOn,
            Some(Rule::AlwaysOff) => Self::AlwaysOff,
            Some(Rule::ParentBasedAlwaysOff) => Self::ParentBasedAlwaysOff,
            _ => Self::ParentBasedAlwaysOn,
        }
    }

    pub(crate) fn sampler(self) -> Sampler {
        match self {
            Self::AlwaysOn => Sampler::AlwaysOn,
            Self::AlwaysOff => Sampler::AlwaysOff,
            Self::TraceIdRatio(Ratio(share)) => Sampler::TraceIdRatioBased(share),
            Self::ParentBasedAlwaysOn => Sampler::ParentBased(Box::new(Sampler::AlwaysOn)),
            Self::ParentBasedAlwaysOff => Sampler::ParentBased(Box::new(Sampler::AlwaysOff)),
            Self::ParentBasedTraceIdRatio(Ratio(share)) => {
                Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(share)))
            }
        }
    }
}

pub(crate) fn rule(text: &str) -> Parsed<Rule> {
    let known = [
        ("always_on", Rule::AlwaysOn),
        ("always_off", Rule::AlwaysOff),
        ("traceidratio", Rule::TraceIdRatio),
        ("parentbased_always_on", Rule::ParentBasedAlwaysOn),
        ("parentbased_always_off", Rule::ParentBasedAlwaysOff),
        ("parentbased_traceidratio", Rule::ParentBasedTraceIdRatio),
    ];
    let absent = ["jaeger_remote", "parentbased_jaeger_remote", "xray"];
    if absent.iter().any(|name| name.eq_ignore_ascii_case(text)) {
        let reason = "is a sampler that is not supported: use parentbased_traceidratio".to_owned();
        return Parsed::Adjusted(Rule::Absent, reason, "parentbased_always_on is used".to_owned());
    }
    parse::word(text, &known)
}

pub(crate) fn ratio(text: &str) -> Parsed<Ratio> {
    let ratio = text.parse().ok().and_then(Ratio::new);
    ratio.map_or_else(|| Parsed::Bad("is not a number from 0 to 1".to_owned()), Parsed::Good)
}
