//! `custom-artifact`: folders, files and ready zips; canonical archives; links; limits; the cache.
#![allow(missing_docs)]

mod common;

use std::fs::{self, File};
use std::io::Write as _;
use std::time::{Duration, SystemTime};

use common::{Project, artifact, entries};
use zip::write::SimpleFileOptions;

#[test]
fn a_folder_is_zipped_with_sorted_names_fixed_times_and_two_modes() {
    let project = Project::empty();
    project.write("dist/z.js", "z");
    project.write("dist/lib/a.js", "a");
    let script = project.write("dist/run.sh", "#!/bin/sh\n");
    project.write("dist/.git/config", "never");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&script, fs::Permissions::from_mode(0o711)).unwrap();
        fs::set_permissions(project.root().join("dist/z.js"), fs::Permissions::from_mode(0o600)).unwrap();
    }
    let packaged = project.package_one(artifact("dist")).unwrap();
    let mut zip = zip::ZipArchive::new(File::open(&packaged.archive).unwrap()).unwrap();
    let mut found = Vec::new();
    for index in 0..zip.len() {
        let entry = zip.by_index(index).unwrap();
        assert_eq!(entry.last_modified().unwrap().to_string(), "1980-01-01 00:00:00");
        assert_eq!(entry.extra_data().unwrap_or_default().len(), 0);
        found.push((entry.name().unwrap().into_owned(), entry.unix_mode().unwrap()));
    }
    let expected = [("lib/a.js", 0o100_644), ("run.sh", 0o100_755), ("z.js", 0o100_644)];
    assert_eq!(found, expected.map(|(name, mode)| (name.to_owned(), mode)));
    assert_eq!(packaged.unpacked_size, 12);
    assert_eq!(packaged.size, fs::metadata(&packaged.archive).unwrap().len());
    assert_eq!(packaged.digest.len(), 64);
}

#[test]
fn the_same_files_elsewhere_and_later_give_the_same_bytes() {
    let bytes: Vec<Vec<u8>> = [1_000_000_000, 1_700_000_000]
        .into_iter()
        .map(|seconds| {
            let project = Project::empty();
            for name in ["dist/b.js", "dist/a/c.js"] {
                let path = project.write(name, name.repeat(500));
                let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
                File::open(path).unwrap().set_modified(time).unwrap();
            }
            fs::read(project.package_one(artifact("dist")).unwrap().archive).unwrap()
        })
        .collect();
    assert_eq!(bytes[0], bytes[1]);
}

#[test]
fn a_single_file_is_zipped_under_its_name() {
    let project = Project::empty();
    project.write("out/index.js", "exports.handler = 1");
    let packaged = project.package_one(artifact("out/index.js")).unwrap();
    assert_eq!(entries(&packaged.archive)["index.js"].1, b"exports.handler = 1");
}

#[test]
fn a_ready_zip_is_taken_as_it_is_and_its_digest_is_that_of_its_content() {
    let project = Project::empty();
    let zipped = |name: &str, level: i64, order: [&str; 2]| {
        let mut zip = zip::ZipWriter::new(File::create(project.root().join(name)).unwrap());
        for entry in order {
            let options = SimpleFileOptions::default().compression_level(Some(level)).unix_permissions(0o644);
            zip.start_file(entry, options).unwrap();
            zip.write_all(entry.repeat(1000).as_bytes()).unwrap();
        }
        zip.finish().unwrap();
        project.package_one(artifact(name)).unwrap()
    };
    let one = zipped("one.zip", 1, ["a.js", "b.js"]);
    let two = zipped("two.zip", 9, ["b.js", "a.js"]);
    let other = zipped("other.zip", 9, ["b.js", "c.js"]);
    assert_eq!(one.archive, project.root().canonicalize().unwrap().join("one.zip"));
    assert_eq!(one.digest, two.digest);
    assert_ne!(fs::read(&one.archive).unwrap(), fs::read(&two.archive).unwrap());
    assert_ne!(one.digest, other.digest);
    assert_eq!(one.unpacked_size, 8000);
}

#[test]
fn a_damaged_zip_is_refused() {
    let project = Project::empty();
    project.write("bad.zip", "no zip at all");
    let error = project.package_one(artifact("bad.zip")).unwrap_err();
    assert!(error.problems[0].message.starts_with("packagePath `bad.zip` is not a usable zip archive"), "{error}");

    let mut zip = zip::ZipWriter::new(File::create(project.root().join("cut.zip")).unwrap());
    zip.start_file("a.js", SimpleFileOptions::default()).unwrap();
    zip.write_all(&(0..20_000u32).map(|i| ((i * i) >> 7) as u8).collect::<Vec<_>>()).unwrap();
    zip.finish().unwrap();
    let mut bytes = fs::read(project.root().join("cut.zip")).unwrap();
    bytes[200] ^= 0xff;
    project.write("cut.zip", bytes);
    assert!(project.package_one(artifact("cut.zip")).is_err());
}

#[test]
fn missing_and_empty_paths_are_explained() {
    let project = Project::empty();
    let error = project.package_one(artifact("dist")).unwrap_err();
    assert_eq!(error.job, "fn");
    assert_eq!(error.problems[0].message, "packagePath `dist` does not exist");
    assert!(error.problems[0].hint.as_ref().unwrap().contains("dist"));
    fs::create_dir_all(project.root().join("dist/empty")).unwrap();
    let error = project.package_one(artifact("dist")).unwrap_err();
    assert_eq!(error.problems[0].message, "the folder `dist` (packagePath) has no files");
}

