//! Values that are known when the config is compiled.

use super::{Fixture, value};
use crate::world::{Fact, FactKey};
use serde_json::json;

fn git(property: &str) -> FactKey {
    FactKey::Git { property: property.into() }
}

#[test]
fn the_target() {
    assert_eq!(value("x: [$Stage(), $Region(), $Profile()]"), json!(["dev", "eu-west-1", "default"]));
    let fixture = Fixture::default().text_fact(FactKey::AccountId, "123456789012");
    assert_eq!(fixture.value("x: $AwsAccountId()"), json!("123456789012"));
}

#[test]
fn a_fact_that_nobody_looked_up_has_a_stand_in_and_is_missing() {
    let outcome = Fixture::default().resolve(
        "x: [$AwsAccountId(), $GitInfo('commit'), $GitInfo('hasUncommitedChanges'), \"$StackOutput('net', 'id')\"]",
    );
    assert_eq!(outcome.diagnostics, []);
    assert_eq!(outcome.get("x"), json!(["000000000000", "0".repeat(40), false, "output-id-of-net"]));
    let output = FactKey::StackOutput { stack: "net".into(), output: "id".into(), region: None };
    let missing: Vec<FactKey> = outcome.resolved.missing.into_iter().collect();
    assert_eq!(missing, [FactKey::AccountId, git("commit"), git("hasUncommitedChanges"), output]);
}

#[test]
fn text_is_a_directive_only_as_a_whole() {
    for literal in [
        "a $Stage()",
        "$Stage() b",
        "$Stage()-b",
        "$Stage",
        "$Stage(",
        "$(date)",
        "$.map(x)",
        "$1(x)",
        "$ Stage()",
        "$Stage().",
        "$Stage(). Yes",
    ] {
        assert_eq!(value(&format!("x: \"{literal}\"")), json!(literal));
    }
}

#[test]
fn custom_directives_run_on_the_host() {
    let config = "directives: [{ name: size, filePath: 'echo.ts:bySize' }, { name: plain, filePath: echo.ts }]\n";
    let called = value(&format!("{config}x: $size(5, 'a', $Stage())"));
    assert_eq!(called, json!({ "script": "echo.ts", "export": "bySize", "arguments": [5, "a", "dev"] }));
    assert_eq!(value(&format!("{config}x: $plain().export")), json!("plain"));
}

#[test]
fn keys_are_never_directives() {
    assert_eq!(value("x: { $Stage(): 1 }"), json!({ "$Stage()": 1 }));
}

