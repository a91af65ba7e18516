//! `#[derive(Decode)]`.

use crate::attributes::{Config, default_value, optional, pair};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Error, Fields, Result, Type, parse_quote};

pub fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let mut generics = input.generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(parse_quote!(crate::decode::Decode));
    }
    let (implementation, types, conditions) = generics.split_for_impl();
    let name = &input.ident;
    let config = Config::parse(&input.attrs)?;
    let mut pair = TokenStream::new();
    let (body, more) = match &input.data {
        Data::Struct(data) if config.part => {
            let (table, steps) = fields(&data.fields)?.part()?;
            return Ok(quote! {
                #[automatically_derived]
                impl #implementation crate::decode::Part for #name #types #conditions {
                    const FIELDS: &'static [crate::decode::Field] = #table;
                    fn read(scan: &crate::decode::Scan<'_>, first: usize, cx: &mut crate::decode::DecodeCx<'_>) -> Option<Self> {
                        #steps
                    }
                }
            });
        }
        Data::Struct(data) => {
            let steps = fields(&data.fields)?;
            if let [key, value] = &steps.names[..]
                && value == "value"
            {
                pair = quote!(fn pair() -> Option<&'static str> { Some(#key) });
            }
            (steps.structure(), TokenStream::new())
        }
        Data::Enum(data) if config.tag.is_some() => (union(data, &config)?, TokenStream::new()),
        Data::Enum(data) => text_enum(name, data)?,
        Data::Union(_) => return Err(Error::new_spanned(input, "unions are not supported")),
    };
    Ok(quote! {
        #[automatically_derived]
        impl #implementation crate::decode::Decode for #name #types #conditions {
            fn decode(node: &crate::syntax::Node, cx: &mut crate::decode::DecodeCx<'_>) -> Option<Self> {
                #body
            }
            #pair
        }
        #more
    })
}

/// What decodes the fields of a struct.
#[derive(Default)]
struct Steps {
    /// Names of the properties.
    names: Vec<String>,
    /// Rows of the static table.
    table: Vec<TokenStream>,
    /// Decodes each field, from `first` on.
    steps: Vec<TokenStream>,
    /// The variables that hold them.
    slots: Vec<Ident>,
    /// The fields of the struct itself.
    values: Vec<TokenStream>,
    /// The type whose properties stand after its own.
    part: Option<Type>,
    has_span: bool,
}

