//! Lines for people: how each [`Line`] looks, with or without colours.

use super::frames::frame;
use super::line::{
    Access, Cause, Change, ChangeKind, EventLine, Excerpt, Finding, Level, Line, Made, Origin, Right, Severity,
    StackLine,
};
use anstyle::{AnsiColor, Style};

/// Where a line goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Results.
    Out,
    /// Progress and problems.
    Err,
}

const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const GREEN: Style = AnsiColor::Green.on_default();
const CYAN: Style = AnsiColor::Cyan.on_default();
const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// Paints with ANSI codes, or leaves text alone.
#[derive(Clone, Copy, Debug)]
pub struct Paint(pub bool);

impl Paint {
    fn on(self, style: Style, text: &str) -> String {
        if self.0 { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// What people see of a line, by stream. `colours` are those of standard output and standard error.
pub fn render(line: &Line, colours: (bool, bool)) -> Vec<(Stream, String)> {
    let (out, paint) = (Paint(colours.0), Paint(colours.1));
    let text = match line {
        Line::Diagnostic(finding) => frame(finding, paint.0) + "\n",
        Line::Error { message, hints, .. } => problem(message, hints, paint),
        Line::Message { level: Level::Warning, text } => format!("{} {text}", paint.on(YELLOW, "warning:")),
        Line::Message { level: Level::Debug, text } => paint.on(DIM, text),
        Line::Message { level: Level::Info, text } => text.clone(),
        Line::Phase { text, .. } => paint.on(BOLD, text),
        Line::PhaseDone { text, duration_ms, failed, .. } => {
            let mark = if *failed { paint.on(RED, "✗") } else { paint.on(GREEN, "✓") };
            format!("{mark} {text} {}", paint.on(DIM, &format!("({})", seconds(*duration_ms))))
        }
        Line::Upload { key, bytes } => format!("  uploaded {key} {}", paint.on(DIM, &format!("({})", size(*bytes)))),
        Line::Change(change) => change_text(change, paint),
        Line::Event(event) => match event_text(event, paint) {
            Some(text) => text,
            None => return vec![],
        },
        Line::Cause(cause) => cause_text(cause, paint),
        Line::Resource(made) => return vec![(Stream::Out, made_text(made, out))],
        Line::Statement(right) => return vec![(Stream::Out, right_text(right, out))],
        Line::Stack(stack) => return vec![(Stream::Out, stack_text(stack, out))],
        Line::Template { template } => return vec![(Stream::Out, template.to_string())],
        Line::Result { text, outputs, phases, .. } => {
            let mut lines = vec![];
            if !phases.is_empty() {
                let times: Vec<String> = phases.iter().map(|(name, ms)| format!("{name} {}", seconds(*ms))).collect();
                lines.push((Stream::Err, paint.on(DIM, &times.join(" · "))));
            }
            lines.push((Stream::Err, text.clone()));
            if !outputs.is_empty() {
                lines.push((Stream::Out, outputs_text(outputs, out)));
            }
            return lines;
        }
    };
    vec![(Stream::Err, text)]
}

fn outputs_text(outputs: &std::collections::BTreeMap<String, String>, paint: Paint) -> String {
    let width = outputs.keys().map(|k| k.chars().count()).max().unwrap_or(0);
    let rows: Vec<String> =
        outputs.iter().map(|(name, value)| format!("{}  {value}", paint.on(CYAN, &format!("{name:width$}")))).collect();
    rows.join("\n")
}

fn problem(message: &str, hints: &[String], paint: Paint) -> String {
    let mut out = format!("{} {message}", paint.on(RED, "error:"));
    for hint in hints {
        out.push_str(&format!("\n  {} {hint}", paint.on(CYAN, "help:")));
    }
    out
}

fn origin_text(origin: &Origin) -> String {
    let place = origin.place.as_ref().map(|p| format!("{}:{}", p.file, p.line));
    match (&origin.resource, place) {
        (Some(resource), Some(place)) => format!("{resource}, {place}"),
        (Some(resource), None) => resource.clone(),
        (None, Some(place)) => place,
        (None, None) => String::new(),
    }
}

fn change_text(change: &Change, paint: Paint) -> String {
    let (sign, style, word) = match change.action {
        ChangeKind::Create => ("+", GREEN, "create"),
        ChangeKind::Update => ("~", YELLOW, "update"),
        ChangeKind::MayReplace => ("~", YELLOW, "update, perhaps replace"),
        ChangeKind::Replace => ("!", RED, "replace"),
        ChangeKind::Delete => ("-", RED, "delete"),
    };
    let mut out = format!("  {} {word} {} ({})", paint.on(style, sign), change.logical_id, change.resource_type);
    if !change.properties.is_empty() && !matches!(change.action, ChangeKind::Create | ChangeKind::Delete) {
        out.push_str(&format!(": {}", change.properties.join(", ")));
    }
    if change.holds_data && change.action >= ChangeKind::MayReplace {
        out.push_str(&paint.on(RED, " [holds data]"));
    }
    let origin = origin_text(&change.origin);
    if !origin.is_empty() {
        out.push_str(&paint.on(DIM, &format!("  [{origin}]")));
    }
    out
}

fn event_text(event: &EventLine, paint: Paint) -> Option<String> {
    // What becomes of the stack as a whole is told by the phase and the verdict.
    if event.resource_type == "AWS::CloudFormation::Stack" && !event.status.ends_with("_FAILED") {
        return None;
    }
    let name = format!("{} ({})", event.logical_id, event.resource_type);
    let reason = event.reason.as_deref().map(|r| format!(" - {r}")).unwrap_or_default();
    let (verb, phase) = ["CREATE_", "UPDATE_", "DELETE_", "IMPORT_"]
        .iter()
        .zip([("Creating", "Created"), ("Updating", "Updated"), ("Deleting", "Deleted"), ("Importing", "Imported")])
        .find_map(|(prefix, words)| Some((words, event.status.strip_prefix(prefix)?)))?;
    Some(match phase {
        "IN_PROGRESS" => format!("  {}: {name}", verb.0),
        "COMPLETE" => format!("  {} {}: {name}", paint.on(GREEN, "✓"), verb.1),
        "SKIPPED" => format!("  {} Kept: {name}", paint.on(GREEN, "✓")),
        "FAILED" => format!("  {} Failed: {name}{reason}", paint.on(RED, "✗")),
        _ => return None,
    })
}

fn cause_text(cause: &Cause, paint: Paint) -> String {
    let finding = Finding {
        severity: Severity::Error,
        code: cause.resource_type.clone(),
        message: format!("{}: {}", cause.logical_id, cause.reason),
        place: cause.origin.place.clone(),
        hints: cause.hints.clone(),
        labels: vec![],
        excerpt: cause.excerpt.clone(),
    };
    frame(&finding, paint.0) + "\n"
}

fn made_text(made: &Made, paint: Paint) -> String {
    let mut out = format!("  {} ({})", made.logical_id, made.resource_type);
    let origin = origin_text(&made.origin);
    if !origin.is_empty() {
        out.push_str(&paint.on(DIM, &format!("  [{origin}]")));
    }
    out
}

fn right_text(right: &Right, paint: Paint) -> String {
    let (holder, text) = (&right.logical_id, &right.text);
    let verb = if text.denies { paint.on(RED, "may not") } else { "may".to_owned() };
    let mut out = match right.access {
        Access::Role => format!("  {holder} {verb} {}\n      on {}", text.action, text.resource),
        Access::ManagedPolicy => format!("  {holder} may what {} allows", text.action),
        Access::Trust => format!("  {} {verb} assume {holder}", text.principal),
        Access::Resource => {
            let mut line = format!("  {} {verb} {} by {holder}", text.principal, text.action);
            if !text.resource.is_empty() {
                line.push_str(&format!("\n      on {}", text.resource));
            }
            line
        }
    };
    if !text.condition.is_empty() {
        out.push_str(&format!("\n      if {}", text.condition));
    }
    let origin = origin_text(&right.origin);
    let line = right.excerpt.as_ref().map(line_of).unwrap_or_default();
    match (origin.is_empty(), line.is_empty()) {
        (true, _) => out.push_str(&paint.on(DIM, "\n      [every stack has it]")),
        (false, true) => out.push_str(&paint.on(DIM, &format!("\n      [{origin}]"))),
        (false, false) => out.push_str(&paint.on(DIM, &format!("\n      [{origin}: {line}]"))),
    }
    out
}

/// The line on which an excerpt begins.
fn line_of(excerpt: &Excerpt) -> &str {
    let (before, after) = excerpt.text.split_at_checked(excerpt.range.start).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let end = after.find('\n').map_or(excerpt.text.len(), |at| excerpt.range.start + at);
    excerpt.text.get(start..end).unwrap_or_default().trim()
}

fn stack_text(stack: &StackLine, paint: Paint) -> String {
    let style = match stack.status.as_str() {
        s if s.ends_with("FAILED") || s.contains("ROLLBACK") => RED,
        s if s.ends_with("IN_PROGRESS") => YELLOW,
        _ => GREEN,
    };
    let mut out = format!("{}  {}", paint.on(BOLD, &stack.stack_name), paint.on(style, &stack.status));
    if let Some(version) = &stack.version {
        out.push_str(&format!("  {version}"));
    }
    out.push_str(&paint.on(DIM, &format!("  {}", stack.updated.as_ref().unwrap_or(&stack.created))));
    if let Some(reason) = &stack.reason {
        out.push_str(&format!("\n  {reason}"));
    }
    if !stack.outputs.is_empty() {
        out.push_str("\n\nOutputs\n");
        out.push_str(&outputs_text(&stack.outputs, paint));
    }
    if !stack.resources.is_empty() {
        out.push_str("\n\nResources");
        let widths = (
            stack.resources.iter().map(|r| r.logical_id.len()).max().unwrap_or(0),
            stack.resources.iter().map(|r| r.resource_type.len()).max().unwrap_or(0),
        );
        for r in &stack.resources {
            out.push_str(&format!(
                "\n{:a$}  {:b$}  {}  {}",
                r.logical_id,
                r.resource_type,
                r.status,
                r.physical_id,
                a = widths.0,
                b = widths.1
            ));
        }
    }
    out
}

/// `850 ms`, `12.3 s`, `4 min 5 s`.
pub fn seconds(ms: u64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{:.1} s", ms as f64 / 1_000.0),
        _ => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1_000),
    }
}

/// `512 B`, `1.5 KB`, `12.0 MB` (powers of 1,024).
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{:.1} KB", bytes as f64 / 1_024.0),
        _ => format!("{:.1} MB", bytes as f64 / 1_048_576.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(status: &str, reason: Option<&str>) -> Option<String> {
        let event = EventLine {
            time: String::new(),
            logical_id: "ApiFunction".into(),
            resource_type: "AWS::Lambda::Function".into(),
            status: status.into(),
            reason: reason.map(str::to_owned),
            origin: Origin::default(),
        };
        event_text(&event, Paint(false))
    }

    #[test]
    fn events_read_like_sentences() {
        assert_eq!(event("CREATE_IN_PROGRESS", None).unwrap(), "  Creating: ApiFunction (AWS::Lambda::Function)");
        assert_eq!(event("CREATE_COMPLETE", None).unwrap(), "  ✓ Created: ApiFunction (AWS::Lambda::Function)");
        assert_eq!(event("UPDATE_FAILED", Some("no")).unwrap(), "  ✗ Failed: ApiFunction (AWS::Lambda::Function) - no");
        assert_eq!(event("ROLLBACK_IN_PROGRESS", None), None);
    }

    #[test]
    fn figures_are_readable() {
        assert_eq!([seconds(850), seconds(12_340), seconds(245_000)].join(" | "), "850 ms | 12.3 s | 4 min 5 s");
        assert_eq!([size(10), size(1_536), size(12 << 20)].join(" | "), "10 B | 1.5 KB | 12.0 MB");
    }
}
