use serde::Deserialize;

use super::*;

#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Draft {
    #[validate(length(min = 1, max = 5))]
    #[schema(min_length = 1, max_length = 5)]
    full_name: String,
    #[serde(default)]
    #[validate(range(min = 1, max = 9))]
    #[schema(minimum = 1, maximum = 9)]
    a_level: Option<u8>,
    #[serde(default)]
    #[validate(nested)]
    grants: Vec<Grant>,
    #[serde(default)]
    colour: Option<Colour>,
    #[serde(default)]
    other: Option<Grant>,
    #[serde(default)]
    id: Option<uuid::Uuid>,
    #[serde(default)]
    #[validate(custom(function = "even"))]
    number: Option<i64>,
}

#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Grant {
    #[validate(length(max = 2))]
    #[schema(max_length = 2)]
    unit_name: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum Colour {
    Red,
    Green,
}

fn even(number: i64) -> Result<(), validator::ValidationError> {
    (number % 2 == 0)
        .then_some(())
        .ok_or_else(|| validator::ValidationError::new("odd"))
}

fn faults(text: &str) -> (Code, Vec<(String, String)>) {
    let problem = parse::<Draft>(text.as_bytes()).unwrap_err();
    let faults = problem
        .errors()
        .iter()
        .map(|f| (f.pointer.clone(), f.code.to_string()))
        .collect();
    (problem.code(), faults)
}

#[track_caller]
fn one(text: &str, code: Code, pointer: &str, fault: &str) {
    assert_eq!(
        faults(text),
        (code, vec![(pointer.to_owned(), fault.to_owned())]),
        "{text}"
    );
}

#[test]
fn an_object_for_a_text_is_a_fault_of_the_field() {
    let text = r#"{"fullName":"Kari","colour":{}}"#;
    one(text, Code::Invalid, "/colour", "wrongType");
}

#[test]
fn what_is_right_is_read() {
    let draft: Draft =
        parse(br#"{"fullName":"Kari","grants":[{"unitName":"a"}],"colour":"red"}"#).unwrap();
    assert_eq!(
        (draft.full_name.as_str(), draft.grants.len(), draft.a_level),
        ("Kari", 1, None)
    );
    assert!(matches!(draft.colour, Some(Colour::Red)));
    assert!(draft.other.is_none() && draft.id.is_none());
}

#[test]
fn what_is_not_json_is_malformed() {
    for text in [
        "",
        "{",
        "{\"fullName\":\"a\"",
        "{\"fullName\":\"a\"} x",
        "{\"fullName\":\"a\"}{}",
        "\u{0}",
        "{'a':1}",
        "{\"fullName\":\"\\ud800\"}",
    ] {
        one(text, Code::Malformed, "", "syntax");
    }
    let problem = parse::<Draft>(&[b'"', 0xFF, b'"']).unwrap_err();
    assert!(matches!(problem.code(), Code::Malformed | Code::Invalid));
}

#[test]
fn nesting_has_a_bound_whatever_stands_in_the_texts() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    one(&deep, Code::Malformed, "", "tooDeep");
    assert!(!too_deep(
        format!("{{\"a\":\"{}\"}}", "[".repeat(100)).as_bytes()
    ));
    assert!(!too_deep(
        br#"{"a":"\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}"#
    ));
}

#[test]
fn a_wrong_shape_is_told_by_its_place() {
    one("[]", Code::Invalid, "", "wrongType");
    one(r#" ["Kari"]"#, Code::Invalid, "", "wrongType");
    one("7", Code::Invalid, "", "wrongType");
    one("{}", Code::Invalid, "/fullName", "missingField");
    one(r#"{"fullName":7}"#, Code::Invalid, "/fullName", "wrongType");
    one(
        r#"{"fullName":"a","fullName":"b"}"#,
        Code::Invalid,
        "/fullName",
        "duplicateField",
    );
    one(
        r#"{"fullName":"a","grants":[{"unitName":"a"},{"unitName":"b","x/y":1}]}"#,
        Code::Invalid,
        "/grants/1/x~1y",
        "unknownField",
    );
    one(
        r#"{"fullName":"a","aLevel":300}"#,
        Code::Invalid,
        "/aLevel",
        "range",
    );
    one(
        r#"{"fullName":"a","colour":"blue"}"#,
        Code::Invalid,
        "/colour",
        "unknownValue",
    );
}

#[test]
fn all_that_is_out_of_bounds_is_told_at_once() {
    let text =
        r#"{"fullName":"Ola Nordmann","aLevel":10,"grants":[{"unitName":"a"},{"unitName":"abc"}]}"#;
    let (code, faults) = faults(text);
    assert_eq!(code, Code::Invalid);
    let places: Vec<_> = faults.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(places, ["/aLevel", "/fullName", "/grants/1/unitName"]);
}

#[test]
fn no_fault_repeats_what_the_caller_wrote() {
    let texts = [
        r#"{"fullName":"a","aLevel":"01019012345"}"#,
        r#"{"fullName":"a","colour":"01019012345"}"#,
        r#"{"fullName":"01019012345"}"#,
        r#"{"fullName":"a","grants":"01019012345"}"#,
    ];
    for text in texts {
        let problem = parse::<Draft>(text.as_bytes()).unwrap_err();
        assert!(!format!("{problem:?}").contains("01019012345"), "{text}");
    }
}

#[test]
fn faults_of_every_kind_are_told_at_once() {
    let text = r#"{"aLevel":"x","grants":[{"unitName":"abc","y~z":1},7,{}],"colour":"blue","other":{"unitName":[]},
        "id":"0190a5c47b1e4c3d9f2a1b2c3d4e5f60","extra":null}"#;
    let (code, faults) = faults(text);
    assert_eq!(code, Code::Invalid);
    let faults: Vec<_> = faults
        .iter()
        .map(|(at, code)| (at.as_str(), code.as_str()))
        .collect();
    let expected = [
        ("/aLevel", "wrongType"),
        ("/colour", "unknownValue"),
        ("/extra", "unknownField"),
        ("/fullName", "missingField"),
        ("/grants/0/unitName", "length"),
        ("/grants/0/y~0z", "unknownField"),
        ("/grants/1", "wrongType"),
        ("/grants/2/unitName", "missingField"),
        ("/id", "notUuid"),
        ("/other/unitName", "wrongType"),
    ];
    assert_eq!(faults, expected);
}

#[test]
fn what_the_schema_and_what_the_type_alone_can_tell_are_told_together() {
    let (_, both) = faults(r#"{"fullName":"Ola Nordmann","number":3}"#);
    let places: Vec<_> = both
        .iter()
        .map(|(at, code)| (at.as_str(), code.as_str()))
        .collect();
    assert_eq!(places, [("/fullName", "length"), ("/number", "odd")]);
}

#[test]
fn a_field_that_stands_twice_is_told_with_the_rest() {
    let (_, both) = faults(r#"{"fullName":"a","fullName":"b","aLevel":99}"#);
    let places: Vec<_> = both
        .iter()
        .map(|(at, code)| (at.as_str(), code.as_str()))
        .collect();
    assert_eq!(
        places,
        [("/aLevel", "range"), ("/fullName", "duplicateField")]
    );
}
