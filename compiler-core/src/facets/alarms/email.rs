//! Mail about alarms, sent by SES: a Step Functions Express state machine per sender, which EventBridge starts with the text of the mail.
//!
//! EventBridge cannot call SES itself. The state machine costs about a millionth of a dollar per mail; its role may send from its sender only.

use super::delivery::{self, Notice};
use super::target::EmailTarget;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::iam::{RoleBuilder, own_account, role_arn};
use crate::model::{Fragment, Stack, Statement};
use crate::source::Spanned;
use crate::template::{Expr, Object, Resource, get_att, reference, sub};
use crate::world::{Fact, FactKey};

/// Rules of a mail target: addresses, and whether SES may send from the sender.
pub fn check(target: &EmailTarget, stack: &Stack<'_>, sink: &mut Sink) {
    let mut valid = true;
    for (property, address) in [("sender", &target.sender), ("recipient", &target.recipient)] {
        if !is_address(address) {
            let message = format!("{property} must be an e-mail address, found \"{}\"", address.value);
            sink.push(Diagnostic::error(Code::BAD_VALUE, address.span, message).hint("for example alerts@example.com"));
            valid = false;
        }
    }
    if valid {
        check_sender(&target.sender, stack, sink);
    }
}

fn check_sender(sender: &Spanned<String>, stack: &Stack<'_>, sink: &mut Sink) {
    let fact = stack.fact(FactKey::VerifiedSender { address: sender.value.clone() });
    if matches!(fact, Some(Fact::Absent | Fact::Bool { value: false })) {
        let region = &stack.identity.region;
        let message = format!("Amazon SES has not verified the sender `{}` in {region}", sender.value);
        let hint = format!(
            "verify it with: aws sesv2 create-email-identity --email-identity {} --region {region}",
            sender.value
        );
        sink.push(Diagnostic::error(Code::BAD_VALUE, sender.span, message).hint(hint));
    }
}

/// Whether this is a plain address: one `@`, a domain with a dot, nothing that mail servers refuse.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let local_char = |c: char| c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    let label = |l: &str| {
        let inner = l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        (1..=63).contains(&l.len()) && inner && !l.starts_with('-') && !l.ends_with('-')
    };
    (1..=64).contains(&local.len())
        && local.chars().all(local_char)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && domain.contains('.')
        && domain.split('.').all(label)
}

/// The target of the rule; adds the state machine and both roles unless another alarm's mail has the same sender.
pub fn add(target: &EmailTarget, notice: &Notice<'_>, fragment: &mut Fragment) -> Object {
    let sender = target.sender.value.clone();
    let ids = delivery::Ids::new("Email", &Expr::from(&sender));
    let machine = ids.id("", "AWS::StepFunctions::StateMachine");
    let (mailer, starter) = (ids.id("Sender", "AWS::IAM::Role"), ids.id("", "AWS::IAM::Role"));
    if !fragment.has(&machine) {
        let (span, stack) = (target.sender.span, notice.stack);
        let mut made = Fragment::default();
        // Which identity SES checks depends on the account (address or domain, the recipient's too in the sandbox); the condition holds in any case.
        let identities = vec![
            sub("arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/*"),
            sub("arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/*"),
        ];
        let from = Object::new().set("StringEquals", Object::new().set("ses:FromAddress", sender));
        RoleBuilder::new(mailer.clone(), None, "states.amazonaws.com")
            .trusted_when(own_account())
            .policy("send-mail", vec![Statement::allow(&["ses:SendEmail"], identities, span).when(from)])
            .add_to(&mut made, span, stack);
        let properties = Object::new()
            .set("Definition", definition())
            .set("RoleArn", role_arn(&mailer))
            .set("StateMachineType", "EXPRESS")
            .set("Tags", stack.tags(&[]));
        made.add(machine.clone(), span, Resource::new("AWS::StepFunctions::StateMachine", properties));
        RoleBuilder::new(starter.clone(), None, "events.amazonaws.com")
            .trusted_when(own_account())
            .policy(
                "start-state-machine",
                vec![Statement::allow(&["states:StartExecution"], vec![reference(machine.clone())], span)],
            )
            .add_to(&mut made, span, stack);
        fragment.merge(made.shared());
    }
    let input = Object::new()
        .set("from", target.sender.value.clone())
        .set("to", target.recipient.value.clone())
        .set("subject", format!("<state>: {}", notice.physical_name))
        .set("text", notice.lines("<reason>").join("\n"));
    Object::new()
        .set("Arn", reference(machine))
        .set("RoleArn", get_att(starter, "Arn"))
        .set("InputTransformer", delivery::transformer(input))
}

/// One step: SES sends what the input says.
fn definition() -> Object {
    let data = |path: &'static str| Object::new().set("Data.$", path);
    let simple = Object::new().set("Subject", data("$.subject")).set("Body", Object::new().set("Text", data("$.text")));
    let parameters = Object::new()
        .set("FromEmailAddress.$", "$.from")
        .set("Destination", Object::new().set("ToAddresses.$", "States.Array($.to)"))
        .set("Content", Object::new().set("Simple", simple));
    let again = Object::new()
        .set("ErrorEquals", vec!["States.ALL"])
        .set("IntervalSeconds", 2)
        .set("MaxAttempts", 4)
        .set("BackoffRate", 3);
    let send = Object::new()
        .set("Type", "Task")
        .set("Resource", sub("arn:${AWS::Partition}:states:::aws-sdk:sesv2:sendEmail"))
        .set("Parameters", parameters)
        .set("Retry", vec![again])
        .set("End", true);
    Object::new().set("StartAt", "Send").set("States", Object::new().set("Send", send))
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn addresses() {
        for text in ["a@example.com", "first.last+tag@mail.example.co.uk", "o'neill@example.org"] {
            assert!(is_address(text), "{text}");
        }
        for text in
            ["not-an-address", "a@b", "a@@example.com", "a b@example.com", "@example.com", "a@-x.com", ".a@x.io", ""]
        {
            assert!(!is_address(text), "{text}");
        }
    }
}
