//! Packages entry files of a project and prints what came out: `package PROJECT RUNTIME ENTRY…`. For trying the bundler on real projects.
#![allow(missing_docs)]

use std::sync::Arc;

use stacktape_packaging::{Architecture, BuildpackOptions, Job, JobKind, ProjectDirs, package_all};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(project), Some(runtime)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: package PROJECT RUNTIME ENTRY…");
        std::process::exit(2);
    };
    let jobs = arguments.map(|entry| Job {
        name: entry.clone(),
        kind: JobKind::LambdaBuildpack(BuildpackOptions { entry, ..Default::default() }),
        runtime: runtime.clone(),
        architecture: Architecture::X86_64,
    });
    let start = std::time::Instant::now();
    for result in package_all(&ProjectDirs::new(project), jobs.collect(), Arc::new(())).await {
        match result {
            Ok(packaged) => {
                let from = if packaged.from_cache { " from cache" } else { "" };
                println!(
                    "{}: {} bytes zipped, {} unpacked, {:?}{from}\n  {}",
                    packaged.name,
                    packaged.size,
                    packaged.unpacked_size,
                    packaged.took,
                    packaged.archive.display()
                );
                packaged.notes.iter().for_each(|note| println!("  note: {note}"));
            }
            Err(error) => println!("{error}"),
        }
    }
    println!("all: {:?}", start.elapsed());
}
