//! The attributes that an account has.

use super::warn;
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::source::{Span, Spanned};
use crate::template::{Expr, Object};

/// An attribute of an account.
#[derive(Clone, Debug, Decode, Describe)]
pub struct AttributeSchema {
    /// Name. One that is no standard attribute of OpenID Connect gets the prefix `custom:`.
    #[config(length = 1..=20)]
    pub name: Spanned<String>,
    /// Type of the value.
    pub attribute_data_type: Option<UserAttributeType>,
    /// Whether only calls with the rights of an administrator may change it. AWS advises against it.
    #[config(default = false)]
    pub developer_only_attribute: bool,
    /// Whether the value can be changed. One that identity providers fill must be.
    pub mutable: Option<Val<bool>>,
    /// Whether an account cannot be made without it; for standard attributes only.
    #[config(default = false)]
    pub required: Option<Spanned<bool>>,
    /// Greatest number.
    pub number_max_value: Option<Val<f64>>,
    /// Least number.
    pub number_min_value: Option<Val<f64>>,
    /// Most characters.
    #[config(range = 0..=2048)]
    pub string_max_length: Option<Val<u32>>,
    /// Fewest characters.
    #[config(range = 0..=2048)]
    pub string_min_length: Option<Val<u32>>,
}

/// Type of an attribute's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum UserAttributeType {
    /// Text.
    #[config(name = "String")]
    Text,
    /// A whole number.
    #[config(name = "Number")]
    Number,
    /// Date and time.
    #[config(name = "DateTime")]
    DateTime,
    /// `true` or `false`.
    #[config(name = "Boolean")]
    Boolean,
}

/// The attributes that OpenID Connect knows. Source: "Working with user attributes" in the developer guide of Cognito.
const STANDARD: [&str; 18] = [
    "address",
    "birthdate",
    "email",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "picture",
    "preferred_username",
    "profile",
    "sub",
    "updated_at",
    "website",
    "zoneinfo",
];

/// Reports names that are used twice and limits that exclude each other; warns of what Cognito refuses or ignores.
pub fn check(all: Option<&[AttributeSchema]>, sink: &mut Sink) {
    let all = all.unwrap_or_default();
    for (i, attribute) in all.iter().enumerate() {
        let name = &attribute.name;
        if let Some(first) = all.iter().take(i).find(|other| other.name.value == name.value) {
            sink.push(
                Diagnostic::error(Code::BAD_NAME, name.span, format!("two attributes are called `{}`", name.value))
                    .label(first.name.span, "the other one")
                    .hint("rename or remove one of the two"),
            );
        }
        let required = attribute.required.as_ref().filter(|required| required.value);
        if let Some(required) = required.filter(|_| !STANDARD.contains(&name.as_str())) {
            warn(
                required.span,
                format!("Cognito refuses to require `{}`, which is no standard attribute", name.value),
                "remove required, and check in a preSignUp hook that it is there",
                sink,
            );
        }
        attribute.check_limits(sink);
    }
}

impl AttributeSchema {
    fn check_limits(&self, sink: &mut Sink) {
        let known = |v: &Option<Val<u32>>| v.as_ref().and_then(|v| Some((f64::from(*v.as_known()?), v.span)));
        let number = |v: &Option<Val<f64>>| v.as_ref().and_then(|v| Some((*v.as_known()?, v.span)));
        self.check_pair(
            ("numberMinValue", number(&self.number_min_value)),
            ("numberMaxValue", number(&self.number_max_value)),
            UserAttributeType::Number,
            sink,
        );
        self.check_pair(
            ("stringMinLength", known(&self.string_min_length)),
            ("stringMaxLength", known(&self.string_max_length)),
            UserAttributeType::Text,
            sink,
        );
    }

    /// Checks the two limits for values of one type.
    fn check_pair(
        &self,
        (least_property, least): (&str, Option<(f64, Span)>),
        (most_property, most): (&str, Option<(f64, Span)>),
        of: UserAttributeType,
        sink: &mut Sink,
    ) {
        let own = self.attribute_data_type;
        if let (Some(own), Some((_, span))) = (own.filter(|own| *own != of), least.or(most)) {
            warn(
                span,
                format!("the attribute `{}` is a {own}, and limits for a {of} have no effect", self.name.value),
                format!("remove them, or set attributeDataType: {of}"),
                sink,
            );
        } else if let (Some((least, first)), Some((most, span))) = (least, most)
            && least > most
        {
            let message = format!("{most_property} {most} is less than {least_property} {least}");
            sink.push(
                Diagnostic::error(Code::CONFLICT, span, message)
                    .label(first, "the lower limit")
                    .hint("swap the two, or remove one"),
            );
        }
    }

    /// As a member of the pool's `Schema`. The limits are text there.
    pub fn to_expr(&self) -> Expr {
        fn text<T: Into<Expr>>(limit: &Option<Val<T>>) -> Option<Expr>
        where
            Val<T>: Clone,
        {
            limit.clone().map(|limit| match Expr::from(limit) {
                Expr::Int(n) => Expr::from(n.to_string()),
                Expr::Float(n) => Expr::from(n.to_string()),
                other => other,
            })
        }
        let limits = |least: (&'static str, Option<Expr>), most: (&'static str, Option<Expr>)| {
            Some(Object::new().opt(least.0, least.1).opt(most.0, most.1)).filter(|o| !o.is_empty())
        };
        let number = limits(("MinValue", text(&self.number_min_value)), ("MaxValue", text(&self.number_max_value)));
        let string = limits(("MinLength", text(&self.string_min_length)), ("MaxLength", text(&self.string_max_length)));
        Object::new()
            .opt("AttributeDataType", self.attribute_data_type)
            .opt("DeveloperOnlyAttribute", self.developer_only_attribute.then_some(true))
            .opt("Mutable", self.mutable.clone())
            .set("Name", &self.name.value)
            .opt("NumberAttributeConstraints", number)
            .opt("Required", self.required.as_ref().map(|r| r.value).filter(|r| *r))
            .opt("StringAttributeConstraints", string)
            .into()
    }
}