#[cfg(unix)]
#[test]
fn links_inside_are_followed_and_links_outside_are_named() {
    use std::os::unix::fs::symlink;
    let project = Project::empty();
    project.write("dist/real/a.js", "a");
    symlink("real", project.root().join("dist/alias")).unwrap();
    symlink("real/a.js", project.root().join("dist/b.js")).unwrap();
    let packaged = project.package_one(artifact("dist")).unwrap();
    assert_eq!(common::names(&packaged.archive), ["alias/a.js", "b.js", "real/a.js"]);

    project.write("secret.txt", "s");
    symlink("../secret.txt", project.root().join("dist/out.txt")).unwrap();
    symlink("nowhere", project.root().join("dist/broken")).unwrap();
    symlink("..", project.root().join("dist/real/loop")).unwrap();
    let error = project.package_one(artifact("dist")).unwrap_err();
    let mut messages: Vec<&str> = error.problems.iter().map(|problem| problem.message.as_str()).collect();
    messages.sort_unstable();
    assert!(messages[0].starts_with("the link `alias/loop` leads back to a folder"), "{messages:?}");
    assert!(
        messages.iter().any(|message| message.starts_with("the link `broken` points to `nowhere`")),
        "{messages:?}"
    );
    assert!(messages.iter().any(|message| message.starts_with("the link `out.txt` leads outside")), "{messages:?}");
}

#[test]
fn too_much_content_names_what_is_heaviest() {
    let project = Project::empty();
    project.write("dist/index.js", "1");
    for (name, size) in [("node_modules/big/a.bin", 200), ("node_modules/big/b.bin", 60), ("data.bin", 10)] {
        let path = project.write(&format!("dist/{name}"), "");
        // Sparse: takes no room on disk, and the check comes before anything is read.
        File::options().write(true).open(path).unwrap().set_len(size << 20).unwrap();
    }
    let error = project.package_one(artifact("dist")).unwrap_err();
    assert_eq!(
        error.problems[0].message,
        "the code is 270.0 MB unzipped; Lambda takes at most 250.0 MB unzipped. \
         Heaviest: node_modules/big (260.0 MB), data.bin (10.0 MB), index.js (1 B)"
    );
}

#[test]
fn an_unchanged_folder_comes_from_the_cache_and_a_changed_one_does_not() {
    let project = Project::empty();
    let file = project.write("dist/index.js", "one");
    project.write("dist/other.js", "other");
    let first = project.package_one(artifact("dist")).unwrap();
    assert!(!first.from_cache);
    let second = project.package_one(artifact("dist")).unwrap();
    assert!(second.from_cache);
    assert_eq!((first.digest.as_str(), first.size), (second.digest.as_str(), second.size));

    // Same size, same modification time: only the content tells.
    let time = fs::metadata(&file).unwrap().modified().unwrap();
    fs::write(&file, "two").unwrap();
    File::options().write(true).open(&file).unwrap().set_modified(time).unwrap();
    let third = project.package_one(artifact("dist")).unwrap();
    assert!(!third.from_cache);
    assert_ne!(third.digest, first.digest);

    // Touched, not changed.
    File::options().write(true).open(&file).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
    assert!(project.package_one(artifact("dist")).unwrap().from_cache);

    // A file more.
    project.write("dist/new.js", "new");
    assert!(!project.package_one(artifact("dist")).unwrap().from_cache);
}

#[test]
fn a_damaged_cache_is_rebuilt() {
    let project = Project::empty();
    project.write("dist/index.js", "one");
    let first = project.package_one(artifact("dist")).unwrap();
    let good = fs::read(&first.archive).unwrap();

    fs::write(&first.archive, "damaged").unwrap();
    let again = project.package_one(artifact("dist")).unwrap();
    assert!(!again.from_cache);
    assert_eq!(fs::read(&again.archive).unwrap(), good);

    let records = project.dirs().cache.join("records");
    for record in fs::read_dir(&records).unwrap() {
        fs::write(record.unwrap().path(), "{\"format\":").unwrap();
    }
    assert!(!project.package_one(artifact("dist")).unwrap().from_cache);

    fs::remove_file(&first.archive).unwrap();
    let again = project.package_one(artifact("dist")).unwrap();
    assert!(!again.from_cache);
    assert_eq!(again.digest, first.digest);
}

#[test]
fn jobs_run_side_by_side_and_keep_their_order() {
    let project = Project::empty();
    project.write("a/x.js", "a");
    project.write("b/x.js", "b");
    let jobs = ["a", "missing", "b", "a"].map(|path| {
        let mut job = artifact(path);
        job.name = format!("job-{path}");
        job
    });
    let results = project.package(jobs.to_vec());
    let summary: Vec<_> =
        results.iter().map(|result| result.as_ref().map(|p| p.name.as_str()).map_err(|e| e.job.as_str())).collect();
    assert_eq!(summary, [Ok("job-a"), Err("job-missing"), Ok("job-b"), Ok("job-a")]);
}
