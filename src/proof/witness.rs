//! 见证: what a witness is asked and how it judges (C2SP tlog-witness). Pure: the same words for the
//! log that asks and the witness that answers.

use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::{Key, Note};
use crate::proof::path::consistent;
use crate::proof::{Fault, Hash, base64, hash_from_base64};

/// A proof has at most one hash for each bit of a size.
const PROOF_MAX: usize = 63;

/// The body of `POST /add-checkpoint`.
#[derive(Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// The size of the tree the witness saw last, as the log believes.
    pub old: u64,
    pub proof: Vec<Hash>,
    pub checkpoint: &'a str,
}

impl<'a> Request<'a> {
    pub fn text(&self) -> String {
        let proof: String = self.proof.iter().map(|hash| base64(hash) + "\n").collect();
        format!("old {}\n{proof}\n{}", self.old, self.checkpoint)
    }

    pub fn parse(text: &'a str) -> Result<Request<'a>, Fault> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(Fault::Form("an empty line before the checkpoint"))?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old ")).unwrap_or_default();
        let parsed = old.parse().ok().filter(|size: &u64| size.to_string() == old);
        let old = parsed.ok_or(Fault::Form("the first line is “old <size>”"))?;
        let proof = lines.take(PROOF_MAX + 1).map(hash_from_base64).collect::<Result<Vec<_>, _>>()?;
        if proof.len() > PROOF_MAX {
            return Err(Fault::Form("a consistency proof has at most 63 hashes"));
        }
        Ok(Request { old, proof, checkpoint })
    }
}

/// Why a witness does not cosign.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 400.
    Form(Fault),
    /// 404.
    UnknownLog,
    /// 403.
    NotSigned,
    /// 409: another tree was seen last, of this size.
    Stale(u64),
    /// 409: a tree of this very size was seen, and it was another: a split view.
    Split(u64),
    /// 422.
    Inconsistent(Fault),
}

/// The checkpoint to cosign, if it continues what was `seen` of its log.
pub fn judge(
    request: &Request,
    logs: &[Key],
    seen: impl FnOnce(&Key) -> Option<Checkpoint>,
) -> Result<Checkpoint, Refusal> {
    let note = Note::parse(request.checkpoint).map_err(Refusal::Form)?;
    let new = Checkpoint::read(&note).map_err(Refusal::Form)?;
    let log = logs.iter().find(|log| log.name == new.origin).ok_or(Refusal::UnknownLog)?;
    log.verify(&note).map_err(|_| Refusal::NotSigned)?;
    if request.old > new.size {
        return Err(Refusal::Form(Fault::Form("the old size is above the checkpoint's")));
    }
    let seen = seen(log);
    let known = seen.as_ref().map_or(0, |seen| seen.size);
    if request.old != known {
        return Err(Refusal::Stale(known));
    }
    if let Some(seen) = seen {
        if seen.size == new.size && seen.root != new.root {
            return Err(Refusal::Split(known));
        }
        consistent(seen.size, &seen.root, new.size, &new.root, &request.proof).map_err(Refusal::Inconsistent)?;
    } else if !request.proof.is_empty() {
        return Err(Refusal::Inconsistent(Fault::Inconsistent { from: 0, to: new.size }));
    }
    Ok(new)
}
