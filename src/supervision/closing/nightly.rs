//! At night: the network of bidders over the closed lots, computed anew and kept beside the nights before. Where few
//! lots have closed so far, after each.

use crate::calendar::Day;
use crate::clock;
use crate::db::bad;
use matching::Moment;
use screens::network::{BIDDERS_MAX, Meeting, Network, Stake, network};
use sqlx::{Row, SqlitePool};
use std::time::Duration;

/// 03:00 in Beijing: nobody bids.
const AT_MS: i64 = 3 * 3_600_000;
/// How often the clock is looked at: it may be set, and a machine may have slept.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// The newest closed lots looked at: years of a city.
const LOTS_MAX: i64 = 20_000;
/// So few are gone through in no time: whoever has just begun need not wait for the night.
const FEW_LOTS: usize = 100;
/// Nights kept.
const KEPT: i64 = 90;

/// Computes whenever a night has passed without: at its hour, or at the start after it.
pub async fn keep(db: SqlitePool) {
    loop {
        // Yesterday's network stands; the next look tries again.
        if let Err(error) = look(&db, clock::now()).await {
            tracing::error!(%error, "the network of bidders could not be computed");
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn look(db: &SqlitePool, now: Moment) -> sqlx::Result<()> {
    let last = last(db).await?;
    let seen = last.as_ref().map_or(0, |(_, network)| network.lots);
    let is_young = seen < FEW_LOTS && seen < met(db).await?;
    match is_young || due(last.map(|(at, _)| at), now) {
        true => compute(db, now).await,
        false => Ok(()),
    }
}

/// Closed lots in which bidders met, as far as it matters; on an exchange everybody meets whoever comes.
async fn met(db: &SqlitePool) -> sqlx::Result<usize> {
    let lots: i64 = sqlx::query_scalar(
        "select count(*)
         from (select 1 from closings where offers between 2 and ? and method <> 'exchange' limit ?)",
    )
    .bind(BIDDERS_MAX as i64)
    .bind(FEW_LOTS as i64)
    .fetch_one(db)
    .await?;
    Ok(lots as usize)
}

/// Whether the newest 03:00 has passed without a network.
fn due(last: Option<Moment>, now: Moment) -> bool {
    let today = Day::of(now).start().plus_ms(AT_MS);
    let newest = if now < today { Day::of(now).plus(-1).start().plus_ms(AT_MS) } else { today };
    last.is_none_or(|last| last < newest)
}

/// The network as it was last computed.
pub async fn last(db: &SqlitePool) -> sqlx::Result<Option<(Moment, Network)>> {
    let row =
        sqlx::query("select at, network from bidder_networks order by at desc limit 1").fetch_optional(db).await?;
    row.map(|row| {
        let text: String = row.try_get("network")?;
        Ok((Moment(row.try_get("at")?), serde_json::from_str(&text).map_err(|_| bad("network"))?))
    })
    .transpose()
}

pub async fn compute(db: &SqlitePool, now: Moment) -> sqlx::Result<()> {
    let rows = sqlx::query(
        "select o.lot, o.account, o.price, o.won from closing_offers o
         join (select n, lot from closings where offers between 2 and ? and method <> 'exchange' order by n desc limit ?) c on c.lot = o.lot
         order by c.n, o.paddle",
    )
    .bind(BIDDERS_MAX as i64)
    .bind(LOTS_MAX)
    .fetch_all(db)
    .await?;
    let (mut meetings, mut of): (Vec<Meeting>, Option<String>) = (Vec::new(), None);
    for row in &rows {
        let lot: String = row.try_get("lot")?;
        if of.as_ref() != Some(&lot) {
            meetings.push(Meeting { offers: Vec::new() });
            of = Some(lot);
        }
        let stake = Stake {
            bidder: row.try_get("account")?,
            price: row.try_get::<i64, _>("price")? as f64,
            won: row.try_get("won")?,
        };
        meetings.last_mut().expect("one was pushed").offers.push(stake);
    }
    let found = tokio::task::spawn_blocking(move || network(&meetings)).await;
    let found = found.map_err(|error| sqlx::Error::Decode(error.into()))?;
    let text = serde_json::to_string(&found).expect("numbers and names are JSON");
    let mut tx = db.begin_with("begin immediate").await?;
    sqlx::query("insert into bidder_networks (at, network) values (?, ?) on conflict (at) do update set network = excluded.network")
        .bind(now.0)
        .bind(text)
        .execute(&mut *tx)
        .await?;
    sqlx::query(
        "delete from bidder_networks where at not in (select at from bidder_networks order by at desc limit ?)",
    )
    .bind(KEPT)
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_night_is_due_once_after_three_in_beijing() {
        let day = Day::new(2026, 11, 27).expect("a day").start();
        let at = |hours: i64| day.plus_ms(hours * 3_600_000);
        assert!(due(None, at(12)));
        assert!(!due(Some(at(-20)), at(2)), "yesterday's serves until three");
        assert!(due(Some(at(-20)), at(3)));
        assert!(due(Some(at(-22)), at(2)), "the night before was missed");
        assert!(!due(Some(at(3)), at(26)));
    }
}
