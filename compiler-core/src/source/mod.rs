//! Source files and places in them.
//!
//! Every config value carries a [`Span`]: a file and a byte range. Lines, columns and UTF-16 offsets are derived from it only when a
//! diagnostic is shown, so the compiler itself never counts characters.

use std::sync::Arc;

/// A path as the config wrote it or as the host named it, with `/` separators; never canonicalised by the core.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilePath(Arc<str>);

impl FilePath {
    /// Wraps a path.
    pub fn new(path: impl AsRef<str>) -> Self {
        Self(Arc::from(path.as_ref()))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the last `.` of the file name, lower-cased; empty when there is none.
    pub fn extension(&self) -> String {
        let name = self.0.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map(|(_, ext)| ext.to_ascii_lowercase()).unwrap_or_default()
    }
}

impl std::fmt::Display for FilePath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Index of a file in [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(pub u16);

/// A half-open byte range in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span in `file`.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        Self { file, start: start as u32, end: end as u32 }
    }

    /// The smallest span that covers both (the first one wins when the files differ).
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A value and the place it was written at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Pairs a value with its place.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

impl<T> std::ops::Deref for Spanned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// A position for people and editors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// 1-based line.
    pub line: u32,
    /// 1-based column, counted in Unicode scalar values.
    pub column: u32,
}

/// A span with its file name and positions resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: FilePath,
    /// First character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
}

#[derive(Clone, Debug)]
struct SourceFile {
    path: FilePath,
    text: Arc<str>,
    /// Byte offset of the first character of each line.
    lines: Vec<u32>,
}

/// All files that a compilation read: the config, and what `$File` and custom directives brought in.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Adds a file, or finds it when the same path was added before.
    pub fn add(&mut self, path: FilePath, text: Arc<str>) -> FileId {
        if let Some(at) = self.files.iter().position(|f| f.path == path) {
            return FileId(at as u16);
        }
        let mut lines = vec![0];
        lines.extend(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1));
        self.files.push(SourceFile { path, text, lines });
        FileId((self.files.len() - 1) as u16)
    }

    /// The text of a file; empty for an unknown id.
    pub fn text(&self, id: FileId) -> &str {
        self.files.get(id.0 as usize).map(|f| &*f.text).unwrap_or_default()
    }

    /// The path of a file.
    pub fn path(&self, id: FileId) -> Option<&FilePath> {
        self.files.get(id.0 as usize).map(|f| &f.path)
    }

    /// Every file read, in the order of reading (the config first).
    pub fn files(&self) -> impl Iterator<Item = (FileId, &FilePath, &str)> {
        self.files.iter().enumerate().map(|(i, f)| (FileId(i as u16), &f.path, &*f.text))
    }

    /// Resolves a span to file, lines and columns. A span outside its file is clamped to it.
    pub fn place(&self, span: Span) -> Option<Place> {
        let file = self.files.get(span.file.0 as usize)?;
        Some(Place {
            file: file.path.clone(),
            start: position(file, span.start),
            end: position(file, span.end.max(span.start)),
        })
    }
}

fn position(file: &SourceFile, offset: u32) -> Position {
    let offset = (offset as usize).min(file.text.len());
    let line = file.lines.partition_point(|start| *start as usize <= offset) - 1;
    let start = file.lines[line] as usize;
    let column = file.text.get(start..offset).map_or(offset - start, |s| s.chars().count());
    Position { line: line as u32 + 1, column: column as u32 + 1 }
}
