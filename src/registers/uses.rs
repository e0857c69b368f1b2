//! The registers at work: what the other systems ask of them.

use crate::calendar::Day;
use crate::codes;
use crate::db::json;
use crate::error::{ApiError, ApiResult};
use crate::registers::draw::{self, Candidate, Pooled, Recusal};
use crate::registers::fields::Data;
use crate::registers::model::ChoiceView;
use crate::registers::scope::BarScope;
use crate::registers::store::current;
use crate::registers::tables::{EXPERTS, GEOSPATIAL, LEGAL_ENTITIES, REGULATIONS};
use serde::Serialize;
use sqlx::SqlitePool;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A panel draws from a city's experts; more of one field are a mistake.
const CANDIDATES_MAX: i64 = 10_000;
/// Records that bar, of a whole city: a tenth of it would be many.
const BARRED_MAX: i64 = 100_000;
/// Nobody has more records in force.
const BARS_MAX: i64 = 1_000;

fn text(data: &Data, field: &str) -> String {
    data.get(field).cloned().unwrap_or_default()
}

fn day(data: &Data, field: &str) -> Option<Day> {
    data.get(field).and_then(|text| text.parse().ok())
}

/// What the legal entities' register says of a credit code.
#[derive(Serialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    pub known: bool,
    pub name: Option<String>,
    /// active, suspended, revoked or deregistered.
    pub status: Option<String>,
    pub warnings: Vec<EntityWarning>,
}

#[derive(Serialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum EntityWarning {
    /// The code is none: its form or a check character is wrong.
    WrongCode,
    /// A right code the register does not hold.
    Unknown,
    /// It may not act: suspended, revoked or deregistered.
    NotActive,
}

pub async fn check_entity(db: &SqlitePool, credit_code: &str) -> ApiResult<Entity> {
    let code = credit_code.trim().to_ascii_uppercase();
    let mut warnings = Vec::new();
    if codes::credit_code(&code).is_err() {
        warnings.push(EntityWarning::WrongCode);
    }
    let Some(data) = current(db, LEGAL_ENTITIES.name, &code).await? else {
        warnings.push(EntityWarning::Unknown);
        return Ok(Entity { known: false, name: None, status: None, warnings });
    };
    let status = text(&data, "status");
    if status != "active" {
        warnings.push(EntityWarning::NotActive);
    }
    Ok(Entity { known: true, name: Some(text(&data, "name")), status: Some(status), warnings })
}

/// A record that bars its subject from trading.
#[derive(Serialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    pub number: String,
    pub kind: String,
    pub reason: String,
    pub decided_by: String,
    pub document: String,
    pub from: String,
    /// The first day it no longer bars; absent while nobody has set an end.
    pub until: Option<String>,
}

/// The records against a credit code or an identity number that bar from dealings of `scope` on `today`: from their first
/// day until the day before their last or their lifting.
pub async fn bars(db: &SqlitePool, code: &str, scope: BarScope, today: Day) -> ApiResult<Vec<Bar>> {
    let rows = sqlx::query(
        "select data from register_rows where register = 'social_credit' and replaced_at is null
           and (data ->> '$.subject_code' = ?1 or data ->> '$.subject_id' = ?1) order by n limit ?2",
    )
    .bind(code.trim().to_ascii_uppercase())
    .bind(BARS_MAX)
    .fetch_all(db)
    .await?;
    let records: Vec<Data> = rows.iter().map(|row| json(row, "data")).collect::<sqlx::Result<_>>()?;
    let bars = |data: &&Data| is_in_force(data, today) && scope.is_of(recorded(data));
    Ok(records.iter().filter(bars).map(bar).collect())
}

/// A record that bars, as the floor looks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnRecord {
    pub number: String,
    scope: Option<String>,
}

impl OnRecord {
    pub fn bars_from(&self, scope: BarScope) -> bool {
        scope.is_of(self.scope.as_deref())
    }
}

