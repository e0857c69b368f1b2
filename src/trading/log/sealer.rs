//! Behind the sync and before the replies: takes each durable batch into the tree, signs one checkpoint for
//! it, keeps the seal, and tells those who asked, with their receipts.
//!
//! While asks wait for the floor a thread of its own does it, beside the next batch's sync. When nobody
//! waits the floor does it itself: waking another thread would cost more than the seal.

use crate::trading::floor::{Decided, Made, Tell, Told};
use crate::trading::log::seals::{Seal, Seals};
use crate::trading::log::{Folder, Log};
use std::io::Result;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

/// Batches synced and not yet sealed: beyond it the floor waits, so that no reply lags far behind.
const BATCHES_AHEAD: usize = 16;

/// Starts the thread; what the floor hands its batches to. `stop` ends the process: a log that cannot
/// seal must not let the floor go on.
pub fn start(
    log: Arc<Log>,
    folder: &Folder,
    next_n: u64,
    head: [u8; 32],
    stop: impl Fn(&str) + Send + Sync + 'static,
) -> Result<Tell> {
    let kept = folder.seals()?;
    let mut seals = Seals::open(&folder.file("seals"), &kept)?;
    if kept.last().is_none_or(|last| last.entries != next_n) {
        seals.add(&Seal::new(next_n, &head, log.checkpoint()))?;
    }
    // Never waited for: the floor takes it only when nothing is with the thread.
    let sealer = Arc::new(Mutex::new(Sealer { log, seals }));
    let (ahead, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(stop));
    let (sender, work): (SyncSender<Decided>, Receiver<Decided>) = sync_channel(BATCHES_AHEAD);
    let (beside, with_thread, failed) = (sealer.clone(), ahead.clone(), stop.clone());
    std::thread::Builder::new().name("sealer".into()).spawn(move || {
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            work.into_iter().try_for_each(|decided| {
                let sealed = seal(&beside, decided);
                with_thread.fetch_sub(1, Ordering::Release);
                sealed
            })
        }));
        match ran {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => failed(&format!("sealer: {fault}")),
            Err(_) => failed("sealer"),
        }
    })?;
    Ok(Box::new(move |decided| {
        // Only the floor adds to it, so batches are sealed in their order whoever seals.
        if decided.idle && ahead.load(Ordering::Acquire) == 0 {
            if let Err(fault) = seal(&sealer, decided) {
                stop(&format!("sealer: {fault}"));
            }
            return;
        }
        ahead.fetch_add(1, Ordering::Relaxed);
        // The thread ends only with the process, or after the floor.
        let _ = sender.send(decided);
    }))
}

struct Sealer {
    log: Arc<Log>,
    seals: Seals,
}

type Fault = Box<dyn std::error::Error>;

fn seal(sealer: &Mutex<Sealer>, decided: Decided) -> std::result::Result<(), Fault> {
    sealer.lock().map_err(|_| "a batch before was not sealed")?.seal(decided)
}

impl Sealer {
    fn seal(&mut self, decided: Decided) -> std::result::Result<(), Fault> {
        let Decided { batch, head, replies, .. } = decided;
        let mut proofs = Vec::new();
        let mut first_n = 0;
        if let Some(batch) = batch {
            let sealed = self.log.grow(&batch.entries)?;
            self.seals.add(&Seal::new(batch.next_n(), &head, sealed.checkpoint))?;
            first_n = batch.next_n() - batch.entries.len() as u64;
            proofs = sealed.proofs;
        }
        for Told { to, mut reply, made } in replies {
            reply.proof = match made {
                Made::Nothing => None,
                Made::Entry(n) => proofs.get_mut((n - first_n) as usize).map(std::mem::take),
                Made::Before(paddle, key) => self.log.proof_again((reply.lot, paddle, key))?,
            }
            .unwrap_or_default();
            // A connection bounds what it has under way, so its channel has room; it may be gone.
            let _ = to.try_send(reply);
        }
        Ok(())
    }
}
