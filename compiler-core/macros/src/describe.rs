//! `#[derive(Describe)]`.

use crate::attributes::{Config, docs, is_option, pair};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DataEnum, DeriveInput, Error, Expr, ExprLit, ExprUnary, Fields, Lit, Result, Type, UnOp, parse_quote};

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
    let layout = match &input.data {
        Data::Struct(data) if config.part => {
            let (rows, _) = rows(&data.fields)?;
            return Ok(quote! {
                #[automatically_derived]
                impl #implementation crate::describe::Part for #name #types #conditions {
                    const ROWS: &'static [crate::describe::PropertyRow] = &[#(#rows),*];
                }
            });
        }
        Data::Struct(data) => structure(&data.fields)?,
        Data::Enum(data) if config.tag.is_some() => union(data, &config)?,
        Data::Enum(data) => text_enum(data)?,
        Data::Union(_) => return Err(Error::new_spanned(input, "unions are not supported")),
    };
    Ok(quote! {
        #[automatically_derived]
        impl #implementation crate::describe::Describe for #name #types #conditions {
            fn describe(defs: &mut crate::describe::Definitions) -> crate::describe::Shape {
                defs.define(
                    module_path!(),
                    #text,
                    const { &[#(<#parameters as crate::describe::Describe>::describe as crate::describe::Describer),*] },
                    #about,
                    const { &#layout },
                )
            }
        }
    })
}

fn structure(fields: &Fields) -> Result<TokenStream> {
    let (rows, part) = rows(fields)?;
    let Some(part) = part else { return Ok(quote!(crate::describe::Layout::Struct(&[#(#rows),*]))) };
    Ok(quote!(crate::describe::Layout::Struct({
        const OWN: &[crate::describe::PropertyRow] = &[#(#rows),*];
        const PART: &[crate::describe::PropertyRow] = <#part as crate::describe::Part>::ROWS;
        &crate::decode::joined::<_, { OWN.len() + PART.len() }>(OWN, PART)
    })))
}

/// The properties of a struct, and the type whose properties follow them.
fn rows(fields: &Fields) -> Result<(Vec<TokenStream>, Option<Type>)> {
    let (mut rows, mut part) = (vec![], None);
    for field in fields {
        let config = Config::parse(&field.attrs)?;
        if config.flatten {
            part = Some(field.ty.clone());
            continue;
        }
        if config.span || config.hidden {
            continue;
        }
        let ty = &field.ty;
        let (name, about) = (config.property(field), docs(&field.attrs));
        let required = !is_option(ty) && config.default.is_none();
        let default = match &config.default {
            Some(value) => literal(value),
            None => quote!(None),
        };
        let (range, items, length) =
            (pair(&config.range, true)?, pair(&config.items, false)?, pair(&config.length, false)?);
        let unit = config.unit.unwrap_or_default();
        let deprecated = match &config.deprecated {
            Some(text) => quote!(Some(#text)),
            None => quote!(None),
        };
        let names = match &config.names {
            Some(text) => quote!(#text),
            None => quote!(""),
        };
        let example = config.example.clone().unwrap_or_default();
        rows.push(quote! {
            crate::describe::PropertyRow {
                name: #name,
                docs: #about,
                shape: <#ty as crate::describe::Describe>::describe,
                required: #required,
                default: #default,
                range: #range,
                unit: #unit,
                items: #items,
                length: #length,
                deprecated: #deprecated,
                names: #names,
                example: #example,
            }
        });
    }
    Ok((rows, part))
}

/// A default for the documentation: a literal, or a value of a choice. Anything else is applied, not documented.
fn literal(value: &Expr) -> TokenStream {
    let (number, negative) = match value {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => (&**expr, true),
        other => (other, false),
    };
    match number {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => quote!(Some(crate::describe::Literal::Text(#text))),
        Expr::Lit(ExprLit { lit: Lit::Bool(value), .. }) => quote!(Some(crate::describe::Literal::Boolean(#value))),
        Expr::Lit(ExprLit { lit: Lit::Int(_) | Lit::Float(_), .. }) if negative => {
            quote!(Some(crate::describe::Literal::Number(-(#number as f64))))
        }
        Expr::Lit(ExprLit { lit: Lit::Int(_) | Lit::Float(_), .. }) => {
            quote!(Some(crate::describe::Literal::Number(#number as f64)))
        }
        // `Architecture::Arm64`; a constant has no upper-case type before it.
        Expr::Path(path) if path.path.segments.len() > 1 => {
            quote!(Some(crate::describe::Literal::Choice(|| (#path).as_str())))
        }
        _ => quote!(None),
    }
}

fn union(data: &DataEnum, config: &Config) -> Result<TokenStream> {
    let tag = config.tag.clone().unwrap_or_default();
    let flat = config.flat;
    let mut rows = vec![];
    for variant in &data.variants {
        let own = Config::parse(&variant.attrs)?;
        if own.internal {
            continue;
        }
        let name = own.name.unwrap_or_default();
        let about = docs(&variant.attrs);
        let (payload, required) = match &variant.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                let ty = &fields.unnamed[0].ty;
                (quote!(Some(<#ty as crate::describe::Describe>::describe)), !is_option(ty))
            }
            _ => (quote!(None), false),
        };
        rows.push(
            quote!(crate::describe::VariantRow { name: #name, docs: #about, payload: #payload, required: #required }),
        );
    }
    Ok(quote!(crate::describe::Layout::Union { tag: #tag, flat: #flat, variants: &[#(#rows),*] }))
}

fn text_enum(data: &DataEnum) -> Result<TokenStream> {
    let mut rows = vec![];
    for variant in &data.variants {
        let name = Config::parse(&variant.attrs)?.name.unwrap_or_default();
        let about = docs(&variant.attrs);
        rows.push(quote!((#name, #about)));
    }
    Ok(quote!(crate::describe::Layout::Choice(&[#(#rows),*])))
}
