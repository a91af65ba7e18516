//! Builds the stack's own function for Lambda with a cargo of its own: another target, another profile, a target folder beside the usual one.

use sha2::{Digest, Sha256};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What Lambda runs. musl is linked statically, so that the system libraries of the runtime do not matter.
const TARGET: &str = "x86_64-unknown-linux-musl";
const PACKAGE: &str = "stacktape-stack-lambda";
const PROFILE: &str = "stack-lambda";
const CC: &str = "CC_x86_64_unknown_linux_musl";

fn main() {
    let here = PathBuf::from(var("CARGO_MANIFEST_DIR"));
    let source = here.join("..");
    let workspace = here.join("../../..");
    let out = PathBuf::from(var("OUT_DIR"));
    let inputs = [source.join("src"), source.join("Cargo.toml"), workspace.join("Cargo.lock"), here.join("build.rs")];
    let mut digest = Sha256::new();
    digest.update(rustc_version());
    for input in &inputs {
        println!("cargo::rerun-if-changed={}", input.display());
        add(input, &mut digest);
    }
    println!("cargo::rerun-if-env-changed={CC}");
    let hex: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    println!("cargo::rustc-env=STACK_LAMBDA_DIGEST={hex}");

    let target_dir = target_dir(&out);
    let built = cargo(&workspace, &target_dir).status();
    if !built.is_ok_and(|status| status.success()) {
        println!("cargo::error=the stack's own function could not be built for {TARGET}");
        println!(
            "cargo::error=it needs `rustup target add {TARGET}` and a C compiler for that target: on 64-bit x86 Linux any C compiler does, elsewhere name one in {CC}"
        );
        println!("cargo::error=or build the CLI without it: --no-default-features --features packaging,simulator");
        std::process::exit(1);
    }
    let bootstrap = target_dir.join(TARGET).join(PROFILE).join("bootstrap");
    if let Err(error) = std::fs::copy(&bootstrap, out.join("bootstrap")) {
        println!("cargo::error={} cannot be copied: {error}", bootstrap.display());
        std::process::exit(1);
    }
}

/// The inner cargo. It must not inherit what is meant for the outer build.
fn cargo(workspace: &Path, target_dir: &Path) -> Command {
    let mut cargo = Command::new(var("CARGO"));
    cargo
        .current_dir(workspace)
        .args(["build", "--quiet", "--locked", "--package", PACKAGE, "--bin", "bootstrap"])
        .args(["--target", TARGET, "--profile", PROFILE, "--target-dir"])
        .arg(target_dir);
    for name in
        ["RUSTFLAGS", "RUSTC_WORKSPACE_WRAPPER", "CARGO_BUILD_TARGET", "CARGO_TARGET_DIR", "CARGO_BUILD_RUSTFLAGS"]
    {
        cargo.env_remove(name);
    }
    // Paths of this machine have no place in what is deployed.
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let workspace = std::fs::canonicalize(workspace).unwrap_or_else(|_| workspace.to_owned());
    let mut flags = vec![remap(&workspace, "/stacktape")];
    flags.extend(home.map(|home| remap(&home, "/cargo")));
    let native = var("HOST").to_str().is_some_and(|host| host.starts_with("x86_64") && host.contains("linux"));
    if !native {
        flags.extend(["-Clinker=rust-lld".into(), "-Clink-self-contained=yes".into()]);
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
    let installed = || Command::new("musl-gcc").arg("--version").output().is_ok_and(|o| o.status.success());
    if native && std::env::var_os(CC).is_none() && !installed() {
        // The C parts of ring call nothing but memory functions, which musl has under the same names, once the checks that some distributions
        // put into every program are off.
        cargo.env(CC, "cc").env("CFLAGS_x86_64_unknown_linux_musl", "-U_FORTIFY_SOURCE");
    }
    cargo
}

fn remap(from: &Path, to: &str) -> String {
    format!("--remap-path-prefix={}={to}", from.display())
}

/// `target/stack-lambda` beside `target/debug`, so that all profiles share it.
fn target_dir(out: &Path) -> PathBuf {
    let profile = out.ancestors().find(|folder| folder.file_name().is_some_and(|name| name == "build"));
    let root = profile.and_then(Path::parent).and_then(Path::parent);
    root.unwrap_or(out).join("stack-lambda")
}

/// Files by their names below the input, so that the digest is the same in every folder.
fn add(path: &Path, digest: &mut Sha256) {
    if let Ok(entries) = std::fs::read_dir(path) {
        let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        files.sort();
        files.iter().for_each(|file| add(file, digest));
        return;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let content = std::fs::read(path).unwrap_or_default();
    digest.update(format!("{name}\0{}\0", content.len()));
    digest.update(content);
}

fn rustc_version() -> Vec<u8> {
    let version = Command::new(var("RUSTC")).arg("--version").output();
    version.map(|output| output.stdout).unwrap_or_default()
}

fn var(name: &str) -> OsString {
    std::env::var_os(name).unwrap_or_default()
}