/// Everybody a record bars on `today`, by code or identity number, with every record that does.
pub async fn barred(db: &SqlitePool, today: Day) -> ApiResult<BTreeMap<String, Vec<OnRecord>>> {
    let rows = sqlx::query(
        "select data from register_rows where register = 'social_credit' and replaced_at is null
           and data ->> '$.bars' = 'yes' order by n limit ?",
    )
    .bind(BARRED_MAX)
    .fetch_all(db)
    .await?;
    let records: Vec<Data> = rows.iter().map(|row| json(row, "data")).collect::<sqlx::Result<_>>()?;
    let mut barred = BTreeMap::<String, Vec<OnRecord>>::new();
    for data in records.iter().filter(|data| is_in_force(data, today)) {
        let Some(subject) = data.get("subject_code").or(data.get("subject_id")) else { continue };
        let record = OnRecord { number: text(data, "number"), scope: recorded(data).map(String::from) };
        barred.entry(subject.to_ascii_uppercase()).or_default().push(record);
    }
    Ok(barred)
}

fn recorded(data: &Data) -> Option<&str> {
    data.get("scope").map(String::as_str)
}

fn is_in_force(data: &Data, today: Day) -> bool {
    let over = |field| day(data, field).is_some_and(|day| day <= today);
    text(data, "bars") == "yes" && over("in_force_from") && !over("until") && !over("lifted_on")
}

fn bar(data: &Data) -> Bar {
    Bar {
        number: text(data, "number"),
        kind: text(data, "kind"),
        reason: text(data, "reason"),
        decided_by: text(data, "decided_by"),
        document: text(data, "document"),
        from: text(data, "in_force_from"),
        until: data.get("lifted_on").or(data.get("until")).cloned(),
    }
}

/// The fields experts are drawn from.
pub fn expert_fields() -> Vec<ChoiceView> {
    let fields = EXPERTS.field("field").map_or(&[][..], |known| known.kind.choices());
    fields.iter().map(ChoiceView::from).collect()
}

/// Refuses a field the experts' register does not have.
pub fn check_field(field: &str) -> ApiResult<()> {
    match expert_fields().iter().any(|known| known.value == field) {
        true => Ok(()),
        false => Err(ApiError::bad_request("field", "专家库没有这个专业", "the register knows no such field")),
    }
}

/// Everybody of a field as he stands today, by number. The caller fixes it before anybody can know the seed, and
/// keeps it with the file.
pub async fn expert_pool(db: &SqlitePool, field: &str, recused: &[Recusal], today: Day) -> ApiResult<Vec<Pooled>> {
    check_field(field)?;
    let rows = sqlx::query(
        "select data from register_rows where register = 'experts' and replaced_at is null
           and data ->> '$.field' = ? and data ->> '$.status' = 'active' order by key limit ?",
    )
    .bind(field)
    .bind(CANDIDATES_MAX)
    .fetch_all(db)
    .await?;
    let candidates: Vec<Candidate> =
        rows.iter().map(|row| Ok(candidate(&json(row, "data")?, today))).collect::<sqlx::Result<_>>()?;
    Ok(draw::pool(&candidates, recused, today))
}

/// Whom to call: personal data, the caller notes the reading.
#[derive(Serialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct PanelExpert {
    pub number: String,
    pub name: String,
    pub title: Option<String>,
    pub employer: Option<String>,
    pub phone: Option<String>,
}

/// Experts by their numbers, in that order; who has left the register meanwhile is not among them.
pub async fn experts(db: &SqlitePool, numbers: &[&str]) -> ApiResult<Vec<PanelExpert>> {
    let mut experts = Vec::new();
    for number in numbers {
        let Some(data) = current(db, EXPERTS.name, number).await? else { continue };
        experts.push(PanelExpert {
            number: number.to_string(),
            name: text(&data, "name"),
            title: data.get("title").cloned(),
            employer: data.get("employer").cloned(),
            phone: data.get("phone").cloned(),
        });
    }
    Ok(experts)
}

fn candidate(data: &Data, today: Day) -> Candidate {
    Candidate {
        number: text(data, "number"),
        employer_code: data.get("employer_code").cloned(),
        born: codes::identity_number(&text(data, "id_number"), today).ok(),
    }
}

/// A parcel's shape, in its own coordinate system.
#[derive(Serialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct ParcelShape {
    pub parcel_code: String,
    pub location: String,
    pub land_use: String,
    pub area_m2: String,
    /// 4490, 4547 or 4526.
    pub epsg: String,
    /// WKT, x to the east.
    pub boundary: String,
}

