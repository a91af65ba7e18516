//! A small AWS on loopback: CloudFormation with real engine semantics, S3 on the file system, STS's GetCallerIdentity and
//! AssumeRole, CloudFront's CreateInvalidation, with state on disk. The AWS
//! SDKs talk to it through `AWS_ENDPOINT_URL` as to AWS itself, with any credentials; it is what `stacktape deploy --simulate` and the deploy
//! tests run against.
//!
//! Tests make it misbehave through [`Simulator::fail`] and [`Simulator::fault`], or over HTTP, as JSON to `POST /_simulator/…`:
//!
//! | endpoint | body | effect |
//! | --- | --- | --- |
//! | `fail` | `{"logicalId", "operation": "CREATE" \| "UPDATE" \| "DELETE" \| "ROLLBACK", "reason"?, "times"?, "stackName"?}` | resource operations fail |
//! | `throttle`, `expire` | `{"action": "DescribeStacks" \| "s3:PutObject" \| "cloudformation:*" \| "*", "times"?}` | calls are refused |
//! | `steps` | `{"left": number \| null}` | operations take so many more steps and rest |
//! | `forget` | `{"identifier"?}` | retained resources are gone, as if deleted by hand |
//! | `reset` | `{}` | all orders are taken back |
//!
//! Deliberately absent: other services (a clear error says so), nested stacks, transforms, drift, and the resources themselves: only buckets are real.

mod api;
mod attributes;
mod chunked;
mod cloudfront;
mod control;
mod engine;
mod model;
mod protocol;
pub mod replacement;
mod s3;
mod server;
mod shapes;
mod store;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use s3s::service::S3ServiceBuilder;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use crate::control::{Fault, FaultKind};
pub use crate::model::{FailOperation, Failure};
use crate::server::{Server, lock};
use crate::store::World;

/// How to run a simulator.
#[derive(Debug, Clone)]
pub struct SimulatorOptions {
    /// The folder for stacks and buckets. Made when it is not there; one simulator at a time may use it.
    pub state_dir: PathBuf,
    /// The port on 127.0.0.1; a free one when absent.
    pub port: Option<u16>,
    /// The account id that ARNs carry.
    pub account_id: String,
    /// The region that ARNs carry.
    pub region: String,
    /// How long a stack operation rests between two steps. A resource takes three steps, so the longest chain of dependencies sets the pace.
    pub step_delay: Duration,
}

impl SimulatorOptions {
    /// Account 123456789012, us-east-1, a free port, 15 ms between steps: sixty resources take about half a second.
    pub fn new(state_dir: impl Into<PathBuf>) -> Self {
        Self {
            state_dir: state_dir.into(),
            port: None,
            account_id: "123456789012".into(),
            region: "us-east-1".into(),
            step_delay: Duration::from_millis(15),
        }
    }
}

/// Why a simulator cannot run.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// Another process works in the same folder.
    #[error("another simulator is using {}: one at a time may use this folder", .folder.display())]
    Locked {
        /// The state folder.
        folder: PathBuf,
    },
    /// A file or folder of the state cannot be read or written.
    #[error("cannot use {}: {source}", .path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file of the state is not what the simulator wrote.
    #[error("{} cannot be read ({reason}): delete the state folder to start afresh", .path.display())]
    Corrupt {
        /// Which one.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The port cannot be had.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where it should have listened.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
}

/// A running simulator. Dropping it stops it at once; what was under way goes on at the next start.
pub struct Simulator {
    server: Arc<Server>,
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Simulator {
    /// Opens the state folder, goes on with operations that were under way, and listens. Needs a tokio runtime.
    ///
    /// # Errors
    /// When the folder cannot be used or another simulator uses it, or when the port is taken.
    pub async fn start(options: SimulatorOptions) -> Result<Self, SimulatorError> {
        let world = World::open(&options.state_dir, &options.account_id, &options.region)?;
        let world = Arc::new(Mutex::new(world));
        let io = |source| SimulatorError::Io { path: options.state_dir.join("s3"), source };
        let storage = S3ServiceBuilder::new(s3::Storage::new(Arc::clone(&world)).map_err(io)?).build();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port.unwrap_or(0)));
        let listen = |source| SimulatorError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let server = Arc::new(Server::new(world, storage, options.step_delay));
        server.resume();
        let accepting = tokio::spawn(Arc::clone(&server).serve(listener));
        Ok(Self { server, address, accepting })
    }

    /// What to put into `AWS_ENDPOINT_URL`.
    pub fn endpoint_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Orders a resource operation to fail. Orders are kept on disk until they are met.
    pub fn fail(&self, failure: Failure) {
        lock(&self.server.world).order_failure(failure);
    }

    /// Orders calls to be throttled or to find expired credentials.
    pub fn fault(&self, fault: Fault) {
        lock(&self.server.world).faults.push(fault);
    }

    /// Lets all operations together take so many more steps and then rest, until the limit is raised or lifted: a way to look at a stack, or to
    /// kill its deployment, at a known moment.
    pub fn limit_steps(&self, left: Option<u32>) {
        lock(&self.server.world).steps_left = left;
    }

    /// Takes all orders back.
    pub fn reset(&self) {
        lock(&self.server.world).drop_orders();
    }

    /// Stops answering and working, writes the state and lets the folder go.
    pub async fn shutdown(self) {
        self.accepting.abort();
        let mut tasks = std::mem::take(&mut *lock(&self.server.tasks));
        tasks.shutdown().await;
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.accepting.abort();
        lock(&self.server.tasks).abort_all();
        lock(&self.server.world).close();
    }
}
