//! `sunbid witness`: a service that remembers the last tree it saw of each log and cosigns what
//! continues it (C2SP tlog-witness). A notary, a supervisor or another center runs it, on a machine of
//! its own: a log that shows two people two records is found out here.

use crate::config::Witness;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::{Key, Kind, Note, Signer};
use crate::proof::witness::{Refusal, Request, judge};
use crate::{clock, keys};
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use sha2::{Digest, Sha256};
use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// A checkpoint with its signatures and a longest proof is some 10 KiB.
const BODY_BYTES_MAX: usize = 64 * 1024;

struct Service {
    signer: Signer,
    logs: Vec<Key>,
    /// One checkpoint is judged and remembered at a time: two at once could roll the memory back.
    memory: Mutex<PathBuf>,
}

pub fn run(config: Witness) -> Result<(), Box<dyn Error>> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve(config))
}

async fn serve(config: Witness) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(&config.data)?;
    let pair = keys::ed25519(&config.data.join("key"))?;
    let public = aws_lc_rs::signature::KeyPair::public_key(&pair).as_ref()[..8].to_vec();
    let name: String = public.iter().map(|byte| format!("{byte:02x}")).collect();
    let signer = Signer::new(&format!("sunbid-witness/{name}"), Kind::Witness, pair);
    let logs = config.log.iter().map(|key| Key::parse(key)).collect::<Result<Vec<_>, _>>()?;
    println!("witness key: {}", signer.key());
    let service = Arc::new(Service { signer, logs, memory: Mutex::new(config.data) });
    let router = Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .route("/key", get(async |State(service): State<Arc<Service>>| format!("{}\n", service.signer.key())))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(service);
    let listener = tokio::net::TcpListener::bind(config.listen).await?;
    if let Some(path) = &config.port_file {
        let draft = path.with_extension("draft");
        std::fs::write(&draft, listener.local_addr()?.to_string())?;
        std::fs::rename(&draft, path)?;
    }
    Ok(axum::serve(listener, router).await?)
}

async fn add_checkpoint(State(service): State<Arc<Service>>, body: String) -> Response {
    let done = tokio::task::spawn_blocking(move || cosign(&service, &body)).await;
    done.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

fn cosign(service: &Service, body: &str) -> Response {
    let request = match Request::parse(body) {
        Ok(request) => request,
        Err(fault) => return (StatusCode::BAD_REQUEST, fault.to_string()).into_response(),
    };
    let Ok(folder) = service.memory.lock() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let mut broken = None;
    let judged = judge(&request, &service.logs, |log| match recall(&folder, log) {
        Ok(seen) => seen,
        Err(error) => {
            broken = Some(error);
            None
        }
    });
    // A memory that cannot be read is no memory of nothing.
    if let Some(error) = broken {
        tracing::error!(%error, "what was seen cannot be read");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let new = match judged {
        Ok(new) => new,
        Err(refusal) => return refuse(&refusal),
    };
    if let Err(error) = remember(&folder, &new.origin, request.checkpoint) {
        tracing::error!(%error, "what was seen cannot be kept");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let text = Note::parse(request.checkpoint).map(|note| note.text.to_string()).unwrap_or_default();
    service.signer.cosign(&text, clock::now().0.unsigned_abs() / 1_000).into_response()
}

fn refuse(refusal: &Refusal) -> Response {
    match refusal {
        Refusal::Form(fault) => (StatusCode::BAD_REQUEST, fault.to_string()).into_response(),
        Refusal::UnknownLog => StatusCode::NOT_FOUND.into_response(),
        Refusal::NotSigned => StatusCode::FORBIDDEN.into_response(),
        Refusal::Stale(size) => {
            (StatusCode::CONFLICT, [(CONTENT_TYPE, "text/x.tlog.size")], format!("{size}\n")).into_response()
        }
        Refusal::Split(size) => {
            tracing::error!(size, "a log has signed two trees of one size: a split view");
            (StatusCode::CONFLICT, [(CONTENT_TYPE, "text/x.tlog.size")], format!("{size}\n")).into_response()
        }
        Refusal::Inconsistent(fault) => {
            tracing::error!(%fault, "a log does not continue what it had signed");
            (StatusCode::UNPROCESSABLE_ENTITY, fault.to_string()).into_response()
        }
    }
}

fn place(folder: &Path, origin: &str) -> PathBuf {
    let name: String = Sha256::digest(origin).iter().map(|byte| format!("{byte:02x}")).collect();
    folder.join(format!("{name}.checkpoint"))
}

/// What was last seen of a log: its own signed checkpoint, checked again.
fn recall(folder: &Path, log: &Key) -> Result<Option<Checkpoint>, Box<dyn Error>> {
    let path = place(folder, &log.name);
    if !path.exists() {
        return Ok(None);
    }
    Ok(Some(Checkpoint::verify(&std::fs::read_to_string(path)?, log)?))
}

fn remember(folder: &Path, origin: &str, checkpoint: &str) -> std::io::Result<()> {
    let path = place(folder, origin);
    let draft = path.with_extension("draft");
    let mut file = std::fs::File::create(&draft)?;
    file.write_all(checkpoint.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&draft, &path)?;
    std::fs::File::open(folder)?.sync_all()
}