pub async fn parcel(db: &SqlitePool, parcel_code: &str) -> ApiResult<Option<ParcelShape>> {
    let data = current(db, GEOSPATIAL.name, &parcel_code.trim().to_ascii_uppercase()).await?;
    Ok(data.map(|data| ParcelShape {
        parcel_code: text(&data, "parcel_code"),
        location: text(&data, "location"),
        land_use: text(&data, "land_use"),
        area_m2: text(&data, "area_m2"),
        epsg: text(&data, "epsg"),
        boundary: text(&data, "boundary"),
    }))
}

/// A law or a standard that an administrative item cites.
#[derive(Serialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct Regulation {
    pub number: String,
    pub title: String,
    pub document: Option<String>,
    pub in_force_from: String,
    /// The first day it no longer holds.
    pub repealed_on: Option<String>,
    pub address: Option<String>,
}

impl Regulation {
    pub fn is_in_force(&self, today: Day) -> bool {
        let over = |text: &str| text.parse::<Day>().is_ok_and(|day| day <= today);
        over(&self.in_force_from) && !self.repealed_on.as_deref().is_some_and(over)
    }
}

fn of_row(data: &Data) -> Regulation {
    Regulation {
        number: text(data, "number"),
        title: text(data, "title"),
        document: data.get("document").cloned(),
        in_force_from: text(data, "in_force_from"),
        repealed_on: data.get("repealed_on").cloned(),
        address: data.get("address").cloned(),
    }
}

pub async fn regulation(db: &SqlitePool, number: &str) -> ApiResult<Option<Regulation>> {
    let data = current(db, REGULATIONS.name, number.trim()).await?;
    Ok(data.as_ref().map(of_row))
}

/// A law was revised a few times at most under one title.
const TITLED_MAX: i64 = 20;

/// Regulations of one of these titles, the newest first.
pub async fn regulation_titled(db: &SqlitePool, titles: &[String]) -> ApiResult<Vec<Regulation>> {
    let rows = sqlx::query(
        "select data from register_rows
         where register = ? and replaced_at is null and data ->> '$.title' in (select value from json_each(?))
         order by data ->> '$.in_force_from' desc, n limit ?",
    )
    .bind(REGULATIONS.name)
    .bind(serde_json::to_string(titles).map_err(|_| ApiError::internal())?)
    .bind(TITLED_MAX)
    .fetch_all(db)
    .await?;
    let laws: Vec<Data> = rows.iter().map(|row| json(row, "data")).collect::<sqlx::Result<_>>()?;
    Ok(laws.iter().map(of_row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_bars_from_its_first_day_until_the_day_before_its_end() {
        let record = |bars: &str, from: &str, until: Option<&str>, lifted: Option<&str>| -> Data {
            let fields = [("bars", Some(bars)), ("in_force_from", Some(from)), ("until", until), ("lifted_on", lifted)];
            fields.into_iter().filter_map(|(name, value)| Some((name.to_string(), value?.to_string()))).collect()
        };
        let today = "2026-11-24".parse().expect("a day");
        for (data, expected) in [
            (record("yes", "2026-11-24", None, None), true),
            (record("yes", "2026-11-25", None, None), false),
            (record("yes", "2026-01-01", Some("2026-11-25"), None), true),
            (record("yes", "2026-01-01", Some("2026-11-24"), None), false),
            (record("yes", "2026-01-01", Some("2030-01-01"), Some("2026-11-24")), false),
            (record("yes", "2026-01-01", None, Some("2026-11-25")), true),
            (record("no", "2026-01-01", None, None), false),
        ] {
            assert_eq!(is_in_force(&data, today), expected, "{data:?}");
        }
    }

    #[test]
    fn a_regulation_is_in_force_until_the_day_it_is_repealed() {
        let cited = |repealed: Option<&str>| Regulation {
            number: "N".into(),
            title: "T".into(),
            document: None,
            in_force_from: "2026-01-01".into(),
            repealed_on: repealed.map(str::to_string),
            address: None,
        };
        let day = |text: &str| text.parse().expect("a day");
        assert!(cited(None).is_in_force(day("2026-01-01")) && !cited(None).is_in_force(day("2025-12-31")));
        assert!(cited(Some("2026-06-01")).is_in_force(day("2026-05-31")));
        assert!(!cited(Some("2026-06-01")).is_in_force(day("2026-06-01")));
    }
}
