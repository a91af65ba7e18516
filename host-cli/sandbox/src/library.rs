//! Modules that are part of the command line: the authoring library `stacktape`, and what a config may use of Node.

// `STACKTAPE: &[(&str, &str)]`, the files of npm/src, made by the build script.
include!(concat!(env!("OUT_DIR"), "/library.rs"));

/// A file of the authoring library.
pub fn stacktape(name: &str) -> Option<&'static str> {
    STACKTAPE.iter().find(|(file, _)| *file == name).map(|(_, text)| *text)
}

/// Every file of the authoring library.
pub fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    STACKTAPE.iter().copied()
}

/// A module of Node, by its name without `node:`.
pub fn node(name: &str) -> Option<&'static str> {
    Some(match name {
        "assert" => include_str!("node/assert.js"),
        "buffer" => "export const Buffer = globalThis.Buffer; export default { Buffer };",
        "crypto" => include_str!("node/crypto.js"),
        "events" => include_str!("node/events.js"),
        "fs" => include_str!("node/fs.js"),
        "fs/promises" => include_str!("node/fs/promises.js"),
        "module" => include_str!("node/module.js"),
        "os" => include_str!("node/os.js"),
        "path" | "path/posix" => include_str!("node/path.js"),
        "process" => include_str!("node/process.js"),
        "timers" => include_str!("node/timers.js"),
        "timers/promises" => include_str!("node/timers/promises.js"),
        "url" => include_str!("node/url.js"),
        "util" => include_str!("node/util.js"),
        _ => return None,
    })
}
