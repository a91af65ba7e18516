//! The guest of the config sandbox: a JavaScript engine that can reach nothing but one function of the host.
//!
//! It runs as WebAssembly inside the command line. Its imports are `host.request` (bytes in, bytes out) and a clock that the host sets; there is no
//! file system, environment, network or source of randomness to reach. What a config may ask for goes through `request`, and the host decides.
//!
//! Exports: `allocate` and `release` for messages, `run` for a command as JSON text. A message that is handed over has its address in the upper and
//! its length in the lower half of 64 bits; whoever receives it releases it. Results begin with `+` or, for an error, `-`.

mod modules;

use modules::HostModules;
use rquickjs::context::EvalOptions;
use rquickjs::promise::PromiseState;
use rquickjs::{CatchResultExt, CaughtError, Context, Ctx, Exception, Function, Module, Object, Persistent, Promise, Runtime, Value};
use std::cell::RefCell;

/// The part of the runtime that is written in JavaScript: the global objects, CommonJS, commands.
const RUNTIME: &str = include_str!("runtime.js");

/// JavaScript's stack, bytes: less than what the module is linked with, so that running out is an error that a program can catch.
const STACK: usize = 2 << 20;

/// The engine with what the runtime script returned.
struct Engine {
    context: Context,
    commands: Persistent<Object<'static>>,
}

thread_local! {
    static ENGINE: RefCell<Option<Engine>> = const { RefCell::new(None) };
}

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    /// Sends a message to the host and gives its answer.
    fn request(address: *const u8, length: usize) -> u64;
}

/// Makes room for a message of the host.
#[unsafe(no_mangle)]
pub extern "C" fn allocate(length: usize) -> *mut u8 {
    Box::leak(vec![0u8; length].into_boxed_slice()).as_mut_ptr()
}

/// Gives up a message that the host has read.
///
/// # Safety
/// `address` and `length` are those of a message that this module handed over.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn release(address: *mut u8, length: usize) {
    drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(address, length)) });
}

/// Runs a command of the host and gives its result.
///
/// # Safety
/// `address` and `length` are those of a message that the host wrote into memory from [`allocate`]; it is taken.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn run(address: *mut u8, length: usize) -> u64 {
    let command = unsafe { take(address, length) };
    let result = match start() {
        Ok(()) => ENGINE.with_borrow(|engine| match engine {
            Some(engine) => engine.run(&command),
            None => Err("the engine did not start".into()),
        }),
        Err(problem) => Err(problem),
    };
    hand_over(match result {
        Ok(text) => format!("+{text}"),
        Err(text) => format!("-{text}"),
    })
}

/// Asks the host.
fn ask(message: &str) -> String {
    let answer = unsafe { request(message.as_ptr(), message.len()) };
    unsafe { take((answer >> 32) as usize as *mut u8, answer as u32 as usize) }
}

unsafe fn take(address: *mut u8, length: usize) -> String {
    let bytes = unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(address, length)) };
    String::from_utf8(bytes.into_vec()).unwrap_or_default()
}

fn hand_over(text: String) -> u64 {
    let bytes = text.into_bytes().into_boxed_slice();
    let length = bytes.len() as u64;
    ((Box::leak(bytes).as_ptr() as u64) << 32) | length
}

fn start() -> Result<(), String> {
    ENGINE.with_borrow_mut(|engine| {
        if engine.is_none() {
            *engine = Some(Engine::new()?);
        }
        Ok(())
    })
}

impl Engine {
    fn new() -> Result<Self, String> {
        let runtime = Runtime::new().map_err(|e| e.to_string())?;
        runtime.set_max_stack_size(STACK);
        runtime.set_loader(HostModules, HostModules);
        let context = Context::full(&runtime).map_err(|e| e.to_string())?;
        let commands = context.with(|ctx| {
            let boot = || {
                let mut options = EvalOptions::default();
                options.filename = Some("stacktape:runtime.js".into());
                let runtime: Function = ctx.eval_with_options(RUNTIME, options)?;
                let commands: Object = runtime.call((native(&ctx)?,))?;
                Ok(Persistent::save(&ctx, commands))
            };
            boot().catch(&ctx).map_err(|error| describe(&error))
        })?;
        Ok(Self { context, commands })
    }

    /// Runs a command to its end: promises, and then timers, which fire as soon as nothing else is left to do.
    fn run(&self, command: &str) -> Result<String, String> {
        self.context.with(|ctx| {
            let commands = self.commands.clone().restore(&ctx).map_err(|e| e.to_string())?;
            let run: Function = commands.get("run").map_err(|e| e.to_string())?;
            let tick: Function = commands.get("tick").map_err(|e| e.to_string())?;
            let explain: Function = commands.get("explain").map_err(|e| e.to_string())?;
            let fail = |error| explanation(&explain, error);
            let promise: Promise = run.call((command,)).catch(&ctx).map_err(fail)?;
            loop {
                while ctx.execute_pending_job() {}
                if promise.state() != PromiseState::Pending {
                    break;
                }
                let more: bool = tick.call(()).catch(&ctx).map_err(fail)?;
                if !more && promise.state() == PromiseState::Pending {
                    return Err("{\"stuck\":true}".into());
                }
            }
            let result: Option<rquickjs::Result<String>> = promise.result();
            match result {
                Some(result) => result.catch(&ctx).map_err(fail),
                None => Err("{\"stuck\":true}".into()),
            }
        })
    }
}

/// An error as the JSON that the host reads.
fn explanation<'js>(explain: &Function<'js>, error: CaughtError<'js>) -> String {
    let plain = describe(&error);
    let value = match error {
        CaughtError::Exception(exception) => exception.into_value(),
        CaughtError::Value(value) => value,
        CaughtError::Error(_) => return plain,
    };
    explain.call((value,)).unwrap_or(plain)
}

/// What the runtime script may do that JavaScript cannot.
fn native<'js>(ctx: &Ctx<'js>) -> rquickjs::Result<Object<'js>> {
    let native = Object::new(ctx.clone())?;
    native.set("request", Function::new(ctx.clone(), |message: String| ask(&message))?)?;
    native.set("import", Function::new(ctx.clone(), import)?)?;
    native.set("importNow", Function::new(ctx.clone(), import_now)?)?;
    native.set("evaluate", Function::new(ctx.clone(), evaluate)?)?;
    Ok(native)
}

fn import<'js>(ctx: Ctx<'js>, name: String) -> rquickjs::Result<Promise<'js>> {
    Module::import(&ctx, name)
}

/// Imports a module that a CommonJS one requires.
fn import_now<'js>(ctx: Ctx<'js>, name: String) -> rquickjs::Result<Value<'js>> {
    match Module::import(&ctx, name.as_str())?.finish() {
        Err(rquickjs::Error::WouldBlock) => {
            let message = format!("`{name}` waits at its top level (`await`), so it can be imported but not required");
            Err(Exception::throw_message(&ctx, &message))
        }
        result => result,
    }
}

/// Evaluates a script whose stack frames carry a file name.
fn evaluate<'js>(ctx: Ctx<'js>, source: String, name: String) -> rquickjs::Result<Value<'js>> {
    let mut options = EvalOptions::default();
    options.filename = Some(name);
    options.strict = false;
    ctx.eval_with_options(source, options)
}

fn describe(error: &CaughtError<'_>) -> String {
    format!("{{\"message\":{:?}}}", error.to_string())
}
