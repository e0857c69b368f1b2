//! Behind the sync and before the replies: a thread that takes each durable batch into the tree, signs
//! one checkpoint for it, keeps the seal, and tells those who asked, with their receipts.

use crate::trading::floor::{Decided, Tell, Told};
use crate::trading::log::seals::{Seal, Seals};
use crate::trading::log::{Folder, Log};
use std::io::Result;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Batches synced and not yet sealed: beyond it the floor waits, so that no reply lags far behind.
const BATCHES_AHEAD: usize = 16;

/// Starts the thread; what the floor hands its batches to. `stop` ends the process: a log that cannot
/// seal must not let the floor go on.
pub fn start(
    log: Arc<Log>,
    folder: &Folder,
    next_n: u64,
    head: [u8; 32],
    stop: impl Fn(&str) + Send + 'static,
) -> Result<Tell> {
    let kept = folder.seals()?;
    let mut seals = Seals::open(&folder.file("seals"))?;
    if kept.last().is_none_or(|last| last.entries != next_n) {
        seals.add(&Seal::new(next_n, &head, log.checkpoint()))?;
    }
    let (sender, work): (SyncSender<Decided>, Receiver<Decided>) = sync_channel(BATCHES_AHEAD);
    std::thread::Builder::new().name("sealer".into()).spawn(move || {
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            work.into_iter().try_for_each(|decided| seal(&log, &mut seals, decided))
        }));
        match ran {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => stop(&format!("sealer: {fault}")),
            Err(_) => stop("sealer"),
        }
    })?;
    Ok(Box::new(move |decided| {
        // The sealer ends only with the process, or after the floor.
        let _ = sender.send(decided);
    }))
}

fn seal(log: &Log, seals: &mut Seals, decided: Decided) -> std::result::Result<(), Box<dyn std::error::Error>> {
    let Decided { batch, head, replies } = decided;
    let mut proofs = Vec::new();
    let mut first_n = 0;
    if let Some(batch) = batch {
        let sealed = log.grow(&batch.entries, &head)?;
        seals.add(&Seal::new(batch.next_n(), &head, sealed.checkpoint))?;
        first_n = batch.next_n() - batch.entries.len() as u64;
        proofs = sealed.proofs;
    }
    for Told { to, mut reply, n } in replies {
        let own = n.and_then(|n| proofs.get_mut((n - first_n) as usize));
        reply.proof = own.map(std::mem::take).unwrap_or_default();
        // A connection bounds what it has under way, so its channel has room; it may be gone.
        let _ = to.try_send(reply);
    }
    Ok(())
}
