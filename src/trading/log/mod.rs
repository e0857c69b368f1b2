//! 透明日志: every public fact of the record is a leaf of a Merkle tree, and each batch that has been
//! synced is sealed by one signed checkpoint. What was once told can no longer be unsaid.
//!
//! `facts` (entry → leaves) → `growth` (the tree) → `sealer` (signs after the sync, hands out receipts)
//! → `seals` and `tiles` on disk, `routes` for everyone. The formats are in `crate::proof`.

pub mod facts;
pub mod growth;
pub mod routes;
pub mod sealer;
pub mod seals;
pub mod tiles;
pub mod witnesses;

use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::keys;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::{Key, Kind, Note, Signer};
use crate::proof::receipt::Receipt;
use crate::proof::tree::{TILE_HEIGHT, Tree};
use crate::proof::{Fault, Hash, base64, commitment};
use crate::trading::floor::Intent;
use crate::trading::journal::{Entry, Note as Noted};
use facts::Secret;
use growth::{Check, Growth, Held, Whole};
use seals::Seal;
use serde::Serialize;
use std::io::{Error, Result};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use tiles::{Asked, Files, bundle};
use tokio::sync::watch;
use utoipa::ToSchema;
use uuid::Uuid;

/// The log's part of the data folder.
pub struct Folder(PathBuf);

impl Folder {
    pub fn of(data: &Path) -> Folder {
        Folder(data.join("log"))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The log's key; its name is its origin, and both are those of these data for good.
    pub fn signer(&self) -> Result<Signer> {
        let pair = keys::ed25519(&self.file("key"))?;
        let public = aws_lc_rs::signature::KeyPair::public_key(&pair).as_ref()[..8].to_vec();
        let name: String = public.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Signer::new(&format!("sunbid/{name}"), Kind::Log, pair))
    }

    fn salt_key(&self) -> Result<[u8; 32]> {
        keys::secret(&self.file("salt"))
    }

    pub fn cosigned(&self) -> PathBuf {
        self.file("cosigned")
    }

