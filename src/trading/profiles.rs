//! 规则模板: versioned rule profiles a clerk starts a lot from. The presets are files beside this one;
//! a city's own are written by one person, published by another, and frozen then.

use crate::app::{App, Valid};
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::model::Principal;
use crate::trading::lots::TITLE_CHARS_MAX;
use crate::trading::rule_words::in_words;
use crate::trading::terms::TermsDraft;
use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Local land profiles, then other resources, then methods of the world.
const PRESETS: &[&str] = &[
    include_str!("profiles/guangdong_5min.toml"),
    include_str!("profiles/shantou.toml"),
    include_str!("profiles/qinzhou_auction.toml"),
    include_str!("profiles/suzhou_sip.toml"),
    include_str!("profiles/fujian.toml"),
    include_str!("profiles/three_minute.toml"),
    include_str!("profiles/wonders_wsjy.toml"),
    include_str!("profiles/trade_java.toml"),
    include_str!("profiles/dongguan_final.toml"),
    include_str!("profiles/suzhou_oneprice.toml"),
    include_str!("profiles/ceiling_lottery.toml"),
    include_str!("profiles/ceiling_area.toml"),
    include_str!("profiles/land_lease_rounds.toml"),
    include_str!("profiles/judicial.toml"),
    include_str!("profiles/property_multi_quote.toml"),
    include_str!("profiles/property_one_shot.toml"),
    include_str!("profiles/property_weighted.toml"),
    include_str!("profiles/mineral_rights.toml"),
    include_str!("profiles/plates_shenzhen.toml"),
    include_str!("profiles/carbon_uniform.toml"),
    include_str!("profiles/carbon_exchange.toml"),
    include_str!("profiles/procurement_three_rounds.toml"),
    include_str!("profiles/tender_scored.toml"),
    include_str!("profiles/tender_lowest.toml"),
    include_str!("profiles/descending_own.toml"),
    include_str!("profiles/dutch.toml"),
    include_str!("profiles/hybrid_dutch.toml"),
    include_str!("profiles/second_price.toml"),
    include_str!("profiles/rising_clock.toml"),
];

const ID_CHARS_MAX: usize = 40;
/// Own profiles listed; far more than a city has.
const LISTED_MAX: i64 = 500;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, save)).routes(routes!(publish))
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone)]
pub struct Profile {
    pub id: String,
    pub version: i64,
    pub name_zh: String,
    pub name_en: String,
    pub terms: TermsDraft,
}

/// A profile as it is listed: with its rules in plain words, and whether it may be used.
#[derive(Serialize, ToSchema)]
struct ListedProfile {
    #[serde(flatten)]
    profile: Profile,
    rules_zh: Vec<String>,
    rules_en: Vec<String>,
    published: bool,
    /// Whether I wrote it, and so may not publish it.
    mine: bool,
}

/// The presets, checked by a test and so always sound.
pub fn presets() -> Vec<Profile> {
    PRESETS.iter().map(|text| toml::from_str(text).expect("a preset is a profile")).collect()
}

fn listed(profile: Profile, published: bool, mine: bool) -> ApiResult<ListedProfile> {
    let (rules_zh, rules_en) = in_words(&profile.terms.parse()?);
    Ok(ListedProfile { profile, rules_zh, rules_en, published, mine })
}

/// Rule profiles to start a lot from: presets, published ones, and drafts waiting to be published.
#[utoipa::path(get, path = "/api/profiles", operation_id = "profiles", responses((status = 200, body = Vec<ListedProfile>)))]
async fn list(State(app): State<App>, principal: Principal) -> ApiResult<Json<Vec<ListedProfile>>> {
    let mut all = presets().into_iter().map(|preset| listed(preset, true, false)).collect::<ApiResult<Vec<_>>>()?;
    let rows = sqlx::query("select * from profiles order by id, version desc limit ?")
        .bind(LISTED_MAX)
        .fetch_all(&app.db)
        .await?;
    for row in rows {
        let published: Option<String> = row.try_get("published_by")?;
        let by: String = row.try_get("created_by")?;
        all.push(listed(profile(&row)?, published.is_some(), by == principal.account.to_string())?);
    }
    Ok(Json(all))
}