#[test]
fn arguments_are_quoted_text_words_numbers_booleans_and_directives() {
    assert_eq!(
        value(r#"x: '$Format("{} {} {} {} {}, (it''s \"quoted\")", word, 5, -1.5, true, $Stage())'"#),
        json!("word 5 -1.5 true dev, (it's \"quoted\")")
    );
    assert_eq!(value(r"x: $Format('it\'s {}', 007)"), json!("it's 007"), "digits with a leading zero are text");
    assert_eq!(value("x: $Format( '{}'  ,  two words )"), json!("two words"));
    assert_eq!(
        value("x: $Format('{stage()}-{projectName()}-auth')"),
        json!("{stage()}-{projectName()}-auth"),
        "only `{{}}` is filled in"
    );
}

#[test]
fn variables_are_lazy_and_recursive() {
    let config = "
variables:
  a: $Var().db.name
  db: { name: \"$Format('{}-db', $Stage())\", size: 5, tags: [one, $Region()] }
x: [$Var().a, $Var().db.size, $Var().db.tags.1, $Var().db.tags, \"$Format('{}!', $Var().a)\"]
";
    assert_eq!(value(config), json!(["dev-db", 5, "eu-west-1", ["one", "eu-west-1"], "dev-db!"]));
}

#[test]
fn a_path_goes_on_behind_a_directive() {
    let fixture =
        Fixture::default().file("sizes.json", r#"{ "dev": { "memory": 192, "zone": "$Format('{}a', $Region())" } }"#);
    let config = "
variables: { sizes: $File('sizes.json').dev, alias: $Var().sizes }
x: [$Var().sizes.memory, $Var().alias.memory, $Var().alias.zone, $This().variables.sizes.memory]
";
    assert_eq!(fixture.value(config), json!([192, 192, "eu-west-1a", 192]));
}

#[test]
fn lazy_paths_are_no_circle() {
    let config = "
variables:
  a: $Var().b
  b: { x: $Var().a.y, y: 1 }
x: $Var().a
";
    assert_eq!(value(config), json!({ "x": 1, "y": 1 }));
}

#[test]
fn this_reads_the_raw_config() {
    assert_eq!(value("resources: { a: { memory: \"$Format('{}', 5)\" } }\nx: $This().resources.a.memory"), json!("5"));
}

#[test]
fn cli_args_with_default() {
    let fixture =
        Fixture::default().cli("size", json!("big")).cli("n", json!(3)).cli("tags", json!({ "a": [1.5, true] }));
    assert_eq!(fixture.value("x: [$CliArgs('size'), $CliArgs(n), $CliArgs('tags').a, \"$CliArgs('no', 7)\", \"$CliArgs('no', $Stage())\"]"), json!(["big", 3, [1.5, true], 7, "dev"]));
}

#[test]
fn git_info_in_both_spellings() {
    let fixture = Fixture::default()
        .text_fact(git("branch"), "main")
        .text_fact(git("commit"), "abc")
        .text_fact(git("gitUrl"), "https://x/y")
        .text_fact(git("username"), "me")
        .fact_is(git("hasUncommitedChanges"), Fact::Bool { value: true });
    assert_eq!(
        fixture.value("x: [$GitInfo('branch'), $GitInfo('commit'), $GitInfo('gitUrl'), $GitInfo('username'), $GitInfo('hasUncommitedChanges'), $GitInfo('hasUncommittedChanges')]"),
        json!(["main", "abc", "https://x/y", "me", true, true])
    );
    let as_text = Fixture::default().text_fact(git("hasUncommitedChanges"), "false");
    assert_eq!(as_text.value("x: $GitInfo('hasUncommitedChanges')"), json!(false));
}

#[test]
fn outputs_of_other_stacks() {
    let key = |region: Option<&str>| FactKey::StackOutput {
        stack: "net".into(),
        output: "id".into(),
        region: region.map(Into::into),
    };
    let fixture = Fixture::default().text_fact(key(None), "here").text_fact(key(Some("us-east-1")), "there");
    let config = "x: [\"$StackOutput('net', 'id')\", \"$StackOutput('net', 'id', 'eu-west-1')\", \"$StackOutput('net', 'id', 'us-east-1')\"]";
    assert_eq!(fixture.value(config), json!(["here", "here", "there"]));
}

#[test]
fn files_of_each_format() {
    let fixture = Fixture::default()
        .file("a.json", r#"{"k": [1, {"deep": true}]}"#)
        .file("a.yml", "k: [1, $Stage()]\n")
        .file("a.ini", "top = 1\nflag\non = true\n; note\n[db.main]\nhost = \"h;x\"\nport = 5 ; five\nlist[] = a\nlist[] = b\n[db.main.more]\nk=v=w\n")
        .file(".env.dev", "# note\nexport A=1\nB = 'two # not a note' # note\nC=\"l1\\nl2\"\nD=\nE=\"a\nb\"\nA=last\nnot a line\n")
        .file("notes.txt", "line $Stage()\n");
    assert_eq!(fixture.value("x: $File('a.json').k.1"), json!({ "deep": true }));
    assert_eq!(fixture.value("x: $File('a.yml').k"), json!([1, "dev"]));
    assert_eq!(
        fixture.value("x: $File(a.ini)"),
        json!({ "top": "1", "flag": true, "on": true, "db": { "main": { "host": "h;x", "port": "5", "list": ["a", "b"], "more": { "k": "v=w" } } } })
    );
    assert_eq!(
        fixture.value("x: $File('.env.dev')"),
        json!({ "A": "last", "B": "two # not a note", "C": "l1\nl2", "D": "", "E": "a\nb" })
    );
    assert_eq!(fixture.value("x: $FileRaw('notes.txt')"), json!("line $Stage()\n"));
    assert_eq!(fixture.value("x: $File($Format('a.{}', json)).k.0"), json!(1));
}

#[test]
fn a_value_from_a_file_keeps_its_place() {
    let fixture = Fixture::default()
        .file("table.yml", "name: t\nsize: big\n")
        .file("x.env", "A='v'\n")
        .file("x.ini", "[s]\n k = v \n");
    let outcome = fixture.resolve("x: $File('table.yml')\ne: $File('x.env').A\ni: $File('x.ini').s.k\n");
    let text = |key: &str, inner: Option<&str>| {
        let mut node = outcome.resolved.root.as_map().unwrap().get(key).unwrap();
        if let Some(inner) = inner {
            node = node.as_map().unwrap().get(inner).unwrap();
        }
        &outcome.sources.text(node.span.file)[node.span.start as usize..node.span.end as usize]
    };
    assert_eq!(text("x", Some("size")), "big");
    assert_eq!(text("e", None), "'v'");
    assert_eq!(text("i", None), "v");
}

#[test]
fn a_config_without_directives_stays_as_it_is() {
    assert_eq!(
        value("x: { a: [1, 2.5, null, true, text], b: { c: {} } }"),
        json!({ "a": [1, 2.5, null, true, "text"], "b": { "c": {} } })
    );
}
