//! `user-auth-pool`: a Cognito user pool with one client, a domain for its hosted pages, identity providers, functions that it calls, and the role with
//! which it sends SMS.
//!
//! The pool holds the accounts, so it stays when an update would replace it. What is create-only (user name attributes, domain, whether the client has
//! a secret) is what deployed stacks hold.

mod attributes;
mod client;
mod domain;
mod hooks;
mod messages;
mod pool;
mod providers;

pub use attributes::{AttributeSchema, UserAttributeType};
pub use client::{ClientOptions, OAuthFlow};
pub use hooks::UserPoolHooks;
pub use messages::{EmailConfiguration, InviteMessageConfig, UserVerificationMessageConfig};
pub use pool::{Mfa, MfaStatus, MfaType, PasswordPolicy, UserVerificationType};
pub use providers::{IdentityProvider, ProviderType};

use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::domains::{self, CertificateRegion, CustomDomain};
use crate::facets::{firewall, references};
use crate::model::{ExpandCx, Fragment, Linked, Offer, Outbox, Param, Resource, ResourceKind, Stack, Statement};
use crate::naming::logical_id;
use crate::resources::networking::web_app_firewall::FirewallScope;
use crate::source::{Span, Spanned};
use crate::template::{get_att, reference};

/// Accounts of users.
pub struct UserAuthPool;

/// Accounts of users, who sign up and sign in (Amazon Cognito).
#[derive(Clone, Debug, Decode, Describe)]
pub struct UserAuthPoolProps {
    /// Whether users cannot sign up by themselves.
    #[config(default = false)]
    pub allow_only_admins_to_create_account: Val<bool>,
    /// How long the temporary password of an invited user counts. `passwordPolicy.temporaryPasswordValidityDays` takes its place.
    #[config(range = 0..=365, unit = "days", default = 31)]
    pub unused_account_validity_days: Option<Val<u32>>,
    /// Whether e-mail addresses are verified, whatever `userVerificationType` says.
    pub require_email_verification: Option<bool>,
    /// Whether phone numbers are verified, whatever `userVerificationType` says.
    pub require_phone_number_verification: Option<bool>,
    /// Whether Cognito's own pages for signing in are used. Kept for compatibility: every pool has a domain with them.
    #[config(default = false)]
    pub enable_hosted_ui: bool,
    /// First part of the domain of the hosted pages; unique in the region. Made of the stack's and the resource's name when not given. A change makes
    /// a new domain.
    #[config(length = 1..=63)]
    pub hosted_ui_domain_prefix: Option<Val<String>>,
    /// Style sheet of the hosted pages. Cognito takes the classes of its template only.
    #[config(rename = "hostedUiCSS")]
    pub hosted_ui_css: Option<Val<String>>,
    /// Functions that Cognito calls.
    pub hooks: Option<UserPoolHooks>,
    /// Who sends e-mails. Cognito itself, a few a day, when not given.
    pub email_configuration: Option<EmailConfiguration>,
    /// What an invited user is sent.
    pub invite_message_config: Option<InviteMessageConfig>,
    /// How users prove that an address or number is theirs.
    #[config(default = "email-code")]
    pub user_verification_type: Option<UserVerificationType>,
    /// What a user is sent to prove that an address or number is theirs.
    pub user_verification_message_config: Option<UserVerificationMessageConfig>,
    /// A second factor when signing in.
    pub mfa_configuration: Option<Mfa>,
    /// What passwords must have.
    pub password_policy: Option<PasswordPolicy>,
    /// Attributes of an account: those of your own, and standard ones that must be given. An attribute cannot be taken out again.
    #[config(items = 0..=50)]
    pub schema: Option<Vec<AttributeSchema>>,
    /// Whether users sign in with a phone number. A change makes a new pool.
    #[config(default = true)]
    pub allow_phone_number_as_user_name: bool,
    /// Whether users sign in with an e-mail address. A change makes a new pool.
    #[config(default = true)]
    pub allow_email_as_user_name: bool,
    /// Other places where users have accounts, and with which they sign in here.
    pub identity_providers: Option<Vec<IdentityProvider>>,
    /// Name of a `web-app-firewall` with scope `regional` in front of the pool.
    #[config(names = "web-app-firewall")]
    pub use_firewall: Option<Spanned<String>>,
    /// A domain of your own for the hosted pages. Needs a certificate in us-east-1.
    pub custom_domain: Option<CustomDomain>,
    /// Whether users sign in with `identityProviders` only.
    #[config(default = false)]
    pub allow_only_external_identity_providers: Option<Spanned<bool>>,
    /// The client: how applications sign users in.
    #[config(flatten)]
    pub client: ClientOptions,
}

