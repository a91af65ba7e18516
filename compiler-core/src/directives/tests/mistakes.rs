//! One mistake gives one diagnostic at the narrowest place, with a next step.

use super::{Fixture, assert_mistake, mistake};
use crate::directives::DIRECTIVES;
use crate::world::{Fact, FactKey};
use serde_json::json;

#[test]
fn unknown_directives() {
    assert_mistake(
        mistake("x: \"$ResourceParm('work', 'url')\""),
        "unknown-directive",
        "$ResourceParm",
        "no directive `$ResourceParm`",
        "did you mean `$ResourceParam`?",
    );
    assert_mistake(mistake("x: $Format('{}', $Stagee())"), "unknown-directive", "$Stagee", "`$Stagee`", "`$Stage`");
    assert_mistake(mistake("x: $ParseJson('{}')"), "unknown-directive", "$ParseJson", "`$ParseJson`", "$Var");
}

#[test]
fn custom_directives() {
    let config = "directives: [{ name: getSize, filePath: d.ts }]\nx: $getSize(5)";
    assert_mistake(mistake(config), "unsupported", "$getSize", "`$getSize` cannot run here", "built-in");
    let config = "directives: [{ name: getSize, filePath: broken.ts }]\nx: $getSize(5)";
    assert_mistake(
        mistake(config),
        "directive-without-value",
        "$getSize(5)",
        "`$getSize` failed: size is not defined",
        "its script is `broken.ts`",
    );
    assert_mistake(
        mistake("directives: [{ name: Stage, filePath: d.ts }]\nx: $Stage()"),
        "bad-name",
        "Stage",
        "name of a built-in directive",
        "another name",
    );
}

#[test]
fn malformed_calls() {
    assert_mistake(
        mistake("x: $Format('a', $Stage()"),
        "bad-directive",
        "$Format('a', $Stage()",
        "closing parenthesis of `$Format(`",
        "add `)`",
    );
    assert_mistake(
        mistake("x: $Stage()-$Region()"),
        "bad-directive",
        "-$Region()",
        "must be the whole value",
        "$Format",
    );
    assert_mistake(mistake("x: $Format('abc)"), "bad-directive", "'abc)", "not closed", "add '");
    assert_mistake(mistake("x: $Format('a' 'b')"), "bad-directive", "'", "comma", "quotes");
    assert_mistake(mistake("x: $File(a(1).json)"), "bad-directive", "(", "comma", "quotes");
    assert_eq!(mistake("x: $Format('a',)").1, ")");
    assert_eq!(mistake("x: $Format('a',,'b')").2, "an argument is missing here");
}

#[test]
fn wrong_arguments() {
    assert_mistake(
        mistake("x: $Stage('a', 'b')"),
        "bad-directive",
        "'a', 'b'",
        "takes no argument, not 2",
        "usage: `$Stage()`",
    );
    assert_mistake(
        mistake("x: $ResourceParam('a')"),
        "bad-directive",
        "$ResourceParam('a')",
        "takes 2 arguments, not 1",
        "$ResourceParam('resource', 'param')",
    );
    assert_mistake(mistake("x: $CliArgs()"), "bad-directive", "$CliArgs()", "1 or 2 arguments", "$CliArgs");
    assert_mistake(mistake("x: $Format()"), "bad-directive", "$Format()", "at least 1 argument,", "$Format(");
    assert_mistake(
        mistake("x: $Secret(5)"),
        "bad-directive",
        "5",
        "argument 1 of `$Secret` must be text, not 5",
        "'5'",
    );
    assert_mistake(mistake("x: $Secret('')"), "bad-directive", "''", "empty", "usage");
    assert_mistake(mistake("x: $Secret('a.')"), "bad-directive", "'a.'", "names no secret", "jsonKey");
    assert_mistake(
        mistake("x: $Format('{} {}', 1)"),
        "bad-directive",
        "'{} {}'",
        "has 2 `{}`, but 1 value is given",
        "usage",
    );
    assert_mistake(
        mistake("x: \"$CfFormat('{}', $Stage(), 'b')\""),
        "bad-directive",
        "'{}'",
        "has 1 `{}`, but 2 values are given",
        "usage",
    );
    let config = "variables: { a: { b: 1 } }\nx: $Format('{}', $Var().a)";
    assert_mistake(mistake(config), "bad-directive", "$Var().a", "a mapping cannot be put into text", "path");
    let config = "variables: { a: [1] }\nx: $FileRaw($Var().a)";
    assert_mistake(
        mistake(config),
        "bad-directive",
        "$Var().a",
        "must be text, not `$Var()`, which is a list",
        "usage",
    );
}

