//! Accounts, centers and refresh tokens in SQL.

use crate::db::uuid;
use crate::security::model::{Account, Agency, Center, Role, Tier};
use matching::Moment;
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection, SqlitePool};
use uuid::Uuid;

fn maybe_uuid(row: &SqliteRow, column: &str) -> sqlx::Result<Option<Uuid>> {
    let text: Option<String> = row.try_get(column)?;
    text.map(|text| text.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))).transpose()
}

fn account(row: &SqliteRow) -> sqlx::Result<Account> {
    let role: String = row.try_get("role")?;
    Ok(Account {
        id: uuid(row, "id")?,
        login: row.try_get("login")?,
        name: row.try_get("name")?,
        role: Role::from_name(&role).ok_or_else(|| sqlx::Error::Decode(format!("role {role}").into()))?,
        center_id: maybe_uuid(row, "center")?,
        agency_id: maybe_uuid(row, "agency")?,
        duties: serde_json::from_str(&row.try_get::<String, _>("duties")?)
            .map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
    })
}

/// The account of a login that is not disabled, and its password hash.
pub async fn by_login(db: &SqlitePool, login: &str) -> sqlx::Result<Option<(Account, String)>> {
    let row =
        sqlx::query("select * from accounts where login = ? and disabled = 0").bind(login).fetch_optional(db).await?;
    row.map(|row| Ok((account(&row)?, row.try_get("password_hash")?))).transpose()
}

pub async fn by_id(db: &SqlitePool, id: Uuid) -> sqlx::Result<Option<Account>> {
    let row = sqlx::query("select * from accounts where id = ? and disabled = 0")
        .bind(id.to_string())
        .fetch_optional(db)
        .await?;
    row.map(|row| account(&row)).transpose()
}

/// As `by_id`, switched off or not.
pub async fn any_by_id(db: &SqlitePool, id: Uuid) -> sqlx::Result<Option<Account>> {
    let row = sqlx::query("select * from accounts where id = ?").bind(id.to_string()).fetch_optional(db).await?;
    row.map(|row| account(&row)).transpose()
}

/// How many administrators can sign in.
pub async fn administrators(db: &SqlitePool) -> sqlx::Result<i64> {
    sqlx::query_scalar("select count(*) from accounts where role = 'admin' and disabled = 0").fetch_one(db).await
}

/// How many of them are neither who proposed something nor whom it is about.
pub async fn other_administrators(db: &SqlitePool, asked_by: &str, about: Option<Uuid>) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "select count(*) from accounts
         where role = 'admin' and disabled = 0 and id <> ?1 and (?2 is null or id <> ?2)",
    )
    .bind(asked_by)
    .bind(about.map(|id| id.to_string()))
    .fetch_one(db)
    .await
}

/// At whose word the administrator who went last was switched off.
pub async fn last_disabled_by(db: &SqlitePool) -> sqlx::Result<Option<String>> {
    let last = sqlx::query_scalar(
        "select disabled_by from accounts where role = 'admin' and disabled = 1 order by disabled_at desc limit 1",
    );
    Ok(last.fetch_optional(db).await?.flatten())
}

/// The officers of an agency that are not disabled.
pub async fn officers(db: &SqlitePool, agency: Uuid) -> sqlx::Result<Vec<Account>> {
    let rows = sqlx::query(
        "select * from accounts where agency = ? and role = 'officer' and disabled = 0 order by login limit 500",
    )
    .bind(agency.to_string())
    .fetch_all(db)
    .await?;
    rows.iter().map(account).collect()
}

/// Whether the password was chosen by somebody else.
pub async fn password_given(db: &SqlitePool, id: Uuid) -> sqlx::Result<bool> {
    sqlx::query_scalar("select password_given from accounts where id = ?").bind(id.to_string()).fetch_one(db).await
}

/// A password its owner chose, in place of `before` where that is named; whether it stands.
pub async fn set_password(db: &mut SqliteConnection, id: Uuid, hash: &str, before: Option<&str>) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "update accounts set password_hash = ?1, password_given = 0
         where id = ?2 and (?3 is null or password_hash = ?3)",
    )
    .bind(hash)
    .bind(id.to_string())
    .bind(before)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Accounts whose sessions were ended, and how often.
pub async fn ended_sessions(db: &SqlitePool) -> sqlx::Result<Vec<(Uuid, i64)>> {
    let rows = sqlx::query("select id, sessions from accounts where sessions > 0").fetch_all(db).await?;
    rows.iter().map(|row| Ok((uuid(row, "id")?, row.try_get("sessions")?))).collect()
}

/// 中心工作人员: the names of a center's clerks.
pub async fn clerks(db: &SqlitePool, center: Uuid) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar("select name from accounts where role = 'clerk' and center = ? order by id")
        .bind(center.to_string())
        .fetch_all(db)
        .await
}

/// 从业人员名册: whether one of these persons (keyed hashes) has a hand in sales of a center: its clerks and
/// those of the center above it, officers, supervisors and administrators.
pub async fn is_staff(db: &SqlitePool, persons: &[String], center: Uuid) -> sqlx::Result<bool> {
    let persons = serde_json::to_string(persons).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    sqlx::query_scalar(
        "select exists (
           select 1 from accounts
           where person in (select value from json_each(?1)) and disabled = 0
             and (role in ('officer', 'supervisor', 'admin')
               or role = 'clerk' and (center = ?2 or center = (select parent from centers where id = ?2))))",
    )
    .bind(persons)
    .bind(center.to_string())
    .fetch_one(db)
    .await
}

