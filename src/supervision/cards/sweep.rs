//! 电子监察: the round over every open clock. What it raises it raises once, so a round may be cut short, run
//! twice or run late, and the cards are the same.

use crate::app::App;
use crate::approval::watched;
use crate::calendar::Day;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::supervision::cards::clock::{self as clocks, Rung, Unit};
use crate::supervision::cards::ended;
use crate::supervision::cards::model::{CardAct, CardLevel, CardReason, CardState};
use crate::supervision::cards::store::{self, Doing, KeptCard, Raise};
use crate::supervision::cards::turn;
use matching::Moment;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::HashSet;
use std::time::Duration;

/// How often a round is made.
const EVERY: Duration = Duration::from_secs(60);
/// Cases decided in so many days before are looked at once more: a server that stood still meanwhile saw no
/// limit pass.
const LOOK_BACK_DAYS: i64 = 7;
/// Cards of one page; a round goes through all of them.
const PAGE: i64 = 1_000;

/// One round over everything. What fails is told and passed by: one clock, card or list that cannot be looked at
/// keeps no other waiting.
pub async fn round(app: &App) -> ApiResult<()> {
    let (now, calendar) = (clock::now(), app.calendar());
    let today = Day::of(now);
    let open = clocks::open_clocks(app).await;
    let mut near = HashSet::new();
    for clock in &open.clocks {
        for rung in clocks::rungs(clock, now) {
            let raise = Raise {
                subject: &clock.subject,
                unit: clock.unit,
                duty: clock.duty,
                named: &clock.named,
                rung: &rung,
                said: None,
            };
            passed_by(&clock.subject.id, store::raise(&app.db, &raise, now).await);
            if rung.level == CardLevel::Blue {
                near.insert((clock.subject.id.clone(), rung.step));
            }
        }
    }
    if open.is_whole {
        passed_by("steps ended since", ended::look(app, &open.clocks, now).await);
    }
    let since = today.plus(-LOOK_BACK_DAYS).start().0;
    let decided = watched::decided_since(&app.db, &calendar, since, today).await;
    for case in decided.iter().flatten() {
        if let Some(rung) = clocks::decided_late(case) {
            let subject = clocks::subject(case);
            let unit = Unit::Agency(case.case.agency);
            let raise = Raise { subject: &subject, unit, duty: None, named: &[], rung: &rung, said: None };
            passed_by(&subject.id, store::raise(&app.db, &raise, now).await);
        }
    }
    let mut after = 0_i64;
    loop {
        let page = waiting(app, after).await?;
        let Some((last, _)) = page.last() else { break };
        after = *last;
        for card in page.iter().filter_map(|(_, card)| card.as_ref()) {
            // Without all open clocks nobody can say that a reminder has lapsed.
            if card.level != CardLevel::Blue || open.is_whole {
                passed_by(&card.subject.id, look_after(app, card, &near, now).await);
            }
        }
    }
    match open.is_whole {
        true => decided.map(|_| ()),
        false => Err(ApiError::internal()),
    }
}

fn passed_by<T>(what: &str, done: ApiResult<T>) {
    if let Err(error) = done {
        tracing::error!(what, code = %error.code, "not looked at; the next round tries again");
    }
}

/// Live cards by number: the platform itself may have to move them, or somebody who answers for them has yet to be
/// told. None where a card cannot be read.
async fn waiting(app: &App, after: i64) -> ApiResult<Vec<(i64, Option<KeptCard>)>> {
    let rows =
        sqlx::query("select * from cards where no > ?1 and state not in ('withdrawn', 'closed') order by no limit ?2")
            .bind(after)
            .bind(PAGE)
            .fetch_all(&app.db)
            .await?;
    let read = |row: &SqliteRow| {
        let no: i64 = row.try_get("no")?;
        let told = |error: &sqlx::Error| tracing::error!(no, %error, "a card cannot be read");
        Ok((no, store::kept_card(row).inspect_err(told).ok()))
    };
    Ok(rows.iter().map(read).collect::<sqlx::Result<_>>()?)
}

/// `near`: subjects and steps a reminder still says the truth of.
async fn look_after(app: &App, card: &KeptCard, near: &HashSet<(String, String)>, now: Moment) -> ApiResult<()> {
    let calendar = app.calendar();
    if card.level == CardLevel::Blue && !near.contains(&(card.subject.id.clone(), card.step.clone())) {
        let doing = Doing { act: CardAct::Lapse, by: None, words: "", calendar: &calendar, now };
        store::act(&app.db, card.no, &doing).await?;
        return Ok(());
    }
    let untold = store::untold(&mut *app.db.acquire().await?, card).await?;
    if !untold.is_empty() {
        let mut tx = app.db.begin_with("begin immediate").await?;
        let kept = store::card(&mut tx, card.no).await?;
        if !matches!(kept.state, CardState::Withdrawn | CardState::Closed) {
            store::reach(&mut tx, &kept, now).await?;
        }
        tx.commit().await?;
    }
    if card.level == CardLevel::Yellow && card.is_unanswered(&calendar, Day::of(now)) {
        let rung = Rung {
            // Of its own name: the law's limit may pass later, and raises its own red one.
            step: format!("unanswered/{}", card.no),
            level: CardLevel::Red,
            reason: CardReason::Unanswered,
            due: Some(card.answer_by(&calendar)),
        };
        let raise = Raise { subject: &card.subject, unit: card.unit, duty: None, named: &[], rung: &rung, said: None };
        store::raise(&app.db, &raise, now).await?;
    }
    turn::follow(app, card, now).await
}

/// While the server runs; the first round was made before any door was open.
pub async fn keep(app: App) {
    let mut pace = tokio::time::interval(EVERY);
    loop {
        pace.tick().await;
        if let Err(error) = round(&app).await {
            tracing::error!(code = %error.code, "the round over the open clocks was not whole; the next one goes on");
        }
    }
}
