//! The built page, packed into the program by `build.rs`.

/// Path and gzipped content of every file, by path.
static FILES: &[(&str, &[u8])] = &include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// A file of the page.
pub(crate) struct File {
    /// For `Content-Type`.
    pub(crate) content_type: &'static str,
    /// Gzipped.
    pub(crate) content: &'static [u8],
    /// Whether its name changes with its content.
    pub(crate) immutable: bool,
}

/// Whether the page was built before this program was.
pub fn is_built() -> bool {
    !FILES.is_empty()
}

/// The file at the path of an address; `/` is the page itself.
pub(crate) fn file(path: &str) -> Option<File> {
    let wanted = match path.strip_prefix('/')? {
        "" => "index.html",
        path => path,
    };
    let at = FILES.binary_search_by(|(path, _)| (*path).cmp(wanted)).ok()?;
    let (path, content) = FILES.get(at)?;
    Some(File { content_type: content_type(path), content, immutable: path.starts_with("assets/") })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        "json" => "application/json",
        _ => "application/octet-stream",
    }
}