/// The name an account was made under, disabled since or not.
pub async fn name(db: &SqlitePool, id: Uuid) -> sqlx::Result<String> {
    sqlx::query_scalar("select name from accounts where id = ?").bind(id.to_string()).fetch_one(db).await
}

pub async fn count(db: &SqlitePool) -> sqlx::Result<i64> {
    sqlx::query_scalar("select count(*) from accounts").fetch_one(db).await
}

fn duties(account: &Account) -> sqlx::Result<String> {
    serde_json::to_string(&account.duties).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}

/// `person`: the keyed hash of the identity number, of staff.
pub async fn add(
    db: &mut SqliteConnection,
    account: &Account,
    password_hash: &str,
    person: Option<&str>,
    at: Moment,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into accounts (id, login, name, role, center, agency, duties, password_hash, person, created_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(account.id.to_string())
    .bind(&account.login)
    .bind(&account.name)
    .bind(account.role.name())
    .bind(account.center_id.map(|id| id.to_string()))
    .bind(account.agency_id.map(|id| id.to_string()))
    .bind(duties(account)?)
    .bind(password_hash)
    .bind(person)
    .bind(at.0)
    .execute(db)
    .await?;
    Ok(())
}

/// Other duties, another place; the identity known before stays when none is given.
pub async fn change(db: &mut SqliteConnection, account: &Account, person: Option<&str>) -> sqlx::Result<()> {
    sqlx::query("update accounts set center = ?, agency = ?, duties = ?, person = coalesce(?, person) where id = ?")
        .bind(account.center_id.map(|id| id.to_string()))
        .bind(account.agency_id.map(|id| id.to_string()))
        .bind(duties(account)?)
        .bind(person)
        .bind(account.id.to_string())
        .execute(db)
        .await?;
    Ok(())
}

/// 启用; whether it had been switched off.
pub async fn enable(db: &mut SqliteConnection, id: Uuid) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "update accounts set disabled = 0, disabled_reason = null, disabled_at = null, disabled_by = null
         where id = ? and disabled = 1",
    )
    .bind(id.to_string())
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

fn refresh_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

pub async fn add_refresh(db: &SqlitePool, token: &str, account: Uuid, expires_at: Moment) -> sqlx::Result<()> {
    sqlx::query("insert into refresh_tokens (hash, account, expires_at) values (?, ?, ?)")
        .bind(refresh_hash(token))
        .bind(account.to_string())
        .bind(expires_at.0)
        .execute(db)
        .await?;
    Ok(())
}

/// Uses a refresh token, which ends at `ends_at` now; whose it is, if it is good.
pub async fn use_refresh(db: &SqlitePool, token: &str, now: Moment, ends_at: Moment) -> sqlx::Result<Option<Uuid>> {
    sqlx::query("delete from refresh_tokens where expires_at <= ?").bind(now.0).execute(db).await?;
    let row = sqlx::query("update refresh_tokens set expires_at = min(expires_at, ?) where hash = ? returning account")
        .bind(ends_at.0)
        .bind(refresh_hash(token))
        .fetch_optional(db)
        .await?;
    row.map(|row| uuid(&row, "account")).transpose()
}

pub async fn drop_refresh(db: &SqlitePool, token: &str) -> sqlx::Result<()> {
    sqlx::query("delete from refresh_tokens where hash = ?").bind(refresh_hash(token)).execute(db).await?;
    Ok(())
}

pub async fn centers(db: &SqlitePool) -> sqlx::Result<Vec<Center>> {
    let rows = sqlx::query("select * from centers order by tier, code").fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            Ok(Center {
                id: uuid(row, "id")?,
                code: row.try_get("code")?,
                name_zh: row.try_get("name_zh")?,
                name_en: row.try_get("name_en")?,
                tier: if row.try_get::<String, _>("tier")? == "city" { Tier::City } else { Tier::District },
                parent_id: maybe_uuid(row, "parent")?,
            })
        })
        .collect()
}

/// All of them or none.
pub async fn add_centers(db: &SqlitePool, centers: &[Center]) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    for center in centers {
        sqlx::query("insert into centers (id, code, name_zh, name_en, tier, parent) values (?, ?, ?, ?, ?, ?)")
            .bind(center.id.to_string())
            .bind(&center.code)
            .bind(&center.name_zh)
            .bind(&center.name_en)
            .bind(if center.tier == Tier::City { "city" } else { "district" })
            .bind(center.parent_id.map(|id| id.to_string()))
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await
}

pub async fn agencies(db: &SqlitePool) -> sqlx::Result<Vec<Agency>> {
    let rows = sqlx::query("select * from agencies order by region, name_zh limit 500").fetch_all(db).await?;
    rows.iter().map(agency).collect()
}

fn agency(row: &SqliteRow) -> sqlx::Result<Agency> {
    Ok(Agency {
        id: uuid(row, "id")?,
        credit_code: row.try_get("credit_code")?,
        name_zh: row.try_get("name_zh")?,
        name_en: row.try_get("name_en")?,
        region: row.try_get("region")?,
    })
}

pub async fn add_agency(db: &SqlitePool, agency: &Agency) -> sqlx::Result<()> {
    sqlx::query("insert into agencies (id, credit_code, name_zh, name_en, region) values (?, ?, ?, ?, ?)")
        .bind(agency.id.to_string())
        .bind(&agency.credit_code)
        .bind(&agency.name_zh)
        .bind(&agency.name_en)
        .bind(&agency.region)
        .execute(db)
        .await?;
    Ok(())
}
