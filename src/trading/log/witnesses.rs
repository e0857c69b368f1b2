//! 请见证: asks the configured witnesses to cosign, and keeps what they sign (C2SP tlog-witness).

use crate::proof::Fault;
use crate::proof::note::{Key, Note, signature_lines};
use crate::proof::witness::Request;
use crate::trading::log::{Folder, Log, View};
use std::io::Result;
use std::sync::Arc;
use std::time::Duration;
use ureq::tls::TlsConfig;

/// Checkpoints come with every batch; witnesses are asked at most this often.
const ASK_EVERY: Duration = Duration::from_secs(1);
/// A witness that was away is tried again after this.
const AGAIN_AFTER: Duration = Duration::from_secs(15);
/// One request to one witness.
const WAIT_MAX: Duration = Duration::from_secs(5);
/// A witness that knows another size than we thought tells it once; a second time is its fault or ours.
const TRIES_MAX: usize = 2;
/// Signature lines are some 150 bytes each.
const ANSWER_BYTES_MAX: u64 = 16 * 1024;

/// Who cosigns, and where.
#[derive(Clone, Debug)]
pub struct Witness {
    pub url: String,
    pub key: Key,
}

impl Witness {
    /// From the command line: an address and a key, two words each.
    pub fn all(words: &[String]) -> std::result::Result<Vec<Witness>, Fault> {
        let (pairs, _) = words.as_chunks::<2>();
        let witness = |[url, key]: &[String; 2]| {
            Ok(Witness { url: url.trim_end_matches('/').to_string(), key: Key::parse(key)? })
        };
        pairs.iter().map(witness).collect()
    }
}

/// Follows the log for as long as it lives.
pub async fn run(log: Arc<Log>, folder: Folder, witnesses: Vec<Witness>) {
    if witnesses.is_empty() {
        return std::future::pending().await;
    }
    let mut newest = log.follow();
    newest.mark_changed();
    let folder = Arc::new(folder);
    let mut sizes = vec![0; witnesses.len()];
    loop {
        // Something new, or somebody to be tried again.
        let _ = tokio::time::timeout(AGAIN_AFTER, newest.changed()).await;
        newest.mark_unchanged();
        let (log, folder, witnesses) = (log.clone(), folder.clone(), witnesses.clone());
        let round = tokio::task::spawn_blocking(move || {
            ask_all(&log, &folder, &witnesses, &mut sizes);
            sizes
        });
        sizes = round.await.expect("asking a witness does not panic");
        tokio::time::sleep(ASK_EVERY).await;
    }
}

/// One round: the same checkpoint for all.
fn ask_all(log: &Log, folder: &Folder, witnesses: &[Witness], sizes: &mut [u64]) {
    let mut view = log.view();
    let known = log.cosigned().filter(|known| known.starts_with(&*view.checkpoint));
    let mut whole = known.map_or_else(|| view.checkpoint.to_string(), |known| known.to_string());
    let before = whole.len();
    for (witness, size) in witnesses.iter().zip(sizes) {
        let has_signed = Note::parse(&whole).is_ok_and(|note| witness.key.verify_cosignature(&note).is_ok());
        if has_signed {
            continue;
        }
        match ask(witness, size, &mut view) {
            Ok(line) => whole.push_str(&line),
            Err(fault) => tracing::warn!(witness = witness.key.name, %fault, "no cosignature"),
        }
    }
    if whole.len() > before
        && let Err(error) = keep(folder, &whole)
    {
        tracing::error!(%error, "cosignatures cannot be kept");
    }
    if whole.len() > before {
        log.keep_cosigned(whole.into(), Some(view.tree));
    }
}

/// The witness' line for the view's checkpoint.
fn ask(witness: &Witness, size: &mut u64, view: &mut View) -> std::result::Result<String, String> {
    let agent = agent();
    for _ in 0..TRIES_MAX {
        let proof = view.consistency(*size).map_err(|fault| fault.to_string())?;
        let body = Request { old: *size, proof, checkpoint: &view.checkpoint }.text();
        let sent = agent.post(format!("{}/add-checkpoint", witness.url)).send(&body);
        let mut answer = sent.map_err(|error| error.to_string())?;
        let text = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_string();
        let text = text.map_err(|error| error.to_string())?;
        match answer.status().as_u16() {
            200 => {
                let line = own_line(witness, &view.checkpoint, &text).map_err(|fault| fault.to_string())?;
                *size = view.tree_size();
                return Ok(line);
            }
            409 => {
                let known = text.trim().parse().map_err(|_| "a conflict without a size".to_string())?;
                if known == *size {
                    return Err(format!("it has seen another tree of {known} leaves under our name"));
                }
                *size = known;
            }
            status => return Err(format!("{status}: {}", text.chars().take(200).collect::<String>())),
        }
    }
    Err("it names another size each time".into())
}

/// The line of the key we know, if it holds; other keys' lines are not ours to vouch for.
fn own_line(witness: &Witness, checkpoint: &str, answer: &str) -> std::result::Result<String, Fault> {
    let whole = format!("{checkpoint}{answer}");
    witness.key.verify_cosignature(&Note::parse(&whole)?)?;
    let lines = signature_lines(answer)?;
    let own = lines.iter().find(|line| line.name == witness.key.name && line.id == witness.key.id());
    own.map(|line| format!("{}\n", line.line)).ok_or_else(|| Fault::Unsigned(witness.key.name.clone()))
}

/// One cryptography for the whole server: aws-lc.
fn agent() -> ureq::Agent {
    let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    ureq::Agent::config_builder()
        .tls_config(TlsConfig::builder().unversioned_rustls_crypto_provider(crypto).build())
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(WAIT_MAX))
        .build()
        .into()
}

fn keep(folder: &Folder, whole: &str) -> Result<()> {
    let path = folder.cosigned();
    let draft = path.with_extension("draft");
    std::fs::write(&draft, whole)?;
    std::fs::File::open(&draft)?.sync_all()?;
    std::fs::rename(&draft, path)
}