impl Resource<UserAuthPool> {
    /// Logical id of one of its children, by CloudFormation type.
    fn id(&self, specifier: &str, kind: &str) -> String {
        logical_id(self.name.flat(), specifier, kind)
    }

    fn pool_id(&self) -> String {
        self.id("", "AWS::Cognito::UserPool")
    }

    fn client_id(&self) -> String {
        self.id("", client::KIND)
    }
}

impl ResourceKind for UserAuthPool {
    const TYPE: &'static str = "user-auth-pool";
    type Props = UserAuthPoolProps;

    fn check(r: &Resource<Self>, linked: &Linked<'_>, sink: &mut Sink) {
        let p = &r.props;
        messages::check(p, linked, sink);
        pool::check(p, sink);
        attributes::check(p.schema.as_deref(), sink);
        p.client.check(sink);
        providers::check(p, sink);
        domain::check(r, linked, sink);
        if let Some(hooks) = &p.hooks {
            hooks.check(linked, sink);
        }
        if let Some(firewall) = &p.use_firewall {
            firewall::check(firewall, linked, sink);
        }
        domains::check(&p.custom_domain, CertificateRegion::UsEast1, linked, sink);
    }

    fn link(r: &Resource<Self>, stack: &Stack<'_>, out: &mut Outbox) {
        domains::claim(&r.props.custom_domain, out);
        if let Some(firewall) = &r.props.use_firewall {
            firewall::link(firewall, &r.name, FirewallScope::Regional, stack, out);
        }
    }

    fn params(r: &Resource<Self>, linked: &Linked<'_>) -> Vec<Param> {
        let mut all = vec![
            Param::new("id", reference(r.pool_id())),
            Param::new("clientId", reference(r.client_id())),
            Param::new("arn", get_att(r.pool_id(), "Arn")),
            Param::new("providerUrl", get_att(r.pool_id(), "ProviderURL")),
            Param::new("domain", domain::host(r, linked.stack)),
        ];
        if r.props.client.has_secret() {
            all.push(Param::new("clientSecret", get_att(r.client_id(), "ClientSecret")).sensitive());
        }
        all
    }

    /// Everything about accounts and groups. What the pool and its clients are like is up to the config.
    fn offer(r: &Resource<Self>, _: &Linked<'_>) -> Option<Offer> {
        let actions = &[
            "cognito-idp:Admin*",
            "cognito-idp:Describe*",
            "cognito-idp:Get*",
            "cognito-idp:List*",
            "cognito-idp:*Group",
            "cognito-idp:*UserImportJob",
        ];
        Some(Offer::rights(vec![Statement::allow(actions, vec![references::own(r, "arn")], r.span)]))
    }

    fn expand(r: &Resource<Self>, cx: &mut ExpandCx<'_>) -> Fragment {
        let mut fragment = Fragment::default();
        pool::expand(r, cx.stack(), &mut fragment);
        client::expand(r, cx.stack(), &mut fragment);
        providers::expand(r, &mut fragment);
        domain::expand(r, cx.linked, &mut fragment);
        if let Some(hooks) = &r.props.hooks {
            hooks.permit(r, &mut fragment);
        }
        if let Some(firewall) = &r.props.use_firewall {
            firewall::associate(firewall, &r.name, get_att(r.pool_id(), "Arn"), &mut fragment);
        }
        fragment
    }
}

/// A warning of something that AWS will ignore or refuse.
fn warn(span: Span, message: impl Into<String>, hint: impl Into<String>, sink: &mut Sink) {
    sink.push(Diagnostic::warning(Code::SUSPICIOUS, span, message).hint(hint.into()));
}
