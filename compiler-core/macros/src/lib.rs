//! Derive macros of the compiler core.
//!
//! `#[derive(Decode, Describe)]` on a struct or enum of config properties. What the attributes mean is documented in the core's `decode` module.
//! The generated code is small: a static table of fields and calls of shared functions, because there are hundreds of such types.

mod attributes;
mod decode;
mod describe;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Decodes the spanned config tree into the type; collects every mistake.
#[proc_macro_derive(Decode, attributes(config))]
pub fn derive_decode(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    decode::derive(&input).unwrap_or_else(|e| e.to_compile_error()).into()
}

/// Describes the type for schema, TypeScript types and reference pages.
#[proc_macro_derive(Describe, attributes(config))]
pub fn derive_describe(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    describe::derive(&input).unwrap_or_else(|e| e.to_compile_error()).into()
}
