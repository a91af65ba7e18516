//! Values that only CloudFormation knows.

use super::{Fixture, expr_json, value};
use crate::directives::is_sensitive;
use crate::syntax::Value;
use crate::world::{Fact, FactKey};
use serde_json::json;

fn secret(name: &str) -> FactKey {
    FactKey::SecretVersion { name: name.into() }
}

fn world() -> Fixture {
    Fixture::default()
        .text_fact(secret("db"), "v1")
        .text_fact(secret("orders-db"), "v2")
        .text_fact(secret("ordersdb"), "v3")
        .fact_is(FactKey::SsmParameter { name: "/app/key".into() }, Fact::SsmParameter { version: 4, secure: false })
        .fact_is(FactKey::SsmParameter { name: "pw".into() }, Fact::SsmParameter { version: 2, secure: true })
}

#[test]
fn parameters_and_attributes_are_open_leaves() {
    assert_eq!(
        value("x: [\"$ResourceParam('web.api', 'url')\", \"$CfResourceParam('MyTopic', 'Ref')\"]"),
        json!([{ "deferred": "param web.api.url" }, { "deferred": "attribute MyTopic.Ref" }])
    );
    let outcome = Fixture::default().resolve("x: \"$ResourceParam('api', 'url')\"");
    let node = outcome.resolved.root.as_map().unwrap().get("x").unwrap();
    let Value::Deferred(expr) = &node.value else { panic!() };
    let crate::template::Expr::Param { span, .. } = **expr else { panic!() };
    assert_eq!(
        &outcome.sources.text(span.file)[span.start as usize..span.end as usize],
        "$ResourceParam('api', 'url')"
    );
}

#[test]
fn formats_with_open_values_are_substitutions() {
    assert_eq!(
        value("x: \"$CfFormat('dns://{}/{}', $Stage(), $ResourceParam('a', 'host'))\""),
        json!({ "deferred": { "Fn::Sub": ["dns://dev/${sub1}", { "sub1": "param a.host" }] } })
    );
    assert_eq!(value("x: \"$CfFormat('{}-{}', $Stage(), 5)\""), json!("dev-5"), "all known: plain text");
    assert_eq!(value("x: \"$CfFormat('b-${AWS::Region}')\""), json!({ "deferred": { "Fn::Sub": "b-${AWS::Region}" } }));
    assert_eq!(
        value("x: \"$CfFormat('${AWS::Region} {} {}', 'a ${b}', $ResourceParam('a', 'b'))\""),
        json!({ "deferred": { "Fn::Sub": ["${AWS::Region} a ${!b} ${sub1}", { "sub1": "param a.b" }] } }),
        "a value is never looked into"
    );
    assert_eq!(
        value("x: \"$CfFormat('<{}>', $CfFormat('{}', $ResourceParam('a', 'b')))\""),
        json!({ "deferred": { "Fn::Sub": ["<${sub0}>", { "sub0": { "Fn::Sub": ["${sub0}", { "sub0": "param a.b" }] } }] } })
    );
}

#[test]
fn exports_of_other_stacks_are_imported() {
    assert_eq!(
        value("x: \"$CfStackOutput('shop-dev', 'tableArn')\""),
        json!({ "deferred": { "Fn::ImportValue": "ShopDevTableArn" } })
    );
    assert_eq!(value("x: \"$CfStackOutput('net2', '1st')\""), json!({ "deferred": { "Fn::ImportValue": "Net21st" } }));
}

#[test]
fn secrets_are_references_to_the_current_version() {
    let outcome =
        world().resolve("x: [$Secret('db'), $Secret('db.password'), $Secret('orders-db.a.b')]\ny: $Stage()\n");
    assert_eq!(outcome.diagnostics, []);
    assert_eq!(
        outcome.get("x"),
        json!([
            { "deferred": "{{resolve:secretsmanager:db:SecretString:::v1}}" },
            { "deferred": "{{resolve:secretsmanager:db:SecretString:password::v1}}" },
            { "deferred": "{{resolve:secretsmanager:orders-db:SecretString:a.b::v2}}" },
        ])
    );
    assert_eq!(
        json!(outcome.resolved.extra_outputs),
        json!({ "dbCurrentSecretVersionId": "v1", "ordersdbCurrentSecretVersionId": "v2" })
    );
    assert_eq!(outcome.resolved.sensitive.len(), 3);
    assert!(outcome.resolved.missing.is_empty());
}

#[test]
fn output_names_are_valid_and_differ() {
    let outcome = world().resolve("x: [$Secret('ordersdb'), $Secret('orders-db'), $SsmParam('/app/key')]");
    assert_eq!(
        json!(outcome.resolved.extra_outputs),
        json!({ "appkeyCurrentSsmParameterVersion": "4", "ordersdbCurrentSecretVersionId": "v2", "ordersdbCurrentSecretVersionId2": "v3" })
    );
}

#[test]
fn ssm_parameters_are_references_to_the_current_version() {
    let outcome = world().resolve("x: [$SsmParam('/app/key'), $SsmParam('pw')]");
    assert_eq!(
        outcome.get("x"),
        json!([{ "deferred": "{{resolve:ssm:/app/key:4}}" }, { "deferred": "{{resolve:ssm-secure:pw:2}}" }])
    );
    assert_eq!(outcome.resolved.sensitive.len(), 1, "only the SecureString");
}

#[test]
fn missing_versions_have_stand_ins() {
    let outcome = Fixture::default().resolve("x: [$Secret('db.pw'), $SsmParam('p')]");
    assert_eq!(outcome.diagnostics, []);
    let reference = "{{resolve:secretsmanager:db:SecretString:pw::00000000-0000-0000-0000-000000000000}}";
    assert_eq!(outcome.get("x"), json!([{ "deferred": reference }, { "deferred": "{{resolve:ssm:p:1}}" }]));
    assert_eq!(
        outcome.resolved.missing.into_iter().collect::<Vec<_>>(),
        [secret("db"), FactKey::SsmParameter { name: "p".into() }]
    );
}

#[test]
fn a_secret_within_a_text_stays_sensitive() {
    let outcome = world().resolve("x: \"$CfFormat('pg://{}@{}', $Secret('db'), $ResourceParam('a', 'host'))\"\ny: \"$CfFormat('pw={}', $Secret('db'))\"");
    assert_eq!(outcome.get("y"), json!({ "deferred": "pw={{resolve:secretsmanager:db:SecretString:::v1}}" }));
    for key in ["x", "y"] {
        let node = outcome.resolved.root.as_map().unwrap().get(key).unwrap();
        let Value::Deferred(expr) = &node.value else { panic!() };
        assert!(is_sensitive(expr), "{}", expr_json(expr));
        assert!(outcome.resolved.sensitive.contains(&node.span));
    }
}

#[test]
fn open_values_pass_through_variables() {
    let config = "variables: { env: [{ name: T, value: \"$ResourceParam('t', 'name')\" }] }\nx: $Var().env";
    assert_eq!(value(config), json!([{ "name": "T", "value": { "deferred": "param t.name" } }]));
}
