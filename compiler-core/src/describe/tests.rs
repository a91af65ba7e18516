//! Tests of the description and of what is generated from it.

use super::*;
use crate::decode::{Decode, DecodeCx};
use crate::source::Span;
use crate::syntax::Node;
use serde_json::{Value, json};

/// A machine | that works.
#[derive(Clone, Debug, Decode, Describe)]
#[expect(dead_code, reason = "only described")]
struct Machine {
    /// The place of the whole block.
    #[config(span)]
    span: Span,
    /// Memory.
    #[config(range = 128..=10240, unit = "MB", default = 1024)]
    memory: Option<Val<u32>>,
    /// Names; at most 3.
    #[config(items = 0..=3, length = 1..=5)]
    names: Vec<Val<String>>,
    /// Processor.
    #[config(default = Chip::Arm)]
    chip: Chip,
    /// Not for everybody.
    #[config(hidden)]
    secret: Option<String>,
    #[config(deprecated = "use `memory`", rename = "RAM-size", range = 0.5.., default = -1.5)]
    ram: Option<f64>,
    /// What is watched.
    alarms: Option<Vec<Alarm<Trigger>>>,
    rule: Option<Rule>,
    labels: Option<Dict<String>>,
    raw: Option<Raw>,
    other: Option<Alarm<u32>>,
    cors: Option<one::Cors>,
    more_cors: Option<two::Cors>,
    again: Option<Box<Machine>>,
    open_chip: Option<Val<Chip>>,
    days: Option<Days>,
}

#[derive(Clone, Debug)]
#[expect(dead_code, reason = "only described")]
struct Days(u32);

impl Decode for Days {
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self> {
        u32::decode(node, cx).map(Self)
    }
}

impl Describe for Days {
    fn describe(_: &mut Definitions) -> Shape {
        Shape::Numbers(&[1, 3, 5])
    }
}

/// Processor architecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
enum Chip {
    /// Intel and AMD.
    #[config(name = "x86_64")]
    X86,
    #[config(name = "arm64")]
    Arm,
}

#[derive(Clone, Debug, Decode, Describe)]
#[expect(dead_code, reason = "only described")]
struct Alarm<T> {
    /// When it fires.
    trigger: T,
}

/// A trigger.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
#[expect(dead_code, reason = "only described")]
enum Trigger {
    /// Many errors.
    #[config(name = "error-rate")]
    ErrorRate(Rate),
    #[config(name = "slow")]
    Slow(Option<Rate>),
    #[config(name = "always")]
    Always,
}

#[derive(Clone, Debug, Decode, Describe)]
#[expect(dead_code, reason = "only described")]
struct Rate {
    percent: u32,
}

#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "kind", flat)]
#[expect(dead_code, reason = "only described")]
enum Rule {
    #[config(name = "after")]
    After(Rate),
    #[config(name = "never")]
    Never,
}

mod one {
    use crate::decode::Decode;
    use crate::describe::Describe;

    #[derive(Clone, Debug, Decode, Describe)]
    #[expect(dead_code, reason = "only described")]
    pub struct Cors {
        origins: Vec<String>,
    }
}

mod two {
    use crate::decode::Decode;
    use crate::describe::Describe;

    #[derive(Clone, Debug, Decode, Describe)]
    #[expect(dead_code, reason = "only described")]
    pub struct Cors {
        methods: Vec<String>,
    }
}

#[derive(Clone, Debug, Decode, Describe)]
#[expect(dead_code, reason = "only described")]
struct Sections {
    /// Values.
    variables: Option<Dict<Raw>>,
}

fn language() -> Language {
    Language::new(&[("machine", Machine::describe), ("chip-shop", Alarm::<u32>::describe)], Sections::describe)
}

fn schema() -> Value {
    serde_json::from_str(&json_schema::generate(&language())).unwrap()
}

#[test]
fn every_type_has_a_name_of_its_own() {
    let language = language();
    let names: Vec<&str> = language.types.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["Chip", "IntegerAlarm", "Machine", "OneCors", "Rate", "Rule", "Trigger", "TriggerAlarm", "TwoCors"]
    );
    assert_eq!(language.resources.iter().map(|r| r.name).collect::<Vec<_>>(), ["chip-shop", "machine"]);
    assert_eq!(language.sections.iter().map(|s| s.name).collect::<Vec<_>>(), ["variables"]);
}

#[test]
fn properties_keep_their_attributes() {
    let language = language();
    let properties = language.properties(&Shape::Named("Machine".into()));
    assert!(properties.iter().all(|p| p.name != "span" && p.name != "secret"));
    let required: Vec<&str> = properties.iter().filter(|p| p.required).map(|p| p.name).collect();
    assert_eq!(required, ["names"]);
    let texts: Vec<String> = properties.iter().take(4).map(markdown::sentence).collect();
    assert_eq!(
        texts,
        [
            "Memory. 128 to 10240 MB. Default: `1024`.",
            "Names; at most 3. 1 to 5 characters.",
            "Processor. Default: `arm64`.",
            "At least 0.5. Default: `-1.5`.",
        ]
    );
}

