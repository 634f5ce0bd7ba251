//! One call of a metric, as a person would write it.

use metrics_define::{Kind, LabelDef, LabelValues, MetricDef, ValueType};

/// A call with its imports, as Rust that compiles in a crate that depends on the one that defines the metric.
///
/// It takes for granted that the defining crate has its domains at its root, and that the enums of labels are in the domain.
pub(crate) fn example_call(def: &MetricDef) -> String {
    let root = def.domain.scope.split('/').next().unwrap_or_default().replace('-', "_");
    let mut imports: Vec<&str> = def.labels.iter().filter_map(own_type).chain([def.type_name]).collect();
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
        return format!("{}::observe(|observer| observer.observe({value}, {metric})).keep();", def.type_name);
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
    let fields: Vec<String> = def.labels.iter().map(field).collect();
    format!("{} {{ {} }}", def.type_name, fields.join(", "))
}

fn field(label: &LabelDef) -> String {
    let (name, type_name) = label.field;
    let value = match label.values {
        LabelValues::Closed(_) if type_name == "bool" => "true".to_owned(),
        LabelValues::Closed(values) => {
            format!("{type_name}::{}", variant(values.first().copied().unwrap_or_default()))
        }
        LabelValues::Open { .. } => open_value(type_name, label.example),
    };
    format!("{name}: {value}")
}

/// Text is written as it is, a number too; what is left is interned text.
fn open_value(type_name: &str, example: Option<&str>) -> String {
    let text = example.unwrap_or("example");
    match type_name {
        "str" => format!("{text:?}"),
        "String" | "Cow" => format!("{text:?}.into()"),
        _ if LANGUAGE_TYPES.contains(&type_name) => example.unwrap_or("1").to_owned(),
        _ => format!("{type_name}::intern({text:?})"),
    }
}

/// The type that a label's value is written with, if it is none of the language's own.
fn own_type(label: &LabelDef) -> Option<&'static str> {
    let (_, type_name) = label.field;
    (!LANGUAGE_TYPES.contains(&type_name)).then_some(type_name)
}

/// The variant of a text: `queue_full` is `QueueFull`.
fn variant(text: &str) -> String {
    text.split('_').map(capitalised).collect()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters.flat_map(char::to_lowercase)).collect()
}

/// What needs no import.
const LANGUAGE_TYPES: &[&str] = &["bool", "str", "String", "Cow", "u8", "u16", "u32", "i8", "i16", "i32"];
