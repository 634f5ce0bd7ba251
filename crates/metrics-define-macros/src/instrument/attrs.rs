//! The arguments of `#[counter(..)]` and its siblings.

use metric_names::Kind;
use syn::{Attribute, ExprArray, Ident, LitStr};

use crate::{
    arguments::{self, Argument},
    findings::Findings,
    instrument::{
        buckets,
        early_end::{self, EarlyEnd},
        form::Form,
        stability,
        value::Value,
    },
};

/// The arguments as they are written; a missing one was reported.
pub(crate) struct InstrumentAttrs {
    pub(crate) name: Option<LitStr>,
    /// `None` also where there is no unit: of an info metric.
    pub(crate) unit: Option<LitStr>,
    pub(crate) value: Value,
    /// Empty for the kinds that have none.
    pub(crate) boundaries: Vec<f64>,
    pub(crate) absolute: bool,
    pub(crate) exponential: bool,
    pub(crate) zero: bool,
    /// Empty where the labels' types say what an early end is.
    pub(crate) early_end: Vec<EarlyEnd>,
    pub(crate) prometheus: Option<LitStr>,
    pub(crate) stability: Option<Ident>,
    pub(crate) renamed_to: Option<Ident>,
}

impl InstrumentAttrs {
    pub(crate) fn parse(attribute: &Attribute, form: Form, findings: &mut Findings) -> Self {
        let tokens = arguments::of_attribute(attribute, findings);
        let arguments = arguments::read(tokens, findings);
        if findings.is_empty() && arguments.iter().all(is_known) {
            report_missing(&arguments, form, attribute, findings);
        }
        let mut attrs = Self {
            name: None,
            unit: None,
            value: Value::usual(form),
            boundaries: Vec::new(),
            absolute: false,
            exponential: false,
            zero: false,
            early_end: Vec::new(),
            prometheus: None,
            stability: None,
            renamed_to: None,
        };
        for argument in &arguments {
            attrs.take(argument, form, findings);
        }
        attrs
    }

    fn take(&mut self, argument: &Argument, form: Form, findings: &mut Findings) {
        let key = argument.key.to_string();
        if let Some(complaint) = complaint(&key, form) {
            findings.report(&argument.key, complaint);
            return;
        }
        match key.as_str() {
            "name" => self.name = argument.value(written("name"), findings),
            "unit" => self.unit = argument.value(written("unit"), findings),
            "buckets" => {
                if let Some(list) = argument.value::<ExprArray>(written("buckets"), findings) {
                    self.boundaries = buckets::boundaries(&list, findings);
                }
            }
            "value" => self.value = Value::parse(argument, form, findings),
            "absolute" => self.absolute = argument.flag(findings),
            "exponential" => self.exponential = argument.flag(findings),
            "zero" => self.zero = argument.flag(findings),
            "on_drop" => self.early_end = early_end::parse(argument, findings),
            "prometheus" => self.prometheus = argument.value("\"exact_name\"", findings),
            "stability" => self.stability = stability::parse(argument, findings),
            "renamed_to" => self.renamed_to = argument.value("NewMetric", findings),
            _ => argument.report_unknown(&format!("`#[{}]`", form.attribute()), &known(form), findings),
        }
    }
}

/// An argument that is malformed or misspelt may be the one that is missing, so this is for well-formed ones.
fn report_missing(arguments: &[Argument], form: Form, attribute: &Attribute, findings: &mut Findings) {
    let has = |key: &str| arguments.iter().any(|argument| argument.key == key);
    for &key in required(form) {
        if has(key) || (key == "buckets" && has("exponential")) {
            continue;
        }
        let alternative = if key == "buckets" { ", or `exponential`" } else { "" };
        findings.report(attribute.path(), format!("`{key}` is missing: add `{key} = {}`{alternative}", written(key)));
    }
    if has("buckets") && has("exponential") {
        findings.report(
            attribute.path(),
            "exponential buckets are chosen by themselves: remove `buckets` or `exponential`",
        );
    }
}

fn is_known(argument: &Argument) -> bool {
    Form::ALL.iter().any(|&form| known(form).iter().any(|key| argument.key == key))
}

/// What is wrong with an argument that another form has.
fn complaint(key: &str, form: Form) -> Option<&'static str> {
    match key {
        "buckets" | "exponential" if form.kind() != Kind::Histogram => {
            Some("[MC005] only a histogram has buckets: remove them, or write `#[histogram]`")
        }
        "absolute" if form != Form::UpDownCounter => {
            Some("only an up-down counter is given its level: write `#[updown_counter(absolute, ..)]`")
        }
        "unit" if form == Form::Info => Some("[MC002] an info metric is a constant 1 without a unit: remove it"),
        "on_drop" if form.is_observable() || !matches!(form.kind(), Kind::Counter | Kind::Histogram) => {
            Some("only a counter and a histogram of time are recorded when something is dropped: remove `on_drop`")
        }
        "zero" if form.is_observable() => {
            Some("an observable metric is observed, also at zero: remove `zero`, and observe 0")
        }
        "zero" if !matches!(form, Form::Counter | Form::UpDownCounter) => {
            Some("only a sum starts at zero: remove `zero`, or make this a counter")
        }
        _ => None,
    }
}

/// The arguments that a form must have.
fn required(form: Form) -> &'static [&'static str] {
    match form {
        Form::Info => &["name"],
        Form::Histogram => &["name", "unit", "buckets"],
        _ => &["name", "unit"],
    }
}

/// The arguments that a form may have.
fn known(form: Form) -> Vec<&'static str> {
    let own: &[&str] = match form {
        Form::Counter => &["value", "zero", "on_drop"],
        Form::UpDownCounter => &["absolute", "zero"],
        Form::Histogram => &["exponential", "on_drop"],
        Form::Gauge | Form::ObservableCounter | Form::ObservableUpDownCounter | Form::ObservableGauge => &["value"],
        Form::Info => &[],
    };
    [required(form), own, &["prometheus", "stability", "renamed_to"]].concat()
}

fn written(key: &str) -> &'static str {
    match key {
        "name" => "\"domain.thing.total\"",
        "unit" => "\"{thing}\"",
        _ => "[0.1, 0.5, 1.0]",
    }
}
