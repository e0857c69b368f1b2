//! 文件交换: the same messages over files, for a bank that opens no line to us. `bank/in/<bank>/x.xml` with
//! its signature in `x.xml.sig` is taken and moved to `bank/done` or `bank/refused`, the answer beside it;
//! batches of refunds are laid into `bank/out/<bank>` where there is such a folder.

use crate::app::App;
use crate::security::signed::{self, SIGNED_BODY_BYTES_MAX};
use crate::trading::deposits::bank::{next_batch, take_notice};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Files taken in one look; the rest wait for the next.
const FILES_MAX: usize = 100;
const SIGNATURE_BYTES_MAX: usize = 256;

pub async fn watch(app: App) {
    let mut beat = tokio::time::interval(LOOK_EVERY);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        beat.tick().await;
        if let Err(error) = look(&app).await {
            tracing::error!(%error, "the bank's folder");
        }
    }
}

/// A message with its signature, both whole.
struct Waiting {
    bank: String,
    path: PathBuf,
    body: Vec<u8>,
    signature: String,
}

fn signature_path(path: &Path) -> PathBuf {
    path.with_extension("xml.sig")
}

fn folders(root: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let Ok(items) = std::fs::read_dir(root) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for item in items.take(FILES_MAX) {
        let path = item?.path();
        if let (true, Some(name)) = (path.is_dir(), path.file_name().and_then(|name| name.to_str())) {
            found.push((name.to_string(), path.clone()));
        }
    }
    found.sort();
    Ok(found)
}

/// Messages whose signature lies beside them: a bank writes the signature last.
fn waiting(root: &Path) -> io::Result<Vec<Waiting>> {
    let mut found = Vec::new();
    for (bank, folder) in folders(&root.join("in"))? {
        let mut paths: Vec<PathBuf> =
            std::fs::read_dir(folder)?.map(|item| item.map(|item| item.path())).collect::<io::Result<_>>()?;
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "xml") && signature_path(path).exists());
        paths.sort();
        for path in paths {
            if found.len() == FILES_MAX {
                return Ok(found);
            }
            let body = bounded(&path, SIGNED_BODY_BYTES_MAX)?;
            let signature = String::from_utf8(bounded(&signature_path(&path), SIGNATURE_BYTES_MAX)?);
            found.push(Waiting { bank: bank.clone(), path, body, signature: signature.unwrap_or_default() });
        }
    }
    Ok(found)
}

/// What is larger is read as nothing, and so refused.
fn bounded(path: &Path, bytes_max: usize) -> io::Result<Vec<u8>> {
    let fits = std::fs::metadata(path)?.len() <= bytes_max as u64;
    if fits { std::fs::read(path) } else { Ok(Vec::new()) }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

async fn look(app: &App) -> io::Result<()> {
    let root = app.dir.join("bank");
    let at = root.clone();
    for file in blocking(move || waiting(&at)).await? {
        let Waiting { bank, path, body, signature } = file;
        let taken = match signed::verify(app, &bank, &body, &signature).await {
            Ok(()) => take_notice(app, &bank, &body).await,
            Err(error) => Err(error),
        };
        let (folder, answer) = match taken {
            Ok(answer) => ("done", serde_json::to_string(&answer)),
            // Ours to mend: it stays where it lies and is tried again.
            Err(error) if error.status >= 500 => continue,
            Err(error) => ("refused", serde_json::to_string(&error)),
        };
        let folder = root.join(folder).join(&bank);
        let answer = answer.map_err(io::Error::other)?;
        blocking(move || put_away(&path, &folder, &answer)).await?;
    }
    let at = root.clone();
    for (bank, folder) in blocking(move || folders(&at.join("out"))).await? {
        let at = folder.clone();
        let after = blocking(move || last_batch(&at)).await?;
        if let Ok(Some(batch)) = next_batch(app, &bank, after).await {
            let (signature, _) = app.signer.sign(batch.xml.as_bytes());
            blocking(move || lay_out(&folder, batch.no, &batch.xml, &signature)).await?;
        }
    }
    Ok(())
}

fn put_away(path: &Path, folder: &Path, answer: &str) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let to = folder.join(path.file_name().unwrap_or_default());
    std::fs::write(to.with_extension("xml.answer.json"), answer)?;
    // The message first: a crash before it does all of this again, to the same end; one after it leaves
    // a signature behind that names no message.
    std::fs::rename(path, &to)?;
    std::fs::rename(signature_path(path), signature_path(&to))
}

fn last_batch(folder: &Path) -> io::Result<i64> {
    let mut last = 0;
    for item in std::fs::read_dir(folder)? {
        let path = item?.path();
        let whole = path.extension().is_some_and(|ending| ending == "xml") && signature_path(&path).exists();
        let no = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
        last = last.max(no.filter(|_| whole).unwrap_or(0));
    }
    Ok(last)
}

fn lay_out(folder: &Path, no: i64, xml: &str, signature: &str) -> io::Result<()> {
    let path = folder.join(format!("{no:08}.xml"));
    std::fs::write(&path, xml)?;
    std::fs::write(signature_path(&path), signature)
}
