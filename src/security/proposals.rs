//! 两人办理的申请: what one person proposes and another grants. Their tables are alike in who asked and who decided;
//! each proposal is decided once, and whoever comes second finds nothing waiting.

use crate::db::uuid;
use crate::error::{ApiError, ApiResult};
use crate::security::model::{Principal, Role};
use crate::security::store;
use matching::Moment;
use serde::Deserialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row, SqliteConnection, SqlitePool};
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Debug, Clone, Copy)]
pub enum Proposals {
    /// 人员账号.
    Staff,
    /// 年度节假日安排.
    Decrees,
}

/// The second person's word.
pub struct Word<'a> {
    pub by: Uuid,
    pub at: Moment,
    /// Why it is refused; absent: it is granted.
    pub refused: Option<&'a str>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalRefusal {
    pub reason: String,
}

/// Whether `principal` may say the second word to what `asked_by` proposed about `about`: another administrator;
/// a supervisor where no administrator is left but these two, unless it was the proposer who had the last one
/// switched off: he would choose who seconds him. Then whoever starts the server names another.
async fn may_second(db: &SqlitePool, principal: &Principal, asked_by: &str, about: Option<Uuid>) -> ApiResult<()> {
    if principal.account.to_string() == asked_by {
        return Err(ApiError::conflict("须由另一人批准", "somebody else grants what you proposed"));
    }
    if principal.role != Role::Supervisor {
        return Ok(());
    }
    if store::other_administrators(db, asked_by, about).await? > 0 {
        return Err(ApiError::forbidden());
    }
    if store::last_disabled_by(db).await?.as_deref() == Some(asked_by) {
        return Err(ApiError::conflict(
            "另一管理员系由申请人提出停用，须先由系统运行单位以 --second-admin 启动并指定第二管理员",
            "the proposer had the other administrator switched off; whoever starts the server names another by --second-admin",
        ));
    }
    Ok(())
}

impl Proposals {
    fn table(self) -> &'static str {
        match self {
            Proposals::Staff => "staff_proposals",
            Proposals::Decrees => "calendar_proposals",
        }
    }

    /// Whose account it is about.
    fn about(self, row: &SqliteRow) -> sqlx::Result<Option<Uuid>> {
        match self {
            Proposals::Staff => uuid(row, "account").map(Some),
            Proposals::Decrees => Ok(None),
        }
    }

    /// A proposal that waits, for somebody who may grant it.
    pub async fn to_grant(self, db: &SqlitePool, id: Uuid, principal: &Principal) -> ApiResult<SqliteRow> {
        let row = self.waiting(db, id).await?;
        may_second(db, principal, &row.try_get::<String, _>("asked_by")?, self.about(&row)?).await?;
        Ok(row)
    }

    /// A proposal that waits, for somebody who may refuse it or takes his own back.
    pub async fn to_refuse(self, db: &SqlitePool, id: Uuid, principal: &Principal) -> ApiResult<SqliteRow> {
        let row = self.waiting(db, id).await?;
        let asked_by: String = row.try_get("asked_by")?;
        if asked_by != principal.account.to_string() {
            may_second(db, principal, &asked_by, self.about(&row)?).await?;
        }
        Ok(row)
    }

    async fn waiting(self, db: &SqlitePool, id: Uuid) -> ApiResult<SqliteRow> {
        let waiting = format!("select * from {} where id = ? and decided_by is null", self.table());
        let row = sqlx::query(AssertSqlSafe(waiting)).bind(id.to_string()).fetch_optional(db).await?;
        row.ok_or_else(gone)
    }

    pub async fn decide(self, tx: &mut SqliteConnection, id: Uuid, word: Word<'_>) -> ApiResult<()> {
        let decide = format!(
            "update {} set decided_by = ?, decided_at = ?, granted = ?, refused_reason = ?
             where id = ? and decided_by is null",
            self.table()
        );
        let decided = sqlx::query(AssertSqlSafe(decide))
            .bind(word.by.to_string())
            .bind(word.at.0)
            .bind(word.refused.is_none())
            .bind(word.refused)
            .bind(id.to_string())
            .execute(tx)
            .await?;
        if decided.rows_affected() == 1 { Ok(()) } else { Err(gone()) }
    }
}

fn gone() -> ApiError {
    ApiError::conflict("没有待批准的申请", "no such proposal waits")
}
