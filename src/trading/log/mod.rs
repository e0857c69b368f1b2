//! 透明日志: every public fact of the record is a leaf of a Merkle tree, and each batch that has been
//! synced is sealed by one signed checkpoint. What was once told can no longer be unsaid.
//!
//! `facts` (entry → leaves) → `growth` (the tree) → `sealer` (signs after the sync, hands out receipts)
//! → `seals` and `tiles` on disk, `routes` for everyone. The formats are in `crate::proof`.

pub mod facts;
pub mod growth;
pub mod notes;
pub mod routes;
pub mod sealer;
pub mod seals;
pub mod tiles;
pub mod witnesses;

use crate::keys;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::{Key, Kind, Note, Signer, is_name};
use crate::proof::receipt::Receipt;
use crate::proof::tree::{TILE_HEIGHT, Tree};
use crate::proof::{Fault, Hash, base64, commitment};
use crate::trading::journal::{Entry, open_to_read};
use facts::Secret;
use growth::{Check, Growth};
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
        let name = match std::fs::read_to_string(self.file("origin")) {
            Ok(origin) => origin.trim().to_string(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let public = aws_lc_rs::signature::KeyPair::public_key(&pair).as_ref()[..8].to_vec();
                format!("sunbid/{}", public.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
            }
            Err(error) => return Err(error),
        };
        Ok(Signer::new(&name, Kind::Log, pair))
    }

    /// Names a log that is about to begin: as it is told, or after the site, or else after its key. One that
    /// has begun keeps its name, and another one asked for is refused.
    pub fn name(&self, asked: Option<&str>, site: Option<&str>) -> Result<()> {
        let file = self.file("origin");
        if self.file("key").exists() {
            let own = self.signer()?.key().name.clone();
            return match asked {
                Some(asked) if asked != own => Err(Error::other(format!("this log is {own} for good, not {asked}"))),
                _ => Ok(()),
            };
        }
        let host =
            site.and_then(|site| site.split_once("://")).map(|(_, host)| format!("{}/log", host.trim_end_matches('/')));
        let Some(origin) = asked.map(str::to_string).or(host) else { return Ok(()) };
        if !is_name(&origin) {
            return Err(Error::other(format!("{origin:?} is no name for a log: no spaces, no plus signs")));
        }
        std::fs::create_dir_all(&self.0)?;
        keys::write(&file, format!("{origin}\n").as_bytes())
    }

    fn salt_key(&self) -> Result<[u8; 32]> {
        keys::secret(&self.file("salt"))
    }

    fn cosigned(&self) -> PathBuf {
        self.file("cosigned")
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
    let seals = folder.seals()?;
    let growth = Growth::new(&folder.salt_key()?, Files::at(&folder.file("tile")));
    Ok(Check::new(growth, signer.key().clone(), seals))
}

/// The same without writing anything; `None` where there never was a log.
pub fn checking(folder: &Folder) -> Result<Option<Check>> {
    if !folder.file("key").exists() {
        return Ok(None);
    }
    folder.begin()?;
    let signer = folder.signer()?;
    let growth = Growth::new(&folder.salt_key()?, Files::nowhere());
    Ok(Some(Check::new(growth, signer.key().clone(), folder.seals()?)))
}

