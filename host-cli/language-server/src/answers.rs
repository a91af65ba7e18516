//! The answers to requests: what the language services say, in the protocol's types.

use crate::convert::Lines;
use crate::documents::Config;
use lsp_types::*;
use stacktape_compiler::diagnostics::{CODES, Diagnostic as Finding, Severity};
use stacktape_compiler::editor::completion::{Completion, CompletionKind, complete};
use stacktape_compiler::editor::symbols::{Symbol, SymbolKind as Kind};
use stacktape_compiler::editor::{self, OpenConfig, Target};
use stacktape_compiler::source::{Sources, Span};
use stacktape_compiler::{Input, compile};
use std::collections::{BTreeMap, HashMap};

/// What the client can do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Abilities {
    /// Inserts text with a place for the cursor.
    pub snippets: bool,
}

/// Findings by the document that they are in; the config is always there.
pub fn findings(config: &Config<'_>, uri: &Url, input: &Input<'_>) -> BTreeMap<Url, Vec<Diagnostic>> {
    let compiled = compile(input, config);
    let mut found: BTreeMap<Url, Vec<Diagnostic>> = [(uri.clone(), vec![])].into();
    for finding in &compiled.diagnostics {
        let place = location(config, uri, &compiled.sources, finding.span);
        let place = place.unwrap_or_else(|| Location::new(uri.clone(), Range::default()));
        let made = diagnostic(config, uri, &compiled.sources, finding, place.range);
        found.entry(place.uri).or_default().push(made);
    }
    found
}

fn location(config: &Config<'_>, uri: &Url, sources: &Sources, span: Span) -> Option<Location> {
    let file = sources.path(span.file)?;
    let uri = if *file == config.input.config { uri.clone() } else { config.uri_of(file)? };
    Some(Location::new(uri, Lines::new(sources.text(span.file)).range(span)))
}

fn diagnostic(config: &Config<'_>, uri: &Url, sources: &Sources, finding: &Finding, range: Range) -> Diagnostic {
    let hints: String = finding.hints.iter().map(|hint| format!("\n{hint}")).collect();
    let related = finding.labels.iter().filter_map(|(span, text)| {
        let location = location(config, uri, sources, *span)?;
        Some(DiagnosticRelatedInformation { location, message: text.clone() })
    });
    let related: Vec<_> = related.collect();
    Diagnostic {
        range,
        severity: Some(match finding.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
        }),
        code: Some(NumberOrString::String(finding.code.to_string())),
        source: Some("stacktape".into()),
        message: format!("{}{hints}", finding.message),
        related_information: (!related.is_empty()).then_some(related),
        tags: (finding.code.0 == "deprecated").then(|| vec![DiagnosticTag::DEPRECATED]),
        data: CODES.iter().find(|info| info.code == finding.code).map(|info| info.title.into()),
        ..Diagnostic::default()
    }
}

/// What can stand at a position.
pub fn completion(config: &Config<'_>, position: Position, abilities: Abilities) -> CompletionList {
    let (open, lines) = (OpenConfig::new(&config.input, config), Lines::new(&config.text));
    let items = complete(&open, lines.offset(position));
    let made = items.into_iter().enumerate().map(|(at, item)| completion_item(at, item, &lines, abilities));
    CompletionList { is_incomplete: false, items: made.collect() }
}

fn completion_item(at: usize, item: Completion, lines: &Lines<'_>, abilities: Abilities) -> CompletionItem {
    let mut text = item.edit.text;
    let snippet = abilities.snippets && item.back > 0;
    if snippet {
        let (before, behind) = text.split_at(text.len() - item.back);
        text = format!("{}$0{}", escaped(before), escaped(behind));
    }
    CompletionItem {
        kind: Some(match item.kind {
            CompletionKind::Property => CompletionItemKind::PROPERTY,
            CompletionKind::Value => CompletionItemKind::ENUM_MEMBER,
            CompletionKind::Type => CompletionItemKind::CLASS,
            CompletionKind::Resource => CompletionItemKind::REFERENCE,
            CompletionKind::Param => CompletionItemKind::FIELD,
            CompletionKind::Directive => CompletionItemKind::FUNCTION,
            CompletionKind::Name => CompletionItemKind::VARIABLE,
            CompletionKind::File => CompletionItemKind::FILE,
        }),
        detail: Some(item.detail).filter(|detail| !detail.is_empty()),
        documentation: (!item.docs.is_empty()).then(|| Documentation::MarkupContent(markdown(item.docs))),
        tags: item.deprecated.then(|| vec![CompletionItemTag::DEPRECATED]),
        preselect: (item.required && at == 0).then_some(true),
        // The order is the server's.
        sort_text: Some(format!("{at:04}")),
        insert_text_format: snippet.then_some(InsertTextFormat::SNIPPET),
        // The text has the indentation that it needs.
        insert_text_mode: Some(InsertTextMode::AS_IS),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(lines.range(item.edit.span), text))),
        command: item.again.then(|| Command::new("Suggest".into(), "editor.action.triggerSuggest".into(), None)),
        label: item.label,
        ..CompletionItem::default()
    }
}

/// Text that means itself in a snippet.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}

fn markdown(value: String) -> MarkupContent {
    MarkupContent { kind: MarkupKind::Markdown, value }
}

