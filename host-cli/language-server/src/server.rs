//! The server's side of a session: which message is answered when, and with what.

use crate::End;
use crate::answers::{self, Abilities};
use crate::convert::Lines;
use crate::documents::{Config, Document, Documents, Target};
use crate::programs::{self, Programs};
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Where a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// `initialize` has not come.
    New,
    /// At work.
    Ready,
    /// `shutdown` has come; only `exit` may follow.
    Done,
}

/// One session.
pub struct Server<'p, W> {
    output: W,
    programs: &'p dyn Programs,
    phase: Phase,
    fallback: Target,
    documents: Documents,
    abilities: Abilities,
    /// Configs whose findings are out of date.
    stale: BTreeSet<Url>,
    /// Documents that a config has findings in, by config.
    published: BTreeMap<Url, BTreeSet<Url>>,
    /// The client no longer reads.
    unheard: bool,
}

/// Why a request has no result.
struct Refusal(ErrorCode, String);

type Answer = Result<Value, Refusal>;

impl<'p, W: Write> Server<'p, W> {
    /// A session that has not begun.
    pub fn new(fallback: Target, programs: &'p dyn Programs, output: W) -> Self {
        Self {
            output,
            programs,
            phase: Phase::New,
            fallback,
            documents: Documents::default(),
            abilities: Abilities::default(),
            stale: BTreeSet::new(),
            published: BTreeMap::new(),
            unheard: false,
        }
    }

    /// Whether the client no longer reads.
    pub fn is_unheard(&self) -> bool {
        self.unheard
    }

    fn send(&mut self, message: Message) {
        self.unheard |= message.write(&mut self.output).is_err();
    }

    /// Answers what is no message; the id of it, if it had one, is not known.
    pub fn refuse_malformed(&mut self, why: &str) {
        let code = ErrorCode::ParseError as i32;
        let text = json!({ "jsonrpc": "2.0", "id": null, "error": { "code": code, "message": why } }).to_string();
        let sent =
            write!(self.output, "Content-Length: {}\r\n\r\n{text}", text.len()).and_then(|()| self.output.flush());
        self.unheard |= sent.is_err();
    }

    /// Takes a message; says how the session ended, when it did.
    pub fn take(&mut self, message: Message) -> Option<End> {
        match message {
            Message::Request(request) => self.request(request),
            Message::Notification(Notification { method, .. }) if method == "exit" => {
                return Some(if self.phase == Phase::Done { End::Clean } else { End::Abrupt });
            }
            Message::Notification(notification) if self.phase == Phase::Ready => self.notification(notification),
            // Before `initialize` and after `shutdown` nothing counts; the server asks nothing, so nobody answers it.
            Message::Notification(_) | Message::Response(_) => {}
        }
        None
    }

    fn request(&mut self, request: Request) {
        let id = request.id.clone();
        let answer = match (self.phase, request.method.as_str()) {
            (Phase::New, "initialize") => parsed(request.params).map(|params| self.initialize(params)),
            (Phase::New, _) => {
                Err(Refusal(ErrorCode::ServerNotInitialized, "the first request must be `initialize`".into()))
            }
            (Phase::Ready, "initialize") => {
                Err(Refusal(ErrorCode::InvalidRequest, "the session is initialized already".into()))
            }
            (Phase::Ready, "shutdown") => {
                self.phase = Phase::Done;
                Ok(Value::Null)
            }
            (Phase::Ready, _) => {
                // A bug in one service must not end the session.
                catch_unwind(AssertUnwindSafe(|| self.service(request))).unwrap_or_else(|_| {
                    Err(Refusal(
                        ErrorCode::InternalError,
                        "this is a bug in Stacktape; please report it with the config".into(),
                    ))
                })
            }
            (Phase::Done, _) => {
                Err(Refusal(ErrorCode::InvalidRequest, "after `shutdown` only `exit` may follow".into()))
            }
        };
        self.respond(id, answer);
    }

    fn respond(&mut self, id: RequestId, answer: Answer) {
        let response = match answer {
            Ok(value) => Response::new_ok(id, value),
            Err(Refusal(code, message)) => Response::new_err(id, code as i32, message),
        };
        self.send(response.into());
    }

