//! Native modules: which packages cannot be bundled because they load compiled binaries, and whether those binaries run on the function's
//! system and processor. A wrong one is found here, by its ELF header, and not by the first request.

use std::fs;
use std::path::Path;

use object::elf::{EM_AARCH64, EM_X86_64, FileHeader64};
use object::read::elf::{FileHeader as _, SectionHeader as _};
use object::{Endianness, elf};

use super::packages::{Manifest, OneOrMany};
use crate::folder::FolderFile;
use crate::job::Architecture;

/// Packages that load binaries in ways that their manifests do not tell.
const KNOWN: [&str; 17] = [
    "@prisma/client",
    "@serialport/bindings-cpp",
    "@tensorflow/tfjs-node",
    "argon2",
    "bcrypt",
    "better-sqlite3",
    "canvas",
    "couchbase",
    "keytar",
    "libpq",
    "node-libcurl",
    "oracledb",
    "pg-native",
    "puppeteer",
    "re2",
    "sharp",
    "sqlite3",
];

/// Dependencies that only packages with binaries have.
const LOADERS: [&str; 8] = [
    "@mapbox/node-pre-gyp",
    "@node-rs/helper",
    "@prebuild/node-pre-gyp",
    "bindings",
    "node-gyp",
    "node-gyp-build",
    "node-pre-gyp",
    "prebuild-install",
];

/// What a function runs on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    pub architecture: Architecture,
    /// Major version of Node.
    pub node: u32,
}

impl Target {
    /// npm's name of the processor.
    pub fn cpu(self) -> &'static str {
        match self.architecture {
            Architecture::X86_64 => "x64",
            Architecture::Arm64 => "arm64",
        }
    }

    /// Minor version of the C library: Node 18 and older run on Amazon Linux 2 (glibc 2.26), newer ones on Amazon Linux 2023 (2.34).
    /// Source: AWS Lambda developer guide, "Lambda runtimes"; release notes of both systems.
    fn glibc(self) -> u32 {
        if self.node >= 20 { 34 } else { 26 }
    }

    /// Whether npm would install a package with this manifest there.
    pub fn admits(self, manifest: &Manifest) -> bool {
        let admits = |list: &Option<OneOrMany>, value| list.as_ref().is_none_or(|list| list.admits(value));
        admits(&manifest.os, "linux") && admits(&manifest.cpu, self.cpu()) && admits(&manifest.libc, "glibc")
    }

    /// Whether the name of an optional dependency says that it holds the binary for this target, as in `@img/sharp-linux-x64`.
    pub fn is_named_by(self, package: &str) -> bool {
        let name = package.rsplit('/').next().unwrap_or(package);
        let wanted = format!("linux-{}", self.cpu());
        name.find(&wanted).is_some_and(|start| {
            let rest = &name[start + wanted.len()..];
            rest.is_empty() || rest == "-gnu"
        })
    }
}

/// Whether a package must stay unbundled because of what its manifest says or its folder holds.
pub(crate) fn is_native(name: &str, manifest: &Manifest, folder: &Path) -> bool {
    let in_binary = |key: &str| manifest.binary.as_ref().is_some_and(|binary| binary.contains_key(key));
    KNOWN.contains(&name)
        || manifest.gypfile == Some(true)
        || in_binary("module_path")
        || in_binary("napi_versions")
        || manifest.napi.is_some()
        || manifest.main.as_deref().is_some_and(|main| main.ends_with(".node"))
        || LOADERS.iter().any(|loader| manifest.dependencies.contains_key(*loader))
        || folder.join("binding.gyp").exists()
        || folder.join("prebuilds").is_dir()
}

/// What a file means for a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// Not a binary.
    Script,
    /// Runs there.
    Runs,
    /// Does not; says why.
    Fails(String),
}

/// Judges one file of a package: by its name whether it is a binary, by its header whether it runs.
pub(crate) fn judge(file: &FolderFile, target: Target) -> Fit {
    let name = file.name.rsplit('/').next().unwrap_or(&file.name);
    let is_library = name.ends_with(".so") || name.contains(".so.");
    if name.ends_with(".dylib") || name.ends_with(".dll") || name.ends_with(".exe") {
        Fit::Fails("is built for another system".to_owned())
    } else if name.ends_with(".node") || is_library {
        match fs::read(&file.path) {
            Ok(bytes) => judge_bytes(&bytes, target),
            Err(error) => Fit::Fails(format!("cannot be read: {error}")),
        }
    } else {
        Fit::Script
    }
}

