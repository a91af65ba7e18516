use crate::source::FilePath;
use crate::target::Target;
use crate::template::Template;
use crate::world::{Fact, FactKey, World};
use crate::{Compiled, Input, compile};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A config, and what SES knows about every sender.
struct Sender(String, Option<Fact>);

impl World for Sender {
    fn source(&self, file: &FilePath) -> Option<Arc<str>> {
        (file.as_str() == "stacktape.yml").then(|| self.0.as_str().into())
    }
    fn fact(&self, key: &FactKey) -> Option<Fact> {
        match key {
            FactKey::VerifiedSender { .. } => self.1.clone(),
            _ => Some(Fact::Text { value: "123456789012".into() }),
        }
    }
}

fn compiled(alarms: &str, sender: Option<Fact>) -> Compiled {
    let config = format!("resources:\n  q:\n    type: sqs-queue\n    properties:\n      alarms: {alarms}\n");
    let target = Target { project_name: "demo".into(), stage: "dev".into(), region: "eu-west-1".into(), profile: None };
    let input = Input { config: FilePath::new("stacktape.yml"), target, cli_args: BTreeMap::new(), evaluated: None };
    compile(&input, &Sender(config, sender))
}

fn template(alarms: &str) -> Template {
    let compiled = compiled(alarms, Some(Fact::Bool { value: true }));
    assert!(compiled.diagnostics.is_empty(), "{:?}", compiled.diagnostics);
    compiled.template.unwrap()
}

const MAIL: &str = "{ type: email, properties: { sender: a@example.com, recipient: b@example.com } }";

#[test]
fn a_sender_must_be_verified() {
    let alarms = format!("[{{ trigger: {{ type: sqs-queue-not-empty }}, notificationTargets: [{MAIL}] }}]");
    for fact in [Fact::Absent, Fact::Bool { value: false }] {
        let compiled = compiled(&alarms, Some(fact));
        let [only] = compiled.diagnostics.as_slice() else { panic!("{:?}", compiled.diagnostics) };
        assert!(only.message.contains("a@example.com") && only.message.contains("eu-west-1"), "{}", only.message);
        assert!(only.hints[0].contains("create-email-identity"), "{:?}", only.hints);
    }
    assert!(compiled(&alarms, Some(Fact::Bool { value: true })).diagnostics.is_empty());
    let unknown = compiled(&alarms, None);
    assert!(unknown.diagnostics.is_empty());
    assert!(unknown.missing.contains(&FactKey::VerifiedSender { address: "a@example.com".into() }));
}

#[test]
fn alarms_share_what_reaches_the_same_receiver() {
    let hook = |url: &str| format!("{{ type: discord, properties: {{ webhookUrl: 'https://{url}' }} }}");
    let alarm = |targets: &[String]| {
        format!("{{ trigger: {{ type: sqs-queue-not-empty }}, notificationTargets: [{}] }}", targets.join(", "))
    };
    let one = [hook("a.io/1"), MAIL.to_string()];
    let made = template(&format!("[{}, {}]", alarm(&one), alarm(&one)));
    let count = |t: &Template, kind: &str| t.resources.values().filter(|r| r.kind == kind).count();
    assert_eq!(count(&made, "AWS::Events::Rule"), 2);
    assert_eq!(count(&made, "AWS::Events::ApiDestination"), 1);
    assert_eq!(count(&made, "AWS::StepFunctions::StateMachine"), 1);
    let other = [hook("a.io/2"), MAIL.to_string()];
    assert_eq!(count(&template(&format!("[{}, {}]", alarm(&one), alarm(&other))), "AWS::Events::Connection"), 2);
}

#[test]
fn a_rule_has_five_targets_at_most() {
    let hooks: Vec<String> =
        (0..11).map(|i| format!("{{ type: discord, properties: {{ webhookUrl: 'https://a.io/{i}' }} }}")).collect();
    let made = template(&format!(
        "[{{ trigger: {{ type: sqs-queue-not-empty }}, notificationTargets: [{}] }}]",
        hooks.join(", ")
    ));
    let targets: Vec<(&str, usize)> = made
        .resources
        .iter()
        .filter(|(_, r)| r.kind == "AWS::Events::Rule")
        .map(|(id, r)| match r.properties.get("Targets") {
            Some(crate::template::Expr::List(items)) => (id.as_str(), items.len()),
            _ => (id.as_str(), 0),
        })
        .collect();
    assert_eq!(
        targets,
        [
            ("SqsQueueNotEmptyForQ0Notification1Rule", 5),
            ("SqsQueueNotEmptyForQ0Notification2Rule", 1),
            ("SqsQueueNotEmptyForQ0NotificationRule", 5)
        ]
    );
}