    #[expect(deprecated, reason = "older clients give their folder as `rootUri`")]
    fn initialize(&mut self, params: InitializeParams) -> Value {
        self.phase = Phase::Ready;
        let folder = params.workspace_folders.iter().flatten().map(|folder| &folder.uri).chain(&params.root_uri).next();
        self.documents.folder = folder.and_then(|uri| uri.to_file_path().ok());
        let completion = params.capabilities.text_document.and_then(|t| t.completion).and_then(|c| c.completion_item);
        self.abilities = Abilities { snippets: completion.and_then(|item| item.snippet_support).unwrap_or_default() };
        let options = params.initialization_options.filter(|options| !options.is_null());
        let given = options.map(serde_json::from_value::<Target>).transpose();
        let target = match given {
            Ok(target) => target.unwrap_or_default(),
            Err(error) => {
                self.warn(format!("initializationOptions cannot be read ({error}); the defaults are used"));
                Target::default()
            }
        };
        self.documents.target = target.or(&self.fallback);
        if let Err(why) = self.documents.load_facts() {
            self.warn(format!("the facts cannot be used: {why}"));
        }
        json!({
            "capabilities": capabilities(),
            "serverInfo": { "name": "stacktape", "version": env!("CARGO_PKG_VERSION") },
        })
    }

    fn warn(&mut self, message: String) {
        let params = ShowMessageParams { typ: MessageType::WARNING, message };
        self.send(Notification::new("window/showMessage".into(), params).into());
    }

    fn notification(&mut self, notification: Notification) {
        match notification.method.as_str() {
            "textDocument/didOpen" => {
                if let Ok(params) = serde_json::from_value::<DidOpenTextDocumentParams>(notification.params) {
                    let TextDocumentItem { uri, version, text, .. } = params.text_document;
                    self.changed(uri, version, text);
                }
            }
            "textDocument/didChange" => {
                if let Ok(params) = serde_json::from_value::<DidChangeTextDocumentParams>(notification.params) {
                    let VersionedTextDocumentIdentifier { uri, version } = params.text_document;
                    let Some(document) = self.documents.open.get(&uri) else { return };
                    let text = params.content_changes.iter().fold(document.text.to_string(), edited);
                    self.changed(uri, version, text);
                }
            }
            "textDocument/didClose" => {
                if let Ok(params) = serde_json::from_value::<DidCloseTextDocumentParams>(notification.params) {
                    self.closed(&params.text_document.uri);
                }
            }
            // A file that a config reads may have changed.
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => self.all_stale(),
            _ => {}
        }
    }

    fn changed(&mut self, uri: Url, version: i32, text: String) {
        self.documents.open.insert(uri.clone(), Document { text: text.into(), version });
        if self.documents.is_config(&uri) {
            self.stale.insert(uri);
        } else {
            self.all_stale();
        }
    }

    fn closed(&mut self, uri: &Url) {
        self.documents.open.remove(uri);
        self.stale.remove(uri);
        for other in self.published.remove(uri).unwrap_or_default() {
            self.publish_one(other, vec![], None);
        }
        self.all_stale();
    }

    fn all_stale(&mut self) {
        let configs: Vec<Url> =
            self.documents.open.keys().filter(|uri| self.documents.is_config(uri)).cloned().collect();
        self.stale.extend(configs);
    }

    /// Looks for mistakes in every config that changed.
    pub fn publish(&mut self) {
        for uri in std::mem::take(&mut self.stale) {
            let Some(config) = self.documents.config(&uri) else { continue };
            let found = catch_unwind(AssertUnwindSafe(|| match self.documents.text_config(&uri) {
                Some(_) => Some(answers::findings(&config, &uri, &config.input)),
                None => programs::findings(self.programs, &config, &uri),
            }));
            let Ok(Some(found)) = found else { continue };
            let version = self.documents.open.get(&uri).map(|document| document.version);
            let now: BTreeSet<Url> = found.keys().cloned().collect();
            let before = self.published.insert(uri.clone(), now.clone()).unwrap_or_default();
            for gone in before.difference(&now) {
                self.publish_one(gone.clone(), vec![], None);
            }
            for (file, diagnostics) in found {
                let version = version.filter(|_| file == uri);
                self.publish_one(file, diagnostics, version);
            }
        }
    }

