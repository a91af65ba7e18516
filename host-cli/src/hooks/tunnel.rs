//! Tunnels for a script on this machine: each is a session through the bastion that AWS's own `session-manager-plugin` carries, as it does for the AWS CLI.
//! The script's variables then lead to the near ends.

use super::values::{Ready, Value};
use super::{Ended, Host, Run, Runner, Script, Undo};
use crate::aws::remote::RoleKeys;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// AWS's program.
const PLUGIN: &str = "session-manager-plugin";
/// The first of its versions that takes the answer of StartSession from the environment: arguments are seen by everybody on the machine.
const OLDEST: [u32; 4] = [1, 2, 497, 0];
/// Variable for that answer; the first argument names it.
const ANSWER: &str = "AWS_SSM_START_SESSION_RESPONSE";
/// For how long a tunnel may take to open.
const OPENING: Duration = Duration::from_secs(30);
/// This end of a tunnel.
const NEAR: &str = "127.0.0.1";

/// Something that the bastion reaches, with its names and ports known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Its name in the config.
    pub resource: String,
    /// Names that stand for it in variables; the tunnel leads to the first.
    pub hosts: Vec<String>,
    /// Ports that it listens on, each with the variables that hold nothing but the port.
    pub ports: Vec<(u32, Vec<String>)>,
}

/// A tunnel that is open for as long as this lives.
struct Open {
    _plugin: Child,
    /// What the plugin says.
    said: UnboundedReceiver<String>,
    resource: String,
}

impl Runner<'_> {
    /// Runs the steps here while tunnels are open; gives the one that failed.
    pub(super) async fn run_with_tunnels<'s>(
        &self,
        script: &'s Script,
        host: &Host,
        ready: &Ready,
        keys: Option<&RoleKeys>,
    ) -> Result<Option<(&'s Run, Ended)>> {
        if !ready.ways.is_empty() {
            check_plugin().await?;
        }
        let mut open = vec![];
        let mut near: Vec<Vec<(u32, u16)>> = vec![];
        for way in &ready.ways {
            let mut ports = vec![];
            for (port, _) in &way.ports {
                let (tunnel, local) = self.open(host, ready, way, *port).await?;
                self.ui.info(format!("  {NEAR}:{local} leads to port {port} of `{}`", way.resource));
                open.push(tunnel);
                ports.push((*port, local));
            }
            near.push(ports);
        }
        let mut variables = ready.variables.clone();
        for (way, ports) in ready.ways.iter().zip(&near) {
            variables.iter_mut().for_each(|variable| lead_here(variable, way, ports));
        }
        let ended = self.run_here(script, &variables, keys).await?;
        if ended.is_some() {
            for tunnel in &mut open {
                while let Ok(line) = tunnel.said.try_recv() {
                    self.ui.info(format!("  tunnel to `{}`: {line}", tunnel.resource));
                }
            }
        }
        Ok(ended)
    }

    /// Opens one tunnel; gives it with its port on this machine.
    async fn open(&self, host: &Host, ready: &Ready, way: &Way, port: u32) -> Result<(Open, u16)> {
        let far = way.hosts.first().map(String::as_str).unwrap_or_default();
        let remote = &self.aws.remote;
        let start = |instance: String| async move { remote.start_session(&instance, far, port).await };
        let (session, _) = self.on_instance(host, &ready.group, start).await?;
        self.remember(Undo::Session(session.id.clone()));
        let mut command = Command::new(PLUGIN);
        let profile = self.common.iter().find(|(name, _)| name == "AWS_PROFILE").and_then(|(_, value)| value.clone());
        command.args([ANSWER, remote.region(), "StartSession"]).arg(profile.unwrap_or_default());
        command.args([session.request.as_str(), remote.endpoint()]).env(ANSWER, &session.answer);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut plugin = command.spawn().map_err(|e| no_plugin(&e.to_string()))?;
        let (send, mut said) = unbounded_channel();
        if let (Some(out), Some(err)) = (plugin.stdout.take(), plugin.stderr.take()) {
            tokio::spawn(pass_on(out, send.clone()));
            tokio::spawn(pass_on(err, send));
        }
        let mut last = String::from("it ended without a word");
        let listening = async {
            while let Some(line) = said.recv().await {
                if let Some(local) = local_port(&line) {
                    return Some(local);
                }
                last = line;
            }
            None
        };
        match tokio::time::timeout(OPENING, listening).await {
            Ok(Some(local)) => Ok((Open { _plugin: plugin, said, resource: way.resource.clone() }, local)),
            Ok(None) => Err(no_tunnel(way, port, &last)),
            Err(_) => Err(no_tunnel(way, port, "it did not open within 30 seconds")),
        }
    }
}

