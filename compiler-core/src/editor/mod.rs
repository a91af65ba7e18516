//! What an editor asks about an open config: completion, hover, definition, references and rename, outline, folding, formatting, quick fixes, and
//! the palette and forms that edit the text in place.
//!
//! Everything comes from the tables that the compiler itself uses (`Props` and the directives), and everything works in a half-written text: where
//! the parser gives up, [`tolerant`] still makes a tree. Nothing here changes a text; what is to be changed comes back as [`Edit`]s that keep
//! comments and order. TypeScript configs have no services here: their completion is the TypeScript server's job.

mod analysis;
pub mod completion;
mod cursor;
pub mod definition;
pub mod edits;
pub mod fixes;
pub mod folds;
pub mod form;
pub mod format;
pub mod hover;
mod loose_json;
mod names;
pub mod palette;
mod partial;
pub mod rename;
mod schema;
pub mod symbols;
#[cfg(test)]
mod tests;
mod tolerant;
mod write;

pub use tolerant::Tree;

use crate::compile::Input;
use crate::source::{FileId, FilePath, Sources, Span};
use crate::syntax::Node;
use crate::world::World;
use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

/// An open config, and what the compiler may ask about the outside.
pub struct OpenConfig<'a> {
    /// Path, target and options.
    pub input: &'a Input<'a>,
    /// Files and facts.
    pub world: &'a dyn World,
    /// The config; its file is [`CONFIG`].
    pub sources: Sources,
    text: Arc<str>,
    tree: OnceCell<Rc<Tree>>,
}

/// The file of the open config in [`OpenConfig::sources`].
pub const CONFIG: FileId = FileId(0);

impl<'a> OpenConfig<'a> {
    /// Opens the config of an input; its text is empty when the world does not have it.
    pub fn new(input: &'a Input, world: &'a dyn World) -> Self {
        let text = world.source(&input.config).unwrap_or_else(|| Arc::from(""));
        let mut sources = Sources::default();
        sources.add(input.config.clone(), text.clone());
        Self { input, world, sources, text, tree: OnceCell::new() }
    }

    /// Takes over a tree that [`OpenConfig::shared_tree`] gave for the same path and text, so that it is not parsed again.
    #[must_use]
    pub fn with_tree(mut self, tree: Rc<Tree>) -> Self {
        self.tree = OnceCell::from(tree);
        self
    }

    /// The tree, to be kept for the next question about the same text; `None` when nothing needed it.
    pub fn shared_tree(&self) -> Option<Rc<Tree>> {
        self.tree.get().cloned()
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The tree of the text, as good as it can be; `Null` for a program.
    pub fn tree(&self) -> &Node {
        &self.parsed().root
    }

    /// Whether the parser accepts the whole text.
    pub fn is_exact(&self) -> bool {
        self.parsed().exact
    }

    fn parsed(&self) -> &Tree {
        self.tree.get_or_init(|| {
            Rc::new(match self.syntax() {
                Syntax::Other => Tree { root: Node::new(crate::syntax::Value::Null, Span::default()), exact: false },
                _ => tolerant::parse(&self.text, &self.input.config, None),
            })
        })
    }

    /// The text of a span.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// The form of the text.
    pub fn syntax(&self) -> Syntax {
        match self.input.config.extension().as_str() {
            "json" => Syntax::Json,
            "yml" | "yaml" => Syntax::Yaml,
            _ => Syntax::Other,
        }
    }
}

/// The form of a config's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// `.yml`, `.yaml`.
    Yaml,
    /// `.json`.
    Json,
    /// A program: there are no services.
    Other,
}

/// A part of the config's text is replaced; an insertion has an empty span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// What stands there then.
    pub text: String,
}

impl Edit {
    /// Replaces a byte range.
    pub fn new(start: usize, end: usize, text: impl Into<String>) -> Self {
        Self { span: Span::new(CONFIG, start, end), text: text.into() }
    }
}

/// A range in the config or in a file that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// In the config.
    Here(Span),
    /// The start of another file.
    File(FilePath),
}
