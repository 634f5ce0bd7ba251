//! One call of a metric, as a person would write it.

use metrics_define::{Kind, LabelDef, MetricDef, ValueType};

/// A call with its imports, as Rust that compiles in a crate that depends on the one that defines the metric.
///
/// It takes for granted that the defining crate has its domains at its root.
/// A label whose value cannot be written with certainty is a variable of the field's name, which the reader has.
pub(crate) fn example_call(def: &MetricDef) -> String {
    let root = def.domain.scope.split('/').next().unwrap_or_default().replace('-', "_");
    let mut imports: Vec<&str> = def.labels.iter().filter_map(|label| own_type(def, label)).collect();
    imports.push(def.type_name);
    imports.sort_unstable();
    imports.dedup();
    let imports = match imports[..] {
        [one] => one.to_owned(),
        _ => format!("{{{}}}", imports.join(", ")),
    };
    format!("use {root}::{}::{imports};\n\n{}", def.domain.name, call(def, &literal(def)))
}

fn call(def: &MetricDef, metric: &str) -> String {
    if def.info {
        return format!("{metric}.set();");
    }
    if def.observable {
        let value = if def.value == ValueType::F64 { "1.0" } else { "1" };
        let owning = if def.labels.iter().any(|label| self::value(def, label).is_none()) { "move " } else { "" };
        return format!("{}::observe({owning}|observer| observer.observe({value}, {metric})).keep();", def.type_name);
    }
    match def.kind {
        Kind::Counter if def.value == ValueType::F64 => format!("{metric}.add(0.25);"),
        Kind::Counter => format!("{metric}.inc();"),
        Kind::UpDownCounter if def.absolute => format!("{metric}.set(1);"),
        Kind::UpDownCounter => format!("let guard = {metric}.track();\ndrop(guard);"),
        Kind::Gauge if def.value == ValueType::I64 => format!("{metric}.set(1);"),
        Kind::Gauge => format!("{metric}.set(1.0);"),
        Kind::Histogram if is_timed(def.unit) => format!("let timer = {metric}.start_timer();\ntimer.stop();"),
        Kind::Histogram => format!("{metric}.record({:?});", typical(def.boundaries)),
    }
}

/// The units whose histograms have timers.
fn is_timed(unit: &str) -> bool {
    matches!(unit, "ns" | "us" | "ms" | "s" | "min" | "h")
}

fn typical(boundaries: &[f64]) -> f64 {
    boundaries.get(boundaries.len() / 2).copied().unwrap_or(1.0)
}

fn literal(def: &MetricDef) -> String {
    if def.labels.is_empty() {
        return def.type_name.to_owned();
    }
    let fields: Vec<String> = def.labels.iter().map(|label| field(def, label)).collect();
    format!("{} {{ {} }}", def.type_name, fields.join(", "))
}

fn field(def: &MetricDef, label: &LabelDef) -> String {
    let (name, _) = label.field;
    value(def, label).map_or_else(|| name.to_owned(), |value| format!("{name}: {value}"))
}

/// `None` when it depends on more than the definition says: a type of the reader's, or one in another module.
fn value(def: &MetricDef, label: &LabelDef) -> Option<String> {
    let (_, type_name) = label.field;
    let text = label.example.unwrap_or("example");
    match type_name {
        "bool" => Some("true".to_owned()),
        "str" => Some(format!("{text:?}")),
        "String" | "Cow" | "Box" | "Arc" => Some(format!("{text:?}.into()")),
        "u8" | "u16" | "i8" | "i16" => Some(number(label).to_string()),
        _ => {
            let own = own_type(def, label)?;
            Some(match label.written.variants.first() {
                Some(variant) => format!("{own}::{variant}"),
                None => format!("{own}::intern({text:?})"),
            })
        }
    }
}

/// A number of every type, unless the example is another one.
fn number(label: &LabelDef) -> i8 {
    label.example.and_then(|example| example.parse().ok()).filter(|number| *number >= 0).unwrap_or(1)
}

/// The type that a label's value is written with, where the macros wrote it and it stands beside the metric.
fn own_type(def: &MetricDef, label: &LabelDef) -> Option<&'static str> {
    let (_, type_name) = label.field;
    let module = label.written.module.rsplit("::").next()?;
    (module == def.domain.name && !type_name.starts_with('&')).then_some(type_name)
}