fn fields(fields: &Fields) -> Result<Steps> {
    let Fields::Named(fields) = fields else {
        return Err(Error::new_spanned(fields, "only structs with named fields can be decoded"));
    };
    let mut all = Steps::default();
    for field in &fields.named {
        let config = Config::parse(&field.attrs)?;
        let (ident, ty) = (&field.ident, &field.ty);
        if config.span {
            all.has_span = true;
            all.values.push(quote!(#ident: block));
            continue;
        }
        if all.part.is_some() {
            return Err(Error::new_spanned(field, "what is flattened comes last"));
        }
        let index = all.table.len();
        let slot = format_ident!("field_{index}");
        if config.flatten {
            all.part = Some(ty.clone());
            all.steps.push(quote!(<#ty as crate::decode::Part>::read(&scan, first + #index, cx)));
        } else {
            let required = optional(ty).is_none() && config.default.is_none();
            let (property, rules) = (config.property(field), rules(&config)?);
            let deprecated = match &config.deprecated {
                Some(text) => quote!(Some(#text)),
                None => quote!(None),
            };
            all.names.push(property.clone());
            all.table.push(quote!(crate::decode::Field { name: #property, required: #required, rules: #rules, deprecated: #deprecated }));
            all.steps.push(match (&config.default, optional(ty)) {
                (Some(default), None) => {
                    let default = default_value(default, ty);
                    quote!(scan.optional::<#ty>(first + #index, cx).map(|v| v.unwrap_or_else(|| #default)))
                }
                (_, Some(inner)) => quote!(scan.optional::<#inner>(first + #index, cx)),
                (None, None) => quote!(scan.required::<#ty>(first + #index, cx)),
            });
        }
        all.values.push(quote!(#ident: #slot));
        all.slots.push(slot);
    }
    Ok(all)
}

impl Steps {
    /// Every field is decoded before one that failed is looked for. One pattern for all: a question mark for each is three times the code.
    fn read(&self) -> TokenStream {
        let Self { steps, slots, values, .. } = self;
        quote! {
            let (#(Some(#slots),)*) = (#(#steps,)*) else { return None };
            Some(Self { #(#values),* })
        }
    }

    /// The body of `decode`.
    fn structure(&self) -> TokenStream {
        let (table, read) = (&self.table, self.read());
        let own = quote!(&[#(#table),*]);
        let joined = match &self.part {
            Some(part) => quote! {
                const OWN: &[crate::decode::Field] = #own;
                const PART: &[crate::decode::Field] = <#part as crate::decode::Part>::FIELDS;
                static FIELDS: &[crate::decode::Field] = &crate::decode::joined::<_, { OWN.len() + PART.len() }>(OWN, PART);
            },
            None => quote!(static FIELDS: &[crate::decode::Field] = #own;),
        };
        let block = self.has_span.then(|| quote!(let block = cx.block(node);));
        quote! {
            #joined
            #block
            let scan = crate::decode::Scan::new(node, FIELDS, cx)?;
            let first = 0;
            #read
        }
    }

    /// The table and the body of `read` of a part.
    fn part(&self) -> Result<(TokenStream, TokenStream)> {
        if self.has_span || self.part.is_some() {
            return Err(Error::new(Span::call_site(), "a part has neither a place nor parts of its own"));
        }
        let (table, read) = (&self.table, self.read());
        Ok((quote!(&[#(#table),*]), read))
    }
}

fn rules(config: &Config) -> Result<TokenStream> {
    if config.range.is_none() && config.items.is_none() && config.length.is_none() {
        return Ok(quote!(None));
    }
    let (range, items, length) =
        (pair(&config.range, true)?, pair(&config.items, false)?, pair(&config.length, false)?);
    let unit = config.unit.clone().unwrap_or_default();
    Ok(quote!(Some(&crate::decode::Rules { range: #range, unit: #unit, items: #items, length: #length })))
}

fn union(data: &syn::DataEnum, config: &Config) -> Result<TokenStream> {
    let tag = config.tag.clone().unwrap_or_default();
    let flat = config.flat;
    let (mut names, mut arms) = (vec![], vec![]);
    for variant in &data.variants {
        let own = Config::parse(&variant.attrs)?;
        if own.internal {
            continue;
        }
        let index = names.len();
        names.push(own.name.ok_or_else(|| Error::new_spanned(variant, "a variant needs #[config(name = \"…\")]"))?);
        let ident = &variant.ident;
        arms.push(match &variant.fields {
            Fields::Unit => quote!(#index => payload.nothing(cx).map(|()| Self::#ident)),
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                let ty = &fields.unnamed[0].ty;
                quote!(#index => payload.decode::<#ty>(cx).map(Self::#ident))
            }
            _ => return Err(Error::new_spanned(variant, "a variant holds nothing or one type")),
        });
    }
    Ok(quote! {
        static NAMES: &[&str] = &[#(#names),*];
        let payload = crate::decode::Payload::new(node, #tag, #flat, NAMES, cx)?;
        match payload.index {
            #(#arms,)*
            _ => None,
        }
    })
}

fn text_enum(name: &Ident, data: &syn::DataEnum) -> Result<(TokenStream, TokenStream)> {
    let (mut names, mut variants) = (vec![], vec![]);
    for variant in &data.variants {
        let own = Config::parse(&variant.attrs)?;
        names.push(own.name.ok_or_else(|| Error::new_spanned(variant, "a variant needs #[config(name = \"…\")]"))?);
        variants.push(&variant.ident);
    }
    let body = quote! {
        static NAMES: &[&str] = &[#(#names),*];
        crate::decode::choice(node, NAMES, cx).and_then(|at| Self::ALL.get(at).cloned())
    };
    let more = quote! {
        impl #name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[#(Self::#variants),*];
            /// The value as it is written in the config.
            pub fn as_str(&self) -> &'static str {
                match self { #(Self::#variants => #names),* }
            }
        }
        impl std::fmt::Display for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl From<#name> for crate::template::Expr {
            fn from(value: #name) -> Self {
                value.as_str().into()
            }
        }
    };
    Ok((body, more))
}
