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
use crate::registers;
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

/// Bars every seat of an open lot whose holder, or one he bids with, is on record today, and gives back those of whom
/// nothing is on record any more.
async fn look(app: &App) -> ApiResult<()> {
    let on_record = registers::barred(&app.db, Day::of(clock::now())).await?;
    let (alone, together) = accounts(app, &on_record).await?;
    for (lot, seats) in app.feed.seated() {
        for Seated { paddle, account, barred } in seats {
            match (barred, alone.get(&account).or(together.get(&(lot, account)))) {
                (false, Some(record)) => {
                    tell_floor(app, lot, Command::Bar { paddle, ground: record.clone() }).await?;
                    tracing::info!(%lot, %record, "a seat is barred");
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

type Records = (HashMap<Uuid, String>, HashMap<(Uuid, Uuid), String>);

/// Whose account each record meets; and on which lots he bids with one it meets.
async fn accounts(app: &App, on_record: &BTreeMap<String, String>) -> ApiResult<Records> {
    let codes: Vec<&String> = on_record.keys().collect();
    let codes = serde_json::to_string(&codes).map_err(|_| ApiError::internal())?;
    let record = |code: &str| on_record.get(code.trim()).cloned().unwrap_or_default();
    let found = cases::registered_under(&app.db, &codes).await?;
    let alone = found.into_iter().map(|(account, code)| (account, record(&code))).collect();
    let mut together = HashMap::new();
    for (subject, code) in cases::joint_under(&app.db, &codes).await? {
        let Some((lot, no)) = subject.split_once('/') else { continue };
        let (Ok(lot), Ok(no)) = (lot.parse::<Uuid>(), no.parse()) else { continue };
        together.insert((lot, lots::applicant(&app.db, lot, no).await?), record(&code));
    }
    Ok((alone, together))
}
