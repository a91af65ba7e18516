//! The `#[config(…)]` attributes, parsed.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Attribute, Error, Expr, ExprRange, Field, GenericArgument, LitStr, PathArguments, RangeLimits, Result, Type,
};

/// Attributes of a field, variant or type.
#[derive(Default)]
pub struct Config {
    /// The field gets the place of its mapping and is no property.
    pub span: bool,
    /// Name in the config, when it is not the camelCase of the field.
    pub rename: Option<String>,
    /// Name of an enum variant in the config.
    pub name: Option<String>,
    /// Default: applied to a plain field, documentation on an `Option`.
    pub default: Option<Expr>,
    /// Allowed numbers.
    pub range: Option<ExprRange>,
    /// Unit of a number, for messages and documentation.
    pub unit: Option<String>,
    /// Allowed number of items.
    pub items: Option<ExprRange>,
    /// Allowed length of a text.
    pub length: Option<ExprRange>,
    /// What to use instead.
    pub deprecated: Option<String>,
    /// What the text names: `any` or the types of a resource, `target` of a connection, `script`.
    pub names: Option<String>,
    /// A value that shows what is meant, for a property that an editor has to fill in.
    pub example: Option<String>,
    /// Not in schema and documentation.
    pub hidden: bool,
    /// A variant of a union that only composites make; no config can name it.
    pub internal: bool,
    /// Key that says which variant of a union it is.
    pub tag: Option<String>,
    /// The payload's keys stand beside the tag.
    pub flat: bool,
    /// The field's properties stand among those of this struct, after its own.
    pub flatten: bool,
    /// The struct is what others flatten; it is no value of its own.
    pub part: bool,
}

impl Config {
    /// Reads the attributes.
    pub fn parse(attributes: &[Attribute]) -> Result<Self> {
        let mut config = Config::default();
        for attribute in attributes.iter().filter(|a| a.path().is_ident("config")) {
            attribute.parse_nested_meta(|meta| {
                let text = |m: &syn::meta::ParseNestedMeta<'_>| Ok::<_, Error>(m.value()?.parse::<LitStr>()?.value());
                let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
                match key.as_str() {
                    "span" => config.span = true,
                    "hidden" => config.hidden = true,
                    "internal" => config.internal = true,
                    "flat" => config.flat = true,
                    "flatten" => config.flatten = true,
                    "part" => config.part = true,
                    "rename" => config.rename = Some(text(&meta)?),
                    "name" => config.name = Some(text(&meta)?),
                    "unit" => config.unit = Some(text(&meta)?),
                    "deprecated" => config.deprecated = Some(text(&meta)?),
                    "names" => config.names = Some(text(&meta)?),
                    "example" => config.example = Some(text(&meta)?),
                    "tag" => config.tag = Some(text(&meta)?),
                    "default" => config.default = Some(meta.value()?.parse()?),
                    "range" => config.range = Some(meta.value()?.parse()?),
                    "items" => config.items = Some(meta.value()?.parse()?),
                    "length" => config.length = Some(meta.value()?.parse()?),
                    _ => return Err(meta.error("unknown config attribute")),
                }
                Ok(())
            })?;
        }
        Ok(config)
    }

    /// The property's name.
    pub fn property(&self, field: &Field) -> String {
        self.rename.clone().unwrap_or_else(|| camel(&field.ident.as_ref().map(ToString::to_string).unwrap_or_default()))
    }
}

/// A range attribute as `Option<(start, end)>`; numbers may have fractions, counts may not. `1..` has no upper end.
pub fn pair(range: &Option<ExprRange>, fractions: bool) -> Result<TokenStream> {
    let Some(range) = range else { return Ok(quote!(None)) };
    let Some(start) = &range.start else { return Err(Error::new_spanned(range, "the range needs a lower end")) };
    if range.end.is_some() && matches!(range.limits, RangeLimits::HalfOpen(_)) {
        return Err(Error::new_spanned(range, "both ends are included: write `..=`"));
    }
    Ok(match (&range.end, fractions) {
        (Some(end), true) => quote!(Some((#start as f64, #end as f64))),
        (None, true) => quote!(Some((#start as f64, f64::INFINITY))),
        (Some(end), false) => quote!(Some((#start, #end))),
        (None, false) => quote!(Some((#start, usize::MAX))),
    })
}

/// A default as a value of the field's type.
pub fn default_value(default: &Expr, ty: &Type) -> TokenStream {
    // An integer literal has no `into` to the unsigned types.
    let number =
        matches!(ty, Type::Path(p) if p.path.is_ident("u32") || p.path.is_ident("i64") || p.path.is_ident("f64"));
    if number { quote!((#default) as #ty) } else { quote!((#default).into()) }
}

/// The `T` of an `Option<T>`.
pub fn optional(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|s| s.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) => Some(inner),
        _ => None,
    }
}

/// Whether a type is `Option<…>`.
pub fn is_option(ty: &Type) -> bool {
    optional(ty).is_some()
}

/// The doc comment as text.
pub fn docs(attributes: &[Attribute]) -> String {
    let mut lines = vec![];
    for attribute in attributes.iter().filter(|a| a.path().is_ident("doc")) {
        if let syn::Meta::NameValue(pair) = &attribute.meta
            && let Expr::Lit(literal) = &pair.value
            && let syn::Lit::Str(text) = &literal.lit
        {
            lines.push(text.value().trim().to_string());
        }
    }
    lines.join("\n").trim().to_string()
}

/// `join_default_vpc` → `joinDefaultVpc`.
fn camel(snake: &str) -> String {
    let mut out = String::new();
    let mut upper = false;
    for c in snake.trim_start_matches("r#").chars() {
        match c {
            '_' => upper = true,
            _ if upper => {
                out.extend(c.to_uppercase());
                upper = false;
            }
            _ => out.push(c),
        }
    }
    out
}
