//! What money must follow on an act: the one place that asks for it.

use super::store;
use crate::app::App;
use crate::clock;
use crate::error::ApiResult;
use crate::trading::deposits;
use serde::Serialize;
use uuid::Uuid;

/// 保证金 of a lot, as its life calls for it. A winner is named by the number of his application.
#[derive(Serialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Due {
    /// 转定金: the winner's becomes earnest, the others' go back.
    Settle { winner: i64 },
    /// 不予退还: the winner's is kept, the others' go back.
    Forfeit { winner: i64 },
    /// Everybody's goes back.
    RefundAll,
}

/// Moves what is due in the ledger. A lot without deposit terms keeps its deposits outside the platform:
/// there the row only says what people have to do.
pub async fn settle_money(app: &App, lot: Uuid, due: Due, by: Uuid) -> ApiResult<()> {
    let kept_here = deposits::are_kept(&app.db, lot).await?;
    if kept_here {
        match due {
            Due::Settle { winner } => deposits::settle(app, lot, &[winner], by).await?,
            Due::Forfeit { winner } => {
                deposits::settle(app, lot, &[winner], by).await?;
                deposits::forfeit(app, lot, winner, "悔拍或资格审核未通过", by).await?;
            }
            Due::RefundAll => deposits::refund_all(app, lot, by).await?,
        }
    }
    let act = if kept_here { "money_moved" } else { "money_due" };
    let data = serde_json::to_value(due).unwrap_or_default();
    store::note(&app.db, lot, store::Event { act, to: None, data, by, asked_by: None }, clock::now()).await
}
