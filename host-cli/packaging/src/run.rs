//! Runs jobs side by side, as many as there are processors: bundling keeps a processor busy and holds all modules of a function in memory,
//! so more at once would only cost memory. Jobs that differ in name only are made once.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use crate::cache::{Cache, Product};
use crate::custom;
use crate::error::{Outcome, PackagingError, Problem, Problems};
use crate::javascript::{self, Packages};
use crate::job::{Job, JobKind, ProjectDirs};
use crate::snapshot::Snapshot;

/// Most jobs at once, however many processors there are: each holds 50 to 100 MB while it is bundled, and the bundler uses several
/// threads for one job.
const MOST_AT_ONCE: usize = 8;
/// Stack of a thread that may read code, bytes. Parsing is recursive, and generated code can be nested deeply; the memory is only reserved.
const STACK: usize = 64 << 20;

/// Hears about jobs as they run, from several threads at once.
pub trait Progress: Send + Sync {
    /// A job has begun.
    fn started(&self, job: &str) {
        let _ = job;
    }

    /// A job is done.
    fn finished(&self, job: &str, result: &Result<Packaged, PackagingError>) {
        let _ = (job, result);
    }
}

/// Nobody listens.
impl Progress for () {}

/// A finished artifact.
#[derive(Clone, Debug)]
pub struct Packaged {
    /// Name of the job.
    pub name: String,
    /// The zip on disk: in the cache, or the user's own.
    pub archive: PathBuf,
    /// SHA-256 of the content, 64 hex digits; the same content has the same digest on every machine.
    pub digest: String,
    /// Size of the zip, bytes.
    pub size: u64,
    /// Size of the content, bytes.
    pub unpacked_size: u64,
    /// Whether nothing had to be made.
    pub from_cache: bool,
    /// Remarks for the user: decisions that were taken and could surprise.
    pub notes: Vec<String>,
    /// The source map, where it is kept out of the archive.
    pub source_map: Option<PathBuf>,
    /// Time it took.
    pub took: Duration,
}

/// What making an artifact gives, before it belongs to a job.
#[derive(Clone, Debug)]
pub(crate) struct Finished {
    pub archive: PathBuf,
    pub digest: String,
    pub size: u64,
    pub unpacked_size: u64,
    pub from_cache: bool,
    pub notes: Vec<String>,
    pub source_map: Option<PathBuf>,
}

impl Finished {
    /// An archive that was just written into the cache.
    pub fn made(cache: &Cache, product: Product) -> Self {
        let Product { digest, size, unpacked_size, notes, source_map } = product;
        let source_map = source_map.map(|digest| cache.source_map_path(&digest));
        Self { archive: cache.archive_path(&digest), digest, size, unpacked_size, from_cache: false, notes, source_map }
    }

    /// An archive of an earlier run.
    pub fn from_cache(cache: &Cache, product: Product) -> Self {
        Self { from_cache: true, ..Self::made(cache, product) }
    }
}

/// What all jobs of a run share.
pub(crate) struct Run {
    pub project: ProjectDirs,
    pub cache: Cache,
    pub snapshot: Snapshot,
    pub packages: Arc<Packages>,
    bundler: OnceLock<Result<tokio::runtime::Runtime, String>>,
}

/// Makes all artifacts. Results are in the order of the jobs; one failure does not stop the others.
pub async fn package_all(
    project: &ProjectDirs,
    jobs: Vec<Job>,
    progress: Arc<dyn Progress>,
) -> Vec<Result<Packaged, PackagingError>> {
    let project = project.clone();
    let names: Vec<String> = jobs.iter().map(|job| job.name.clone()).collect();
    // The bundler blocks threads and wants a runtime of its own; the caller's stays responsive.
    match tokio::task::spawn_blocking(move || run(project, jobs, &*progress)).await {
        Ok(results) => results,
        Err(error) => {
            let problem = Problem::new(format!("packaging stopped: {error}"));
            names.into_iter().map(|job| Err(PackagingError { job, problems: vec![problem.clone()] })).collect()
        }
    }
}