fn profile(row: &SqliteRow) -> ApiResult<Profile> {
    let terms: String = row.try_get("terms")?;
    Ok(Profile {
        id: row.try_get("id")?,
        version: row.try_get("version")?,
        name_zh: row.try_get("name_zh")?,
        name_en: row.try_get("name_en")?,
        terms: serde_json::from_str(&terms).map_err(|_| ApiError::internal())?,
    })
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewProfile {
    /// Lowercase letters, digits and underscores; an id that is known gets a new version.
    id: String,
    name_zh: String,
    name_en: String,
    terms: TermsDraft,
}

/// Writes a new version of a profile. Contradictions are refused with the field named.
#[utoipa::path(post, path = "/api/profiles", operation_id = "save_profile", request_body = NewProfile,
    responses((status = 200, body = ListedProfile), (status = "4XX", body = ApiError)))]
async fn save(
    State(app): State<App>,
    principal: Principal,
    Valid(new): Valid<NewProfile>,
) -> ApiResult<Json<ListedProfile>> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if new.id.is_empty() || new.id.len() > ID_CHARS_MAX || !new.id.chars().all(plain) {
        return Err(ApiError::bad_request(
            "id",
            "只能用小写字母、数字和下划线",
            "lowercase letters, digits, underscores",
        ));
    }
    if presets().iter().any(|preset| preset.id == new.id) {
        return Err(ApiError::bad_request("id", "该编号属于内置模板", "this id is a preset's"));
    }
    for (field, name) in [("name_zh", &new.name_zh), ("name_en", &new.name_en)] {
        if name.trim().is_empty() || name.chars().count() > TITLE_CHARS_MAX {
            return Err(ApiError::bad_request(field, "不能为空或过长", "empty or too long"));
        }
    }
    if new.terms.reserve.is_some() {
        return Err(ApiError::bad_request("terms.reserve", "模板不含底价", "a profile holds no reserve"));
    }
    new.terms.parse()?;
    let terms = serde_json::to_string(&new.terms).map_err(|_| ApiError::internal())?;
    let version: i64 = sqlx::query_scalar(
        "insert into profiles (id, version, name_zh, name_en, terms, created_by, created_at)
         select ?1, coalesce(max(version), 0) + 1, ?2, ?3, ?4, ?5, ?6 from profiles where id = ?1
         returning version",
    )
    .bind(&new.id)
    .bind(&new.name_zh)
    .bind(&new.name_en)
    .bind(terms)
    .bind(principal.account.to_string())
    .bind(clock::now().0)
    .fetch_one(&app.db)
    .await?;
    let NewProfile { id, name_zh, name_en, terms } = new;
    listed(Profile { id, version, name_zh, name_en, terms }, false, true).map(Json)
}

/// Publishes a version another person wrote; from here on it is frozen.
#[utoipa::path(post, path = "/api/profiles/{id}/{version}/publish", operation_id = "publish_profile", params(("id" = String, Path), ("version" = i64, Path)),
    responses((status = 200, body = ListedProfile), (status = "4XX", body = ApiError)))]
async fn publish(
    State(app): State<App>,
    Path((id, version)): Path<(String, i64)>,
    principal: Principal,
) -> ApiResult<Json<ListedProfile>> {
    let done = sqlx::query(
        "update profiles set published_by = ?1
         where id = ?2 and version = ?3 and published_by is null and created_by <> ?1 returning *",
    )
    .bind(principal.account.to_string())
    .bind(&id)
    .bind(version)
    .fetch_optional(&app.db)
    .await?;
    let row = done.ok_or_else(|| {
        ApiError::conflict(
            "须由编制人以外的人发布，且只能发布一次",
            "somebody other than its author publishes a version, once",
        )
    })?;
    listed(profile(&row)?, true, false).map(Json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_preset_is_sound_says_its_rules_and_comes_back_whole() {
        let presets = presets();
        let ids: HashSet<&str> = presets.iter().map(|preset| preset.id.as_str()).collect();
        assert_eq!(ids.len(), presets.len(), "an id stands twice");
        for preset in &presets {
            let terms = preset.terms.parse().unwrap_or_else(|error| panic!("{}: {error:?}", preset.id));
            let (zh, en) = in_words(&terms);
            assert!(zh.len() == en.len() && zh.len() >= 2, "{}: {zh:?}", preset.id);
            let body = crate::trading::terms::TermsBody::of(&terms, preset.terms.body.deposit.clone());
            let again = TermsDraft { body, reserve: None };
            assert_eq!(again.parse().expect("the same rules"), terms, "{}", preset.id);
        }
    }
}
