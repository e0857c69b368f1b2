//! The server as a process that can be killed and started again on the same data.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::process::{Child, Command};

use crate::client::Api;
use crate::clock;
use crate::fault::Fault;
use crate::person::Credentials;

/// A start replays the journal; beyond this it counts as broken.
const START_WAIT_MAX: Duration = Duration::from_secs(120);
/// Finer than the times we report.
const START_LOOK_EVERY: Duration = Duration::from_millis(2);
const VERIFY_WAIT_MAX: Duration = Duration::from_secs(600);

pub struct Program {
    pub path: PathBuf,
    /// Ours alone: `data`, `port` and `server.log` are made in it.
    pub dir: PathBuf,
    /// Of both administrators made at the first start.
    pub password: String,
}

/// Killed when dropped, so that no failure of ours leaves a server behind.
pub struct Server {
    child: Child,
    /// `host:port`.
    pub authority: String,
    /// From the start of the process to its first answer.
    pub started_in: Duration,
}

impl Program {
    pub fn admins(&self) -> [Credentials; 2] {
        ["admin", "admin2"].map(|login| Credentials { login: login.into(), password: self.password.clone() })
    }

    /// Starts on whatever the data folder holds and waits for the first answer.
    pub async fn start(&self) -> Result<Server, Fault> {
        let port_file = self.dir.join("port");
        if let Err(why) = fs::remove_file(&port_file)
            && why.kind() != std::io::ErrorKind::NotFound
        {
            return Err(local(&port_file, why));
        }
        let log_file = self.dir.join("server.log");
        let log = File::options().append(true).create(true).open(&log_file);
        let log = log.map_err(|why| local(&log_file, why))?;
        let errors = log.try_clone().map_err(|why| local(&log_file, why))?;
        let began = clock::now();
        let mut child = Command::new(&self.path)
            .args(["serve", "--listen", "127.0.0.1:0", "--no-demo"])
            .arg("--data")
            .arg(self.data())
            .arg("--port-file")
            .arg(&port_file)
            .env("SUNBID_ADMIN", format!("admin:{}", self.password))
            .env("SUNBID_SECOND_ADMIN", format!("admin2:{}", self.password))
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .kill_on_drop(true)
            .spawn()
            .map_err(|why| local(&self.path, why))?;
        let ready = async {
            loop {
                // Half-written is as good as absent: a port is whole once somebody answers there.
                let authority = fs::read_to_string(&port_file).unwrap_or_default();
                let authority = authority.trim();
                if authority.contains(':') && answers(authority).await {
                    return Ok(authority.to_owned());
                }
                if let Ok(Some(status)) = child.try_wait() {
                    let why = format!("server ended with {status}, see {}", log_file.display());
                    return Err(Fault::Local(why));
                }
                tokio::time::sleep(START_LOOK_EVERY).await;
            }
        };
        let authority = tokio::time::timeout(START_WAIT_MAX, ready).await.map_err(|_| {
            let log = log_file.display();
            Fault::Local(format!("server not ready in {START_WAIT_MAX:?}, see {log}"))
        })??;
        Ok(Server { child, authority, started_in: began.elapsed() })
    }

    /// `sunbid verify` on the data, with no server running; what it said, if it is not content.
    pub async fn verify(&self) -> Result<(), Fault> {
        let run = Command::new(&self.path)
            .args(["verify", "--data"])
            .arg(self.data())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        let output = tokio::time::timeout(VERIFY_WAIT_MAX, run)
            .await
            .map_err(|_| Fault::Local(format!("verify not done in {VERIFY_WAIT_MAX:?}")))?
            .map_err(|why| local(&self.path, why))?;
        if output.status.success() {
            return Ok(());
        }
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).trim().to_owned();
        Err(Fault::Local(format!("verify ended with {}: {said}", output.status)))
    }

    pub fn data(&self) -> PathBuf {
        self.dir.join("data")
    }
}

impl Server {
    /// SIGKILL: no goodbye, no last flush. Returns when the process is gone.
    pub async fn kill(mut self) -> Result<(), Fault> {
        self.child.kill().await.map_err(|why| Fault::Local(format!("kill the server: {why}")))
    }
}

async fn answers(authority: &str) -> bool {
    let Ok(api) = Api::at(&format!("http://{authority}")) else { return false };
    api.get::<Value>("/api/time").await.is_ok()
}

fn local(path: &Path, why: impl std::fmt::Display) -> Fault {
    Fault::Local(format!("{}: {why}", path.display()))
}