#[test]
fn a_value_known_only_at_deploy_time_is_too_late() {
    assert_mistake(
        mistake("x: \"$Format('{}', $ResourceParam('work', 'url'))\""),
        "bad-directive",
        "$ResourceParam('work', 'url')",
        "`$Format` is evaluated before `$ResourceParam('work', 'url')` has a value",
        "use `$CfFormat`",
    );
    let config = "variables: { url: \"$ResourceParam('work', 'url')\" }\nx: $Format('{}', $Var().url)";
    assert_mistake(mistake(config), "bad-directive", "$Var().url", "evaluated before", "$CfFormat");
    assert_mistake(
        mistake("x: \"$File($Secret('a'))\""),
        "bad-directive",
        "$Secret('a')",
        "evaluated before",
        "known when the config is read",
    );
    assert_mistake(
        mistake("x: \"$ResourceParam($Secret('a'), 'b')\""),
        "bad-directive",
        "$Secret('a')",
        "must be text",
        "usage",
    );
    assert_mistake(mistake("x: \"$ResourceParam('a', 'b').c\""), "bad-directive", "c", "no part of it", "remove `.c`");
    assert_mistake(mistake("x: $Secret('a').key"), "bad-directive", "key", "no part of it", "$Secret('name.jsonKey')");
}

#[test]
fn paths_that_lead_nowhere() {
    assert_mistake(
        mistake("memory: $Var().sizes.m"),
        "directive-without-value",
        "sizes",
        "`$Var().sizes.m` has no value: the config has no `variables`",
        "add `variables:`",
    );
    let config = "variables: { db: { name: n, host: h } }\nx: $Var().db.nmae.first";
    assert_mistake(
        mistake(config),
        "directive-without-value",
        "nmae",
        "`$Var().db` has no `nmae`",
        "did you mean `name`?",
    );
    let config = "variables: { db: { name: n, host: h } }\nx: $Var().db.zzzzzz";
    assert_mistake(mistake(config), "directive-without-value", "zzzzzz", "has no `zzzzzz`", "`name`, `host`");
    assert_mistake(
        mistake("variables: { l: [1] }\nx: $Var().l.1"),
        "directive-without-value",
        "1",
        "a list of 1 and has no item `1`",
        "from 0",
    );
    assert_mistake(
        mistake("x: $Stage().example.com"),
        "directive-without-value",
        "example",
        "`$Stage()` is text",
        "$Format('{}.example.com', $Stage())",
    );
    assert_mistake(
        mistake("variables: { n: ~ }\nx: $Var().n"),
        "directive-without-value",
        "n",
        "`$Var().n` is null",
        "give it a value",
    );
    let config = "variables: { a: $Var().b, b: { c: 1 } }\nx: $Var().a.d";
    assert_mistake(mistake(config), "directive-without-value", "d", "`$Var().b` has no `d`", "`c`");
}

#[test]
fn one_wrong_variable_is_one_mistake_however_often_it_is_used() {
    assert_mistake(
        mistake("variables: { a: $Stagee() }\nx: [$Var().a, $Var().a, $Var()]\ny: $Format('{}', $Var().a)"),
        "unknown-directive",
        "$Stagee",
        "$Stagee",
        "$Stage",
    );
}

#[test]
fn circles_are_reported_once() {
    let config = "x: $Var().a\nvariables:\n  a: $Var().b\n  b: $Format('{}', $Var().c)\n  c: $Var().a\ny: $Var().c";
    assert_mistake(
        mistake(config),
        "directive-cycle",
        "$Var().b",
        "circle: `$Var().b` → `$Format('{}', $Var().c)` → `$Var().a` → `$Var().b`",
        "plain value",
    );
    assert_mistake(mistake("x: { y: $This() }"), "directive-cycle", "$This()", "`$This()` → `$This()`", "plain value");
    let fixture = Fixture::default().file("a.yml", "v: $File('a.yml').v\n");
    assert_mistake(fixture.mistake("x: $File('a.yml')"), "directive-cycle", "$File('a.yml').v", "circle", "plain");
}