/// Whether the journal's chain passes where the seals saw it: what no leaf tells is held by it too.
pub fn same_heads(folder: &Folder, journal: &Path) -> std::result::Result<(), Box<dyn std::error::Error>> {
    if !folder.file("key").exists() {
        return Ok(());
    }
    let sql = open_to_read(journal)?;
    let mut last_batch = sql.prepare(
        "select first_n + count, lower(hex(head)) from journal where first_n < ? order by first_n desc limit 1",
    )?;
    for seal in folder.seals()?.iter().filter(|seal| seal.entries > 0) {
        let chained: (i64, String) =
            last_batch.query_row([seal.entries as i64], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if chained != (seal.entries as i64, seal.head.clone()) {
            let last = seal.entries - 1;
            return Err(format!("damaged: the batch that ends with entry {last} is not the one that was sealed").into());
        }
    }
    Ok(())
}

/// The log as everyone reads it.
pub struct Log {
    signer: Signer,
    growth: Mutex<Growth>,
    newest: watch::Sender<Arc<str>>,
    cosigned: watch::Sender<Option<Cosigned>>,
    witnesses: Vec<Key>,
}

/// The newest checkpoint that a witness has cosigned, with all cosignatures on it.
#[derive(Clone)]
pub struct Cosigned {
    pub whole: Arc<str>,
    /// Absent after a start that found the record gone on since.
    tree: Option<Arc<Tree>>,
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
        let checkpoint = Checkpoint::sign(&signer, growth.tree.size(), &growth.summits().root());
        let newest = watch::Sender::new(checkpoint.into());
        Log { signer, growth: Mutex::new(growth), newest, cosigned: watch::Sender::new(None), witnesses: Vec::new() }
    }

    /// With the keys of its witnesses, and the cosignatures kept in the folder as far as their checkpoint is ours.
    pub fn open(folder: &Folder, growth: Growth, witnesses: Vec<Key>) -> Result<Log> {
        let log = Log { witnesses, ..Log::new(folder.signer()?, growth) };
        match std::fs::read_to_string(folder.cosigned()) {
            Ok(kept) if Checkpoint::verify(&kept, log.key()).is_ok() => {
                let tree = kept.starts_with(&*log.checkpoint()).then(|| log.growth().tree.clone());
                log.keep_cosigned(kept.into(), tree);
            }
            Ok(_) => tracing::warn!("the cosignatures kept are on no checkpoint of this log"),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
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

    /// Who is asked to cosign.
    pub fn witnesses(&self) -> &[Key] {
        &self.witnesses
    }

    /// The newest checkpoint that a witness has cosigned.
    pub fn cosigned(&self) -> Option<Arc<str>> {
        self.cosigned.borrow().as_ref().map(|cosigned| cosigned.whole.clone())
    }

    fn newest_cosigned(&self) -> Option<Cosigned> {
        self.cosigned.borrow().clone()
    }

    pub fn follow_cosigned(&self) -> watch::Receiver<Option<Cosigned>> {
        self.cosigned.subscribe()
    }

    fn keep_cosigned(&self, whole: Arc<str>, tree: Option<Tree>) {
        self.cosigned.send_replace(Some(Cosigned { whole, tree: tree.map(Arc::new) }));
    }

    /// Which of the witnesses have cosigned a checkpoint, and when, in seconds.
    pub fn cosigners(&self, whole: &str) -> Vec<(&Key, u64)> {
        let Ok(note) = Note::parse(whole) else { return Vec::new() };
        let cosigned = |key| Key::verify_cosignature(key, &note).ok().map(|at| (key, at));
        self.witnesses.iter().filter_map(cosigned).collect()
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
        let index = self.growth().place(lot, seq);
        index.map(|index| self.prove(index)).transpose()
    }

    fn prove(&self, index: u64) -> std::result::Result<Receipt, Fault> {
        let (tree, mut files, checkpoint, line) = {
            let growth = self.growth();
            (growth.tree.clone(), growth.files.clone(), self.served(), growth.line(index)?)
        };
        let path = tree.path(index, &tree.summits(), &mut files)?;
        Ok(Receipt { index, line, path, checkpoint })
    }

    /// The proof of the same under the newest checkpoint that witnesses have cosigned, if it is in that tree.
    pub fn cosigned_receipt(&self, lot: Uuid, seq: u64) -> std::result::Result<Option<Receipt>, Fault> {
        let Some(Cosigned { whole, tree: Some(tree) }) = self.newest_cosigned() else { return Ok(None) };
        let (index, line, mut files) = {
            let growth = self.growth();
            let Some(index) = growth.place(lot, seq).filter(|index| *index < tree.size()) else { return Ok(None) };
            (index, growth.line(index)?, growth.files.clone())
        };
        let path = tree.path(index, &tree.summits(), &mut files)?;
        Ok(Some(Receipt { index, line, path, checkpoint: whole }))
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

    /// What a request was given when it first came, under the newest checkpoint.
    fn proof_again(&self, asked: growth::Request) -> std::result::Result<Option<Proof>, Fault> {
        let mut growth = self.growth();
        let Some(made) = growth.made_of(&asked).cloned() else { return Ok(None) };
        let receipt = match made.own {
            Some((index, line)) => {
                let Growth { tree, files, .. } = &mut *growth;
                let path = tree.path(index, &tree.summits(), files)?;
                Some(Receipt { index, line, path, checkpoint: self.checkpoint() })
            }
            None => None,
        };
        Ok(Some(Proof { receipt, secret: made.secret }))
    }

    /// Takes in what is durable, and signs it.
    fn grow(&self, entries: &[Entry]) -> std::result::Result<Sealed, Fault> {
        let mut growth = self.growth();
        let before = growth.tree.size();
        let grown = entries.iter().map(|entry| growth.take(entry)).collect::<std::result::Result<Vec<_>, _>>()?;
        let summits = growth.summits();
        if growth.tree.size() != before {
            let checkpoint: Arc<str> = Checkpoint::sign(&self.signer, growth.tree.size(), &summits.root()).into();
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
