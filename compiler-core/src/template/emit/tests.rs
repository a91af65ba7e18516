//! Both notations of the same template, and every text that a parser could take for something else.

use super::super::{ArtifactId, get_att, reference, sub, sub_with};
use super::*;
use crate::source::Span;

fn sample() -> Template {
    let role = Object::new()
        .set("RoleName", "demo")
        .set("Empty", Object::new())
        .set("Nothing", Expr::List(vec![]))
        .set("Size", 5)
        .set("Share", 0.5)
        .set("On", true)
        .set("Arn", get_att("Q", "Arn"))
        .set(
            "Nested",
            Expr::List(vec![
                Expr::List(vec!["a".into(), Expr::Null]),
                Object::new().set("k", "v").set("l", "w").into(),
            ]),
        )
        .set("Code", "line 1\n  line 2\n\nend\n");
    let mut t = Template { description: "STP-stack_demo".to_string(), ..Template::default() };
    t.sections.insert(
        "Conditions",
        Object::new().set("Prod", Expr::Intrinsic("Fn::Not", Box::new(Expr::List(vec![reference("X")])))),
    );
    t.resources.insert(
        "B".to_string(),
        Resource::new("AWS::IAM::Role", role).after("Q").after("A").attribute("DeletionPolicy", "Retain"),
    );
    t.resources.insert("A".to_string(), Resource::new("AWS::SNS::Topic", Object::new()).after("Q"));
    t.outputs.insert(
        "Url".to_string(),
        Output { value: sub("${B.Arn}"), description: Some("d".to_string()), export: Some("name".into()) },
    );
    t
}

#[test]
fn json() {
    let expected = r#"{"AWSTemplateFormatVersion":"2010-09-09","Description":"STP-stack_demo","Conditions":{"Prod":{"Fn::Not":[{"Ref":"X"}]}},"#.to_string()
        + r#""Resources":{"A":{"Type":"AWS::SNS::Topic","DependsOn":"Q"},"B":{"Type":"AWS::IAM::Role","Properties":{"RoleName":"demo","#
        + r#""Empty":{},"Nothing":[],"Size":5,"Share":0.5,"On":true,"Arn":{"Fn::GetAtt":["Q","Arn"]},"Nested":[["a",null],{"k":"v","l":"w"}],"#
        + r#""Code":"line 1\n  line 2\n\nend\n"},"DependsOn":["A","Q"],"DeletionPolicy":"Retain"}},"#
        + r#""Outputs":{"Url":{"Description":"d","Value":{"Fn::Sub":"${B.Arn}"},"Export":{"Name":"name"}}}}"#;
    assert_eq!(to_json(&sample(), false), expected);
    // The pretty form is what serde_json makes of the compact one: same values, same order, same layout.
    let value: serde_json::Value = serde_json::from_str(&expected).unwrap();
    assert_eq!(to_json(&sample(), true), serde_json::to_string_pretty(&value).unwrap() + "\n");
    assert_eq!(
        to_json(&Template::default(), true),
        "{\n  \"AWSTemplateFormatVersion\": \"2010-09-09\",\n  \"Resources\": {}\n}\n"
    );
}

#[test]
fn yaml() {
    let expected = "\
AWSTemplateFormatVersion: '2010-09-09'
Description: STP-stack_demo
Conditions:
  Prod:
    Fn::Not:
      - Ref: X
Resources:
  A:
    Type: AWS::SNS::Topic
    DependsOn: Q
  B:
    Type: AWS::IAM::Role
    Properties:
      RoleName: demo
      Empty: {}
      Nothing: []
      Size: 5
      Share: 0.5
      'On': true
      Arn:
        Fn::GetAtt:
          - Q
          - Arn
      Nested:
        - - a
          - null
        - k: v
          l: w
      Code: |
        line 1
          line 2

        end
    DependsOn:
      - A
      - Q
    DeletionPolicy: Retain
Outputs:
  Url:
    Description: d
    Value:
      Fn::Sub: ${B.Arn}
    Export:
      Name: name
";
    assert_eq!(to_yaml(&sample()), expected);
}

#[track_caller]
fn notation(text: &'static str, expected: &str) {
    let list = Expr::List(vec![text.into()]);
    assert_eq!(list.to_yaml_text(), format!("- {expected}\n"), "{text:?}");
    let back: Vec<String> = serde_json::from_str(&list.to_json_text()).unwrap();
    assert_eq!(back, [text]);
}