fn run(project: ProjectDirs, jobs: Vec<Job>, progress: &dyn Progress) -> Vec<Result<Packaged, PackagingError>> {
    // Links in the way to the project would make paths inside it look as if they were outside.
    let root = project.root.canonicalize().unwrap_or(project.root);
    let cache = Cache::new(project.cache.clone(), root.clone());
    let run = Run {
        project: ProjectDirs { root, ..project },
        cache,
        snapshot: Snapshot::default(),
        packages: Arc::default(),
        bundler: OnceLock::new(),
    };

    let groups = Mutex::new(group(&jobs));
    let results: Vec<OnceLock<Result<Packaged, PackagingError>>> = jobs.iter().map(|_| OnceLock::new()).collect();
    let threads = std::thread::available_parallelism().map_or(2, usize::from).min(MOST_AT_ONCE).min(jobs.len());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let work = || {
                loop {
                    let next = groups.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                    let Some(group) = next else { break };
                    run.group(&jobs, &group, &results, progress);
                }
            };
            // A thread that cannot be started leaves its share to the others; without any, jobs report that they were not run.
            let _ = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        }
    });
    let is_new =
        |result: &OnceLock<Result<Packaged, _>>| matches!(result.get(), Some(Ok(packaged)) if !packaged.from_cache);
    if results.iter().any(is_new) {
        run.cache.sweep();
    }
    let lost =
        |job: &Job| PackagingError { job: job.name.clone(), problems: vec![Problem::new("the job was not run")] };
    results.into_iter().zip(&jobs).map(|(result, job)| result.into_inner().unwrap_or_else(|| Err(lost(job)))).collect()
}

/// Indices of jobs that give the same archive, together; in order of first appearance.
fn group(jobs: &[Job]) -> VecDeque<Vec<usize>> {
    let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
    for (index, job) in jobs.iter().enumerate() {
        let mut settings = settings(job);
        if matches!(&job.kind, JobKind::LambdaBuildpack(options) if options.javascript.output_source_maps_to.is_some())
        {
            // Each job has its own folder for the map.
            settings.push_str(&job.name);
        }
        match groups.iter_mut().find(|(known, _)| *known == settings) {
            Some((_, members)) => members.push(index),
            None => groups.push((settings, vec![index])),
        }
    }
    groups.into_iter().map(|(_, members)| members).collect()
}

/// Everything about a job that its archive depends on, besides files.
pub(crate) fn settings(job: &Job) -> String {
    let kind = serde_json::to_string(&job.kind).unwrap_or_else(|_| format!("{:?}", job.kind));
    format!("{}\0{:?}\0{kind}", job.runtime, job.architecture)
}

impl Run {
    fn group(
        &self,
        jobs: &[Job],
        group: &[usize],
        results: &[OnceLock<Result<Packaged, PackagingError>>],
        progress: &dyn Progress,
    ) {
        let start = Instant::now();
        group.iter().for_each(|index| progress.started(&jobs[*index].name));
        let Some(first) = group.first() else { return };
        let outcome = catch_unwind(AssertUnwindSafe(|| self.make(&jobs[*first]))).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
            Err(Problem::new(format!("the bundler failed: {}", text.unwrap_or("no message")))
                .hint("please report this with the entry file; custom-artifact is a way around it")
                .into())
        });
        let took = start.elapsed();
        for index in group {
            let name = jobs[*index].name.clone();
            let result = match outcome.clone() {
                Ok(Finished { archive, digest, size, unpacked_size, from_cache, notes, source_map }) => {
                    Ok(Packaged { name, archive, digest, size, unpacked_size, from_cache, notes, source_map, took })
                }
                Err(Problems(problems)) => Err(PackagingError { job: name, problems }),
            };
            progress.finished(&jobs[*index].name, &result);
            let _ = results[*index].set(result);
        }
    }

    /// The bundler's own threads, started with the first bundle: nothing is started when everything comes from the cache.
    pub fn runtime(&self) -> Outcome<&tokio::runtime::Runtime> {
        let start = || {
            // The bundler's pool is one for the whole process. If somebody has started it already, it has the stacks that it has.
            let _ = rayon::ThreadPoolBuilder::new().stack_size(STACK).build_global();
            tokio::runtime::Builder::new_multi_thread()
                .thread_stack_size(STACK)
                .max_blocking_threads(MOST_AT_ONCE * 2)
                .enable_all()
                .build()
                .map_err(|error| error.to_string())
        };
        let runtime = self.bundler.get_or_init(start).as_ref();
        runtime.map_err(|error| Problem::new(format!("cannot start the bundler: {error}")).into())
    }

    fn make(&self, job: &Job) -> Outcome<Finished> {
        match &job.kind {
            JobKind::CustomArtifact { path } => custom::package(&self.project, path, &self.cache, &self.snapshot),
            JobKind::LambdaBuildpack(options) => javascript::package(self, job, options),
        }
    }
}
