//! The text of each variant, in the documentation of the variant.

use syn::{Attribute, ItemEnum, LitStr, ext::IdentExt, parse_quote};

use crate::{
    findings::Findings,
    label_value::{attrs::VariantAttrs, snake_case::snake_case},
};

/// Adds the label's text to what the user wrote about each variant. A derive cannot do so: it does not see its item again.
pub(crate) fn document(item: &mut ItemEnum) {
    for variant in &mut item.variants {
        // What is wrong with them is reported where the label is derived.
        let attrs = VariantAttrs::parse(&variant.attrs, &mut Findings::default());
        let text = attrs.text.as_ref().map_or_else(|| snake_case(&variant.ident.unraw().to_string()), LitStr::value);
        let line = format!(" As a label: `{text}`.");
        variant.attrs.extend::<[Attribute; 2]>([parse_quote!(#[doc = ""]), parse_quote!(#[doc = #line])]);
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::*;

    #[test]
    fn a_variant_says_its_text() {
        let mut item: ItemEnum = parse_quote! {
            enum Group {
                /// The public interface.
                Api,
                #[label("websocket", alias = "ws")]
                WebSocket,
            }
        };
        document(&mut item);
        let expected: ItemEnum = parse_quote! {
            enum Group {
                /// The public interface.
                #[doc = ""]
                #[doc = " As a label: `api`."]
                Api,
                #[label("websocket", alias = "ws")]
                #[doc = ""]
                #[doc = " As a label: `websocket`."]
                WebSocket,
            }
        };
        assert_eq!(item.to_token_stream().to_string(), expected.to_token_stream().to_string());
    }
}
