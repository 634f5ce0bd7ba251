//! Whether a unit is a UCUM code, and what to write where it only looks like one.

use std::{error::Error, fmt};

use crate::unit::{UnitError, check_unit};

/// Checks that a unit is a UCUM code in its case-sensitive form, or an annotation such as `{request}`.
///
/// Stricter than [`check_unit`], which is what OpenTelemetry accepts: it is for the units of one's own metrics.
/// Codes that mean something else than people think, such as `B` for a bel, are refused as well.
///
/// ```
/// use metric_names::check_ucum;
///
/// assert!(check_ucum("KiBy/s").is_ok());
/// assert_eq!(check_ucum("MiB").map_err(|error| error.to_string()), Err("`MiB` is a mebibel: write `MiBy`".to_owned()));
/// ```
pub fn check_ucum(unit: &str) -> Result<(), UcumError> {
    if unit.trim().is_empty() {
        return Err(UcumError::Empty);
    }
    if let Some((written, meaning, instead)) = LOOKALIKES.iter().copied().find(|(written, ..)| *written == unit) {
        return Err(UcumError::Lookalike { written, meaning, instead });
    }
    check_unit(unit).map_err(UcumError::Unit)?;
    let rest = term(unit.strip_prefix('/').unwrap_or(unit)).ok_or_else(|| unknown(unit))?;
    if rest.is_empty() { Ok(()) } else { Err(unknown(unit)) }
}

/// Why a text is not a unit of UCUM.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UcumError {
    /// There is none.
    Empty,
    /// OpenTelemetry does not accept it either.
    Unit(UnitError),
    /// It means something else, or nothing, where a code exists.
    Lookalike {
        /// What was written.
        written: &'static str,
        /// What that is.
        meaning: &'static str,
        /// The code.
        instead: &'static str,
    },
    /// Not a code.
    Unknown {
        /// What was written.
        unit: String,
    },
}

impl fmt::Display for UcumError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the unit is empty: write `{thing}` for a number of things, `1` for a fraction"),
            Self::Unit(error) => error.fmt(f),
            Self::Lookalike { written, meaning, instead } => write!(f, "`{written}` is {meaning}: write `{instead}`"),
            Self::Unknown { unit } => {
                let word = unit.replace(['{', '}'], "");
                write!(f, "`{unit}` is not a UCUM code: write the code, or `{{{word}}}` for a number of things")
            }
        }
    }
}

impl Error for UcumError {}

fn unknown(unit: &str) -> UcumError {
    UcumError::Unknown { unit: unit.to_owned() }
}

/// Components joined by `.` and `/`; gives what follows them. A unit is 63 characters long at most, so this ends.
fn term(text: &str) -> Option<&str> {
    let mut rest = component(text)?;
    while let Some(next) = rest.strip_prefix(['.', '/']) {
        rest = component(next)?;
    }
    Some(rest)
}

fn component(text: &str) -> Option<&str> {
    if let Some(inner) = text.strip_prefix('(') {
        return term(inner)?.strip_prefix(')');
    }
    if text.starts_with('{') {
        return annotation(text);
    }
    let end = text.find(['.', '/', '{', ')', '(']).unwrap_or(text.len());
    let (code, rest) = text.split_at(end);
    if !is_code(code) {
        return None;
    }
    if rest.starts_with('{') { annotation(rest) } else { Some(rest) }
}

fn annotation(text: &str) -> Option<&str> {
    let (word, rest) = text.strip_prefix('{')?.split_once('}')?;
    (!word.is_empty() && !word.contains('{')).then_some(rest)
}

fn is_code(code: &str) -> bool {
    if !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit()) {
        return true;
    }
    let digits = code.len() - code.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (unit, exponent) = code.split_at(digits);
    let unit = if exponent.is_empty() { unit } else { unit.strip_suffix(['+', '-']).unwrap_or(unit) };
    let prefixed =
        || PREFIXES.iter().any(|prefix| unit.strip_prefix(prefix).is_some_and(|atom| METRIC.contains(&atom)));
    METRIC.contains(&unit) || OTHER.contains(&unit) || prefixed()
}

/// Units that may have a prefix.
const METRIC: &[&str] = &[
    "m", "s", "g", "K", "cd", "C", "mol", "rad", "sr", "Hz", "N", "Pa", "J", "W", "A", "V", "F", "Ohm", "S", "Wb",
    "Cel", "T", "H", "lm", "lx", "Bq", "Gy", "Sv", "kat", "l", "L", "t", "u", "eV", "cal", "bar", "bit", "By", "Bd",
    "B", "Np",
];

