//! Other places where users have accounts: Google, Facebook, a company's own directory.

use super::{UserAuthPool, UserAuthPoolProps, warn};
use crate::decode::{Decode, Dict, Raw, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{Fragment, Resource};
use crate::source::{Span, Spanned};
use crate::template::{self, Expr, Object, join, reference};

/// A place where users have accounts.
#[derive(Clone, Debug, Decode, Describe)]
pub struct IdentityProvider {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Kind. A pool has one of each.
    #[config(rename = "type")]
    pub kind: Spanned<ProviderType>,
    /// Id of the application at the provider. `SAML` has none.
    pub client_id: Val<String>,
    /// Secret of the application at the provider; the private key for `SignInWithApple`. `SAML` has none.
    pub client_secret: Val<String>,
    /// Which attribute of an account here is filled with which of the provider's; `email` with `email` when not given.
    pub attribute_mapping: Option<Dict<Val<String>>>,
    /// What is asked of the provider; a common set for each kind when not given.
    pub authorize_scopes: Option<Vec<Val<String>>>,
    /// Further settings, by their names at Cognito. `SAML` needs `MetadataURL` or `MetadataFile`, `OIDC` `oidc_issuer` and
    /// `attributes_request_method`, `SignInWithApple` `team_id` and `key_id`.
    pub provider_details: Option<Dict<Raw>>,
}

/// Kind of an identity provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum ProviderType {
    /// Facebook.
    #[config(name = "Facebook")]
    Facebook,
    /// Google.
    #[config(name = "Google")]
    Google,
    /// Amazon.
    #[config(name = "LoginWithAmazon")]
    Amazon,
    /// Any provider that speaks OpenID Connect.
    #[config(name = "OIDC")]
    Oidc,
    /// Any provider that speaks SAML 2.0, such as a company's directory.
    #[config(name = "SAML")]
    Saml,
    /// Apple.
    #[config(name = "SignInWithApple")]
    Apple,
}

const KIND: &str = "AWS::Cognito::UserPoolIdentityProvider";

impl ProviderType {
    /// What is asked of the provider when the config does not say.
    fn scopes(self) -> &'static str {
        match self {
            Self::Amazon => "profile postal_code",
            Self::Google => "profile email openid",
            Self::Facebook => "public_profile,email",
            Self::Oidc => "email profile openid",
            Self::Apple => "email name",
            Self::Saml => "",
        }
    }

    /// Sets of settings, one of each of which Cognito wants to be told.
    fn needs(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Oidc => &[&["oidc_issuer"], &["attributes_request_method"]],
            Self::Saml => &[&["MetadataURL", "MetadataFile"]],
            Self::Apple => &[&["team_id"], &["key_id"]],
            Self::Amazon | Self::Google | Self::Facebook => &[],
        }
    }
}

/// Reports two providers of a kind; warns of settings without which Cognito refuses a provider, and of a pool into which nobody can sign in.
pub fn check(p: &UserAuthPoolProps, sink: &mut Sink) {
    let all = p.identity_providers.as_deref().unwrap_or_default();
    for (i, provider) in all.iter().enumerate() {
        let kind = &provider.kind;
        if let Some(first) = all.iter().take(i).find(|other| other.kind.value == kind.value) {
            let message = format!("two identity providers are of type {}, which is also their name", kind.value);
            sink.push(
                Diagnostic::error(Code::CLASH, kind.span, message)
                    .label(first.kind.span, "the other one")
                    .hint("a pool has one provider of a type; remove one of the two"),
            );
            continue;
        }
        let given = |name: &&str| provider.provider_details.as_ref().is_some_and(|d| d.get(name).is_some());
        if let Some(missing) = kind.needs().iter().find(|any| !any.iter().any(given)) {
            let missing = missing.join(" or ");
            let message = format!("Cognito refuses a provider of type {} without {missing}", kind.value);
            warn(kind.span, message, format!("add {missing} to providerDetails"), sink);
        }
    }
    if let Some(only) = p.allow_only_external_identity_providers.as_ref().filter(|only| only.value && all.is_empty()) {
        let message = "nobody can sign in: allowOnlyExternalIdentityProviders without identityProviders";
        warn(only.span, message, "add identityProviders, or remove allowOnlyExternalIdentityProviders", sink);
    }
}

/// Names of everything with which users sign in.
pub fn names(p: &UserAuthPoolProps) -> Vec<&'static str> {
    let own = p.allow_only_external_identity_providers.as_ref().is_none_or(|only| !only.value);
    let others = p.identity_providers.iter().flatten().map(|provider| provider.kind.as_str());
    own.then_some("COGNITO").into_iter().chain(others).collect()
}

impl IdentityProvider {
    /// Logical id.
    pub fn id(&self, r: &Resource<UserAuthPool>) -> String {
        r.id(self.kind.as_str(), KIND)
    }

    /// `ProviderDetails`: what the kind wants to know, and the config's own settings, which win.
    fn details(&self) -> Object {
        let kind = self.kind.value;
        let details = match kind {
            ProviderType::Saml => Object::new(),
            _ => {
                let secret = if kind == ProviderType::Apple { "private_key" } else { "client_secret" };
                Object::new()
                    .set("authorize_scopes", self.scopes())
                    .set("client_id", self.client_id.clone())
                    .set(secret, self.client_secret.clone())
            }
        };
        details.extend(self.provider_details.as_ref().map(Dict::object).unwrap_or_default())
    }

    fn scopes(&self) -> Expr {
        let Some(scopes) = self.authorize_scopes.as_ref().filter(|s| !s.is_empty()) else {
            return self.kind.scopes().into();
        };
        let separator = if self.kind.value == ProviderType::Facebook { "," } else { " " };
        let known: Option<Vec<&str>> = scopes.iter().map(|s| s.as_known().map(String::as_str)).collect();
        match known {
            Some(known) => known.join(separator).into(),
            None => join(separator, scopes.iter().cloned().map(Expr::from).collect()),
        }
    }
}

/// Adds the providers.
pub fn expand(r: &Resource<UserAuthPool>, fragment: &mut Fragment) {
    for provider in r.props.identity_providers.iter().flatten() {
        let mapping = match &provider.attribute_mapping {
            Some(given) => given.iter().fold(Object::new(), |o, (k, v)| o.set(k.value.to_string(), v.clone())),
            None => Object::new().set("email", "email"),
        };
        let properties = Object::new()
            .set("AttributeMapping", mapping)
            .set("ProviderDetails", provider.details())
            .set("ProviderName", provider.kind.value)
            .set("ProviderType", provider.kind.value)
            .set("UserPoolId", reference(r.pool_id()));
        fragment.add(provider.id(r), provider.span, template::Resource::new(KIND, properties));
    }
}
