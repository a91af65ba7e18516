//! The pool itself, and the role with which it sends SMS.

use super::{UserAuthPool, UserAuthPoolProps, UserPoolHooks, messages, warn};
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::Sink;
use crate::facets::iam::{RoleBuilder, own_account, role_arn};
use crate::model::{Fragment, Resource, Stack, Statement};
use crate::source::Spanned;
use crate::template::{self, Expr, Object};

/// How users prove that an address or number is theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum UserVerificationType {
    /// With a link in an e-mail.
    #[config(name = "email-link")]
    EmailLink,
    /// With a code in an e-mail.
    #[config(name = "email-code")]
    EmailCode,
    /// With a code in an SMS.
    #[config(name = "sms")]
    Sms,
    /// Not at all.
    #[config(name = "none")]
    Nothing,
}

/// A second factor when signing in.
#[derive(Clone, Debug, Decode, Describe)]
pub struct Mfa {
    /// Who needs one: nobody, everybody, or whoever wants.
    #[config(default = "OFF")]
    pub status: Option<MfaStatus>,
    /// Factors to choose from.
    pub enabled_types: Option<Vec<Spanned<MfaType>>>,
}

/// Who needs a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum MfaStatus {
    /// Nobody.
    #[config(name = "OFF")]
    Off,
    /// Everybody.
    #[config(name = "ON")]
    On,
    /// Whoever wants.
    #[config(name = "OPTIONAL")]
    Optional,
}

/// A second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum MfaType {
    /// A code in an SMS.
    #[config(name = "SMS")]
    Sms,
    /// A code from an app.
    #[config(name = "SOFTWARE_TOKEN")]
    SoftwareToken,
    /// A code in an e-mail. Needs `emailConfiguration.sesAddressArn`.
    #[config(name = "EMAIL_OTP")]
    Email,
}

/// What passwords must have. Without a policy, eight characters with upper-case and lower-case letters, numbers and symbols.
#[derive(Clone, Debug, Decode, Describe)]
pub struct PasswordPolicy {
    /// Fewest characters.
    #[config(range = 6..=99)]
    pub minimum_length: Option<Val<u32>>,
    /// Whether there must be a lower-case letter.
    #[config(default = false)]
    pub require_lowercase: bool,
    /// Whether there must be a number.
    #[config(default = false)]
    pub require_numbers: bool,
    /// Whether there must be a symbol.
    #[config(default = false)]
    pub require_symbols: bool,
    /// Whether there must be an upper-case letter.
    #[config(default = false)]
    pub require_uppercase: bool,
    /// How long the temporary password of an invited user counts.
    #[config(range = 0..=365, unit = "days")]
    pub temporary_password_validity_days: Option<Val<u32>>,
}

/// Longest name of a pool. Source: `UserPoolNameType` in the API reference of Cognito.
const MAX_NAME: usize = 128;

/// Days that an invitation counts when the config does not say.
const INVITATION_DAYS: i64 = 31;

/// Warns of options that have no effect.
pub fn check(p: &UserAuthPoolProps, sink: &mut Sink) {
    let temporary = p.password_policy.as_ref().and_then(|p| p.temporary_password_validity_days.as_ref());
    if let (Some(unused), Some(_)) = (&p.unused_account_validity_days, temporary) {
        let message = "unusedAccountValidityDays has no effect beside passwordPolicy.temporaryPasswordValidityDays";
        warn(unused.span, message, "remove it", sink);
    }
    let Some(mfa) = &p.mfa_configuration else { return };
    let Some(first) = mfa.enabled_types.iter().flatten().next() else { return };
    if !mfa.is_on() {
        let message = "enabledTypes have no effect while there is no second factor, and are left out";
        warn(first.span, message, "set status: OPTIONAL or ON", sink);
    } else if let Some(email) = mfa.enabled_types.iter().flatten().find(|t| t.value == MfaType::Email)
        && p.email_configuration.as_ref().is_none_or(|e| e.ses_address_arn.is_none())
    {
        let message = "Cognito refuses EMAIL_OTP without a sender of yours";
        warn(email.span, message, "add emailConfiguration.sesAddressArn", sink);
    }
}

impl Mfa {
    fn is_on(&self) -> bool {
        !matches!(self.status, None | Some(MfaStatus::Off))
    }

    /// `EnabledMfas` of the pool. Cognito refuses them when there is no second factor.
    fn enabled(&self) -> Vec<Expr> {
        let name = |t: &Spanned<MfaType>| match t.value {
            MfaType::Sms => "SMS_MFA",
            MfaType::SoftwareToken => "SOFTWARE_TOKEN_MFA",
            MfaType::Email => "EMAIL_OTP",
        };
        self.enabled_types.iter().flatten().filter(|_| self.is_on()).map(|t| name(t).into()).collect()
    }
}

