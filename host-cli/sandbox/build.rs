//! Builds the guest (`host-cli/config-sandbox`) for WebAssembly and compiles it ahead of time for the target of the command line, so that nothing is
//! compiled when a config is evaluated.

#[path = "src/settings.rs"]
#[allow(dead_code)]
mod settings;

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, exit};

const TARGET: &str = "wasm32-unknown-unknown";

fn main() {
    let out = PathBuf::from(variable("OUT_DIR"));
    let guest = PathBuf::from(variable("CARGO_MANIFEST_DIR")).join("../config-sandbox");
    for path in ["Cargo.toml", "Cargo.lock", "src", ".cargo/config.toml"] {
        println!("cargo::rerun-if-changed={}", guest.join(path).display());
    }
    library(&out);
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/settings.rs");
    // Beside the profiles' folders: every profile, and clippy, takes the same guest.
    let shared = out.ancestors().nth(4).unwrap_or(&out).join("config-sandbox");
    let wasm = build(&guest, &shared);
    let bytes = read(&wasm);
    let target = variable("TARGET");
    let compiled = shared.join(format!("{:016x}.cwasm", key(&bytes, &target)));
    if !compiled.exists() {
        let mut config = settings::engine();
        config.target(&target).unwrap_or_else(|e| fail(&format!("no machine code can be made for {target}: {e}")));
        let engine =
            wasmtime::Engine::new(&config).unwrap_or_else(|e| fail(&format!("the engine does not start: {e}")));
        let code =
            engine.precompile_module(&bytes).unwrap_or_else(|e| fail(&format!("the guest cannot be compiled: {e}")));
        // Written under another name first: two builds may run at a time.
        let part = shared.join(format!("{}.part", std::process::id()));
        write(&part, &code);
        std::fs::rename(&part, &compiled).unwrap_or_else(|e| fail(&format!("{}: {e}", compiled.display())));
    }
    write(&out.join("guest.cwasm"), &read(&compiled));
}

/// The authoring library, file by file.
fn library(out: &Path) {
    let folder = PathBuf::from(variable("CARGO_MANIFEST_DIR")).join("../../npm/src");
    println!("cargo::rerun-if-changed={}", folder.display());
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|e| fail(&format!("{}: {e}", folder.display())));
    let mut files: Vec<PathBuf> =
        entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "js")).collect();
    files.sort();
    let row = |path: &PathBuf| {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        format!("    ({name:?}, include_str!({:?})),\n", path.canonicalize().unwrap_or_else(|_| path.clone()))
    };
    let rows: String = files.iter().map(row).collect();
    write(&out.join("library.rs"), format!("static STACKTAPE: &[(&str, &str)] = &[\n{rows}];\n").as_bytes());
}

/// Builds the guest and gives the path of the module.
fn build(guest: &Path, shared: &Path) -> PathBuf {
    for tool in ["clang-19", "llvm-ar-19"] {
        if Command::new(tool).arg("--version").output().is_err() {
            fail(&format!(
                "building the config sandbox needs `{tool}`, which is not installed; on Debian: apt-get install clang-19 llvm-19"
            ));
        }
    }
    let mut cargo = Command::new(variable("CARGO"));
    cargo.current_dir(guest).args(["build", "--quiet", "--release", "--locked", "--target", TARGET]);
    cargo.env("CARGO_TARGET_DIR", shared);
    // What this build was started with is not meant for the guest.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let own =
            ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "CARGO_BUILD_TARGET"];
        if own.contains(&&*name) || name.starts_with("CARGO_PROFILE_") || name.starts_with("CARGO_CFG_") {
            cargo.env_remove(&*name);
        }
    }
    match cargo.output() {
        Ok(output) if output.status.success() => {}
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            let hint = if said.contains("can't find crate for `core`") {
                format!("; run `rustup target add {TARGET}` (or `make setup`)")
            } else {
                String::new()
            };
            fail(&format!("the config sandbox cannot be built{hint}:\n{said}"));
        }
        Err(error) => fail(&format!("cargo does not start: {error}")),
    }
    shared.join(TARGET).join("release/stacktape_config_sandbox.wasm")
}

/// Names a compiled guest: the module, the target, the release of the engine.
fn key(bytes: &[u8], target: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (bytes, target, settings::ENGINE_RELEASE, read(Path::new("src/settings.rs"))).hash(&mut hasher);
    hasher.finish()
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| fail(&format!("cargo sets no {name}")))
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|e| fail(&format!("{}: {e}", path.display())))
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap_or_else(|e| fail(&format!("{}: {e}", path.display())));
}

/// One clear message, without a panic's noise.
fn fail(message: &str) -> ! {
    for line in message.lines() {
        println!("cargo::error={line}");
    }
    exit(1)
}
