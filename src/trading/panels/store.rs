//! Panels in SQL: asked for, bound, fixed, shown, drawn. Nothing is written twice.

use super::model::{Panel, PanelAsked, PanelOffice, PanelPool, PanelSeed, Recused, joined};
use crate::app::App;
use crate::approval::{self, cases, form};
use crate::calendar::Day;
use crate::db::json;
use crate::error::{ApiError, ApiResult};
use crate::registers::{self, Drawn};
use crate::security::signed::hex;
use crate::trading::life::facts::APPLICATION;
use matching::Moment;
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection, SqlitePool};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Panels of one lot: each after the first is drawn for a reason.
pub const PANELS_MAX: i64 = 20;

/// The newest panel of a lot, and whether it is drawn.
pub async fn newest(db: &SqlitePool, lot: Uuid) -> ApiResult<Option<(i64, bool)>> {
    Ok(sqlx::query_as(
        "select p.no, d.no is not null from panels p left join panel_draws d on d.lot = p.lot and d.no = p.no
         where p.lot = ? order by p.no desc limit 1",
    )
    .bind(lot.to_string())
    .fetch_optional(db)
    .await?)
}

pub async fn ask(db: &SqlitePool, lot: Uuid, no: i64, asked: PanelAsked, by: Uuid, now: Moment) -> ApiResult<()> {
    let (field, wanted, reason) = (asked.field.clone(), asked.wanted, asked.reason.trim().to_string());
    let added = sqlx::query(
        "insert into panels (lot, no, field, wanted, recused, reason, asked_by, asked_at)
         values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (lot, no) do nothing",
    )
    .bind(lot.to_string())
    .bind(no)
    .bind(field)
    .bind(wanted)
    .bind(serde_json::to_string(&asked.recused()).map_err(|_| ApiError::internal())?)
    .bind(reason)
    .bind(by.to_string())
    .bind(now.0)
    .execute(db)
    .await?;
    match added.rows_affected() {
        1 => Ok(()),
        _ => Err(ApiError::conflict("刚有另一位工作人员发起了抽取", "another clerk has just asked for a panel")),
    }
}

/// The pool of a panel as of now, its hash beside its text.
pub async fn pool(app: &App, lot: Uuid, no: i64, now: Moment) -> ApiResult<(String, String)> {
    let row = sqlx::query("select field, wanted, recused from panels where lot = ? and no = ?")
        .bind(lot.to_string())
        .bind(no)
        .fetch_one(&app.db)
        .await?;
    let (field, wanted): (String, u32) = (row.try_get("field")?, row.try_get("wanted")?);
    let recused = json::<Recused>(&row, "recused")?.with(applicants(app, lot).await?);
    let experts = registers::expert_pool(&app.db, &field, &recused, Day::of(now)).await?;
    let mut salt = [0; 32];
    aws_lc_rs::rand::fill(&mut salt).map_err(|_| ApiError::internal())?;
    let pool = PanelPool { lot, no, field, wanted: wanted as usize, experts, salt: hex(&salt) };
    let text = serde_json::to_string(&pool).map_err(|_| ApiError::internal())?;
    Ok((hex(&Sha256::digest(&text)), text))
}

/// The codes of everybody who has applied for a lot, alone or with others, withdrawn or not.
async fn applicants(app: &App, lot: Uuid) -> ApiResult<BTreeSet<String>> {
    let applied: Vec<(i64, String)> = sqlx::query_as("select no, account from applications where lot = ? order by no")
        .bind(lot.to_string())
        .fetch_all(&app.db)
        .await?;
    let mut codes = BTreeSet::new();
    for (no, account) in applied {
        let account = account.parse().map_err(|_| ApiError::internal())?;
        codes.extend(cases::registered_code(&mut *app.db.acquire().await?, account).await?);
        let joint = approval::store::granted_form(&app.db, APPLICATION, &format!("{lot}/{no}")).await?;
        codes.extend(form::member_codes(&joint.unwrap_or_default()).map(String::from));
    }
    Ok(codes)
}

