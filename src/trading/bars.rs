//! 禁止竞买 on the floor: whoever the social credit register bars does nothing more on the seats he took before; whom
//! it bars no more has them again.
//!
//! Nothing is remembered between two looks: who is on record, and who still acts, are both read anew, so
//! a restart, a record that begins at midnight, an import and a seat given a moment too late all come right.

use crate::app::App;
use crate::approval::cases;
use crate::calendar::Day;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::registers::{self, OnRecord};
use crate::trading::floor::Intent;
use crate::trading::life::gate;
use crate::trading::replica::Seated;
use crate::trading::store as lots;
use matching::{Command, Paddle};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;
use uuid::Uuid;

/// Whoever puts somebody on record rings; what nobody rang for is found this often.
const LOOKED_EVERY: Duration = Duration::from_secs(30);

pub async fn keep(app: App) {
    loop {
        if let Err(error) = look(&app).await {
            tracing::error!(error = error.en, "the seats could not be looked through; again later");
        }
        tokio::select! {
            () = app.barring.notified() => {}
            () = tokio::time::sleep(LOOKED_EVERY) => {}
        }
    }
}

/// Bars every seat of an open lot whose holder, or one he bids with, is on record today for its kind of dealings, and gives
/// back those of whom nothing is on record any more.
async fn look(app: &App) -> ApiResult<()> {
    let on_record = registers::barred(&app.db, Day::of(clock::now())).await?;
    let records = Records::of(app, &on_record).await?;
    for (lot, mut seats) in app.feed.seated() {
        seats.retain(|seat| seat.barred || records.against(lot, seat.account).next().is_some());
        if seats.is_empty() {
            continue;
        }
        let scope = lots::kind(&app.db, lot).await?.scope();
        for Seated { paddle, account, barred } in seats {
            match (barred, records.against(lot, account).find(|record| record.bars_from(scope))) {
                (false, Some(OnRecord { number, .. })) => {
                    tell_floor(app, lot, Command::Bar { paddle, ground: number.clone() }).await?;
                    tracing::info!(%lot, record = %number, "a seat is barred");
                }
                (true, None) => readmit(app, lot, paddle, account).await?,
                (false, None) | (true, Some(_)) => {}
            }
        }
    }
    Ok(())
}

async fn readmit(app: &App, lot: Uuid, paddle: Paddle, account: Uuid) -> ApiResult<()> {
    match gate::before_readmitting(app, lot, account).await {
        Ok(()) => tell_floor(app, lot, Command::Readmit { paddle }).await,
        // He reads the reason on his own page of the lot; asked again at the next look.
        Err(reason) if reason.status == 409 => Ok(()),
        Err(error) => Err(error),
    }
}

async fn tell_floor(app: &App, lot: Uuid, command: Command) -> ApiResult<()> {
    // Refused is done: the lot closed, or the copy looked at was a moment old.
    app.door.call(lot, None, Intent::Staff(command)).await.map(drop).map_err(|_| ApiError::busy())
}

/// Which records meet an account: by its own code on every lot, and on lots where it bids with one they meet.
struct Records<'a> {
    alone: HashMap<Uuid, &'a [OnRecord]>,
    together: HashMap<(Uuid, Uuid), Vec<&'a OnRecord>>,
}

impl<'a> Records<'a> {
    async fn of(app: &App, on_record: &'a BTreeMap<String, Vec<OnRecord>>) -> ApiResult<Records<'a>> {
        let codes: Vec<&String> = on_record.keys().collect();
        let codes = serde_json::to_string(&codes).map_err(|_| ApiError::internal())?;
        let records = |code: &str| on_record.get(code.trim()).map_or(&[][..], Vec::as_slice);
        let found = cases::registered_under(&app.db, &codes).await?;
        let alone = found.into_iter().map(|(account, code)| (account, records(&code))).collect();
        let mut together = HashMap::<_, Vec<_>>::new();
        for (subject, code) in cases::joint_under(&app.db, &codes).await? {
            let Some((lot, no)) = subject.split_once('/') else { continue };
            let (Ok(lot), Ok(no)) = (lot.parse::<Uuid>(), no.parse()) else { continue };
            let applicant = lots::applicant(&app.db, lot, no).await?;
            together.entry((lot, applicant)).or_default().extend(records(&code));
        }
        Ok(Records { alone, together })
    }

    fn against(&self, lot: Uuid, account: Uuid) -> impl Iterator<Item = &'a OnRecord> {
        let alone = self.alone.get(&account).copied().into_iter().flatten();
        alone.chain(self.together.get(&(lot, account)).into_iter().flatten().copied())
    }
}
