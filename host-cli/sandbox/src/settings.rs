//! Settings of the engine that must be the same when the guest is compiled and when it runs. The build script includes this file.

/// The release of wasmtime, as the root manifest pins it: machine code of one release cannot be loaded by another.
#[allow(dead_code)] // the build script uses it
pub const ENGINE_RELEASE: &str = "48.0.8";

/// Deepest stack of the guest, bytes. The engine inside raises JavaScript's own RangeError long before.
pub const GUEST_STACK: usize = 8 << 20;

/// The engine: work is counted (fuel), so that the same config ends at the same point on every machine.
pub fn engine() -> wasmtime::Config {
    let mut config = wasmtime::Config::new();
    // The second is not used, but must not be smaller.
    config.consume_fuel(true).max_wasm_stack(GUEST_STACK).async_stack_size(GUEST_STACK);
    // Nobody reads stacks of the guest itself; what they need would make up a good part of the machine code's size, all of which is copied at every start.
    config.generate_address_map(false);
    config
}
