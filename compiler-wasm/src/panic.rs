//! A panic is a bug in the compiler. The caller gets an `Error` that says so, and the instance is not used again: wasm memory and stack are not
//! unwound, so whatever it computed next could be wrong.

use std::sync::atomic::{AtomicBool, Ordering};
use wasm_bindgen::JsError;

static PANICKED: AtomicBool = AtomicBool::new(false);

/// Turns panics into JavaScript errors.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        PANICKED.store(true, Ordering::Relaxed);
        wasm_bindgen::throw_str(&message(&info.to_string()));
    }));
}

/// Refuses to run on what a panic left behind.
pub fn refuse_after_panic() -> Result<(), JsError> {
    if PANICKED.load(Ordering::Relaxed) {
        return Err(JsError::new(
            "an earlier call hit a bug in the compiler and ended this instance; load the module anew",
        ));
    }
    Ok(())
}

fn message(what: &str) -> String {
    format!(
        "this is a bug in the Stacktape compiler, not in your config; please report it together with the config: {what}"
    )
}
