//! What money must follow on an act: the one place that moves it, in the act's own transaction.

use super::store;
use crate::calendar::Calendar;
use crate::error::ApiResult;
use crate::trading::deposits::{self, Close, Reach};
use matching::Moment;
use serde::Serialize;
use sqlx::SqliteConnection;
use uuid::Uuid;

/// 保证金 of a lot, as its life calls for it. A winner is named by the number of his application.
#[derive(Serialize, Debug, Clone, PartialEq, Eq)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Due {
    /// 转定金: the winners' become earnest, the others' go back.
    Settle { winners: Vec<i64> },
    /// 不予退还: one winner's is kept; where several won, the rest become earnest; the others' go back.
    Forfeit { winner: i64, winners: Vec<i64> },
    /// Everybody's goes back.
    RefundAll,
}

/// A lot that has ended, and who asks for its money to be moved.
#[derive(Clone, Copy)]
pub struct Ended {
    pub lot: Uuid,
    /// The refunds' working days begin here.
    pub closed_at: Moment,
    pub by: Uuid,
}

/// Moves what is due in the ledger. A lot without deposit terms keeps its deposits outside the platform:
/// there the row only says what people have to do.
pub async fn settle_money(
    tx: &mut SqliteConnection,
    calendar: &Calendar,
    ended: Ended,
    due: &Due,
    now: Moment,
) -> ApiResult<()> {
    let Ended { lot, closed_at, by } = ended;
    let kept_here = deposits::are_kept(tx, lot).await?;
    if kept_here {
        let winners: &[i64] = match due {
            Due::Settle { winners } | Due::Forfeit { winners, .. } => winners,
            Due::RefundAll => &[],
        };
        let close = Close { lot, winners, closed_at, reach: Reach::All, by: Some(by) };
        deposits::settle(tx, calendar, &close, now).await?;
        if let Due::Forfeit { winner, .. } = due {
            deposits::forfeit(tx, (lot, *winner), "悔拍或资格审核未通过", by, now).await?;
        }
    }
    let act = if kept_here { "money_moved" } else { "money_due" };
    let data = serde_json::to_value(due).unwrap_or_default();
    store::note(tx, lot, store::Event { act, to: None, data, by, asked_by: None }, now).await
}
