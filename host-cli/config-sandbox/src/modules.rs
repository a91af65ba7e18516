//! Modules come from the host: it resolves names, strips types, and says how a module is to be run.

use crate::ask;
use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rquickjs::{Ctx, Exception, Function, Module, Object, Result};

/// Resolver and loader. Both have no state: a module may be loaded while another one is.
#[derive(Clone, Copy)]
pub struct HostModules;

impl Resolver for HostModules {
    fn resolve<'js>(&mut self, ctx: &Ctx<'js>, base: &str, name: &str, _: Option<ImportAttributes<'js>>) -> Result<String> {
        answer(ctx, ask(&format!("resolve\0import\0{base}\0{name}")))
    }
}

impl Loader for HostModules {
    fn load<'js>(&mut self, ctx: &Ctx<'js>, name: &str, _: Option<ImportAttributes<'js>>) -> Result<Module<'js, Declared>> {
        let loaded = answer(ctx, ask(&format!("load\0{name}")))?;
        let source = match loaded.strip_prefix('m') {
            Some(source) => source.to_string(),
            // CommonJS and data: run it now, so that its exports have names, and export those.
            None => {
                let wrap: Function = ctx.globals().get::<_, Object>("__stacktape")?.get("wrap")?;
                wrap.call((name,))?
            }
        };
        let module = Module::declare(ctx.clone(), name, source)?;
        module.meta()?.set("url", format!("file://{name}"))?;
        Ok(module)
    }
}

/// The text of an answer; a refusal is thrown.
fn answer(ctx: &Ctx<'_>, text: String) -> Result<String> {
    match text.split_at_checked(1) {
        Some(("+", rest)) => Ok(rest.to_string()),
        Some((_, refusal)) => {
            let message = refusal.split_once('\0').map_or(refusal, |(_, message)| message);
            Err(Exception::throw_message(ctx, message))
        }
        None => Err(Exception::throw_message(ctx, "the host gave no answer")),
    }
}
