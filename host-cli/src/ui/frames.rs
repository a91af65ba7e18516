//! Findings as terminal frames: the message, the lines of the config with the place underlined, hints.

use super::line::{Excerpt, Finding, Severity};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet, renderer::DecorStyle};

/// Columns that a frame may fill when the terminal's width is unknown.
const WIDTH: usize = 140;

/// Renders one finding; with colours as ANSI codes, or plain.
pub fn frame(finding: &Finding, colours: bool) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(finding.message.as_str()).id(finding.code.as_str());
    let mut groups: Vec<Group<'_>> = vec![];
    let mut group = match &finding.excerpt {
        Some(excerpt) => {
            let mut snippet = snippet(excerpt).annotation(AnnotationKind::Primary.span(clamp(excerpt)));
            let (near, far): (Vec<_>, Vec<_>) = finding
                .labels
                .iter()
                .filter_map(|l| Some((l.excerpt.as_ref()?, l.message.as_str())))
                .partition(|(e, _)| e.file == excerpt.file);
            for (label, message) in near {
                snippet = snippet.annotation(AnnotationKind::Context.span(clamp(label)).label(message));
            }
            let mut group = title.element(snippet);
            for (label, message) in far {
                group = group.element(
                    self::snippet(label).annotation(AnnotationKind::Context.span(clamp(label)).label(message)),
                );
            }
            group
        }
        None => match &finding.place {
            Some(at) => {
                let origin = Origin::path(at.file.as_str()).line(at.line as usize).char_column(at.column as usize);
                title.element(origin)
            }
            None => Group::with_title(title),
        },
    };
    for hint in &finding.hints {
        group = group.element(Level::HELP.message(hint.as_str()));
    }
    groups.push(group);
    let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
    renderer.decor_style(DecorStyle::Ascii).term_width(WIDTH).render(&groups)
}

fn snippet(excerpt: &Excerpt) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
    Snippet::source(&*excerpt.text).path(excerpt.file.as_str())
}

/// A range inside the text, on character borders, not reaching into the line after a block.
fn clamp(excerpt: &Excerpt) -> std::ops::Range<usize> {
    let text = &*excerpt.text;
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(excerpt.range.start);
    let end = floor(excerpt.range.end.max(start));
    let trimmed = text[start..end].trim_end().len();
    start..start + trimmed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::line::{Label, Place};
    use std::sync::Arc;

    #[test]
    fn looks_like_a_compiler() {
        let text: Arc<str> = "resources:\n  api:\n    type: functoin\n".into();
        let at = |needle: &str| {
            let start = text.find(needle).unwrap();
            Excerpt { file: "stacktape.yml".into(), text: text.clone(), range: start..start + needle.len() }
        };
        let finding = Finding {
            severity: Severity::Error,
            code: "unknown-type".into(),
            message: "there is no resource type `functoin`".into(),
            place: Some(Place { file: "stacktape.yml".into(), line: 3, column: 11, end_line: 3, end_column: 19 }),
            hints: vec!["did you mean `function`?".into()],
            labels: vec![Label { message: "of this resource".into(), place: None, excerpt: Some(at("api")) }],
            excerpt: Some(at("functoin")),
        };
        let expected = "\
error[unknown-type]: there is no resource type `functoin`
 --> stacktape.yml:3:11
  |
2 |   api:
  |   --- of this resource
3 |     type: functoin
  |           ^^^^^^^^
  |
  = help: did you mean `function`?";
        assert_eq!(frame(&finding, false), expected);
        assert!(frame(&finding, true).contains('\u{1b}'));
    }

    #[test]
    fn odd_ranges_do_no_harm() {
        let text: Arc<str> = "ä: 1\n".into();
        for range in [0..1, 1..2, 4..900, 900..901, 0..0] {
            let excerpt = Excerpt { file: "f".into(), text: text.clone(), range };
            let finding = Finding {
                severity: Severity::Warning,
                code: "c".into(),
                message: "m".into(),
                place: None,
                hints: vec![],
                labels: vec![],
                excerpt: Some(excerpt),
            };
            assert!(frame(&finding, false).starts_with("warning[c]: m"));
        }
    }
}
