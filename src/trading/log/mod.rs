//! 透明日志: every public fact of the record is a leaf of a Merkle tree, and each batch that has been
//! synced is sealed by one signed checkpoint. What was once told can no longer be unsaid.
//!
//! `facts` (entry → leaves) → `growth` (the tree) → `sealer` (signs after the sync, hands out receipts)
//! → `seals` and `tiles` on disk, `routes` for everyone. The formats are in `crate::proof`.

pub mod anchors;
pub mod facts;
pub mod growth;
pub mod notes;
mod patience;
mod rebuild;
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
use crate::trading::journal::Entry;
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
        self.begin_seals()
    }

    fn begin_seals(&self) -> Result<()> {
        let seals = self.file("seals");
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
        let checkpoint = Checkpoint::sign(&signer, growth.tree.size(), &growth.summits().root(), None);
        Log::under(signer, growth, checkpoint.into())
    }

    fn under(signer: Signer, growth: Growth, checkpoint: Arc<str>) -> Log {
        let (newest, cosigned) = (watch::Sender::new(checkpoint), watch::Sender::new(None));
        Log { signer, growth: Mutex::new(growth), newest, cosigned, witnesses: Vec::new() }
    }

    /// Of a replayed record, `head` the journal's chain after it, with the keys of its witnesses and the
    /// cosignatures kept. The checkpoint that was signed last is told on where it still says all: a new one
    /// would show that something secret was done since.
    pub fn open(folder: &Folder, whole: Whole, head: &Hash, witnesses: Vec<Key>) -> Result<Log> {
        let (signer, growth) = (folder.signer()?, whole.growth);
        let (size, root) = (growth.tree.size(), growth.summits().root());
        let is_all = |text: &Arc<str>| {
            let read = Note::parse(text).and_then(|note| Checkpoint::read(&note));
            read.is_ok_and(|signed| (signed.size, signed.root) == (size, root))
        };
        let sign = || Checkpoint::sign(&signer, size, &root, Some(head)).into();
        let checkpoint = whole.newest.filter(is_all).unwrap_or_else(sign);
        let log = Log { witnesses, ..Log::under(signer, growth, checkpoint) };
        if let Ok(kept) = std::fs::read_to_string(folder.cosigned()) {
            let tree = kept.starts_with(&*log.checkpoint()).then(|| log.growth().tree.clone());
            log.keep_cosigned(kept.into(), tree);
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

    /// The proofs, today, of the leaves that tell a closed lot's commitments: a page, and where the next begins.
    pub fn kept_receipts(
        &self,
        lot: Uuid,
        from: usize,
        page: usize,
    ) -> std::result::Result<(Vec<Receipt>, Option<usize>), Fault> {
        let leaves = self.growth().kept(lot).to_vec();
        let here = leaves.iter().skip(from).take(page).map(|index| self.prove(*index));
        let next = from.saturating_add(page);
        Ok((here.collect::<std::result::Result<_, _>>()?, (next < leaves.len()).then_some(next)))
    }

    fn prove(&self, index: u64) -> std::result::Result<Receipt, Fault> {
        // The sealer waits for this lock: nothing is read from disk under it.
        let (tree, mut files, checkpoint, line) = {
            let growth = self.growth();
            (growth.tree.clone(), growth.files.clone(), self.served(), growth.line(index)?)
        };
        let line = line.map_or_else(|| files.entry(index), Ok)?;
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
        let line = line.map_or_else(|| files.entry(index), Ok)?;
        let path = tree.path(index, &tree.summits(), &mut files)?;
        Ok(Some(Receipt { index, line, path, checkpoint: whole }))
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
