//! A metric is `Copy` where its labels are.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ItemStruct, Type};

/// The implementation of `Copy`, under the condition that every field is.
///
/// The lifetime that the bounds do not use keeps the compiler from refusing a condition that does not hold.
pub(crate) fn implementation(item: &ItemStruct) -> TokenStream {
    let name = &item.ident;
    let (parameters, arguments, conditions) = item.generics.split_for_impl();
    let types = item.fields.iter().map(|field| &field.ty).filter(|ty| !is_always_copy(ty));
    let bounds = types.map(|ty| quote!(for<'__copy> #ty: ::core::marker::Copy));
    let given = conditions.map(|conditions| {
        let predicates = &conditions.predicates;
        quote!(#predicates,)
    });
    quote! {
        #[automatically_derived]
        impl #parameters ::core::marker::Copy for #name #arguments where #given #(#bounds),* {}
    }
}

fn is_always_copy(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => reference.mutability.is_none(),
        Type::Path(path) => path.path.is_ident("bool"),
        _ => false,
    }
}
