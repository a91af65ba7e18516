//! Templates in YAML: the same values as in JSON, with CloudFormation's short forms (`!Ref`, `!Sub`, `!GetAtt a.b` …) written out.

use granit_parser::{Event, Parser, ScalarStyle, Span, Tag};
use serde_json::{Map, Value};

const MAX_DEPTH: usize = 100;

/// Line and column, both from 1, of the place that cannot be read.
pub(crate) type Place = (usize, usize);

pub(crate) fn parse(text: &str) -> Result<Value, Place> {
    let mut reader = Reader { events: Parser::new_from_str(text) };
    loop {
        match reader.next()? {
            (Event::StreamStart | Event::DocumentStart(..), _) => {}
            (Event::StreamEnd | Event::DocumentEnd, _) => return Ok(Value::Null),
            (event, span) => return reader.value(event, span, 0),
        }
    }
}

struct Reader<'t> {
    events: Parser<'t, granit_parser::StrInput<'t>>,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<(Event<'t>, Span), Place> {
        loop {
            match self.events.next_event() {
                Some(Ok((Event::Comment(..), _))) => {}
                Some(Ok(found)) => return Ok(found),
                Some(Err(error)) => return Err((error.marker().line(), error.marker().col() + 1)),
                None => return Ok((Event::StreamEnd, Span::default())),
            }
        }
    }

    fn value(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<Value, Place> {
        let place = (span.start.line(), span.start.col() + 1);
        if depth > MAX_DEPTH {
            return Err(place);
        }
        match event {
            Event::Scalar(text, style, _, tag) => {
                let value = if style == ScalarStyle::Plain && tag.is_none() {
                    plain(&text)
                } else {
                    Value::from(text.as_ref())
                };
                Ok(tagged(tag.as_deref(), value))
            }
            Event::SequenceStart(_, _, tag) => {
                let tag = tag.map(|tag| tag.into_owned());
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => return Ok(tagged(tag.as_ref(), Value::Array(items))),
                        (event, span) => items.push(self.value(event, span, depth + 1)?),
                    }
                }
            }
            Event::MappingStart(_, _, tag) => {
                let tag = tag.map(|tag| tag.into_owned());
                let mut map = Map::new();
                loop {
                    let (event, span) = self.next()?;
                    let key = match event {
                        Event::MappingEnd => return Ok(tagged(tag.as_ref(), Value::Object(map))),
                        Event::Scalar(text, ..) => text.into_owned(),
                        _ => return Err((span.start.line(), span.start.col() + 1)),
                    };
                    let (event, span) = self.next()?;
                    let value = self.value(event, span, depth + 1)?;
                    if map.insert(key, value).is_some() {
                        return Err((span.start.line(), span.start.col() + 1));
                    }
                }
            }
            // CloudFormation knows no aliases; anything else means that the text ended early.
            _ => Err(place),
        }
    }
}

fn tagged(tag: Option<&Tag>, value: Value) -> Value {
    let Some(name) = tag.filter(|tag| tag.handle() == "!").map(|tag| tag.suffix()) else { return value };
    let name = match name {
        "Ref" | "Condition" => name.to_owned(),
        _ => format!("Fn::{name}"),
    };
    Value::Object(Map::from_iter([(name, value)]))
}

/// A scalar without quotes, by the rules of YAML 1.1 as far as templates use them; dates stay text.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Value::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Value::Bool(false),
        _ => {}
    }
    let starts_like_number = text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '-' | '+' | '.'));
    if !starts_like_number {
        return text.into();
    }
    if let Ok(number) = text.parse::<i64>() {
        // Account ids such as 012345678901 are text to people, and a leading zero would be lost.
        return if text.trim_start_matches('-').starts_with('0') && text.len() > 1 {
            text.into()
        } else {
            number.into()
        };
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => number.into(),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn short_forms_are_written_out() {
        let text = "A: !Ref B\nC:\n  - !GetAtt D.Arn # comment\n  - !Sub '${E}-x'\n  - !If [F, 1, no]\nVersion: 2012-10-17\nId: 012345678901\n";
        assert_eq!(
            parse(text).unwrap(),
            json!({"A": {"Ref": "B"}, "C": [{"Fn::GetAtt": "D.Arn"}, {"Fn::Sub": "${E}-x"}, {"Fn::If": ["F", 1, false]}],
                   "Version": "2012-10-17", "Id": "012345678901"})
        );
    }

    #[test]
    fn mistakes_have_a_place() {
        assert_eq!(parse("A: 1\nA: 2\n"), Err((2, 4)));
        assert!(parse("A: [1\n").is_err());
        assert!(parse(&"[".repeat(10_000)).is_err());
    }
}