#[test]
fn yaml_quotes_what_is_ambiguous() {
    for plain in [
        "abc",
        "a b",
        "AWS::S3::Bucket",
        "${A}-x",
        "/a/b",
        "_x",
        "rate(5 minutes)",
        "index.handler",
        "a#b",
        "x@y.z",
        "None",
        "e5",
        "a*",
        "s3:Get*",
    ] {
        notation(plain, plain);
    }
    for quoted in [
        "",
        "1",
        "1.5",
        "-1",
        "+1",
        ".5",
        "1e3",
        "0x1F",
        "0o17",
        "1_000",
        "12:30",
        "2012-10-17",
        "true",
        "False",
        "YES",
        "no",
        "On",
        "off",
        "y",
        "N",
        "null",
        "~",
        "=",
        "<<",
        "-",
        "- a",
        "? a",
        "a: b",
        "a:",
        "a #b",
        "#a",
        " a",
        "a ",
        "&a",
        "*",
        "!a",
        "|",
        ">",
        "%a",
        "@a",
        "`a",
        "[a]",
        "{a}",
        "a, b",
        "\"a\"",
        "a\"b",
        "...",
        "---",
        "é",
        "😀",
        "a\\b",
        ":",
        ",",
    ] {
        notation(quoted, &format!("'{quoted}'"));
    }
    notation("it's", "'it''s'");
    notation("a\tb", "\"a\\tb\"");
    notation("a\u{2028}\u{85}\u{0}\u{7f}\"\\", "\"a\\u2028\\u0085\\u0000\\u007f\\\"\\\\\"");
    notation("a\r\n", "\"a\\r\\n\"");
    notation("\n", "\"\\n\"");
    notation("a\n\n", "\"a\\n\\n\"");
    notation(" a\nb", "\" a\\nb\"");
    notation("a\n \nb", "\"a\\n \\nb\"");
    notation("a\nb", "|-\n  a\n  b");
    notation("a: 'b'\n\n\tc # d\n", "|\n  a: 'b'\n\n  \tc # d");
    let long: Expr = Object::new().set("k".repeat(2000), Object::new().set("a", 1)).into();
    assert_eq!(long.to_yaml_text(), format!("? '{}'\n:\n  a: 1\n", "k".repeat(2000)));
}

#[test]
fn json_escapes() {
    assert_eq!(
        Expr::from("\"\\\u{8}\u{c}\n\r\t\u{1}\u{7f}\u{2028}é😀/").to_json_text(),
        "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\u{7f}\u{2028}é😀/\""
    );
}

#[test]
fn numbers_read_back_the_same() {
    for n in [0.1, 1.0 / 3.0, 1e-7, 123456.789, 5e-324, f64::MAX, 1e20, -0.25] {
        let text = Expr::Float(n).to_json_text();
        assert_eq!(text.parse::<f64>().unwrap(), n);
        assert!(!text.contains('e'), "YAML 1.1 reads `{text}` as text");
    }
    assert_eq!(Expr::Float(f64::NAN).to_json_text(), "null");
    assert_eq!(Expr::Float(3.0).to_json_text(), "3");
    assert_eq!(Expr::Int(i64::MIN).to_json_text(), i64::MIN.to_string());
}

#[test]
fn open_leaves_in_a_preview() {
    let id = ArtifactId("api".into());
    let leaves = Expr::List(vec![
        Expr::Artifact(id.clone(), ArtifactField::S3Key),
        Expr::Artifact(id.clone(), ArtifactField::ImageUri),
        Expr::Artifact(id, ArtifactField::Digest),
        Expr::Param { resource: "db".into(), name: "arn".into(), span: Span::default() },
        Expr::Attribute { logical_id: "Q".into(), name: "Arn".into(), span: Span::default() },
        sub_with("${a}", Object::new().set("a", 1)),
    ]);
    assert_eq!(
        leaves.to_json_text(),
        r#"["api/unpackaged.zip","api:unpackaged","unpackaged","$ResourceParam('db', 'arn')","$CfResourceParam('Q', 'Arn')",{"Fn::Sub":["${a}",{"a":1}]}]"#
    );
}