impl PasswordPolicy {
    fn to_object(&self) -> Object {
        let flag = |on: bool| on.then_some(true);
        Object::new()
            .opt("MinimumLength", self.minimum_length.clone())
            .opt("RequireLowercase", flag(self.require_lowercase))
            .opt("RequireNumbers", flag(self.require_numbers))
            .opt("RequireSymbols", flag(self.require_symbols))
            .opt("RequireUppercase", flag(self.require_uppercase))
            .opt("TemporaryPasswordValidityDays", self.temporary_password_validity_days.clone())
    }
}

/// The attributes that Cognito verifies when a user signs up.
fn verified(p: &UserAuthPoolProps) -> Vec<&'static str> {
    let by_email = match p.user_verification_type {
        Some(UserVerificationType::Sms | UserVerificationType::Nothing) => false,
        Some(UserVerificationType::EmailCode | UserVerificationType::EmailLink) => true,
        None => p.require_email_verification != Some(false),
    };
    let email = by_email || p.require_email_verification == Some(true);
    let phone = p.user_verification_type == Some(UserVerificationType::Sms)
        || p.require_phone_number_verification == Some(true);
    chosen([("email", email), ("phone_number", phone)])
}

/// The names behind which `true` stands.
fn chosen(all: [(&'static str, bool); 2]) -> Vec<&'static str> {
    all.into_iter().filter(|(_, chosen)| *chosen).map(|(name, _)| name).collect()
}

/// Adds pool and role.
pub fn expand(r: &Resource<UserAuthPool>, stack: &Stack<'_>, fragment: &mut Fragment) {
    let p = &r.props;
    let sms_role = r.id("SendSms", "AWS::IAM::Role");
    RoleBuilder::new(sms_role.clone(), None, "cognito-idp.amazonaws.com")
        .trusted_when(own_account())
        // A phone number is no resource of AWS.
        .policy("send-sms", vec![Statement::allow(&["sns:Publish"], vec!["*".into()], r.span)])
        .add_to(fragment, r.span, stack);

    let recovery = |name: &'static str, priority: i64| Object::new().set("Name", name).set("Priority", priority);
    let policy = p.password_policy.as_ref().map(PasswordPolicy::to_object).filter(|o| !o.is_empty());
    // Cognito refuses the two together.
    let temporary = policy.as_ref().is_some_and(|policy| policy.get("TemporaryPasswordValidityDays").is_some());
    let days = p.unused_account_validity_days.clone().map_or(Expr::Int(INVITATION_DAYS), Expr::from);
    let invitation = p.invite_message_config.as_ref().map(messages::invitation).filter(|o| !o.is_empty());
    let mfa = p.mfa_configuration.as_ref();
    let admin = Object::new()
        .set("AllowAdminCreateUserOnly", p.allow_only_admins_to_create_account.clone())
        .opt("InviteMessageTemplate", invitation)
        .opt("UnusedAccountValidityDays", (!temporary).then_some(days));
    let properties = Object::new()
        .set(
            "AccountRecoverySetting",
            Object::new()
                .set("RecoveryMechanisms", vec![recovery("verified_email", 1), recovery("verified_phone_number", 2)]),
        )
        .set("AdminCreateUserConfig", admin)
        .set("AutoVerifiedAttributes", verified(p))
        .set("EmailConfiguration", messages::sender(p.email_configuration.as_ref()))
        .list("EnabledMfas", mfa.map(Mfa::enabled).unwrap_or_default())
        .opt("LambdaConfig", p.hooks.as_ref().map(UserPoolHooks::to_object).filter(|o| !o.is_empty()))
        .opt("MfaConfiguration", mfa.and_then(|mfa| mfa.status))
        .opt("Policies", policy.map(|policy| Object::new().set("PasswordPolicy", policy)))
        .list("Schema", p.schema.iter().flatten().map(|a| a.to_expr()).collect())
        .set("SmsConfiguration", Object::new().set("SnsCallerArn", role_arn(&sms_role)))
        .set("UserPoolName", stack.identity.physical(&format!("{}-user-pool", r.name.flat()), MAX_NAME))
        .set("UserPoolTags", stack.tag_map(&[]))
        .set(
            "UsernameAttributes",
            chosen([("phone_number", p.allow_phone_number_as_user_name), ("email", p.allow_email_as_user_name)]),
        )
        .opt("VerificationMessageTemplate", messages::verification(p));
    let pool = template::Resource::new("AWS::Cognito::UserPool", properties).holds_data();
    fragment.add(r.pool_id(), r.span, pool);
}
