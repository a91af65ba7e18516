//! Serves the config editor on loopback: the built page, and a small interface through which it opens and saves the project's config.
//!
//! Everything on this machine can connect to a port on loopback, and any page in the browser can send requests there. So the interface wants the
//! token that only the printed address holds, requests must name this server as their host (a foreign name that resolves to 127.0.0.1 is refused)
//! and, where the browser says so, come from this server's own page. Only the one config file is ever written.

mod disk;
mod page;
mod routes;

pub use disk::{ConfigFile, SaveError};
pub use page::is_built;

use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde::Serialize;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// What the server knows about the project, through whoever runs it.
pub trait Workspace: Send + Sync + 'static {
    /// The stack that the config is compiled for.
    fn target(&self) -> Target;
    /// The content of a fact file, when the user gave facts.
    fn facts(&self) -> Option<serde_json::Value>;
    /// The files that the config reads when its text is `text`, by path; the config itself need not be among them.
    fn sources(&self, text: &str) -> BTreeMap<String, String>;
}

/// Project, stage and region, as the page takes them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// Name of the project.
    pub project_name: String,
    /// Name of the stage.
    pub stage: String,
    /// AWS region.
    pub region: String,
}

/// A server that is bound to its port and not yet running.
pub struct Editor {
    listener: TcpListener,
    shared: Arc<Shared>,
}

/// What all requests see.
pub(crate) struct Shared {
    pub(crate) address: SocketAddr,
    pub(crate) token: String,
    pub(crate) config: ConfigFile,
    pub(crate) workspace: Box<dyn Workspace>,
}

impl Editor {
    /// Binds to a port on loopback; 0 takes a free one. `token` must be hard to guess.
    ///
    /// # Errors
    /// When the port is taken or may not be used.
    pub async fn bind(
        port: u16,
        token: String,
        config: ConfigFile,
        workspace: impl Workspace,
    ) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let address = listener.local_addr()?;
        let shared = Shared { address, token, config, workspace: Box::new(workspace) };
        Ok(Self { listener, shared: Arc::new(shared) })
    }

    /// The address to open, with the token.
    pub fn url(&self) -> String {
        format!("http://{}/?token={}", self.shared.address, self.shared.token)
    }

    /// Serves until the future is dropped.
    pub async fn serve(self) {
        loop {
            let Ok((stream, _)) = self.listener.accept().await else {
                // Out of file handles, most likely: others close soon.
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
                continue;
            };
            let shared = Arc::clone(&self.shared);
            tokio::spawn(async move {
                let service = service_fn(move |request| {
                    let shared = Arc::clone(&shared);
                    async move { Ok::<_, Infallible>(routes::answer(&shared, request).await) }
                });
                // A client that goes away in the middle is its own affair.
                let _ =
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    }
}