/// Documentation at a position.
pub fn hover(config: &Config<'_>, position: Position) -> Option<Hover> {
    let (open, lines) = (OpenConfig::new(&config.input, config), Lines::new(&config.text));
    let found = editor::hover::hover(&open, lines.offset(position))?;
    Some(Hover { contents: HoverContents::Markup(markdown(found.markdown)), range: Some(lines.range(found.span)) })
}

/// Where the name at a position is declared.
pub fn definition(config: &Config<'_>, uri: &Url, position: Position) -> Option<Location> {
    let (open, lines) = (OpenConfig::new(&config.input, config), Lines::new(&config.text));
    Some(match editor::definition::definition(&open, lines.offset(position))? {
        Target::Here(span) => Location::new(uri.clone(), lines.range(span)),
        Target::File(file) => Location::new(config.uri_of(&file)?, Range::default()),
    })
}

/// Every use of the name at a position.
pub fn references(config: &Config<'_>, uri: &Url, position: Position, with_declaration: bool) -> Vec<Location> {
    let (open, lines) = (OpenConfig::new(&config.input, config), Lines::new(&config.text));
    let offset = lines.offset(position);
    let declared = match editor::definition::definition(&open, offset) {
        Some(Target::Here(span)) => Some(lines.range(span).start),
        _ => None,
    };
    let all = editor::definition::references(&open, offset).into_iter().map(|span| lines.range(span));
    let wanted = all.filter(|range| {
        // The declaration may stand in quotes.
        with_declaration
            || declared.is_none_or(|at| at.line != range.start.line || at.character.abs_diff(range.start.character) > 1)
    });
    wanted.map(|range| Location::new(uri.clone(), range)).collect()
}

/// What can be renamed at a position.
pub fn prepare_rename(config: &Config<'_>, position: Position) -> Option<PrepareRenameResponse> {
    let (open, lines) = (OpenConfig::new(&config.input, config), Lines::new(&config.text));
    let found = editor::rename::renamable(&open, lines.offset(position))?;
    Some(PrepareRenameResponse::RangeWithPlaceholder { range: lines.range(found.span), placeholder: found.name })
}

/// Renames what stands at a position; the refusal is for people.
pub fn rename(config: &Config<'_>, uri: &Url, position: Position, name: &str) -> Result<WorkspaceEdit, String> {
    let (open, lines) = (OpenConfig::new(&config.input, config), Lines::new(&config.text));
    let edits = editor::rename::rename(&open, lines.offset(position), name)?;
    Ok(workspace_edit(uri, lines.edits(edits)))
}

fn workspace_edit(uri: &Url, edits: Vec<TextEdit>) -> WorkspaceEdit {
    WorkspaceEdit::new(HashMap::from([(uri.clone(), edits)]))
}

/// The outline.
pub fn symbols(config: &Config<'_>) -> Vec<DocumentSymbol> {
    let (open, lines) = (OpenConfig::new(&config.input, config), Lines::new(&config.text));
    editor::symbols::symbols(&open).into_iter().map(|symbol| document_symbol(symbol, &lines)).collect()
}

#[expect(deprecated, reason = "the field has to be given")]
fn document_symbol(symbol: Symbol, lines: &Lines<'_>) -> DocumentSymbol {
    DocumentSymbol {
        // Clients refuse symbols without a name.
        name: if symbol.name.is_empty() { "\"\"".into() } else { symbol.name },
        detail: Some(symbol.detail).filter(|detail| !detail.is_empty()),
        kind: match symbol.kind {
            Kind::Section => SymbolKind::NAMESPACE,
            Kind::Resource => SymbolKind::CLASS,
            Kind::Property => SymbolKind::PROPERTY,
        },
        tags: None,
        deprecated: None,
        range: lines.range(symbol.span),
        selection_range: lines.range(symbol.name_span),
        children: Some(symbol.children.into_iter().map(|child| document_symbol(child, lines)).collect()),
    }
}

/// What can be folded.
pub fn folds(config: &Config<'_>) -> Vec<FoldingRange> {
    let open = OpenConfig::new(&config.input, config);
    let fold = |fold: editor::folds::Fold| FoldingRange {
        start_line: fold.first,
        end_line: fold.last,
        kind: fold.comment.then_some(FoldingRangeKind::Comment),
        ..FoldingRange::default()
    };
    editor::folds::folds(&open).into_iter().map(fold).collect()
}

/// The edits that format the config.
pub fn format(config: &Config<'_>) -> Vec<TextEdit> {
    let (open, lines) = (OpenConfig::new(&config.input, config), Lines::new(&config.text));
    lines.edits(editor::format::format(&open))
}

/// Quick fixes for the findings that touch a range.
pub fn actions(config: &Config<'_>, uri: &Url, range: Range) -> Vec<CodeActionOrCommand> {
    let (open, lines) = (OpenConfig::new(&config.input, config), Lines::new(&config.text));
    let compiled = compile(&config.input, config);
    let fixes = editor::fixes::fixes(&open, &compiled.diagnostics);
    let mut actions = vec![];
    for fix in fixes {
        let Some(finding) = compiled.diagnostics.get(fix.diagnostic) else { continue };
        let place = lines.range(finding.span);
        if place.end < range.start || range.end < place.start {
            continue;
        }
        actions.push(CodeActionOrCommand::CodeAction(CodeAction {
            title: fix.title,
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![diagnostic(config, uri, &compiled.sources, finding, place)]),
            edit: Some(workspace_edit(uri, lines.edits(fix.edits))),
            is_preferred: fix.preferred.then_some(true),
            ..CodeAction::default()
        }));
    }
    actions
}
