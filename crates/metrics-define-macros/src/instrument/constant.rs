//! The definition of a metric as a constant.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use syn::{Path, ext::IdentExt};

use crate::instrument::{
    form::Form,
    label_code,
    metric::kind,
    model::{Definition, Flavour},
    stability::{Deprecated, LintException},
    value::Value,
};

/// The definition, with only those setters that say something.
pub(crate) fn constant(definition: &Definition, ident: &Ident, flavour: Flavour, engine: &Path) -> TokenStream {
    let Definition { name, unit, description, labels, boundaries, exposed_name, .. } = definition;
    let kind = kind(flavour.form.kind());
    let value = (Value::usual(flavour.form) != flavour.value || flavour.form == Form::Info).then(|| {
        let value = flavour.value.variant();
        quote!(.with_value(#engine::ValueType::#value))
    });
    let labels = (!labels.is_empty()).then(|| {
        let labels = labels.iter().map(|label| label_code::definition(label, engine));
        quote!(.with_labels(&[#(#labels),*]))
    });
    let boundaries = (!boundaries.is_empty()).then(|| {
        let boundaries = boundaries.iter().copied().map(number);
        quote!(.with_boundaries(&[#(#boundaries),*]))
    });
    let flags = [
        (flavour.form.is_observable(), quote!(.with_observable())),
        (flavour.absolute, quote!(.with_absolute())),
        (flavour.form == Form::Info, quote!(.with_info())),
        (definition.exponential, quote!(.with_exponential())),
        (definition.zero, quote!(.with_zero())),
    ];
    let flags = flags.into_iter().filter_map(|(is_set, setter)| is_set.then_some(setter));
    let prometheus = definition.prometheus.iter().map(|name| quote!(.with_prometheus(#name)));
    let stability = definition.stability.iter().map(|level| quote!(.with_stability(#engine::Stability::#level)));
    let deprecated = deprecated(definition, engine);
    let exceptions = lint_exceptions(&definition.lint_exceptions, engine);
    let type_name = ident.unraw().to_string();
    quote! {
        #engine::expansion::exposed_as(
            #engine::MetricDef::new(&DOMAIN, #name, #engine::Kind::#kind, #unit, #description)
                #value #labels #boundaries #(#flags)* #(#prometheus)* #(#stability)* #deprecated #exceptions
                .with_type_name(#type_name),
            #exposed_name,
        )
    }
}

fn deprecated(definition: &Definition, engine: &Path) -> Option<TokenStream> {
    let Deprecated { since, note } = definition.deprecated.as_ref()?;
    let renamed = definition.renamed_to_name.iter().map(|name| quote!(.with_renamed_to(#name)));
    Some(quote!(.with_deprecated(#engine::Deprecation::new(#since, #note) #(#renamed)*)))
}

/// The setter of the exceptions; nothing when there are none.
pub(crate) fn lint_exceptions(exceptions: &[LintException], engine: &Path) -> Option<TokenStream> {
    let written = exceptions.iter().map(|exception| {
        let LintException { rule, reason } = exception;
        quote!(#engine::LintException::new(#rule, #reason))
    });
    (!exceptions.is_empty()).then(|| quote!(.with_lint_exceptions(&[#(#written),*])))
}

/// A literal has no sign of its own.
fn number(value: f64) -> TokenStream {
    let sign = value.is_sign_negative().then(|| quote!(-));
    let magnitude = Literal::f64_unsuffixed(value.abs());
    quote!(#sign #magnitude)
}
