//! One mistake, one diagnostic.

use super::{Event, Worker, decode};

/// Checks the diagnostics of a worker; `name: api` is put before the text.
#[track_caller]
fn worker(text: &str, expected: &[&str]) {
    let text = format!("name: api\n{text}");
    let (value, found) = decode::<Worker>(&text);
    assert_eq!(found, expected, "{text}");
    assert!(value.is_none() || found.iter().all(|d| !d.contains("wrong-type")), "{text}");
}

#[test]
fn wrong_types() {
    worker(
        "memory: lots",
        &[
            r#"Error wrong-type "lots": memory must be a whole number, found "lots"; write a whole number, or a directive that gives one"#,
        ],
    );
    worker(
        "memory: '512'",
        &[r#"Error wrong-type "'512'": memory must be a whole number, found "512"; remove the quotes"#],
    );
    worker(
        "memory: 512 MB",
        &[
            r#"Error wrong-type "512 MB": memory must be a whole number, found "512 MB"; write the number without a unit: 512"#,
        ],
    );
    worker(
        "memory: 512.4",
        &[r#"Error wrong-type "512.4": memory must be a whole number, found 512.4; round it to 512"#],
    );
    worker(
        "weight: [2]",
        &[
            r#"Error wrong-type "[2]": weight must be a number, found a list; one value is wanted: remove the `-` or the brackets"#,
        ],
    );
    worker(
        "public: 'true'",
        &[r#"Error wrong-type "'true'": public must be true or false, found "true"; remove the quotes"#],
    );
    worker("public: yes", &[r#"Error wrong-type "yes": public must be true or false, found "yes"; write true"#]);
    worker("branch: 5", &[r#"Error wrong-type "5": branch must be text, found 5; put it in quotes: "5""#]);
    worker("ports: 80", &[r#"Error wrong-type "80": ports must be a list, found 80; write a list: [80]"#]);
    worker(
        "ports: [80, http]",
        &[
            r#"Error wrong-type "http": each item of ports must be a whole number, found "http"; write a whole number, or a directive that gives one"#,
        ],
    );
    worker(
        "labels: [a]",
        &[
            r#"Error wrong-type "[a]": labels must be a mapping, found a list; one value is wanted: remove the `-` or the brackets"#,
        ],
    );
    worker("labels: { a: 5 }", &[r#"Error wrong-type "5": a must be text, found 5; put it in quotes: "5""#]);
    worker("chip: 64", &[r#"Error wrong-type "64": chip must be text, found 64; allowed: x86_64, arm64"#]);
    worker(
        "nested: text",
        &[r#"Error wrong-type "text": nested must be a mapping, found "text"; write { value: "text" }"#],
    );
    worker(
        "attempts: { Ref: X }",
        &[concat!(
            r#"Error wrong-type "{ Ref: X }": attempts must be known when the config is compiled, and this value is known only at deploy "#,
            "time; write the value itself, or a directive such as $Var or $File"
        )],
    );
}

#[test]
fn several_mistakes_are_all_found() {
    worker(
        "memory: lots\nports: [a, b]\nweigth: 2",
        &[
            r#"Error wrong-type "lots": memory must be a whole number, found "lots"; write a whole number, or a directive that gives one"#,
            r#"Error wrong-type "a": each item of ports must be a whole number, found "a"; write a whole number, or a directive that gives one"#,
            r#"Error wrong-type "b": each item of ports must be a whole number, found "b"; write a whole number, or a directive that gives one"#,
            r#"Error unknown-property "weigth": unknown property `weigth`; did you mean `weight`?"#,
        ],
    );
}

#[test]
fn bounds() {
    worker(
        "memory: 20480",
        &[r#"Error out-of-range "20480": memory must be between 128 and 10240 MB, found 20480; use 10240"#],
    );
    worker("memory: -1", &[r#"Error out-of-range "-1": memory must be between 128 and 10240 MB, found -1; use 128"#]);
    worker(
        "attempts: -1",
        &[r#"Error out-of-range "-1": attempts must be a number from 0 to 4294967295, found -1; use 0"#],
    );
    worker("weight: 0.1", &[r#"Error out-of-range "0.1": weight must be at least 0.5, found 0.1; use 0.5"#]);
    worker(
        "layers: [a, b, c]",
        &[r#"Error out-of-range "[a, b, c]": layers must have at most 2 items, found 3; remove 1"#],
    );
    worker("ports: []", &[r#"Error out-of-range "[]": ports must have at least 1 item, found 0; add 1"#]);
    worker("code: abcdef", &[r#"Error out-of-range "abcdef": code must have 1 to 5 characters, found 6; shorten it"#]);
    worker("code: ''", &[r#"Error out-of-range "''": code must have 1 to 5 characters, found 0; write a value"#]);
}

#[test]
fn unknown_and_missing_keys() {
    worker("memmory: 5", &[r#"Error unknown-property "memmory": unknown property `memmory`; did you mean `memory`?"#]);
    worker(
        "nested: { other: 1, value: arm64 }",
        &[r#"Error unknown-property "other": unknown property `other` in nested; allowed: value"#],
    );
    worker(
        "nested: { valu: arm64 }",
        &[r#"Error unknown-property "valu": unknown property `valu` in nested; did you mean `value`?"#],
    );
    worker(
        "nested: { valueOfIt: arm64 }",
        &[r#"Error unknown-property "valueOfIt": unknown property `valueOfIt` in nested; did you mean `value`?"#],
    );
    worker(
        "nested: {}",
        &[r#"Error missing-property "{}": the required property `value` is missing in nested; add `value:`"#],
    );
    worker(
        "nested: { value: }",
        &[r#"Error missing-property "": value has no value, it must be text; write a value, or remove the line"#],
    );
    let (value, found) = decode::<Worker>("memory: 512");
    assert!(value.is_none());
    assert_eq!(found, [r#"Error missing-property "memory": the required property `name` is missing; add `name:`"#,]);
    worker("ram: 5", &[r#"Warning deprecated "ram": ram is deprecated; use `memory`"#]);
}

#[test]
fn choices() {
    worker(
        "chip: arm46",
        &[r#"Error bad-value "arm46": chip cannot be "arm46"; did you mean `arm64`?; allowed: x86_64, arm64"#],
    );
    worker(
        "deferredChip: intel",
        &[r#"Error bad-value "intel": deferredChip cannot be "intel"; allowed: x86_64, arm64"#],
    );
    worker(
        "chip: { Ref: X }",
        &[concat!(
            r#"Error wrong-type "{ Ref: X }": chip must be known when the config is compiled, and this value is known only at deploy time; "#,
            "write the value itself, or a directive such as $Var or $File"
        )],
    );
}

#[track_caller]
fn event(text: &str, expected: &str) {
    let (value, found) = decode::<Event>(text);
    assert_eq!(found, [expected], "{text}");
    assert!(value.is_none() || expected.contains("unknown-property"), "{text}");
}

#[test]
fn unions() {
    let allowed = "allowed: sqs, sqs-queue-not-empty, http-api";
    event(
        "{ type: sqss, properties: { anything: 1 } }",
        &format!(r#"Error unknown-type "sqss": there is no type `sqss`; did you mean `sqs`?; {allowed}"#),
    );
    event(
        "{ properties: { queueName: x } }",
        &format!(r#"Error missing-property "properties": `type` is missing in properties; {allowed}"#),
    );
    event(
        "{ type: http-api-gateway }",
        &format!(
            r#"Error unknown-type "http-api-gateway": there is no type `http-api-gateway`; did you mean `http-api`?; {allowed}"#
        ),
    );
    event("{ tpye: sqs }", r#"Error unknown-property "tpye": unknown property `tpye`; did you mean `type`?"#);
    event("{ type: 5 }", r#"Error wrong-type "5": type must be text, found 5; put it in quotes: "5""#);
    event(
        "sqs",
        r#"Error wrong-type "sqs": properties must be a mapping with `type`, found "sqs"; write a mapping with `type`"#,
    );
    event(
        "type: sqs",
        r#"Error missing-property "sqs": `properties` is missing for the type `sqs`; add `properties:`"#,
    );
    event(
        "{ type: sqs, propertis: { queueName: x } }",
        r#"Error unknown-property "propertis": unknown property `propertis` beside `type: sqs`; did you mean `properties`?"#,
    );
    event(
        "{ type: sqs, queueName: x }",
        r#"Error unknown-property "queueName": unknown property `queueName` beside `type: sqs`; its options stand under `properties:`"#,
    );
    event(
        "{ type: sqs, queueName: x, properties: { queueName: x } }",
        r#"Error unknown-property "queueName": unknown property `queueName` beside `type: sqs`; its options stand under `properties:`"#,
    );
    event(
        "{ type: sqs-queue-not-empty, properties: { a: 1 } }",
        r#"Error unknown-property "{ a: 1 }": the type `sqs-queue-not-empty` has no properties; remove them"#,
    );
    event(
        "{ type: sqs, properties: { queueName: x, batchSize: 50 } }",
        r#"Error out-of-range "50": batchSize must be between 1 and 10, found 50; use 10"#,
    );
    worker(
        "rule: { kind: after, days: 7, weeks: 1 }",
        &[r#"Error unknown-property "weeks": unknown property `weeks` in rule; allowed: days"#],
    );
    worker(
        "rule: { kind: after }",
        &[r#"Error missing-property "{ kind: after }": the required property `days` is missing in rule; add `days:`"#],
    );
}