fn judge_bytes(bytes: &[u8], target: Target) -> Fit {
    match bytes {
        [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] | [0xca, 0xfe, 0xba, 0xbe, ..] | [0xfe, 0xed, 0xfa, _, ..] => {
            return Fit::Fails("is built for macOS".to_owned());
        }
        [b'M', b'Z', ..] => return Fit::Fails("is built for Windows".to_owned()),
        [0x7f, b'E', b'L', b'F', 2, ..] => {}
        [0x7f, b'E', b'L', b'F', ..] => return Fit::Fails("is built for a 32-bit processor".to_owned()),
        _ => return Fit::Fails("is no Linux binary".to_owned()),
    }
    let Ok(header) = FileHeader64::<Endianness>::parse(bytes) else {
        return Fit::Fails("has a damaged header".to_owned());
    };
    let Ok(endian) = header.endian() else {
        return Fit::Fails("has a damaged header".to_owned());
    };
    let (wanted, wanted_name) = match target.architecture {
        Architecture::X86_64 => (EM_X86_64, "x86_64"),
        Architecture::Arm64 => (EM_AARCH64, "arm64"),
    };
    let machine = header.e_machine(endian);
    if machine != wanted {
        let found = match machine {
            EM_X86_64 => "x86_64".to_owned(),
            EM_AARCH64 => "arm64".to_owned(),
            other => format!("processor type {other}"),
        };
        return Fit::Fails(format!("is built for {found}, the function runs on {wanted_name}"));
    }
    match c_library(header, endian, bytes) {
        CLibrary::Musl => Fit::Fails("is built for Alpine Linux (musl), Lambda has glibc".to_owned()),
        CLibrary::Glibc(minor) if minor > target.glibc() => {
            Fit::Fails(format!("needs glibc 2.{minor}, the runtime of Node {} has 2.{}", target.node, target.glibc()))
        }
        CLibrary::Glibc(_) => Fit::Runs,
    }
}

enum CLibrary {
    Musl,
    /// Highest minor version of glibc 2 that is asked for; 0 when none is.
    Glibc(u32),
}

/// What the dynamic section asks for. Damaged sections are read as asking for nothing: the loader has the last word.
fn c_library(header: &FileHeader64<Endianness>, endian: Endianness, bytes: &[u8]) -> CLibrary {
    let Ok(sections) = header.sections(endian, bytes) else { return CLibrary::Glibc(0) };
    if let Some((_, section)) = sections.section_by_name(endian, b".dynamic")
        && let Ok(Some((dynamic, link))) = section.dynamic(endian, bytes)
        && let Ok(strings) = sections.strings(endian, bytes, link)
    {
        let needed = dynamic.iter().filter(|entry| u64::from(elf::DT_NEEDED) == entry.d_tag.get(endian));
        let mut names = needed.filter_map(|entry| strings.get(u32::try_from(entry.d_val.get(endian)).ok()?).ok());
        if names.any(|name| name.starts_with(b"libc.musl-")) {
            return CLibrary::Musl;
        }
    }
    let mut highest = 0;
    if let Ok(Some((mut needs, link))) = sections.gnu_verneed(endian, bytes)
        && let Ok(strings) = sections.strings(endian, bytes, link)
    {
        while let Ok(Some((_, mut versions))) = needs.next() {
            while let Ok(Some(version)) = versions.next() {
                let name = strings.get(version.vna_name.get(endian)).unwrap_or_default();
                let minor = name.strip_prefix(b"GLIBC_2.").and_then(|rest| std::str::from_utf8(rest).ok());
                let minor = minor.and_then(|rest| rest.split('.').next()?.parse().ok());
                highest = highest.max(minor.unwrap_or(0));
            }
        }
    }
    CLibrary::Glibc(highest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const X64: Target = Target { architecture: Architecture::X86_64, node: 20 };
    const ARM: Target = Target { architecture: Architecture::Arm64, node: 20 };

    #[test]
    fn headers_are_judged() {
        let mut x64 = vec![0u8; 64];
        x64[..7].copy_from_slice(&[0x7f, b'E', b'L', b'F', 2, 1, 1]);
        x64[18] = 62;
        assert_eq!(judge_bytes(&x64, X64), Fit::Runs);
        assert_eq!(judge_bytes(&x64, ARM), Fit::Fails("is built for x86_64, the function runs on arm64".to_owned()));
        assert_eq!(judge_bytes(&[0xcf, 0xfa, 0xed, 0xfe, 0], X64), Fit::Fails("is built for macOS".to_owned()));
        assert_eq!(judge_bytes(b"MZ..", X64), Fit::Fails("is built for Windows".to_owned()));
        assert!(matches!(judge_bytes(&x64[..30], X64), Fit::Fails(_)));
        assert!(matches!(judge_bytes(b"", X64), Fit::Fails(_)));
    }

    /// The test binary itself is a real dynamic executable.
    #[cfg(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64"))]
    #[test]
    fn the_c_library_of_a_real_binary_is_read() {
        let bytes = fs::read(std::env::current_exe().unwrap()).unwrap();
        let header = FileHeader64::<Endianness>::parse(bytes.as_slice()).unwrap();
        let CLibrary::Glibc(minor) = c_library(header, header.endian().unwrap(), &bytes) else { panic!("not musl") };
        assert!((14..60).contains(&minor), "{minor}");
    }

    #[test]
    fn platform_packages_are_recognised() {
        assert!(X64.is_named_by("@img/sharp-linux-x64"));
        assert!(X64.is_named_by("@node-rs/argon2-linux-x64-gnu"));
        assert!(!X64.is_named_by("@node-rs/argon2-linux-x64-musl"));
        assert!(!X64.is_named_by("@img/sharp-linuxmusl-x64"));
        assert!(ARM.is_named_by("lightningcss-linux-arm64-gnu"));
        assert!(!ARM.is_named_by("@img/sharp-linux-arm"));
    }
}