#[test]
fn schema_of_values() {
    let schema = schema();
    let machine = &schema["definitions"]["Machine"]["properties"];
    let directive = &schema["definitions"]["Directive"]["pattern"];
    assert_eq!(
        machine["memory"],
        json!({
            "type": ["integer", "object", "string"], "pattern": directive, "minimum": 128, "maximum": 10240,
            "patternErrorMessage": "This must be a whole number, or a directive that gives it, such as $Var('name').",
            "allOf": [{ "$ref": "#/definitions/Intrinsic" }],
            "description": "Memory. 128 to 10240 MB. Default: `1024`.", "default": 1024,
        })
    );
    assert_eq!(machine["names"]["maxItems"], 3);
    assert_eq!(machine["names"]["items"]["anyOf"][0], json!({ "minLength": 1, "maxLength": 5 }));
    assert_eq!(machine["chip"]["default"], "arm64");
    assert_eq!(machine["RAM-size"]["deprecationMessage"], "use `memory`");
    assert_eq!(machine["RAM-size"]["minimum"], 0.5);
    assert_eq!(machine["RAM-size"]["maximum"], Value::Null);
    assert_eq!(schema["definitions"]["Machine"]["required"], json!(["names"]));
    assert_eq!(schema["definitions"]["Machine"]["additionalProperties"], false);
    assert_eq!(machine["days"]["anyOf"][0], json!({ "type": "integer", "enum": [1, 3, 5] }));
    assert_eq!(machine["openChip"]["anyOf"][0]["$ref"], "#/definitions/Chip");
    assert_eq!(schema["definitions"]["Chip"]["anyOf"][0]["enum"], json!(["x86_64", "arm64"]));
}

#[test]
fn schema_of_unions_dispatches_on_the_tag() {
    let schema = schema();
    let trigger = &schema["definitions"]["Trigger"];
    assert_eq!(trigger["properties"]["type"]["enum"], json!(["error-rate", "slow", "always"]));
    assert_eq!(trigger["additionalProperties"], false);
    let then = |i: usize| &trigger["allOf"][i]["then"];
    assert_eq!(trigger["allOf"][0]["if"]["properties"]["type"]["const"], "error-rate");
    assert_eq!(
        *then(0),
        json!({ "properties": { "properties": { "$ref": "#/definitions/Rate" } }, "required": ["properties"] })
    );
    assert_eq!(*then(1), json!({ "properties": { "properties": { "$ref": "#/definitions/Rate" } } }));
    assert_eq!(then(2)["properties"]["properties"]["maxProperties"], 0);
    let rule = &schema["definitions"]["Rule"];
    assert_eq!(rule["additionalProperties"], Value::Null);
    let after = &rule["allOf"][0]["then"];
    assert_eq!(after["required"], json!(["percent"]));
    assert_eq!(after["additionalProperties"], false);
    let keys: Vec<&String> = after["properties"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["percent", "kind"]);
    let resource = &schema["definitions"]["Resource"];
    assert_eq!(resource["properties"]["type"]["enum"], json!(["chip-shop", "machine"]));
    assert_eq!(resource["allOf"][1]["then"]["required"], json!(["properties"]));
}

#[test]
fn every_reference_of_the_real_schema_resolves() {
    let text = crate::schema::json_schema();
    let schema: Value = serde_json::from_str(&text).unwrap();
    let references: Vec<&str> =
        text.split("\"#/definitions/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(references.len() > 50);
    for name in references {
        assert!(schema["definitions"].get(name).is_some(), "{name} is not defined");
    }
}

#[test]
fn typescript_of_every_shape() {
    let text = typescript::generate(&language());
    for part in [
        "  variables?: Record<string, unknown>;\n",
        "  /** Memory. 128 to 10240 MB. Default: `1024`. */\n  memory?: Deferrable<number>;\n",
        "  names: Array<Deferrable<string>>;\n",
        "  chip?: Chip;\n",
        "@deprecated use `memory`\n   */\n  'RAM-size'?: Known<number>;\n",
        "  alarms?: Array<TriggerAlarm>;\n",
        "  days?: Known<1 | 3 | 5>;\n",
        "/**\n * Processor architecture.\n *\n * - `x86_64`: Intel and AMD.\n */\nexport type Chip = 'x86_64' | 'arm64';\n",
        "export type Trigger =\n  | { type: 'error-rate'; properties: Rate }\n  | { type: 'slow'; properties?: Rate }\n",
        "  | { type: 'always'; properties?: Record<string, never> };\n",
        "export type Rule =\n  | ({ kind: 'after' } & Rate)\n  | { kind: 'never' };\n",
        "export interface MachineResource {\n  type: 'machine';\n  properties: Machine;\n  overrides?: Overrides;\n}\n",
        "export type StacktapeResource =\n  | ChipShopResource\n  | MachineResource;\n",
    ] {
        assert!(text.contains(part), "not found: {part}\nin: {text}");
    }
}

#[test]
fn reference_pages() {
    let pages = markdown::generate(&language());
    let files: Vec<&str> = pages.iter().map(|page| page.file.as_str()).collect();
    assert_eq!(files, ["README.md", "config.md", "chip-shop.md", "machine.md"]);
    assert!(pages[0].text.contains("- [`machine`](machine.md): A machine | that works\n"), "{}", pages[0].text);
    let machine = &pages[3].text;
    for part in [
        "# `machine`\n\nA machine | that works.\n",
        "| `names` (required) | list of text † | Names; at most 3. 1 to 5 characters. |\n",
        "| `RAM-size` | number | **Deprecated:** use `memory`. At least 0.5. Default: `-1.5`. |\n",
        "| `days` | `1`, `3`, `5` |  |\n",
        "| `alarms` | list of [TriggerAlarm](#triggeralarm) | What is watched. |\n",
        "### Chip\n\nProcessor architecture.\n\n- `x86_64`: Intel and AMD.\n- `arm64`\n",
        "| `slow` | [Rate](#rate), optional |  |\n",
        "† may be known only at deploy time",
    ] {
        assert!(machine.contains(part), "not found: {part}\nin: {machine}");
    }
    assert_eq!(machine.matches("### Machine\n").count(), 1);
    let first = machine.find("| `names`").unwrap();
    assert!(first < machine.find("| `memory`").unwrap(), "required properties come first");
}
