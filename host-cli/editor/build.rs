//! Packs the built page (`web-editor/dist`, made by `make editor-build`) into the program. Without it the crate builds all the same and says so when
//! it is asked to serve. `make editor-build` touches this file, so that cargo looks again.

use flate2::{Compression, write::GzEncoder};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let dist = PathBuf::from(env("CARGO_MANIFEST_DIR")).join("../../web-editor/dist");
    let out = PathBuf::from(env("OUT_DIR"));
    let mut files = vec![];
    if dist.join("index.html").is_file() {
        println!("cargo:rerun-if-changed={}", dist.display());
        collect(&dist, &dist, &mut files);
        files.sort();
    }
    let mut table = String::from("[\n");
    for (number, file) in files.iter().enumerate() {
        let packed = out.join(format!("page-{number}.gz"));
        std::fs::write(&packed, gzip(&std::fs::read(dist.join(file)).expect("a file of the page"))).expect("OUT_DIR");
        let _ = writeln!(table, "    ({file:?}, include_bytes!({packed:?}) as &[u8]),");
    }
    table.push_str("]\n");
    std::fs::write(out.join("page.rs"), table).expect("OUT_DIR");
}

fn env(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("cargo sets {name}"))
}

fn collect(root: &Path, dir: &Path, files: &mut Vec<String>) {
    for entry in std::fs::read_dir(dir).expect("the folder of the page").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if let Ok(relative) = path.strip_prefix(root) {
            files.push(relative.to_string_lossy().replace('\\', "/"));
        }
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(vec![], Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("writing to memory")
}