    fn publish_one(&mut self, uri: Url, diagnostics: Vec<Diagnostic>, version: Option<i32>) {
        let params = PublishDiagnosticsParams { uri, diagnostics, version };
        self.send(Notification::new("textDocument/publishDiagnostics".into(), params).into());
    }

    /// The language services; a document that is no config has none.
    fn service(&self, request: Request) -> Answer {
        let params = request.params;
        match request.method.as_str() {
            "textDocument/completion" => {
                let p: CompletionParams = parsed(params)?;
                let at = p.text_document_position;
                self.at(&at.text_document.uri, |config| answers::completion(config, at.position, self.abilities))
            }
            "textDocument/hover" => {
                let at = parsed::<HoverParams>(params)?.text_document_position_params;
                self.at(&at.text_document.uri, |config| answers::hover(config, at.position))
            }
            "textDocument/definition" => {
                let at = parsed::<GotoDefinitionParams>(params)?.text_document_position_params;
                let uri = at.text_document.uri;
                self.at(&uri, |config| answers::definition(config, &uri, at.position))
            }
            "textDocument/references" => {
                let p: ReferenceParams = parsed(params)?;
                let (at, declaration) = (p.text_document_position, p.context.include_declaration);
                let uri = at.text_document.uri;
                self.at(&uri, |config| answers::references(config, &uri, at.position, declaration))
            }
            "textDocument/prepareRename" => {
                let at: TextDocumentPositionParams = parsed(params)?;
                self.at(&at.text_document.uri, |config| answers::prepare_rename(config, at.position))
            }
            "textDocument/rename" => {
                let p: RenameParams = parsed(params)?;
                let (uri, position) = (p.text_document_position.text_document.uri, p.text_document_position.position);
                let Some(config) = self.documents.text_config(&uri) else { return Ok(Value::Null) };
                let made = answers::rename(&config, &uri, position, &p.new_name);
                made.map_err(|why| Refusal(ErrorCode::RequestFailed, why)).and_then(value)
            }
            "textDocument/documentSymbol" => {
                let p: DocumentSymbolParams = parsed(params)?;
                self.at(&p.text_document.uri, answers::symbols)
            }
            "textDocument/foldingRange" => {
                let p: FoldingRangeParams = parsed(params)?;
                self.at(&p.text_document.uri, answers::folds)
            }
            "textDocument/formatting" => {
                let p: DocumentFormattingParams = parsed(params)?;
                self.at(&p.text_document.uri, answers::format)
            }
            "textDocument/codeAction" => {
                let p: CodeActionParams = parsed(params)?;
                let (uri, range) = (p.text_document.uri, p.range);
                self.at(&uri, |config| answers::actions(config, &uri, range))
            }
            other => Err(Refusal(ErrorCode::MethodNotFound, format!("there is no method `{other}` here"))),
        }
    }

    fn at<T: Serialize>(&self, uri: &Url, run: impl FnOnce(&Config<'_>) -> T) -> Answer {
        match self.documents.text_config(uri) {
            Some(config) => value(run(&config)),
            None => Ok(Value::Null),
        }
    }
}

fn parsed<T: DeserializeOwned>(params: Value) -> Result<T, Refusal> {
    serde_json::from_value(params).map_err(|error| Refusal(ErrorCode::InvalidParams, error.to_string()))
}

fn value(result: impl Serialize) -> Answer {
    serde_json::to_value(result).map_err(|error| Refusal(ErrorCode::InternalError, error.to_string()))
}

/// A text after one change; without a range it is the whole text.
fn edited(text: String, change: &TextDocumentContentChangeEvent) -> String {
    let Some(range) = change.range else { return change.text.clone() };
    let lines = Lines::new(&text);
    let (start, end) = (lines.offset(range.start), lines.offset(range.end));
    format!("{}{}{}", &text[..start], change.text, &text[end.max(start)..])
}

fn capabilities() -> ServerCapabilities {
    let triggers = [":", " ", "-", "$", "'", "\"", "(", ".", "{", "[", ","];
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::Supported(true)),
            ..TextDocumentSyncOptions::default()
        })),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(triggers.map(String::from).to_vec()),
            ..CompletionOptions::default()
        }),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        })),
        document_symbol_provider: Some(OneOf::Left(true)),
        folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
            ..CodeActionOptions::default()
        })),
        ..ServerCapabilities::default()
    }
}
