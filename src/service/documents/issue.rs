//! 签发: a document is made when it is first asked for, signed, kept whole, and never made again.

use super::facts::Found;
use super::fonts::Fonts;
use super::layout::Seal;
use super::paper::fingerprint;
use super::press;
use super::store::{self, Issued};
use crate::app::App;
use crate::clock;
use crate::content;
use crate::error::{ApiError, ApiResult};
use crate::security::signed::Signer;
use std::path::Path;
use tokio::sync::Mutex;

/// The key documents are signed with, in the data folder: not the one banks know us by.
const KEY_FILE: &str = "documents.key";

/// What issuing takes: type and a key.
pub struct Printer {
    fonts: Fonts,
    signer: Signer,
    /// One document at a time: who asks for the same one finds it printed.
    press: Mutex<()>,
}

impl Printer {
    pub fn open(dir: &Path, fonts: Option<&Path>) -> std::io::Result<Printer> {
        let fonts = Fonts::new(fonts);
        match fonts.find() {
            Some((text, _)) => tracing::info!(font = %text.display(), "documents are set in"),
            None => tracing::warn!("no Chinese font for documents: install the Debian package fonts-noto-cjk"),
        }
        Ok(Printer { fonts, signer: Signer::open(dir, KEY_FILE)?, press: Mutex::new(()) })
    }

    /// Ed25519, in hex.
    pub fn public_key(&self) -> String {
        self.signer.public_hex()
    }
}

/// The newest version, if it still tells the facts.
async fn current(app: &App, found: &Found) -> ApiResult<(Option<Issued>, i64)> {
    let newest = store::versions(&app.db, found.paper.kind, &found.subject).await?.into_iter().next();
    let next = newest.as_ref().map_or(1, |newest| newest.version + 1);
    Ok((newest.filter(|newest| newest.facts_sha256 == found.paper.facts_sha256()), next))
}

/// The document that tells these facts, issued now if it never was.
pub async fn issue(app: &App, found: Found) -> ApiResult<Issued> {
    if let (Some(issued), _) = current(app, &found).await? {
        return Ok(issued);
    }
    let _turn = app.printer.press.lock().await;
    let (issued, version) = current(app, &found).await?;
    if let Some(issued) = issued {
        return Ok(issued);
    }
    let words = found.paper.words(version);
    let fingerprint = fingerprint(&words);
    let signer = &app.printer.signer;
    let (signature, public_key) = signer.sign(words.as_bytes());
    let seal = Seal {
        signature,
        public_key,
        // Where anyone checks it.
        address: format!("{}/documents/{fingerprint}", app.site),
        fingerprint,
    };
    let (printer, paper) = (app.printer.clone(), found.paper.clone());
    let printed = tokio::task::spawn_blocking(move || {
        let file = press::print(&paper, version, &seal, &printer.fonts.faces()?)?;
        Ok::<_, ApiError>((file, seal))
    });
    let (file, seal) = printed.await.map_err(|_| ApiError::internal())??;
    let (file_signature, _) = signer.sign(&file);
    let kept = content::keep(&app.dir, file).await?;
    let issued = Issued {
        fingerprint: seal.fingerprint,
        kind: found.paper.kind,
        facts_sha256: found.paper.facts_sha256(),
        subject: found.subject,
        version,
        lot: found.lot,
        owner: found.owner,
        title: found.paper.title,
        number: found.paper.number,
        at: found.paper.at,
        words,
        file_sha256: kept.sha256,
        signature: seal.signature,
        file_signature,
        public_key: seal.public_key,
        issued_at: clock::now(),
    };
    store::add(&app.db, &issued).await?;
    Ok(issued)
}