/// Binds an office to a seed; with the second the pool is fixed.
pub async fn commit(
    db: &SqlitePool,
    (lot, no): (Uuid, i64),
    office: PanelOffice,
    commitment: &str,
    (sha256, pool): (String, String),
    by: Uuid,
    now: Moment,
) -> ApiResult<()> {
    let mut tx = db.begin_with("begin immediate").await?;
    let fixed = seeds(&mut tx, lot, no).await?;
    if fixed.iter().any(|one| one.office == office.name()) {
        return Err(ApiError::conflict("本方种子承诺已提交，不可更改", "your office's seed is fixed already"));
    }
    let kept = sqlx::query(
        "insert into panel_seeds (lot, no, office, commitment, committed_by, committed_at) values (?, ?, ?, ?, ?, ?)
         on conflict (commitment) do nothing",
    )
    .bind(lot.to_string())
    .bind(no)
    .bind(office.name())
    .bind(commitment)
    .bind(by.to_string())
    .bind(now.0)
    .execute(&mut *tx)
    .await?;
    if kept.rows_affected() == 0 {
        return Err(ApiError::conflict(
            "该承诺已被使用过，请另取种子",
            "this commitment was used before; draw another seed",
        ));
    }
    if !fixed.is_empty() {
        sqlx::query("insert into panel_pools (lot, no, pool, sha256, fixed_at) values (?, ?, ?, ?, ?)")
            .bind(lot.to_string())
            .bind(no)
            .bind(pool)
            .bind(sha256)
            .bind(now.0)
            .execute(&mut *tx)
            .await?;
    }
    Ok(tx.commit().await?)
}

/// Shows an office's seed; with the second the panel is drawn.
pub async fn reveal(app: &App, (lot, no): (Uuid, i64), office: PanelOffice, seed: &str, now: Moment) -> ApiResult<()> {
    let mut tx = app.db.begin_with("begin immediate").await?;
    let Some((pool, sha256)) =
        sqlx::query_as::<_, (String, String)>("select pool, sha256 from panel_pools where lot = ? and no = ?")
            .bind(lot.to_string())
            .bind(no)
            .fetch_optional(&mut *tx)
            .await?
    else {
        return Err(ApiError::conflict(
            "双方种子承诺均提交后方可公开",
            "both offices fix their seeds before any is shown",
        ));
    };
    let fixed = seeds(&mut tx, lot, no).await?;
    if !are_noted(app, &fixed, Some(&sha256)) {
        return Err(ApiError::conflict(
            "承诺正在写入透明日志，请稍候再公开",
            "the commitments are on their way into the log; show it in a moment",
        ));
    }
    let own = fixed.iter().find(|one| one.office == office.name()).ok_or_else(ApiError::internal)?;
    if own.seed.is_some() || own.commitment != hex(&Sha256::digest(seed)) {
        return Err(ApiError::conflict("种子与承诺不符，或已公开", "not the seed that was fixed, or shown already"));
    }
    sqlx::query("update panel_seeds set seed = ?, revealed_at = ? where lot = ? and no = ? and office = ?")
        .bind(seed)
        .bind(now.0)
        .bind(lot.to_string())
        .bind(no)
        .bind(office.name())
        .execute(&mut *tx)
        .await?;
    let shown = fixed.iter().find(|one| one.office != office.name()).and_then(|other| other.seed.as_deref());
    if let Some(other) = shown {
        let line = match office {
            PanelOffice::Clerk => joined(seed, other),
            PanelOffice::Supervisor => joined(other, seed),
        };
        let pool: PanelPool = serde_json::from_str(&pool).map_err(|_| ApiError::internal())?;
        let drawn = registers::draw::draw(&line, pool.wanted, &pool.field, &pool.experts);
        sqlx::query("insert into panel_draws (lot, no, drawn, drawn_at) values (?, ?, ?, ?)")
            .bind(lot.to_string())
            .bind(no)
            .bind(serde_json::to_string(&drawn).map_err(|_| ApiError::internal())?)
            .bind(now.0)
            .execute(&mut *tx)
            .await?;
    }
    Ok(tx.commit().await?)
}