/// Makes sure that the plugin is there and not too old.
async fn check_plugin() -> Result<()> {
    let output = Command::new(PLUGIN).arg("--version").stdin(Stdio::null()).output().await;
    let output = output.map_err(|e| no_plugin(&e.to_string()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let parts: Vec<u32> = text.trim().split('.').map_while(|part| part.parse().ok()).collect();
    if parts.as_slice() < OLDEST.as_slice() {
        return Err(no_plugin(&format!("its version is {}, and 1.2.497.0 is the oldest that is used", text.trim())));
    }
    Ok(())
}

fn no_plugin(why: &str) -> Failure {
    let message = format!("tunnels need AWS's {PLUGIN}, which cannot be used: {why}");
    Failure::new(Exit::Script, "no-session-plugin", message).hint(
        "install or update the Session Manager plugin of the AWS CLI, and see that it is on PATH: \
         https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html",
    )
}

fn no_tunnel(way: &Way, port: u32, why: &str) -> Failure {
    let message = format!("no tunnel could be opened to port {port} of `{}`: {why}", way.resource);
    Failure::new(Exit::Script, "no-tunnel", message)
        .hint("check that this machine reaches Systems Manager over WebSockets (wss://ssmmessages…, port 443)")
}

async fn pass_on(stream: impl AsyncRead + Unpin, to: UnboundedSender<String>) {
    let mut lines = BufReader::new(stream).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if !line.trim().is_empty() && to.send(line).is_err() {
            return;
        }
    }
}

/// `Port 54321 opened for sessionId …`: the plugin listens there.
fn local_port(line: &str) -> Option<u16> {
    line.split_once("Port ")?.1.split_once(" opened")?.0.trim().parse().ok()
}

/// Makes a variable lead to the near ends of tunnels.
fn lead_here(variable: &mut Value, way: &Way, near: &[(u32, u16)]) {
    for ((port, names), (_, local)) in way.ports.iter().zip(near) {
        if names.contains(&variable.name) && variable.text == port.to_string() {
            variable.text = local.to_string();
            return;
        }
    }
    for host in &way.hosts {
        variable.text = replaced(&variable.text, host, near);
    }
}

/// A text in which a host, with its port or the usual port of its scheme, is replaced.
fn replaced(text: &str, host: &str, near: &[(u32, u16)]) -> String {
    let in_a_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let local = |port: u32| near.iter().find(|(far, _)| *far == port).map(|(_, local)| *local);
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(host).filter(|_| !host.is_empty()) {
        out.push_str(before);
        rest = after;
        if out.ends_with(in_a_name) || after.starts_with(in_a_name) {
            out.push_str(host);
            continue;
        }
        let digits: String =
            after.strip_prefix(':').unwrap_or_default().chars().take_while(char::is_ascii_digit).collect();
        let usual = || match &out {
            url if url.ends_with("https://") => Some(443),
            url if url.ends_with("http://") => Some(80),
            _ => None,
        };
        match (digits.parse::<u32>().ok(), usual()) {
            (Some(port), _) => match local(port) {
                Some(local) => {
                    out.push_str(&format!("{NEAR}:{local}"));
                    rest = &after[1 + digits.len()..];
                }
                // Nothing listens there.
                None => out.push_str(host),
            },
            (None, Some(port)) => match local(port) {
                Some(local) => out.push_str(&format!("{NEAR}:{local}")),
                None => out.push_str(host),
            },
            (None, None) => out.push_str(NEAR),
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_lead_to_the_near_ends() {
        let near = [(80, 5080), (4000, 5400)];
        for (text, expected) in [
            ("lb.aws.com", "127.0.0.1"),
            ("lb.aws.com:4000", "127.0.0.1:5400"),
            ("http://lb.aws.com", "http://127.0.0.1:5080"),
            ("http://lb.aws.com/a?b=lb.aws.com:4000", "http://127.0.0.1:5080/a?b=127.0.0.1:5400"),
            ("postgresql://me:pw@lb.aws.com:4000/db", "postgresql://me:pw@127.0.0.1:5400/db"),
            ("https://lb.aws.com", "https://lb.aws.com"),
            ("lb.aws.com:9", "lb.aws.com:9"),
            ("my-lb.aws.com lb.aws.community", "my-lb.aws.com lb.aws.community"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(replaced(text, "lb.aws.com", &near), expected, "{text}");
        }
        let way = Way {
            resource: "lb".into(),
            hosts: vec!["lb.aws.com".into(), "api.me.com".into()],
            ports: vec![(80, vec!["STP_LB_PORT80".into()]), (4000, vec![])],
        };
        let led = |name: &str, text: &str| {
            let mut variable = Value::plain(name, text);
            lead_here(&mut variable, &way, &near);
            variable.text
        };
        assert_eq!(led("STP_LB_PORT80", "80"), "5080");
        assert_eq!(led("COUNT", "80"), "80");
        assert_eq!(led("URL", "http://api.me.com"), "http://127.0.0.1:5080");
    }

    #[test]
    fn what_the_plugin_says() {
        assert_eq!(local_port("Port 54321 opened for sessionId me-0123."), Some(54321));
        assert_eq!(local_port("Starting session with SessionId: me-0123"), None);
        assert_eq!(local_port("Port x opened"), None);
    }
}
