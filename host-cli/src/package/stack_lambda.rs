//! The stack's own function: comes with this program, and is packaged like a file of the user's.

use crate::error::{Failure, Result};
use crate::exit::Exit;
#[cfg(feature = "stack-lambda")]
use stacktape_stack_lambda_embedded::{BOOTSTRAP, DIGEST};
use std::path::Path;

/// Digest of what the function was made from. Its bytes may differ from build to build of this program; the digest does not, so nobody uploads the
/// function again.
#[cfg(feature = "stack-lambda")]
pub fn digest() -> &'static str {
    DIGEST
}

/// Puts the executable into `.stacktape/cache` and says where, relative to the project.
#[cfg(feature = "stack-lambda")]
pub fn unpack(root: &Path) -> Result<String> {
    let below = format!(".stacktape/cache/stack-lambda/{}/bootstrap", &DIGEST[..16]);
    let file = root.join(&below);
    if !std::fs::read(&file).is_ok_and(|there| there == BOOTSTRAP) {
        write(&file).map_err(|error| {
            Failure::new(Exit::Write, "cache", format!("{} cannot be written: {error}", file.display()))
        })?;
    }
    Ok(below)
}

/// The file is complete or not there, also when two deploys run at once.
#[cfg(feature = "stack-lambda")]
fn write(file: &Path) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let unfinished = file.with_extension(std::process::id().to_string());
    std::fs::write(&unfinished, BOOTSTRAP)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&unfinished, std::fs::Permissions::from_mode(0o755))?;
    }
    std::fs::rename(&unfinished, file)
}

/// Nothing is packaged under it.
#[cfg(not(feature = "stack-lambda"))]
pub fn digest() -> &'static str {
    ""
}

/// Without the function, what needs it cannot be deployed.
#[cfg(not(feature = "stack-lambda"))]
pub fn unpack(_: &Path) -> Result<String> {
    let message = "the stack needs a function of its own, for a deployment script or for something in us-east-1, and this build of stacktape comes without it";
    Err(Failure::new(Exit::Later, "no-stack-lambda", message).hint("build it with the feature `stack-lambda`"))
}