fn seed_of(row: &SqliteRow) -> sqlx::Result<PanelSeed> {
    Ok(PanelSeed {
        office: row.try_get("office")?,
        commitment: row.try_get("commitment")?,
        committed_at: row.try_get("committed_at")?,
        noted: false,
        seed: row.try_get("seed")?,
    })
}

/// By office: the clerk's before the supervisor's.
async fn seeds(db: &mut SqliteConnection, lot: Uuid, no: i64) -> ApiResult<Vec<PanelSeed>> {
    let rows = sqlx::query("select * from panel_seeds where lot = ? and no = ? order by office")
        .bind(lot.to_string())
        .bind(no)
        .fetch_all(db)
        .await?;
    Ok(rows.iter().map(seed_of).collect::<sqlx::Result<_>>()?)
}

fn are_noted(app: &App, fixed: &[PanelSeed], pool: Option<&str>) -> bool {
    let hashes = fixed.iter().map(|one| one.commitment.as_str());
    pool.is_some_and(|pool| hashes.chain([pool]).all(|sha256| app.log.noted(sha256).is_some()))
}

/// Who reads what of a panel.
pub struct Sight {
    /// A clerk of the lot's center, or supervision.
    pub is_staff: bool,
    pub is_over: bool,
}

/// Panels of a lot, the newest first.
pub async fn panels(app: &App, lot: Uuid, sight: &Sight) -> ApiResult<Vec<Panel>> {
    let rows = sqlx::query(
        "select p.no, p.field, p.wanted, p.reason, p.asked_at, o.pool, o.sha256, d.drawn, d.drawn_at from panels p
         left join panel_pools o on o.lot = p.lot and o.no = p.no
         left join panel_draws d on d.lot = p.lot and d.no = p.no
         where p.lot = ? order by p.no desc limit ?",
    )
    .bind(lot.to_string())
    .bind(PANELS_MAX)
    .fetch_all(&app.db)
    .await?;
    let mut panels = Vec::new();
    for row in &rows {
        let no = row.try_get("no")?;
        let pool_sha256: Option<String> = row.try_get("sha256")?;
        let mut seeds = seeds(&mut *app.db.acquire().await?, lot, no).await?;
        let noted = are_noted(app, &seeds, pool_sha256.as_deref());
        seeds.iter_mut().for_each(|one| one.noted = noted);
        let drawn_at: Option<i64> = row.try_get("drawn_at")?;
        let drawn = match drawn_at.filter(|_| sight.is_staff || sight.is_over) {
            Some(_) => Some(json::<Drawn>(row, "drawn")?),
            None => None,
        };
        panels.push(Panel {
            no,
            field: row.try_get("field")?,
            wanted: row.try_get("wanted")?,
            reason: row.try_get("reason")?,
            asked_at: row.try_get("asked_at")?,
            seeds,
            pool_sha256,
            // Whose people were left out tells who applies: not before the close.
            pool: if sight.is_over { row.try_get("pool")? } else { None },
            drawn_at,
            drawn: drawn.map(|drawn| if sight.is_over { drawn } else { drawn.of_those_called() }),
        });
    }
    Ok(panels)
}

/// The panel drawn last for a lot.
pub async fn newest_drawn(db: &SqlitePool, lot: Uuid) -> ApiResult<Option<Drawn>> {
    let row = sqlx::query("select drawn from panel_draws where lot = ? order by no desc limit 1")
        .bind(lot.to_string())
        .fetch_optional(db)
        .await?;
    Ok(row.map(|row| json(&row, "drawn")).transpose()?)
}

pub async fn drawn(db: &SqlitePool, lot: Uuid, no: i64) -> ApiResult<Drawn> {
    let row = sqlx::query("select drawn from panel_draws where lot = ? and no = ?")
        .bind(lot.to_string())
        .bind(no)
        .fetch_optional(db)
        .await?
        .ok_or_else(ApiError::not_found)?;
    Ok(json(&row, "drawn")?)
}
