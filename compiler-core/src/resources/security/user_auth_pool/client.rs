//! The pool's client: how applications sign users in.

use super::{UserAuthPool, providers, warn};
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::Sink;
use crate::model::{Fragment, Resource, Stack};
use crate::source::Spanned;
use crate::template::{self, Expr, Object, reference};

/// How applications sign users in.
#[derive(Clone, Debug, Decode, Describe)]
#[config(part)]
pub struct ClientOptions {
    /// How long access tokens count; an hour when not given. Cognito takes five minutes or more.
    #[config(range = 1..=86400, unit = "seconds")]
    pub access_token_validity_seconds: Option<Val<u32>>,
    /// How long ID tokens count; an hour when not given. Cognito takes five minutes or more.
    #[config(range = 1..=86400, unit = "seconds")]
    pub id_token_validity_seconds: Option<Val<u32>>,
    /// How long users stay signed in.
    #[config(range = 1..=3650, unit = "days", default = 30)]
    pub refresh_token_validity_days: Option<Val<u32>>,
    /// Ways in which applications get tokens by OAuth; `code` and `implicit` when not given.
    #[config(rename = "allowedOAuthFlows")]
    pub allowed_oauth_flows: Option<Vec<Spanned<OAuthFlow>>>,
    /// What tokens may be used for; `email`, `openid` and `profile` when not given.
    #[config(rename = "allowedOAuthScopes")]
    pub allowed_oauth_scopes: Option<Vec<Val<String>>>,
    /// Pages to which users may return after they signed in. The first is the default. Not given, it is
    /// `http://localhost:3000/api/auth/callback/cognito`.
    #[config(rename = "callbackURLs")]
    pub callback_urls: Option<Vec<Val<String>>>,
    /// Pages to which users may return after they signed out.
    #[config(rename = "logoutURLs")]
    pub logout_urls: Option<Vec<Val<String>>>,
    /// Whether the client has a secret, for applications that run on a server. A change makes a new client.
    #[config(default = false)]
    pub generate_client_secret: Option<bool>,
}

/// A way in which applications get tokens by OAuth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum OAuthFlow {
    /// A code that the application exchanges for tokens.
    #[config(name = "code")]
    Code,
    /// Tokens in the address of the page that the user returns to.
    #[config(name = "implicit")]
    Implicit,
    /// Tokens for the application itself, without a user.
    #[config(name = "client_credentials")]
    ClientCredentials,
}

/// CloudFormation type of the client.
pub const KIND: &str = "AWS::Cognito::UserPoolClient";

/// Longest name of a client. Source: `ClientNameType` in the API reference of Cognito.
const MAX_NAME: usize = 128;

/// Shortest life of access and ID tokens, in seconds. Source: `CreateUserPoolClient` in the API reference of Cognito.
const MIN_VALIDITY: u32 = 300;

const DEFAULT_CALLBACK: &str = "http://localhost:3000/api/auth/callback/cognito";

/// Everything that a client may do to sign a user in.
const AUTH_FLOWS: [&str; 5] = [
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
];

impl ClientOptions {
    /// Whether there is a secret.
    pub fn has_secret(&self) -> bool {
        self.generate_client_secret == Some(true)
    }

    /// Warns of what Cognito refuses.
    pub fn check(&self, sink: &mut Sink) {
        let lives = [
            ("accessTokenValiditySeconds", &self.access_token_validity_seconds),
            ("idTokenValiditySeconds", &self.id_token_validity_seconds),
        ];
        for (property, seconds) in lives {
            let Some(seconds) = seconds.as_ref().filter(|s| s.as_known().is_some_and(|s| *s < MIN_VALIDITY)) else {
                continue;
            };
            let message = format!("Cognito refuses {property} below {MIN_VALIDITY} (five minutes)");
            warn(seconds.span, message, format!("write {MIN_VALIDITY} or more"), sink);
        }
        let flows = self.allowed_oauth_flows.as_deref().unwrap_or_default();
        let Some(machine) = flows.iter().find(|f| f.value == OAuthFlow::ClientCredentials) else { return };
        if !self.has_secret() {
            let message = "Cognito refuses the flow client_credentials without a secret";
            warn(machine.span, message, "set generateClientSecret: true, or use the flow code", sink);
        } else if flows.iter().any(|f| f.value != OAuthFlow::ClientCredentials) {
            let message = "Cognito refuses the flow client_credentials beside another one";
            warn(machine.span, message, "use it alone, in a user-auth-pool of its own, or remove it", sink);
        }
    }
}

/// Adds the client.
pub fn expand(r: &Resource<UserAuthPool>, stack: &Stack<'_>, fragment: &mut Fragment) {
    let c = &r.props.client;
    let list = |given: &Option<Vec<Val<String>>>, default: &[&'static str]| match given {
        Some(given) => given.iter().cloned().map(Expr::from).collect(),
        None => default.iter().map(|text| Expr::from(*text)).collect::<Vec<Expr>>(),
    };
    let flows: Vec<Expr> = match &c.allowed_oauth_flows {
        Some(flows) => flows.iter().map(|f| f.value.into()).collect(),
        None => vec![OAuthFlow::Code.into(), OAuthFlow::Implicit.into()],
    };
    let callbacks = list(&c.callback_urls, &[DEFAULT_CALLBACK]);
    // Without a unit Cognito counts hours.
    let life = |seconds: &Option<Val<u32>>| seconds.clone().map_or(Expr::Int(1), Expr::from);
    let unit = |seconds: &Option<Val<u32>>| seconds.as_ref().map(|_| "seconds");
    let units = Object::new()
        .opt("AccessToken", unit(&c.access_token_validity_seconds))
        .opt("IdToken", unit(&c.id_token_validity_seconds));
    let properties = Object::new()
        .set("AccessTokenValidity", life(&c.access_token_validity_seconds))
        .set("AllowedOAuthFlows", flows)
        .set("AllowedOAuthFlowsUserPoolClient", true)
        .set("AllowedOAuthScopes", list(&c.allowed_oauth_scopes, &["email", "openid", "profile"]))
        .set("CallbackURLs", callbacks.clone())
        .set("ClientName", stack.identity.physical(&format!("{}-user-pool-client", r.name.flat()), MAX_NAME))
        .opt("DefaultRedirectURI", callbacks.into_iter().next())
        .set("ExplicitAuthFlows", AUTH_FLOWS.to_vec())
        .opt("GenerateSecret", c.generate_client_secret)
        .set("IdTokenValidity", life(&c.id_token_validity_seconds))
        .set("LogoutURLs", list(&c.logout_urls, &[]))
        .set("RefreshTokenValidity", c.refresh_token_validity_days.clone().map_or(Expr::Int(30), Expr::from))
        .set("SupportedIdentityProviders", providers::names(&r.props))
        .opt("TokenValidityUnits", Some(units).filter(|u| !u.is_empty()))
        .set("UserPoolId", reference(r.pool_id()));
    let mut client = template::Resource::new(KIND, properties);
    // A client can name only providers that are there.
    client.depends_on.extend(r.props.identity_providers.iter().flatten().map(|p| p.id(r)));
    fragment.add(r.client_id(), r.span, client);
}
