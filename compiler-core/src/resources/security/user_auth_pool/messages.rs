//! What users are sent, and who sends it.

use super::{UserAuthPoolProps, UserVerificationType, warn};
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::references;
use crate::model::Linked;
use crate::template::{Expr, Object};

/// Who sends e-mails.
#[derive(Clone, Debug, Decode, Describe)]
pub struct EmailConfiguration {
    /// ARN of a verified identity of Amazon SES, an address or a domain. Own texts need it.
    pub ses_address_arn: Option<Val<String>>,
    /// The sender, such as `Shop <shop@example.com>`.
    pub from: Option<Val<String>>,
    /// Where answers go.
    pub reply_to_email_address: Option<Val<String>>,
}

/// What an invited user is sent. `{username}` and `{####}` stand for the name and the temporary password.
#[derive(Clone, Debug, Decode, Describe)]
pub struct InviteMessageConfig {
    /// Text of the e-mail.
    #[config(length = 6..=20000)]
    pub email_message: Option<Val<String>>,
    /// Subject of the e-mail.
    #[config(length = 1..=140)]
    pub email_subject: Option<Val<String>>,
    /// Text of the SMS.
    #[config(length = 6..=140)]
    pub sms_message: Option<Val<String>>,
}

/// What a user is sent to prove that an address or number is theirs. `{####}` stands for the code, `{##text##}` for a link.
#[derive(Clone, Debug, Decode, Describe)]
pub struct UserVerificationMessageConfig {
    /// Text of the e-mail with a code.
    #[config(length = 6..=20000)]
    pub email_message_using_code: Option<Val<String>>,
    /// Text of the e-mail with a link.
    #[config(length = 6..=20000)]
    pub email_message_using_link: Option<Val<String>>,
    /// Subject of the e-mail with a code.
    #[config(length = 1..=140)]
    pub email_subject_using_code: Option<Val<String>>,
    /// Subject of the e-mail with a link.
    #[config(length = 1..=140)]
    pub email_subject_using_link: Option<Val<String>>,
    /// Text of the SMS.
    #[config(length = 6..=140)]
    pub sms_message: Option<Val<String>>,
}

/// A text of the config and what must stand in it.
struct Text<'a> {
    property: &'static str,
    text: &'a Option<Val<String>>,
    parts: &'static [&'static str],
    is_email: bool,
}

const CODE: &[&str] = &["{####}"];
const INVITATION: &[&str] = &["{username}", "{####}"];
const LINK: &[&str] = &["{##", "##}"];

fn texts(p: &UserAuthPoolProps) -> Vec<Text<'_>> {
    let text = |property, text, parts| Text { property, text, parts, is_email: property != "smsMessage" };
    let mut all = vec![];
    if let Some(invite) = &p.invite_message_config {
        all.push(text("emailMessage", &invite.email_message, INVITATION));
        all.push(text("emailSubject", &invite.email_subject, &[]));
        all.push(text("smsMessage", &invite.sms_message, INVITATION));
    }
    if let Some(verify) = &p.user_verification_message_config {
        all.push(text("emailMessageUsingCode", &verify.email_message_using_code, CODE));
        all.push(text("emailMessageUsingLink", &verify.email_message_using_link, LINK));
        all.push(text("emailSubjectUsingCode", &verify.email_subject_using_code, &[]));
        all.push(text("emailSubjectUsingLink", &verify.email_subject_using_link, &[]));
        all.push(text("smsMessage", &verify.sms_message, CODE));
    }
    all
}

/// Reports own texts of e-mails that nobody would send, once; warns of texts in which the code is missing.
pub fn check(p: &UserAuthPoolProps, linked: &Linked<'_>, sink: &mut Sink) {
    let sender = p.email_configuration.as_ref().and_then(|e| e.ses_address_arn.as_ref());
    if let Some(sender) = sender {
        references::check_arn("sesAddressArn", sender, linked, sink);
    }
    let texts = texts(p);
    let mut emails = texts.iter().filter(|t| t.is_email).filter_map(|t| Some((t.property, t.text.as_ref()?)));
    if let (None, Some((property, text))) = (sender, emails.next()) {
        let message = format!("Cognito sends its own texts only: {property} needs a sender of yours");
        sink.push(
            Diagnostic::error(Code::CONFLICT, text.span, message)
                .hint("add emailConfiguration.sesAddressArn with the ARN of a verified identity of Amazon SES"),
        );
    }
    for Text { property, text, parts, .. } in texts {
        let Some((value, text)) = text.as_ref().and_then(|value| Some((value, value.as_known()?))) else { continue };
        if let Some(part) = parts.iter().find(|part| !text.contains(**part)) {
            let shown = if parts == LINK { "{##text of the link##}" } else { *part };
            warn(
                value.span,
                format!("Cognito refuses {property} without {shown}"),
                format!("put {shown} where it shall stand in the text"),
                sink,
            );
        }
    }
}

/// `EmailConfiguration` of the pool.
pub fn sender(email: Option<&EmailConfiguration>) -> Object {
    let own = email.and_then(|e| e.ses_address_arn.clone());
    Object::new()
        .set("EmailSendingAccount", if own.is_some() { "DEVELOPER" } else { "COGNITO_DEFAULT" })
        .opt("From", email.and_then(|e| e.from.clone()))
        .opt("ReplyToEmailAddress", email.and_then(|e| e.reply_to_email_address.clone()))
        .opt("SourceArn", own)
}

/// `InviteMessageTemplate` of the pool.
pub fn invitation(invite: &InviteMessageConfig) -> Object {
    Object::new()
        .opt("EmailMessage", invite.email_message.clone())
        .opt("EmailSubject", invite.email_subject.clone())
        .opt("SMSMessage", invite.sms_message.clone())
}

/// `VerificationMessageTemplate` of the pool; `None` when the config says nothing about it.
pub fn verification(p: &UserAuthPoolProps) -> Option<Object> {
    let option = match p.user_verification_type {
        Some(UserVerificationType::EmailCode) => Some("CONFIRM_WITH_CODE"),
        Some(UserVerificationType::EmailLink) => Some("CONFIRM_WITH_LINK"),
        _ => None,
    };
    let texts = p.user_verification_message_config.as_ref();
    let text = |of: fn(&UserVerificationMessageConfig) -> &Option<Val<String>>| {
        texts.and_then(|texts| of(texts).clone()).map(Expr::from)
    };
    let template = Object::new()
        .opt("DefaultEmailOption", option)
        .opt("EmailMessage", text(|t| &t.email_message_using_code))
        .opt("EmailMessageByLink", text(|t| &t.email_message_using_link))
        .opt("EmailSubject", text(|t| &t.email_subject_using_code))
        .opt("EmailSubjectByLink", text(|t| &t.email_subject_using_link))
        .opt("SmsMessage", text(|t| &t.sms_message));
    Some(template).filter(|t| !t.is_empty())
}
