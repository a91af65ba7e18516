//! Runs a simulator in the foreground, for trying things by hand: `cargo run -p stacktape-simulator --example serve -- FOLDER [PORT]`.

use stacktape_simulator::{Simulator, SimulatorOptions};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: serve FOLDER [PORT]")?;
    let port = arguments.next().map(|text| text.parse()).transpose()?;
    let simulator = Simulator::start(SimulatorOptions { port, ..SimulatorOptions::new(folder) }).await?;
    println!("AWS_ENDPOINT_URL={}", simulator.endpoint_url());
    tokio::signal::ctrl_c().await?;
    simulator.shutdown().await;
    Ok(())
}