#[test]
fn what_a_config_can_blow_up_is_bounded() {
    let mut config = String::from("variables:\n  v0: [1, 2]\n");
    for i in 1..60 {
        config.push_str(&format!("  v{i}: [$Var().v{0}, $Var().v{0}]\n", i - 1));
    }
    let (code, ..) = mistake(&config);
    assert_eq!(code, "too-large");
    let mut config = String::from("variables:\n  v0: abcdefghijklmnopqrstuvwxyz\n");
    for i in 1..60 {
        config.push_str(&format!("  v{i}: \"$Format('{{}}{{}}', $Var().v{0}, $Var().v{0})\"\n", i - 1));
    }
    assert_eq!(mistake(&config).0, "too-large");
    let mut config = String::from("variables:\n  v0: 1\n");
    for i in 1..200 {
        config.push_str(&format!("  v{i}: $Var().v{}\n", i - 1));
    }
    assert_eq!(mistake(&config).0, "too-large");
    let nested = format!("x: {}'a'{}", "$Format('{}', ".repeat(40), ")".repeat(40));
    assert_eq!(mistake(&nested).0, "too-large");
}

#[test]
fn no_text_makes_it_panic() {
    let seeds = [
        r#"$CfFormat('é{}\'', $Var().a.0, -1.5, "x)", $Format(ß,true).y).päth.1"#,
        "$Secret('a.b')-$Stage().x",
        "$File('a.json').$Var()",
    ];
    let fixture = Fixture::default().file("a.json", r#"{"$Var()": "$Var().a", "é": ["$File('a.json').é.0"]}"#);
    for seed in seeds {
        let chars: Vec<char> = seed.chars().collect();
        let mut texts = vec![];
        for i in 0..=chars.len() {
            texts.push(chars[..i].iter().collect::<String>());
            texts.push(chars[i..].iter().collect());
            for insert in ["", "$", "(", ")", "'", ".", ",", "\\", "$Var()", "é"] {
                let skip = (i + usize::from(insert.is_empty())).min(chars.len());
                texts.push(chars[..i].iter().collect::<String>() + insert + &chars[skip..].iter().collect::<String>());
            }
        }
        for text in texts {
            let quoted = json!(text).to_string();
            let outcome =
                fixture.resolve(&format!("variables: {{ a: [{quoted}] }}\nresources: {{ r: {quoted} }}\nx: {quoted}"));
            for diagnostic in &outcome.diagnostics {
                assert!(!outcome.at(diagnostic).is_empty() && !diagnostic.hints.is_empty(), "{text}: {diagnostic:?}");
            }
        }
    }
}

#[test]
fn cli_args_and_git() {
    let fixture = Fixture::default().cli("size", json!("m"));
    assert_mistake(
        fixture.mistake("x: $CliArgs('siez')"),
        "directive-without-value",
        "'siez'",
        "no option `siez`",
        "did you mean `size`?",
    );
    assert_mistake(
        mistake("x: $GitInfo('author')"),
        "bad-directive",
        "'author'",
        "no \"author\"",
        "`username`, `branch`, `commit`, `gitUrl`, `hasUncommitedChanges`",
    );
    let fixture = Fixture::default().fact_is(FactKey::Git { property: "commit".into() }, Fact::Absent);
    assert_mistake(
        fixture.mistake("x: $GitInfo('commit')"),
        "directive-without-value",
        "'commit'",
        "git gives no `commit`",
        "STP_GIT_COMMIT_SHA",
    );
    let fixture = Fixture::default().fact_is(FactKey::AccountId, Fact::Absent);
    assert_mistake(
        fixture.mistake("x: $AwsAccountId()"),
        "directive-without-value",
        "$AwsAccountId()",
        "not known",
        "--awsAccountId",
    );
}

#[test]
fn what_is_absent_in_the_world() {
    let fixture = Fixture::default()
        .fact_is(FactKey::SecretVersion { name: "db".into() }, Fact::Absent)
        .fact_is(FactKey::SsmParameter { name: "p".into() }, Fact::Absent)
        .fact_is(FactKey::StackOutput { stack: "net".into(), output: "id".into(), region: None }, Fact::Absent);
    assert_mistake(
        fixture.mistake("x: $Secret('db.pw')"),
        "directive-without-value",
        "'db.pw'",
        "no secret `db` in eu-west-1",
        "stacktape secret:set --region eu-west-1 --secretName db",
    );
    assert_mistake(
        fixture.mistake("x: $SsmParam('p')"),
        "directive-without-value",
        "'p'",
        "no SSM parameter `p`",
        "put-parameter",
    );
    assert_mistake(
        fixture.mistake("x: $StackOutput('net', 'id')"),
        "directive-without-value",
        "'net', 'id'",
        "stack `net` in eu-west-1 does not exist or has no output `id`",
        "deploy",
    );
}

#[test]
fn files() {
    let fixture = Fixture::default()
        .file("a.ts", "export default 1")
        .file("a.txt", "x")
        .file("e.yml", "")
        .file("e.ini", "; nothing\n")
        .file("bad.json", "{\"a\": }");
    assert_mistake(
        fixture.mistake("x: $File('no.json')"),
        "directive-without-value",
        "'no.json'",
        "no file `no.json`",
        "project folder",
    );
    assert_mistake(
        fixture.mistake("x: $FileRaw('no.txt')"),
        "directive-without-value",
        "'no.txt'",
        "no file `no.txt`",
        "project folder",
    );
    assert_mistake(fixture.mistake("x: $File('a.ts')"), "unsupported", "'a.ts'", "TypeScript", "JSON or YAML");
    assert_mistake(
        fixture.mistake("x: $File('a.txt')"),
        "bad-directive",
        "'a.txt'",
        "cannot parse `a.txt`",
        "$FileRaw('a.txt')",
    );
    assert_mistake(fixture.mistake("x: $File('e.yml')"), "directive-without-value", "'e.yml'", "empty", "write");
    assert_mistake(fixture.mistake("x: $File('e.ini')"), "directive-without-value", "'e.ini'", "empty", "write");
    let outcome = fixture.resolve("x: $File('bad.json').a\ny: $File('bad.json').b");
    assert_eq!(outcome.diagnostics.len(), 1, "{:?}", outcome.diagnostics);
    assert_eq!(outcome.diagnostics[0].code.0, "syntax");
    assert_eq!(outcome.get("x"), json!({ "invalid": true }));
}

#[test]
fn places_in_scalars_that_are_written_otherwise_are_the_whole_scalar() {
    assert_eq!(mistake(r#"x: "$Format(\"{}\", $Stagee())""#).1, r#""$Format(\"{}\", $Stagee())""#);
    assert_eq!(mistake("x: '$Format(\"{}\", $Stagee())'").1, "$Stagee");
}

#[test]
fn a_directive_inside_a_longer_text_is_warned_of() {
    let config = "resources: { f: { environment: [{ name: U, value: \"https://$ResourceParam('api', 'url')/v1\" }] } }";
    assert_mistake(
        mistake(config),
        "suspicious",
        "$ResourceParam('api', 'url')",
        "inside a longer text",
        "$CfFormat('https://{}/v1', $ResourceParam('api', 'url'))",
    );
    let config = "resources: { f: { name: $Stage()-api } }";
    assert_mistake(mistake(config), "suspicious", "$Stage()", "inside a longer text", "$Format('{}-api', $Stage())");
    for quiet in [
        "resources: { f: { executeCommand: \"echo $Stage()x\" } }",
        "scripts: { s: { value: \"echo $Stage()x\" } }",
        "resources: { f: { value: \"a $(date) $HOME $Other() $Stage\" } }",
    ] {
        assert_eq!(Fixture::default().resolve(quiet).diagnostics, [], "{quiet}");
    }
}

#[test]
fn other_regions_cannot_be_imported() {
    assert_mistake(
        mistake("x: \"$CfStackOutput('net', 'id', 'us-east-1')\""),
        "suspicious",
        "'us-east-1'",
        "only within a region",
        "$StackOutput('net', 'id', 'us-east-1')",
    );
}

#[test]
fn the_table_is_sorted_and_documented() {
    assert!(DIRECTIVES.windows(2).all(|w| w[0].name < w[1].name));
    for directive in DIRECTIVES {
        assert!(directive.signature.starts_with(&format!("${}(", directive.name)), "{}", directive.name);
        assert!(directive.doc.len() > 20, "{}", directive.name);
        assert!(directive.args.0 <= directive.args.1);
    }
}
