//! From a [`ClosedLabel`] to code.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::label_value::model::ClosedLabel;

pub(crate) fn expand(label: &ClosedLabel) -> TokenStream {
    let ClosedLabel { name, generics, engine, values } = label;
    let (parameters, arguments, conditions) = generics.split_for_impl();
    let texts = values.iter().map(|value| &value.text);
    let arms = values.iter().enumerate().map(|(ordinal, value)| {
        let variant = &value.variant;
        let ordinal = Literal::usize_unsuffixed(ordinal);
        quote!(Self::#variant => #ordinal)
    });
    let (texts, ordinal) = if values.is_empty() {
        (quote!("invalid"), quote!(0))
    } else {
        (quote!(#(#texts),*), quote!(match self { #(#arms),* }))
    };
    quote! {
        #[automatically_derived]
        impl #parameters #engine::LabelValue for #name #arguments #conditions {
            const VALUES: &'static [&'static str] = &[#texts];

            #[inline]
            fn label(&self) -> #engine::Label<'_> {
                #engine::Label::closed(<Self as #engine::LabelValue>::VALUES, #ordinal)
            }
        }
    }
}
