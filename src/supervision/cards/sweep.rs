//! 电子监察: the round over every open clock. What it raises it raises once, so a round may be cut short, run
//! twice or run late, and the cards are the same.

use crate::app::App;
use crate::approval::watched;
use crate::calendar::Day;
use crate::clock;
use crate::error::ApiResult;
use crate::supervision::cards::clock::{self as clocks, Rung, Unit};
use crate::supervision::cards::model::{CardAct, CardLevel, CardReason, CardState};
use crate::supervision::cards::store::{self, Doing, KeptCard, Raise};
use std::collections::HashSet;
use std::time::Duration;

/// How often a round is made.
const EVERY: Duration = Duration::from_secs(60);
/// Cases decided in so many days before are looked at once more: a server that stood still meanwhile saw no
/// limit pass.
const LOOK_BACK_DAYS: i64 = 7;
/// Cards of one reading; a round that meets more goes on in the next minute.
const CARDS_MAX: i64 = 5_000;

/// One round over everything.
pub async fn round(app: &App) -> ApiResult<()> {
    let (now, calendar) = (clock::now(), app.calendar());
    let today = Day::of(now);
    let mut near = HashSet::new();
    for clock in &clocks::open_clocks(app).await? {
        for rung in clocks::rungs(clock, today) {
            let raise = Raise { subject: &clock.subject, unit: clock.unit, duty: clock.duty, rung: &rung };
            store::raise(&app.db, &raise, now).await?;
            if rung.level == CardLevel::Blue {
                near.insert((clock.subject.id.clone(), rung.step));
            }
        }
    }
    let since = today.plus(-LOOK_BACK_DAYS).start().0;
    for case in watched::decided_since(&app.db, &calendar, since, today).await? {
        if let Some(rung) = clocks::decided_late(&case) {
            let subject = clocks::subject(&case);
            let raise = Raise { subject: &subject, unit: Unit::Agency(case.case.agency), duty: None, rung: &rung };
            store::raise(&app.db, &raise, now).await?;
        }
    }
    for card in waiting(app).await? {
        look_after(app, &card, &near, today).await?;
    }
    Ok(())
}

/// Cards the platform itself may have to move: untold ones, reminders, yellow ones nobody has answered.
async fn waiting(app: &App) -> ApiResult<Vec<KeptCard>> {
    let rows = sqlx::query(
        "select * from cards where state = 'open' or (state = 'notified' and level in ('blue', 'yellow'))
         order by raised_at limit ?",
    )
    .bind(CARDS_MAX)
    .fetch_all(&app.db)
    .await?;
    Ok(rows.iter().map(store::kept_card).collect::<sqlx::Result<_>>()?)
}

/// `near`: subjects and steps a reminder still says the truth of.
async fn look_after(app: &App, card: &KeptCard, near: &HashSet<(String, String)>, today: Day) -> ApiResult<()> {
    let (now, calendar) = (clock::now(), app.calendar());
    if card.level == CardLevel::Blue && !near.contains(&(card.subject.id.clone(), card.step.clone())) {
        let doing = Doing { act: CardAct::Lapse, by: None, words: "", calendar: &calendar, now };
        store::act(&app.db, card.no, &doing).await?;
        return Ok(());
    }
    if card.state == CardState::Open {
        let mut tx = app.db.begin_with("begin immediate").await?;
        let kept = store::card(&mut tx, card.no).await?;
        if kept.state == CardState::Open {
            store::notify(&mut tx, &kept, now).await?;
        }
        tx.commit().await?;
    }
    if card.level == CardLevel::Yellow && card.is_unanswered(&calendar, today) {
        let rung = Rung {
            step: card.step.clone(),
            level: CardLevel::Red,
            reason: CardReason::Unanswered,
            due: Some(card.answer_by(&calendar)),
        };
        let raise = Raise { subject: &card.subject, unit: card.unit, duty: None, rung: &rung };
        store::raise(&app.db, &raise, now).await?;
    }
    Ok(())
}

/// While the server runs; the first round was made before any door was open.
pub async fn keep(app: App) {
    let mut pace = tokio::time::interval(EVERY);
    loop {
        pace.tick().await;
        if let Err(error) = round(&app).await {
            tracing::error!(code = %error.code, "the round over the open clocks was not finished; the next one goes on");
        }
    }
}
