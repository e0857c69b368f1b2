//! 禁止竞买 on the floor: whoever the social credit register bars does nothing more on the seats he took before; whom
//! it bars no more has them again.
//!
//! Nothing is remembered between two looks but what a holder was told last: who is on record, and who still acts, are
//! both read anew, so a restart, a record that begins at midnight, an import and a seat given a moment too late all
//! come right.

use crate::app::App;
use crate::approval::cases;
use crate::calendar::Day;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::registers::{self, OnRecord};
use crate::trading::floor::Intent;
use crate::trading::life::{self, gate};
use crate::trading::replica::Seated;
use crate::trading::store as lots;
use matching::{Command, Paddle};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;
use uuid::Uuid;

/// Whoever puts somebody on record rings; what nobody rang for is found this often.
const LOOKED_EVERY: Duration = Duration::from_secs(30);
/// Once the floor was asked for something, its word is in the copy looked at by then.
const FOLLOWED_AFTER: Duration = Duration::from_secs(1);

pub async fn keep(app: App) {
    loop {
        let asked = look(&app).await;
        let told = tell_holders(&app).await;
        if let Err(error) = asked.as_ref().map(drop).and(told.as_ref().map(drop)) {
            tracing::error!(error = error.en, "the seats could not be looked through; again later");
        }
        let next = if asked.is_ok_and(|asked| asked) { FOLLOWED_AFTER } else { LOOKED_EVERY };
        tokio::select! {
            () = app.barring.notified() => {}
            () = tokio::time::sleep(next) => {}
        }
    }
}

/// Bars every seat of an open lot whose holder, or one he bids with, is on record today for its kind of dealings, and gives
/// back those of whom nothing is on record any more. Whether the floor was asked for anything.
async fn look(app: &App) -> ApiResult<bool> {
    let mut asked = false;
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
                    asked = true;
                    tracing::info!(%lot, record = %number, "a seat is barred");
                }
                (true, None) => asked |= readmit(app, lot, paddle, account).await?,
                (false, None) | (true, Some(_)) => {}
            }
        }
    }
    Ok(asked)
}

async fn readmit(app: &App, lot: Uuid, paddle: Paddle, account: Uuid) -> ApiResult<bool> {
    match gate::before_readmitting(app, lot, account).await {
        Ok(()) => tell_floor(app, lot, Command::Readmit { paddle }).await.map(|()| true),
        // He reads the reason on his own page of the lot; asked again at the next look.
        Err(reason) if reason.status == 409 => Ok(false),
        Err(error) => Err(error),
    }
}

async fn tell_floor(app: &App, lot: Uuid, command: Command) -> ApiResult<()> {
    // Refused is done: the lot closed, or the copy looked at was a moment old.
    app.door.call(lot, None, Intent::Staff(command)).await.map(drop).map_err(|_| ApiError::busy())
}

/// Whose seat was taken from him, or given back, since he was told last is told now, and once: the message and what he
/// was told are one transaction.
async fn tell_holders(app: &App) -> ApiResult<()> {
    let known: Vec<(String, String, bool)> =
        sqlx::query_as("select lot, account, barred from seats_told").fetch_all(&app.db).await?;
    let known: HashMap<_, _> = known.into_iter().map(|(lot, account, barred)| ((lot, account), barred)).collect();
    for (lot, seats) in app.feed.seated() {
        for Seated { account, barred, .. } in seats {
            let told = known.get(&(lot.to_string(), account.to_string())).copied().unwrap_or(false);
            if barred != told {
                tell_holder(app, (lot, account), barred).await?;
            }
        }
    }
    Ok(())
}

async fn tell_holder(app: &App, (lot, account): (Uuid, Uuid), barred: bool) -> ApiResult<()> {
    let now = clock::now();
    let words = match barred {
        true => (
            "您或与您联合竞买的一方有禁止竞买的记录，您的号牌已停止竞买；此前的有效出价不受影响，原因见标的页面",
            "you, or one who bids with you, are on record as barred: you can do nothing more with your paddle; bids that              stand are not touched, and the reason is on the lot's page",
        ),
        false => (
            "禁止竞买的记录已解除，您的号牌已恢复，可继续竞买；此前设定的最高限价和未成交的申报不再恢复，请重新提交",
            "the bar is lifted and your paddle is yours again; maxima and orders you had set are not, set them anew",
        ),
    };
    let mut tx = app.db.begin_with("begin immediate").await?;
    sqlx::query(
        "insert into seats_told (lot, account, barred, at) values (?, ?, ?, ?)
         on conflict (lot, account) do update set barred = excluded.barred, at = excluded.at",
    )
    .bind(lot.to_string())
    .bind(account.to_string())
    .bind(barred)
    .bind(now.0)
    .execute(&mut *tx)
    .await?;
    life::store::tell(&mut tx, (lot, account), words, now).await?;
    Ok(tx.commit().await?)
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
