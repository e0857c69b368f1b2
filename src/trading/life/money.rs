//! What money must follow on an act: the one place that asks for it.

use super::store;
use crate::app::App;
use crate::clock;
use crate::error::ApiResult;
use serde::Serialize;
use uuid::Uuid;

/// 保证金 of a lot, as its life calls for it.
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

/// Asks for what is due. Until deposits are kept here this is a row that says so: no money moves by it.
pub async fn settle_money(app: &App, lot: Uuid, due: Due, by: Uuid) -> ApiResult<()> {
    let data = serde_json::to_value(due).unwrap_or_default();
    store::note(&app.db, lot, store::Event { act: "money_due", to: None, data, by, asked_by: None }, clock::now()).await
}
