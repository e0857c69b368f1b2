//! 事项暂停、恢复、取消 by two persons: one asks, another confirms. Cases under way go on.

use crate::app::App;
use crate::clock;
use crate::db;
use crate::error::{ApiError, ApiResult};
use crate::security::model::Principal;
use serde::{Deserialize, Serialize};
use sqlx::{Row, SqlitePool};
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ItemStatusName {
    InForce,
    Suspended,
    Cancelled,
}

impl ItemStatusName {
    fn name(self) -> &'static str {
        match self {
            ItemStatusName::InForce => "in_force",
            ItemStatusName::Suspended => "suspended",
            ItemStatusName::Cancelled => "cancelled",
        }
    }

    fn from_name(name: &str) -> sqlx::Result<ItemStatusName> {
        match name {
            "in_force" => Ok(ItemStatusName::InForce),
            "suspended" => Ok(ItemStatusName::Suspended),
            "cancelled" => Ok(ItemStatusName::Cancelled),
            _ => Err(db::bad("status of an item")),
        }
    }

    /// Whether an item that stands so may come to stand like this.
    fn follows(self, stands: ItemStatusName) -> bool {
        stands != self && stands != ItemStatusName::Cancelled
    }
}

/// 待另一人确认.
#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct ItemStatusAsk {
    pub to: ItemStatusName,
    /// I asked for it: then I may take it back, and not confirm it.
    pub mine: bool,
    pub asked_at: i64,
}

/// What waits for each item.
pub async fn asks(db: &SqlitePool, reader: Uuid) -> sqlx::Result<HashMap<String, ItemStatusAsk>> {
    let rows = sqlx::query("select * from item_status_asks where decided_by is null").fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            let ask = ItemStatusAsk {
                to: ItemStatusName::from_name(row.try_get("status")?)?,
                mine: db::uuid(row, "asked_by")? == reader,
                asked_at: row.try_get("asked_at")?,
            };
            Ok((row.try_get("code")?, ask))
        })
        .collect()
}

fn not_so() -> ApiError {
    ApiError::conflict("该事项当前状态不能进行此操作", "the item's status does not allow this")
}

/// The first to ask for a status asks, another who asks for the same confirms; who asks for the status the item
/// has already lets what was asked for drop.
pub async fn set(app: &App, code: &str, to: ItemStatusName, principal: &Principal) -> ApiResult<()> {
    let (me, now) = (principal.account.to_string(), clock::now().0);
    let mut tx = app.db.begin_with("begin immediate").await?;
    let stands: Option<String> =
        sqlx::query_scalar("select status from items where code = ? and status in ('in_force', 'suspended')")
            .bind(code)
            .fetch_optional(&mut *tx)
            .await?;
    let stands = ItemStatusName::from_name(&stands.ok_or_else(not_so)?)?;
    let waits: Option<(String, String, String)> =
        sqlx::query_as("select id, status, asked_by from item_status_asks where code = ? and decided_by is null")
            .bind(code)
            .fetch_optional(&mut *tx)
            .await?;
    match waits {
        None if to.follows(stands) => {
            sqlx::query("insert into item_status_asks (id, code, status, asked_by, asked_at) values (?, ?, ?, ?, ?)")
                .bind(Uuid::new_v4().to_string())
                .bind(code)
                .bind(to.name())
                .bind(&me)
                .bind(now)
                .execute(&mut *tx)
                .await?;
        }
        None => return Err(not_so()),
        Some((id, asked, asked_by)) => {
            let granted = asked == to.name();
            if granted && asked_by == me {
                return Err(ApiError::conflict("须由另一人确认", "somebody else confirms what you asked for"));
            }
            if !granted && to != stands {
                return Err(ApiError::conflict(
                    "该事项已有待确认的申请，请先确认或撤回",
                    "something else is asked for already: confirm it or let it drop first",
                ));
            }
            sqlx::query("update item_status_asks set decided_by = ?, decided_at = ?, granted = ? where id = ?")
                .bind(&me)
                .bind(now)
                .bind(granted)
                .bind(id)
                .execute(&mut *tx)
                .await?;
            if granted {
                sqlx::query("update items set status = ? where code = ? and status = ?")
                    .bind(to.name())
                    .bind(code)
                    .bind(stands.name())
                    .execute(&mut *tx)
                    .await?;
            }
        }
    }
    Ok(tx.commit().await?)
}
