//! `value = f64`: the type of what is measured.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::{arguments::Argument, findings::Findings, instrument::form::Form};

/// A number type of OpenTelemetry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    U64,
    I64,
    F64,
}

impl Value {
    /// The types that a form may have, the usual one first.
    pub(crate) fn of_form(form: Form) -> &'static [Self] {
        match form {
            Form::Counter | Form::ObservableCounter => &[Self::U64, Self::F64],
            Form::UpDownCounter | Form::Info => &[Self::I64],
            Form::ObservableUpDownCounter => &[Self::I64, Self::F64],
            Form::Gauge => &[Self::F64, Self::I64],
            Form::ObservableGauge => &[Self::F64, Self::I64, Self::U64],
            Form::Histogram => &[Self::F64],
        }
    }

    pub(crate) fn usual(form: Form) -> Self {
        Self::of_form(form)[0]
    }

    /// The type that the argument names; the form's usual one after an error.
    pub(crate) fn parse(argument: &Argument, form: Form, findings: &mut Findings) -> Self {
        let possible = Self::of_form(form);
        let usual = Self::usual(form);
        let Some(name) = argument.value::<Ident>(usual.name(), findings) else { return usual };
        possible.iter().copied().find(|value| name == value.name()).unwrap_or_else(|| {
            let possible: Vec<_> = possible.iter().map(|value| format!("`value = {}`", value.name())).collect();
            findings
                .report(&name, format!("a value of this instrument has another type: write {}", possible.join(" or ")));
            usual
        })
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::U64 => "u64",
            Self::I64 => "i64",
            Self::F64 => "f64",
        }
    }

    /// The type, as code.
    pub(crate) fn ty(self) -> TokenStream {
        let name = format_ident!("{}", self.name());
        quote!(::core::primitive::#name)
    }

    /// The variant of `ValueType`.
    pub(crate) fn variant(self) -> Ident {
        format_ident!("{}", self.name().to_ascii_uppercase())
    }
}
