//! `#[derive(Describe)]`.

use crate::attributes::{Config, docs, is_option, pair};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Result, parse_quote};

pub fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let mut generics = input.generics.clone();
    let parameters: Vec<_> = input.generics.type_params().map(|p| p.ident.clone()).collect();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(parse_quote!(crate::describe::Describe));
    }
    let (implementation, types, conditions) = generics.split_for_impl();
    let name = &input.ident;
    let text = name.to_string();
    let about = docs(&input.attrs);
    let config = Config::parse(&input.attrs)?;
    let definition = match &input.data {
        Data::Struct(data) => structure(&data.fields)?,
        Data::Enum(data) if config.tag.is_some() => union(data, &config)?,
        Data::Enum(data) => text_enum(data)?,
        Data::Union(_) => return Err(Error::new_spanned(input, "unions are not supported")),
    };
    Ok(quote! {
        #[automatically_derived]
        impl #implementation crate::describe::Describe for #name #types #conditions {
            fn describe(defs: &mut crate::describe::Definitions) -> crate::describe::Shape {
                let parameters: &[crate::describe::Shape] = &[#(<#parameters as crate::describe::Describe>::describe(defs)),*];
                defs.define(#text, parameters, #about, |defs| #definition)
            }
        }
    })
}

fn structure(fields: &Fields) -> Result<TokenStream> {
    let mut rows = vec![];
    for field in fields {
        let config = Config::parse(&field.attrs)?;
        if config.span || config.hidden {
            continue;
        }
        let ty = &field.ty;
        let (name, about) = (config.property(field), docs(&field.attrs));
        let required = !is_option(ty) && config.default.is_none();
        let default = match &config.default {
            Some(value) => quote!(Some(crate::describe::Literal::from(#value))),
            None => quote!(None),
        };
        let (range, items, length) =
            (pair(&config.range, true)?, pair(&config.items, false)?, pair(&config.length, false)?);
        let unit = config.unit.unwrap_or_default();
        let deprecated = config.deprecated.is_some();
        rows.push(quote! {
            crate::describe::Property {
                name: #name,
                docs: #about,
                shape: <#ty as crate::describe::Describe>::describe(defs),
                required: #required,
                default: #default,
                range: #range,
                unit: #unit,
                items: #items,
                length: #length,
                deprecated: #deprecated,
            }
        });
    }
    Ok(quote!(crate::describe::Body::Struct(vec![#(#rows),*])))
}

fn union(data: &syn::DataEnum, config: &Config) -> Result<TokenStream> {
    let tag = config.tag.clone().unwrap_or_default();
    let flat = config.flat;
    let mut rows = vec![];
    for variant in &data.variants {
        let name = Config::parse(&variant.attrs)?.name.unwrap_or_default();
        let about = docs(&variant.attrs);
        let (payload, required) = match &variant.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                let ty = &fields.unnamed[0].ty;
                (quote!(Some(<#ty as crate::describe::Describe>::describe(defs))), !is_option(ty))
            }
            _ => (quote!(None), false),
        };
        rows.push(
            quote!(crate::describe::Variant { name: #name, docs: #about, payload: #payload, required: #required }),
        );
    }
    Ok(quote!(crate::describe::Body::Union { tag: #tag, flat: #flat, variants: vec![#(#rows),*] }))
}

fn text_enum(data: &syn::DataEnum) -> Result<TokenStream> {
    let mut rows = vec![];
    for variant in &data.variants {
        let name = Config::parse(&variant.attrs)?.name.unwrap_or_default();
        let about = docs(&variant.attrs);
        rows.push(quote!((#name, #about)));
    }
    Ok(quote!({
        let _ = &defs;
        crate::describe::Body::Choice(vec![#(#rows),*])
    }))
}