    /// The checkpoint kept with its witnesses' signatures, if there is one; it must be the log's own.
    fn held(&self, key: &Key) -> Result<Vec<Held>> {
        match std::fs::read_to_string(self.cosigned()) {
            Ok(kept) => {
                let foreign = |fault| Error::other(format!("{}: {fault}", self.cosigned().display()));
                let checkpoint = Checkpoint::verify(&kept, key).map_err(foreign)?;
                Ok(vec![Held::new("the witnesses", checkpoint)])
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    fn seals(&self) -> Result<Vec<Seal>> {
        seals::read(&self.file("seals"))
    }

    /// On the first start the file of seals is made before the key: a key without it means that
    /// somebody took the seals away.
    fn begin(&self) -> Result<()> {
        std::fs::create_dir_all(&self.0)?;
        let (key, seals) = (self.file("key"), self.file("seals"));
        if key.exists() && !seals.exists() {
            return Err(Error::other(format!("{} is missing: the log's seals were removed", seals.display())));
        }
        if !seals.exists() {
            std::fs::File::create(&seals)?.sync_all()?;
        }
        Ok(())
    }
}

/// A replay that holds the journal to the seals and keeps the tree's files up to date.
pub fn replaying(folder: &Folder) -> Result<Check> {
    folder.begin()?;
    let signer = folder.signer()?;
    // The seals are read before the journal: what they vouch for is then in it.
    let (seals, held) = (folder.seals()?, folder.held(signer.key())?);
    let growth = Growth::new(&folder.salt_key()?, Files::at(&folder.file("tile")));
    Ok(Check::new(growth, signer.key().clone(), seals, held))
}

/// The same without writing anything; `None` where there never was a log.
pub fn checking(folder: &Folder) -> Result<Option<Check>> {
    if !folder.file("key").exists() {
        return Ok(None);
    }
    folder.begin()?;
    let signer = folder.signer()?;
    let growth = Growth::new(&folder.salt_key()?, Files::nowhere());
    let held = folder.held(signer.key())?;
    Ok(Some(Check::new(growth, signer.key().clone(), folder.seals()?, held)))
}

/// The log as everyone reads it.
pub struct Log {
    signer: Signer,
    growth: Mutex<Growth>,
    newest: watch::Sender<Arc<str>>,
    /// The newest checkpoint that a witness has cosigned, with all cosignatures on it.
    cosigned: Mutex<Option<Arc<str>>>,
}

/// The tree as it stood under one checkpoint, to prove from without holding anybody up.
pub struct View {
    tree: Tree,
    files: Files,
    pub checkpoint: Arc<str>,
}

impl View {
    pub fn tree_size(&self) -> u64 {
        self.tree.size()
    }

    /// The proof that the checkpoint contains an earlier tree.
    pub fn consistency(&mut self, from: u64) -> std::result::Result<Vec<Hash>, Fault> {
        self.tree.consistency(from, &self.tree.summits(), &mut self.files)
    }
}

/// What the holder of a secret is given until the lot closes.
#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct Promise {
    /// A note of the log's key: `<origin>/promise`, the lot, the commitment.
    pub note: String,
    /// Base64; `SHA-256(salt ‖ line)` is the commitment.
    pub salt: String,
    pub line: String,
}

impl Log {
    /// Of a replayed tree, its state signed.
    pub fn new(signer: Signer, growth: Growth) -> Log {
        let checkpoint = Checkpoint::sign(&signer, growth.tree.size(), &growth.summits().root(), None);
        Log::under(signer, growth, checkpoint.into())
    }

    fn under(signer: Signer, growth: Growth, checkpoint: Arc<str>) -> Log {
        Log { signer, growth: Mutex::new(growth), newest: watch::Sender::new(checkpoint), cosigned: Mutex::default() }
    }

    /// Of a replayed record, `head` the journal's chain after it, with the cosignatures kept. The checkpoint
    /// that was signed last is told on where it still says all: a new one would show that something secret
    /// was done since.
    pub fn open(folder: &Folder, whole: Whole, head: &Hash) -> Result<Log> {
        let (signer, growth) = (folder.signer()?, whole.growth);
        let (size, root) = (growth.tree.size(), growth.summits().root());
        let is_all = |text: &Arc<str>| {
            let read = Note::parse(text).and_then(|note| Checkpoint::read(&note));
            read.is_ok_and(|signed| (signed.size, signed.root) == (size, root))
        };
        let sign = || Checkpoint::sign(&signer, size, &root, Some(head)).into();
        let checkpoint = whole.newest.filter(is_all).unwrap_or_else(sign);
        let log = Log::under(signer, growth, checkpoint);
        if let Ok(kept) = std::fs::read_to_string(folder.cosigned()) {
            log.keep_cosigned(kept.into());
        }
        Ok(log)
    }

    pub fn key(&self) -> &Key {
        self.signer.key()
    }

    /// The newest signed checkpoint.
    pub fn checkpoint(&self) -> Arc<str> {
        self.newest.borrow().clone()
    }

    pub fn follow(&self) -> watch::Receiver<Arc<str>> {
        self.newest.subscribe()
    }

    /// The newest checkpoint that a witness has cosigned.
    pub fn cosigned(&self) -> Option<Arc<str>> {
        self.cosigned.lock().expect("nobody panics while holding a text").clone()
    }

    fn keep_cosigned(&self, whole: Arc<str>) {
        *self.cosigned.lock().expect("nobody panics while holding a text") = Some(whole);
    }

    /// The newest checkpoint, with whatever cosignatures are on it already.
    pub fn served(&self) -> Arc<str> {
        let newest = self.checkpoint();
        self.cosigned().filter(|cosigned| cosigned.starts_with(&*newest)).unwrap_or(newest)
    }

    pub fn view(&self) -> View {
        let growth = self.growth();
        View { tree: growth.tree.clone(), files: growth.files.clone(), checkpoint: self.checkpoint() }
    }

    fn growth(&self) -> MutexGuard<'_, Growth> {
        self.growth.lock().expect("a log whose growth panicked has stopped the server")
    }

    /// The proof, today, of what a lot's viewers were told under a sequence number.
    pub fn receipt(&self, lot: Uuid, seq: u64) -> std::result::Result<Option<Receipt>, Fault> {
        // The sealer waits for this lock: nothing is read from disk under it.
        let (tree, mut files, checkpoint, index, line) = {
            let growth = self.growth();
            let Some(index) = growth.place(lot, seq) else { return Ok(None) };
            (growth.tree.clone(), growth.files.clone(), self.served(), index, growth.line(index)?)
        };
        let line = line.map_or_else(|| files.entry(index), Ok)?;
        let path = tree.path(index, &tree.summits(), &mut files)?;
        Ok(Some(Receipt { index, line, path, checkpoint }))
    }

    /// What binds us to who holds a paddle of a lot: the salt and the commitment.
    pub fn seat(&self, lot: Uuid, account: Uuid) -> (Hash, Hash) {
        self.growth().seat(lot, account)
    }

    /// The line of a leaf that tells only its hash.
    pub fn long(&self, sha256: &str) -> std::result::Result<Option<Vec<u8>>, Fault> {
        let files = self.growth().files.clone();
        files.long(sha256)
    }

    /// A tile or a bundle of entries as it is served, by its path below `/tile/`.
    pub fn tile(&self, path: &str) -> std::result::Result<Option<Vec<u8>>, Fault> {
        let Some(asked) = Asked::parse(path) else { return Ok(None) };
        let growth = self.growth();
        let full = growth.tree.size() >> (TILE_HEIGHT * (asked.level.unwrap_or(0) + 1));
        match asked.width {
            // One that has filled since is served whole.
            Some(width) if asked.n == full => Ok(match asked.level {
                None => growth.lines.get(..width).map(bundle),
                Some(level) => {
                    let hashes = growth.tree.partial(level, asked.n).map_or(&[][..], |tile| tile.hashes());
                    hashes.get(..width).map(|hashes| hashes.concat())
                }
            }),
            None if asked.n < full => {
                let files = growth.files.clone();
                drop(growth);
                files.full(asked.level, asked.n).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Binds us to a secret towards its holder.
    pub fn promise(&self, secret: &Secret) -> Promise {
        let bound = base64(&commitment(&secret.salt, &secret.line));
        let text = format!("{}/promise\n{}\n{bound}\n", self.key().name, secret.lot);
        let line = String::from_utf8_lossy(&secret.line).into_owned();
        Promise { note: self.signer.note(&text), salt: base64(&secret.salt), line }
    }

    /// Takes in what is durable, and signs it.
    fn grow(&self, entries: &[Entry], head: &Hash) -> std::result::Result<Sealed, Fault> {
        let mut growth = self.growth();
        let before = growth.tree.size();
        let grown = entries.iter().map(|entry| growth.take(entry)).collect::<std::result::Result<Vec<_>, _>>()?;
        let summits = growth.summits();
        if growth.tree.size() != before {
            let checkpoint: Arc<str> =
                Checkpoint::sign(&self.signer, growth.tree.size(), &summits.root(), Some(head)).into();
            self.newest.send_replace(checkpoint);
        }
        let checkpoint = self.checkpoint();
        let Growth { tree, files, .. } = &mut *growth;
        let proofs = grown.into_iter().map(|grown| {
            let receipt = match grown.own {
                Some((index, line)) => {
                    let path = tree.path(index, &summits, files)?;
                    Some(Receipt { index, line, path, checkpoint: checkpoint.clone() })
                }
                None => None,
            };
            Ok(Proof { receipt, secret: grown.secret })
        });
        let proofs = proofs.collect::<std::result::Result<_, Fault>>()?;
        Ok(Sealed { proofs, checkpoint })
    }
}

/// Puts the hash of a text into the record, ordered with all else; its receipt. `lot` may be one that is
/// not on the floor yet, or nil.
pub async fn note(
    app: &App,
    lot: Uuid,
    kind: &str,
    id: &str,
    version: u64,
    sha256: &str,
) -> ApiResult<Option<Receipt>> {
    let note = Noted { kind: kind.into(), id: id.into(), version, sha256: sha256.into() };
    let reply = app.door.call(lot, None, Intent::Note(Box::new(note))).await.map_err(|_| ApiError::busy())?;
    Ok(reply.proof.receipt)
}

/// What the asker of an entry is given of it.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    pub receipt: Option<Receipt>,
    pub secret: Option<Secret>,
}

/// A batch in the tree: a proof for each entry.
struct Sealed {
    proofs: Vec<Proof>,
    checkpoint: Arc<str>,
}
