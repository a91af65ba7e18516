//! Turns source folders into deployment artifacts without Node or Docker: functions written in JavaScript or TypeScript are bundled in this
//! process, everything else is zipped as it is. Archives are canonical and named by their content; what has not changed since the last run
//! is taken from a cache. Knows nothing of configs, templates or AWS: callers describe jobs, one for each function.

mod archive;
mod cache;
mod custom;
mod error;
mod folder;
mod javascript;
mod job;
mod limits;
mod run;
mod snapshot;

pub use error::{PackagingError, Place, Problem};
pub use job::{Architecture, BuildpackOptions, JavaScriptOptions, Job, JobKind, ModuleFormat, ProjectDirs};
pub use run::{Packaged, Progress, package_all};

pub(crate) use run::Finished;
