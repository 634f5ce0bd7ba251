//! An instrument attribute that no domain has read: outside a domain, or on something that is not a struct.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Fields, ItemStruct};

/// The error for the attribute, and the item without it.
pub(crate) fn misplaced(attribute: &str, item: TokenStream) -> TokenStream {
    let message = format!("use `#[{attribute}]` on a struct directly inside a `#[domain]` module");
    let item = match syn::parse2::<ItemStruct>(item.clone()) {
        Ok(item) => without_labels(item),
        Err(_) => item,
    };
    quote! {
        ::core::compile_error!(#message);
        #item
    }
}

/// `#[label]` means nothing to the compiler, and would be a second error for the same mistake.
fn without_labels(mut item: ItemStruct) -> TokenStream {
    if let Fields::Named(fields) = &mut item.fields {
        for field in &mut fields.named {
            field.attrs.retain(|attribute| !attribute.path().is_ident("label"));
        }
    }
    quote!(#item)
}
