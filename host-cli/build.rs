//! How the release binary is linked.

/// On Linux the release is no position-independent executable. The tables of the bundler and the AWS SDK hold more than 100,000 addresses, and moving them
/// at every start costs a third of what a small `synth` costs in all.
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    if is("PROFILE", "release") && is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
