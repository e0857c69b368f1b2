//! Follows the record and writes a row of each lot that closes, with the cursor, in one transaction.

use super::facts::Closed;
use super::figures::{figures, percentiles, unusual};
use super::store::{self, Market, Said, Screened};
use crate::supervision::following;
use crate::trading::journal::{Committed, Entry};
use crate::trading::projection::Replicas;
use ::watch::not_looked_at;
use matching::{Event, Paddle};
use screens::features::{Lot, closest_three};
use screens::model::Model;
use sha2::{Digest, Sha256};
use sqlx::SqlitePool;
use std::collections::{BTreeSet, HashMap};
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// So many entries without a close are read again at a restart, at most: the cursor is not moved for each bid.
const UNMOVED_MAX: u64 = 10_000;
/// What cannot be written is tried again for as long as it takes: the screens stand still meanwhile, the floor does
/// not, and nothing is lost.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// A trained model and its file's name for ever.
pub struct Trained {
    pub sha256: String,
    pub model: Model,
}

impl Trained {
    pub fn read(path: &Path) -> Result<Trained, Box<dyn Error>> {
        let named = |error: &dyn std::fmt::Display| format!("model {}: {error}", path.display());
        let text = std::fs::read(path).map_err(|error| named(&error))?;
        let model = Model::read(&text).map_err(|error| named(&error))?;
        let sha256 = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Trained { sha256, model })
    }
}

/// Holds copies of the lots that are not over yet.
#[derive(Default)]
pub struct Follower {
    lots: Replicas,
    /// Who has bought or sold on the exchanges that are open.
    traders: HashMap<Uuid, BTreeSet<Paddle>>,
    trained: Option<Arc<Trained>>,
}

impl Follower {
    pub fn new(trained: Option<Arc<Trained>>) -> Follower {
        Follower { trained, ..Follower::default() }
    }

    pub fn trained(&self) -> Option<&Trained> {
        self.trained.as_deref()
    }

    /// Takes an entry in; the lot it closed.
    pub fn take(&mut self, entry: &Entry) -> Option<Closed> {
        self.lots.apply(entry);
        for event in entry.result.iter().flatten() {
            if let Event::Traded { trades } = event {
                let parties = trades.iter().flat_map(|trade| [trade.maker, trade.taker]);
                self.traders.entry(entry.lot).or_default().extend(parties);
            }
        }
        let traders = self.traders.get(&entry.lot).map_or(0, BTreeSet::len);
        let closed =
            self.lots.get(entry.lot).map(|replica| (Closed::of(entry.lot, replica, entry.n, traders), replica));
        let (closed, replica) = closed?;
        // A lot called off is over too.
        if replica.closed_at().is_some() {
            self.lots.forget(entry.lot);
            self.traders.remove(&entry.lot);
        }
        closed
    }

    /// Follows the record from entry `next_n` on.
    pub async fn run(mut self, db: SqlitePool, committed: Arc<Committed>, next_n: u64) {
        let mut tail = committed.tail(next_n);
        let mut moved = next_n;
        loop {
            let batches = tail.next().await;
            let entries = batches.iter().flat_map(|batch| &batch.entries);
            let closed: Vec<Closed> = entries.filter_map(|entry| self.take(entry)).collect();
            if closed.is_empty() && tail.next_n() - moved < UNMOVED_MAX {
                continue;
            }
            while let Err(error) = self.write(&db, &closed, tail.next_n()).await {
                tracing::error!(%error, at = moved, "closed lots cannot be written: the screens stand still and try on");
                tokio::time::sleep(RETRY_AFTER).await;
            }
            moved = tail.next_n();
        }
    }

    async fn write(&self, db: &SqlitePool, closed: &[Closed], next_n: u64) -> sqlx::Result<()> {
        let mut tx = db.begin_with("begin immediate").await?;
        for lot in closed {
            let Some(market) = store::market(&mut tx, lot).await? else {
                tracing::warn!(lot = %lot.lot, "a closed lot that nobody wrote has no market");
                continue;
            };
            let earlier = store::earlier(&mut tx, &market.segment, lot.n).await?;
            // A figure or a model that falls over a lot ends no auction: the row says nothing, and a red alert why.
            let screened = match catch_unwind(AssertUnwindSafe(|| self.screen(lot, &market, &earlier))) {
                Ok(screened) => screened,
                Err(_) => {
                    tracing::error!(n = lot.n, lot = %lot.lot, "the screens fell over a closed lot; it has no figures");
                    following::insert(&mut tx, &not_looked_at(lot.lot, lot.n, lot.at.0, 1)).await?;
                    Screened::nothing(&market, &earlier)
                }
            };
            store::add(&mut tx, lot, &screened).await?;
        }
        store::move_cursor(&mut tx, next_n).await?;
        tx.commit().await
    }

    fn screen(&self, lot: &Closed, market: &Market, earlier: &store::Earlier) -> Screened {
        let prices = lot.prices();
        let figures = figures(&prices, lot.rising);
        let percentiles = figures.as_ref().and_then(|figures| percentiles(figures, &earlier.figures));
        let closest = closest_three(&prices).map(|(places, _)| places.map(|place| lot.offers[place].paddle.0).to_vec());
        let said = self.trained.as_ref().filter(|_| figures.is_some()).and_then(|trained| {
            let segment = trained.model.segment(&[&market.segment, &market.wider])?;
            let lot = Lot { segment, prices, bidders: Vec::new(), estimate: None, rising: lot.rising };
            Some(Said { sha256: trained.sha256.clone(), judgement: trained.model.judge(&lot) })
        });
        Screened {
            segment: market.segment.clone(),
            baseline: earlier.figures.len(),
            unusual: percentiles.as_ref().map(unusual),
            figures,
            percentiles,
            closest: closest.unwrap_or_default(),
            said,
        }
    }
}
