//! The turns with a card: who is slow is reminded, and what lies past its limit is told above, once in each turn.

use crate::app::App;
use crate::calendar::{Calendar, Day};
use crate::error::ApiResult;
use crate::supervision::cards::clock::Rung;
use crate::supervision::cards::model::{CardLevel, CardReason, CardState};
use crate::supervision::cards::store::{self, KeptCard, Raise};
use crate::supervision::messages;
use crate::supervision::turns::{Turn, TurnTo, Whose};
use matching::Moment;
use sqlx::SqliteConnection;

/// Says what is to be done with a card, and until when.
fn sentence(card: &KeptCard, turn: &Turn, head: (&str, &str)) -> (String, String) {
    let (zh, en) = match turn.to {
        TurnTo::Answer => ("申辩", "explain it"),
        TurnTo::Hear => ("确认或撤回", "confirm or withdraw it"),
        TurnTo::Correct => ("整改并反馈", "put it right and report back"),
        _ => ("验收整改", "check what was put right"),
    };
    let (number, by) = (&card.subject.number, turn.by());
    (format!("{number}的牌{}：应于{by}前{zh}。", head.0), format!("the card on {number}, {}: {en} by {by}", head.1))
}

/// It has become supervision's turn.
pub async fn tell_supervisors(
    db: &mut SqliteConnection,
    card: &KeptCard,
    calendar: &Calendar,
    now: Moment,
) -> ApiResult<()> {
    let Some(turn) = card.turn(calendar, Day::of(now)) else { return Ok(()) };
    let (zh, en) = sentence(card, &turn, ("待监督部门处理", "for supervision"));
    messages::tell_supervisors(db, (&zh, &en), &format!("/cards/{}", card.no), now).await
}

/// At each round: word that one has begun in silence, a reminder near its end, and past it word to who stands above.
/// Above a unit stands supervision, above supervision the platform's administrators.
pub async fn follow(app: &App, card: &KeptCard, now: Moment) -> ApiResult<()> {
    let calendar = app.calendar();
    let Some(turn) = card.turn(&calendar, Day::of(now)) else { return Ok(()) };
    if turn.is_late(now) {
        if card.level == CardLevel::Yellow && turn.to == TurnTo::Correct {
            uncorrected(app, card, &turn, now).await?;
        }
        return mark(app, card, &turn, "escalate", now).await;
    }
    if turn.is_near(&calendar, now) {
        return mark(app, card, &turn, "remind", now).await;
    }
    // Silence makes it supervision's turn without anybody's act.
    match (card.state, turn.to) {
        (CardState::Notified, TurnTo::Hear) => mark(app, card, &turn, "silent", now).await,
        _ => Ok(()),
    }
}

/// Not put right in time, a yellow card draws a red one; each time it was sent back anew, another.
async fn uncorrected(app: &App, card: &KeptCard, turn: &Turn, now: Moment) -> ApiResult<()> {
    let rung = Rung {
        step: format!("uncorrected/{}/{}", card.no, turn.from.0),
        level: CardLevel::Red,
        reason: CardReason::Uncorrected,
        due: Some(turn.by()),
    };
    let raise =
        Raise { subject: &card.subject, unit: card.unit, duty: None, named: &card.named, rung: &rung, said: None };
    store::raise(&app.db, &raise, now).await?;
    Ok(())
}

/// Notes and tells it, unless this turn has it already or is over since.
async fn mark(app: &App, card: &KeptCard, turn: &Turn, act: &str, now: Moment) -> ApiResult<()> {
    let mut tx = app.db.begin_with("begin immediate").await?;
    let stands = store::card(&mut tx, card.no).await?;
    if (stands.state, stands.since) != (card.state, card.since) {
        return Ok(());
    }
    let known: Option<i64> =
        sqlx::query_scalar("select n from card_events where card = ? and act = ? and to_state = ? and at >= ? limit 1")
            .bind(card.no)
            .bind(act)
            .bind(card.state.name())
            .bind(turn.from.0)
            .fetch_optional(&mut *tx)
            .await?;
    if known.is_some() {
        return Ok(());
    }
    store::note(&mut tx, card.no, act, card.state, None, "", now).await?;
    let is_late = act == "escalate";
    let head = match act {
        "escalate" => ("逾期未办", "past its limit"),
        "silent" => ("未申辩", "was not explained"),
        _ => ("期限临近", "near its limit"),
    };
    let (zh, en) = sentence(card, turn, head);
    let (words, path) = ((zh.as_str(), en.as_str()), format!("/cards/{}", card.no));
    let whose = turn.to.whose();
    if whose == Whose::Unit {
        for account in store::people(&mut tx, card.no).await? {
            messages::tell(&mut tx, account, words, &path, now).await?;
        }
    }
    if whose == Whose::Supervision || is_late {
        messages::tell_supervisors(&mut tx, words, &path, now).await?;
    }
    if whose == Whose::Supervision && is_late {
        messages::tell_administrators(&mut tx, words, &path, now).await?;
    }
    Ok(tx.commit().await?)
}
