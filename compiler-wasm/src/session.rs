//! What is kept from one call to the next. An editor asks several things about one text: it is parsed for the first of them, and what the last compilation
//! found serves the quick fixes. One text and one compilation are kept, nothing more; the core itself keeps nothing.

use crate::input::CompileInput;
use stacktape_compiler::diagnostics::Diagnostic;
use stacktape_compiler::editor::{OpenConfig, Tree};
use std::cell::RefCell;
use std::rc::Rc;

#[derive(Default)]
struct Kept {
    /// Path and text of a config, and its tree.
    parsed: Option<(String, Rc<str>, Rc<Tree>)>,
    /// What was compiled, and the findings.
    compiled: Option<(CompileInput, Rc<[Diagnostic]>)>,
}

thread_local! {
    // A wasm instance has one thread, and one editor behind it.
    static KEPT: RefCell<Kept> = RefCell::default();
}

/// Runs a service on an open config; the tree of the same text is not parsed again.
pub(crate) fn with_tree<T>(open: OpenConfig<'_>, run: impl FnOnce(&OpenConfig<'_>) -> T) -> T {
    let same =
        |(path, text, _): &&(String, Rc<str>, Rc<Tree>)| *path == open.input.config.as_str() && **text == *open.text();
    let known = KEPT.with_borrow(|kept| kept.parsed.as_ref().filter(same).map(|(_, _, tree)| Rc::clone(tree)));
    let is_new = known.is_none();
    let open = match known {
        Some(tree) => open.with_tree(tree),
        None => open,
    };
    let answer = run(&open);
    if let Some(tree) = open.shared_tree().filter(|_| is_new) {
        let parsed = (open.input.config.as_str().to_owned(), Rc::from(open.text()), tree);
        KEPT.with_borrow_mut(|kept| kept.parsed = Some(parsed));
    }
    answer
}

/// Keeps what a compilation found.
pub(crate) fn keep_findings(input: CompileInput, found: &[Diagnostic]) {
    KEPT.with_borrow_mut(|kept| kept.compiled = Some((input, found.into())));
}

/// What the last compilation found, when it was of the same texts for the same stack.
pub(crate) fn findings(input: &CompileInput) -> Option<Rc<[Diagnostic]>> {
    KEPT.with_borrow(|kept| {
        kept.compiled.as_ref().filter(|(last, _)| last.compiles_like(input)).map(|(_, found)| Rc::clone(found))
    })
}
