//! The guest in its engine: memory and work are bounded, and its only way out is [`Requests::answer`].

use crate::problem::{Limit, Problem};
use crate::requests::Requests;
use crate::settings;
use wasmtime::{
    Caller, Engine, Extern, Func, Instance, Memory, Module, Store, StoreLimits, StoreLimitsBuilder, Trap, TypedFunc,
};

/// The guest as machine code, made by the build script.
static GUEST: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/guest.cwasm"));

/// Most memory of a config, bytes.
pub const MEMORY: usize = 192 << 20;

/// Most work of one command, in instructions of the guest: one to two seconds on a usual machine. A config of 300 lines takes 0.06 billion.
pub const FUEL: u64 = 20_000_000_000;

/// Most bytes of a message in either direction.
const LARGEST_MESSAGE: usize = 16 << 20;

/// A guest that runs commands.
pub struct Guest {
    store: Store<State>,
    memory: Memory,
    allocate: TypedFunc<u32, u32>,
    release: TypedFunc<(u32, u32), ()>,
    run: TypedFunc<(u32, u32), u64>,
    /// A guest that was stopped in the middle of its work is not used again.
    stopped: bool,
}

struct State {
    limits: StoreLimits,
    requests: Requests,
}

impl Guest {
    /// Starts a guest; `requests` answers what it asks.
    pub fn start(requests: Requests) -> Result<Self, Problem> {
        let broken = |e: wasmtime::Error| Problem::internal(format!("the config sandbox does not start: {e:#}"));
        let engine = Engine::new(&settings::engine()).map_err(broken)?;
        // The bytes are those that the build script made with the same release and settings, and part of this binary.
        #[allow(unsafe_code)]
        let module = unsafe { Module::deserialize(&engine, GUEST) }.map_err(broken)?;
        let limits = StoreLimitsBuilder::new().memory_size(MEMORY).build();
        let mut store = Store::new(&engine, State { limits, requests });
        store.limiter(|state| &mut state.limits);
        store.set_fuel(FUEL).map_err(broken)?;
        let imports: Vec<Extern> = module
            .imports()
            .map(|import| match import.name() {
                "request" => Func::wrap(&mut store, request).into(),
                _ => Func::wrap(&mut store, |caller: Caller<'_, State>| caller.data().requests.now()).into(),
            })
            .collect();
        let instance = Instance::new(&mut store, &module, &imports).map_err(broken)?;
        let memory =
            instance.get_memory(&mut store, "memory").ok_or_else(|| Problem::internal("the guest has no memory"))?;
        Ok(Self {
            allocate: instance.get_typed_func(&mut store, "allocate").map_err(broken)?,
            release: instance.get_typed_func(&mut store, "release").map_err(broken)?,
            run: instance.get_typed_func(&mut store, "run").map_err(broken)?,
            memory,
            store,
            stopped: false,
        })
    }

    /// What answers the guest.
    pub fn requests(&mut self) -> &mut Requests {
        &mut self.store.data_mut().requests
    }

    /// The modules that it loaded.
    pub fn modules(&self) -> &crate::modules::Modules {
        &self.store.data().requests.modules
    }

    /// Runs a command. The inner error is one of the program; the outer ends the guest.
    pub fn command(&mut self, command: &str) -> Result<Result<String, String>, Problem> {
        if self.stopped {
            return Err(Problem::internal("the config was stopped before; it does not go on"));
        }
        let result = self.exchange(command);
        self.stopped = result.is_err();
        result
    }

    fn exchange(&mut self, command: &str) -> Result<Result<String, String>, Problem> {
        self.store.set_fuel(FUEL).map_err(|e| Problem::internal(e.to_string()))?;
        let length = u32::try_from(command.len()).map_err(|_| Problem::limit(Limit::Result))?;
        let address = self.allocate.call(&mut self.store, length).map_err(ended)?;
        self.memory
            .write(&mut self.store, address as usize, command.as_bytes())
            .map_err(|_| Problem::limit(Limit::Memory))?;
        let packed = self.run.call(&mut self.store, (address, length)).map_err(ended)?;
        let (address, length) = ((packed >> 32) as u32, packed as u32);
        if length as usize > LARGEST_MESSAGE {
            return Err(Problem::limit(Limit::Result));
        }
        let mut bytes = vec![0; length as usize];
        self.memory
            .read(&self.store, address as usize, &mut bytes)
            .map_err(|_| Problem::internal("the guest gave no result"))?;
        self.release.call(&mut self.store, (address, length)).map_err(ended)?;
        let mut text = String::from_utf8(bytes).map_err(|_| Problem::internal("the guest gave no text"))?;
        let failed = !text.starts_with('+');
        if !text.is_empty() {
            text.remove(0);
        }
        Ok(if failed { Err(text) } else { Ok(text) })
    }
}

/// Why the guest ended in the middle of a command.
fn ended(error: wasmtime::Error) -> Problem {
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => Problem::limit(Limit::Work),
        Some(Trap::StackOverflow) => Problem::limit(Limit::Depth),
        // The engine inside gives up where it cannot get memory for itself.
        Some(Trap::UnreachableCodeReached | Trap::MemoryOutOfBounds | Trap::AllocationTooLarge) => {
            Problem::limit(Limit::Memory)
        }
        _ => Problem::internal(format!("the config sandbox failed: {error:#}")),
    }
}

/// `host.request`: a message of the guest and its answer.
fn request(mut caller: Caller<'_, State>, address: u32, length: u32) -> wasmtime::Result<u64> {
    let broken = wasmtime::Error::msg;
    let memory = caller.get_export("memory").and_then(Extern::into_memory).ok_or_else(|| broken("no memory"))?;
    if length as usize > LARGEST_MESSAGE {
        return Err(broken("a request is too large"));
    }
    let mut bytes = vec![0; length as usize];
    memory.read(&caller, address as usize, &mut bytes).map_err(|_| broken("a request is outside the memory"))?;
    let message = String::from_utf8_lossy(&bytes).into_owned();
    let answer = caller.data_mut().requests.answer(&message);
    // What the host does for the guest counts as its work: a loop of requests ends as any other.
    let of_byte = if message.starts_with("load") { 1_000 } else { 5 };
    let work = 300_000 + of_byte * (message.len() + answer.len()) as u64;
    let left = caller.get_fuel()?;
    caller.set_fuel(left.saturating_sub(work))?;
    let length = u32::try_from(answer.len()).map_err(|_| broken("an answer is too large"))?;
    let allocate = caller.get_export("allocate").and_then(Extern::into_func).ok_or_else(|| broken("no allocate"))?;
    let address = allocate.typed::<u32, u32>(&caller)?.call(&mut caller, length)?;
    memory.write(&mut caller, address as usize, answer.as_bytes()).map_err(|_| broken("no room for an answer"))?;
    Ok((u64::from(address) << 32) | u64::from(length))
}