/// Units that have none.
const OTHER: &[&str] = &[
    "%", "min", "h", "d", "wk", "mo", "a", "deg", "'", "''", "10*", "10^", "[degF]", "[in_i]", "[ft_i]", "[yd_i]",
    "[mi_i]", "[kn_i]", "[lb_av]", "[oz_av]", "[gal_us]", "[ppth]", "[ppm]", "[ppb]", "[pH]",
];

const PREFIXES: &[&str] = &[
    "Y", "Z", "E", "P", "T", "G", "M", "k", "h", "da", "d", "c", "m", "u", "n", "p", "f", "a", "z", "y", "Ki", "Mi",
    "Gi", "Ti",
];

/// What people write, what it is, and what they mean.
const LOOKALIKES: &[(&str, &str, &str)] = &[
    ("B", "a bel", "By"),
    ("kB", "a kilobel", "kBy"),
    ("KB", NO_CODE, "kBy"),
    ("KBy", NO_CODE, "kBy"),
    ("MB", "a megabel", "MBy"),
    ("GB", "a gigabel", "GBy"),
    ("KiB", "a kibibel", "KiBy"),
    ("MiB", "a mebibel", "MiBy"),
    ("GiB", "a gibibel", "GiBy"),
    ("byte", NO_CODE, "By"),
    ("bytes", NO_CODE, "By"),
    ("bits", NO_CODE, "bit"),
    ("second", NO_CODE, "s"),
    ("seconds", NO_CODE, "s"),
    ("sec", NO_CODE, "s"),
    ("secs", NO_CODE, "s"),
    ("millisecond", NO_CODE, "ms"),
    ("milliseconds", NO_CODE, "ms"),
    ("millis", NO_CODE, "ms"),
    ("msec", NO_CODE, "ms"),
    ("microseconds", NO_CODE, "us"),
    ("usec", NO_CODE, "us"),
    ("µs", "not ASCII", "us"),
    ("μs", "not ASCII", "us"),
    ("nanoseconds", NO_CODE, "ns"),
    ("nsec", NO_CODE, "ns"),
    ("minute", NO_CODE, "min"),
    ("minutes", NO_CODE, "min"),
    ("hour", NO_CODE, "h"),
    ("hours", NO_CODE, "h"),
    ("day", NO_CODE, "d"),
    ("days", NO_CODE, "d"),
    ("percent", NO_CODE, "%"),
    ("ratio", NO_CODE, "1"),
    ("celsius", NO_CODE, "Cel"),
    ("count", "not a unit; say what is counted", "{thing}"),
    ("none", "not a unit", "1"),
];

const NO_CODE: &str = "not a UCUM code";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_annotations_are_units() {
        for unit in [
            "s",
            "ms",
            "min",
            "By",
            "MiBy",
            "kBy",
            "%",
            "1",
            "{execution}",
            "{USD}",
            "By/s",
            "/s",
            "m2",
            "m/s2",
            "s-1",
            "{request}/s",
            "By{compressed}",
            "10*3",
            "(By.s)/m3",
            "Cel",
            "kW.h",
            "[ppm]",
            "Mibit/s",
            "5.By",
        ] {
            assert_eq!(check_ucum(unit), Ok(()), "{unit}");
        }
    }

    #[test]
    fn what_is_no_unit_is_told_what_to_write() {
        for (unit, message) in [
            ("", "the unit is empty: write `{thing}` for a number of things, `1` for a fraction"),
            ("MiB", "`MiB` is a mebibel: write `MiBy`"),
            ("seconds", "`seconds` is not a UCUM code: write `s`"),
            ("count", "`count` is not a unit; say what is counted: write `{thing}`"),
            ("µs", "`µs` is not ASCII: write `us`"),
            ("USD", "`USD` is not a UCUM code: write the code, or `{USD}` for a number of things"),
            ("Ω", "the unit has a character that is not printable ASCII at byte 0: write the UCUM code"),
        ] {
            assert_eq!(check_ucum(unit).map_err(|error| error.to_string()), Err(message.to_owned()), "{unit}");
        }
        for unit in
            ["requests", "By/", "By//s", "{", "{}", "{a", "(By", "By)", "..", "s s", "kmin", "Ki", "m2m", "{a}}"]
        {
            assert!(check_ucum(unit).is_err(), "{unit}");
        }
        let nested = "(".repeat(63);
        assert!(check_ucum(&nested).is_err());
    }
}
