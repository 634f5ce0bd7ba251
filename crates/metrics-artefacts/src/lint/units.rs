//! Rules about units.

use metrics_define::MetricDef;

use crate::lint::{Breach, rule::Rule};

pub(super) fn findings(def: &'static MetricDef) -> Vec<Breach> {
    let base = base_unit(def.unit).map(|base| format!("`{}` is no base unit: measure in `{base}`", def.unit));
    base.map(|message| Breach::new(def, Rule::NonBaseUnit, message)).into_iter().collect()
}

/// The base unit of a unit that is not one itself.
fn base_unit(unit: &str) -> Option<&'static str> {
    match unit {
        "ms" | "us" | "ns" | "min" | "h" | "d" => Some("s"),
        "%" => Some("1"),
        "bit" => Some("By"),
        _ => unit.strip_suffix("By").filter(|prefix| !prefix.is_empty() && !prefix.contains('/')).map(|_| "By"),
    }
}

pub(super) fn is_time(unit: &str) -> bool {
    unit == "s" || base_unit(unit) == Some("s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_seen() {
        assert_eq!(base_unit("MiBy"), Some("By"));
        assert_eq!(base_unit("ms"), Some("s"));
        assert_eq!(base_unit("%"), Some("1"));
        for base in ["s", "By", "1", "{request}", "By/s", "{MBy}", ""] {
            assert_eq!(base_unit(base), None, "{base}");
        }
    }
}
