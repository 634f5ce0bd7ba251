//! The rules, and how much each matters.

use std::fmt;

/// Whose conventions are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// Names as dashboards and documents have them already, such as `script.executions.total`.
    #[default]
    Seed,
    /// OpenTelemetry's semantic conventions, for a catalogue that starts afresh.
    Otel,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Worth knowing.
    Note,
    /// To be changed, or allowed with a reason.
    Warning,
    /// To be changed.
    Error,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A rule of the lint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rule {
    /// MC010: a counter's name in Prometheus ends in `_total`.
    CounterWithoutTotal,
    /// MC012: the unit is a base unit: `s`, `By`, `1`.
    NonBaseUnit,
    /// MC013: neither a unit nor a kind is a word of the name.
    UnitInName,
    /// MC014: the OpenTelemetry name has no `total`.
    TotalInName,
    /// MC015: namespaces and up-down counters are in the singular.
    PluralName,
    /// MC016: a `utilization` is a fraction, a `usage` an amount, and a histogram of time a `duration`.
    MisnamedQuantity,
    /// MC017: no metric's name is the namespace of another's.
    NameIsNamespace,
    /// MC018: a label's key has a namespace.
    LabelWithoutNamespace,
    /// MC019: a label's key is none that scrapers attach to targets.
    TargetLabel,
    /// MC020: one key has the same values everywhere in the catalogue.
    LabelDiffers,
    /// MC021: the labels allow no more series than are kept.
    TooManySeries,
    /// MC022: a label's key is not repeated in the name.
    LabelInName,
    /// MC023: the name is not in a namespace of OpenTelemetry's own.
    ForeignNamespace,
}

impl Rule {
    /// Every rule, in the order of their numbers.
    pub const ALL: [Self; 13] = [
        Self::CounterWithoutTotal,
        Self::NonBaseUnit,
        Self::UnitInName,
        Self::TotalInName,
        Self::PluralName,
        Self::MisnamedQuantity,
        Self::NameIsNamespace,
        Self::LabelWithoutNamespace,
        Self::TargetLabel,
        Self::LabelDiffers,
        Self::TooManySeries,
        Self::LabelInName,
        Self::ForeignNamespace,
    ];

    /// The number by which definitions name the rule, for example `MC012`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::CounterWithoutTotal => "MC010",
            Self::NonBaseUnit => "MC012",
            Self::UnitInName => "MC013",
            Self::TotalInName => "MC014",
            Self::PluralName => "MC015",
            Self::MisnamedQuantity => "MC016",
            Self::NameIsNamespace => "MC017",
            Self::LabelWithoutNamespace => "MC018",
            Self::TargetLabel => "MC019",
            Self::LabelDiffers => "MC020",
            Self::TooManySeries => "MC021",
            Self::LabelInName => "MC022",
            Self::ForeignNamespace => "MC023",
        }
    }

    /// How much a breach matters in a profile.
    pub const fn level(self, profile: Profile) -> Level {
        let (seed, otel) = match self {
            Self::CounterWithoutTotal
            | Self::UnitInName
            | Self::TargetLabel
            | Self::LabelDiffers
            | Self::TooManySeries
            | Self::ForeignNamespace => (Level::Warning, Level::Warning),
            Self::NonBaseUnit => (Level::Warning, Level::Error),
            Self::TotalInName | Self::NameIsNamespace | Self::LabelWithoutNamespace => (Level::Note, Level::Error),
            Self::PluralName | Self::MisnamedQuantity => (Level::Note, Level::Warning),
            Self::LabelInName => (Level::Note, Level::Note),
        };
        match profile {
            Profile::Seed => seed,
            Profile::Otel => otel,
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
