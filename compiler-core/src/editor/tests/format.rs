use super::super::edits::apply;
use super::super::format::format;
use super::at;

fn formatted(file: &str, text: &str) -> String {
    at(file, text, |open, _| apply(text, &format(open)))
}

fn yaml(text: &str, expected: &str) {
    assert_eq!(formatted("a.yml", text), expected);
    assert_eq!(formatted("a.yml", expected), expected, "again");
}

#[test]
fn indentation_is_two_spaces_a_level() {
    yaml(
        "resources:\n    # about it\n    api: # here\n        type:   function\n        properties:\n            events:\n            - type: a\n              properties:\n                    x: 1\n            # second\n            -   type: b\n                properties: {}\n# end\nvariables:\n  a: 1\n",
        "resources:\n  # about it\n  api: # here\n    type: function\n    properties:\n      events:\n        - type: a\n          properties:\n            x: 1\n        # second\n        - type: b\n          properties: {}\n# end\nvariables:\n  a: 1\n",
    );
}

#[test]
fn gaps_in_brackets() {
    yaml("a: {b: 1,c:  [ 1,2 ,{x: 1} ] , d: }\n", "a: { b: 1, c: [1, 2, { x: 1 }], d: }\n");
    yaml("a: { }\nb: [ ]\n", "a: { }\nb: [ ]\n");
}

#[test]
fn texts_of_several_lines_keep_their_content() {
    yaml(
        "a:\n    b: |\n        one\n\n\n          two   \n        # no comment\n    c: 'first\n\n      second'\n    d: plain\n      goes on\n    e: >-\n      folded\n",
        "a:\n  b: |\n      one\n\n\n        two   \n      # no comment\n  c: 'first\n\n    second'\n  d: plain\n    goes on\n  e: >-\n    folded\n",
    );
}

#[test]
fn empty_lines_and_ends_of_lines() {
    yaml("\n\na: 1   \n\n\n\nb: 2 # x  \n\n\n", "a: 1\n\nb: 2 # x\n");
    yaml("a: 1", "a: 1\n");
    yaml("a:\n  - 1\n\n\n  - 2\n", "a:\n  - 1\n\n  - 2\n");
}

#[test]
fn anchors_and_tags_are_kept() {
    yaml(
        "x: &x\n    a: 1\ny:\n    <<: *x\n    b: !Sub   '${A}'\n    c: !Join\n        - ''\n        - [a,  b]\n    d: [*x,  *x]\n",
        "x: &x\n  a: 1\ny:\n  <<: *x\n  b: !Sub   '${A}'\n  c: !Join\n      - ''\n      - [a,  b]\n  d: [*x,  *x]\n",
    );
}

#[test]
fn what_cannot_be_parsed_stays() {
    for text in ["a: {\n", "a:\n\t- b\n", "a: 1\r\nb:   2\r\n", ""] {
        assert_eq!(formatted("a.yml", text), text);
    }
    assert_eq!(formatted("a.json", "{ \"a\": 1, }"), "{ \"a\": 1, }");
    assert_eq!(formatted("a.json", "{\"a\": 1,\n \"a\": 2}"), "{\"a\": 1,\n \"a\": 2}");
}

#[test]
fn json_keeps_lines_that_fit() {
    let text = "{\"a\":1e3,\n\"b\" : {\"c\":[1,2,{}],\"d\":\"\\u00e9\"},\n  \"e\": [\n1\n]}";
    let expected = "{\n  \"a\": 1e3,\n  \"b\": { \"c\": [1, 2, {}], \"d\": \"\\u00e9\" },\n  \"e\": [\n    1\n  ]\n}\n";
    assert_eq!(formatted("a.json", text), expected);
    assert_eq!(formatted("a.json", expected), expected);
}
