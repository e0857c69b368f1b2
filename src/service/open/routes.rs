//! Doors of open data: the feed, releases, records.

use super::bulk;
use super::ocds::{EXTENSIONS, LICENSE};
use super::release::lot_of;
use super::store::{self, Change, Counts, Stored};
use crate::app::App;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::trading::deposits::messages::iso;
use crate::trading::store as lots;
use crate::trading::wire::BidRow;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Changes on a page.
const CHANGES_MAX: i64 = 1_000;
/// Releases in a package: some 4 KB each while a lot runs.
const RELEASES_MAX: i64 = 100;
const BIDS_MAX: u32 = 500;
/// Releases a record links to, the newest ones; all of them are paged by `/api/open/releases/{ocid}`.
const LINKS_MAX: i64 = 100;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(about))
        .routes(routes!(changes))
        .routes(routes!(releases))
        .routes(routes!(releases_of))
        .routes(routes!(release))
        .routes(routes!(records))
        .routes(routes!(record))
        .routes(routes!(bids))
        .merge(bulk::routes())
}

#[derive(Serialize, ToSchema)]
struct OpenAbout {
    counts: Counts,
    license: &'static str,
    /// Where this platform is reached from outside.
    site: String,
}

/// How much open data there is, and under which licence.
#[utoipa::path(get, path = "/api/open", responses((status = 200, body = OpenAbout)))]
async fn about(State(app): State<App>) -> ApiResult<Json<OpenAbout>> {
    let counts = store::counts(&app.db).await?;
    Ok(Json(OpenAbout { counts, license: LICENSE, site: app.site.to_string() }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OpenPlace {
    /// What comes after this number; 0 from the first.
    after: Option<i64>,
    /// At most 1000 changes, 100 releases or records.
    limit: Option<i64>,
}

impl OpenPlace {
    fn read(&self, limit_max: i64) -> (i64, i64) {
        (self.after.unwrap_or(0).max(0), self.limit.unwrap_or(limit_max).clamp(1, limit_max))
    }
}

#[derive(Serialize, ToSchema)]
struct OpenChanges {
    changes: Vec<Change>,
    /// Ask on after this one: now if `changes` was full, later if not.
    next_after: i64,
    /// The newest number there is.
    latest: i64,
}

/// What changed, in the order of the commits: who reads on after the last number he has seen misses
/// nothing and sees nothing twice.
#[utoipa::path(get, path = "/api/open/changes", params(OpenPlace), responses((status = 200, body = OpenChanges)))]
async fn changes(State(app): State<App>, Query(place): Query<OpenPlace>) -> ApiResult<Json<OpenChanges>> {
    let (after, limit) = place.read(CHANGES_MAX);
    let (changes, latest) = store::changes(&app.db, after, limit).await?;
    let next_after = changes.last().map_or(after, |change| change.n);
    Ok(Json(OpenChanges { changes, next_after, latest }))
}

/// A package's head; the standard's page says what is in it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Package {
    uri: String,
    version: &'static str,
    extensions: [&'static str; 4],
    published_date: String,
    publisher: Publisher,
    license: &'static str,
    publication_policy: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    releases: Option<Vec<Box<RawValue>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    records: Option<Vec<Record>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    links: Option<Links>,
}

#[derive(Serialize)]
struct Publisher {
    name: &'static str,
    uri: String,
}

#[derive(Serialize)]
struct Links {
    next: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    ocid: String,
    releases: Vec<Link>,
    compiled_release: Box<RawValue>,
}

/// Where one of a record's releases stands.
#[derive(Serialize)]
struct Link {
    url: String,
    date: String,
    tag: Box<RawValue>,
}

impl Package {
    /// `next`: where the next page begins.
    fn new(site: &str, path: &str, next: Option<String>) -> Package {
        Package {
            uri: format!("{site}{path}"),
            version: "1.1",
            extensions: EXTENSIONS,
            published_date: iso(clock::now()),
            publisher: Publisher { name: "阳光竞价 sunbid", uri: site.to_string() },
            license: LICENSE,
            publication_policy: format!("{site}/open"),
            releases: None,
            records: None,
            links: next.map(|path| Links { next: format!("{site}{path}") }),
        }
    }

    fn answer(&self) -> Response {
        let text = serde_json::to_string(self).expect("a package has no failing part");
        ([(header::CONTENT_TYPE, "application/json")], text).into_response()
    }
}

fn raw(text: String) -> ApiResult<Box<RawValue>> {
    RawValue::from_string(text).map_err(|_| ApiError::internal())
}

fn lot(ocid: &str) -> ApiResult<Uuid> {
    lot_of(ocid).ok_or_else(ApiError::not_found)
}

/// Releases of all lots in the feed's order, as an OCDS release package.
#[utoipa::path(get, path = "/api/open/releases", params(OpenPlace),
    responses((status = 200, description = "An OCDS 1.1 release package.", body = Object)))]
async fn releases(State(app): State<App>, Query(place): Query<OpenPlace>) -> ApiResult<Response> {
    let (after, limit) = place.read(RELEASES_MAX);
    let (stored, more) = store::releases(&app.db, after, limit).await?;
    let path = |after: i64| format!("/api/open/releases?after={after}&limit={limit}");
    let next = stored.last().filter(|_| more).map(|last| path(last.n));
    package(&app, &path(after), next, stored)
}

fn package(app: &App, path: &str, next: Option<String>, stored: Vec<Stored>) -> ApiResult<Response> {
    let releases = stored.into_iter().map(|one| raw(one.release)).collect::<ApiResult<_>>()?;
    Ok(Package { releases: Some(releases), ..Package::new(&app.site, path, next) }.answer())
}

/// Every release of one lot, oldest first, as an OCDS release package.
#[utoipa::path(get, path = "/api/open/releases/{ocid}", params(("ocid" = String, Path), OpenPlace),
    responses((status = 200, description = "An OCDS 1.1 release package.", body = Object), (status = "4XX", body = ApiError)))]
async fn releases_of(
    State(app): State<App>,
    Path(ocid): Path<String>,
    Query(place): Query<OpenPlace>,
) -> ApiResult<Response> {
    let (after, limit) = place.read(RELEASES_MAX);
    let (stored, more) = store::releases_of(&app.db, lot(&ocid)?, after, limit).await?;
    if stored.is_empty() && after == 0 {
        return Err(ApiError::not_found());
    }
    let path = |after: i64| format!("/api/open/releases/{ocid}?after={after}&limit={limit}");
    let next = stored.last().filter(|_| more).map(|last| path(last.version));
    package(&app, &path(after), next, stored)
}

/// One release by its version: the same for ever.
#[utoipa::path(get, path = "/api/open/releases/{ocid}/{version}", params(("ocid" = String, Path), ("version" = i64, Path)),
    responses((status = 200, description = "An OCDS 1.1 release package of one.", body = Object), (status = "4XX", body = ApiError)))]
async fn release(State(app): State<App>, Path((ocid, version)): Path<(String, i64)>) -> ApiResult<Response> {
    let (found, _) = store::releases_of(&app.db, lot(&ocid)?, version.saturating_sub(1), 1).await?;
    let found: Vec<Stored> = found.into_iter().filter(|one| one.version == version).collect();
    if found.is_empty() {
        return Err(ApiError::not_found());
    }
    package(&app, &format!("/api/open/releases/{ocid}/{version}"), None, found)
}

/// Each release repeats all that is known, so that the newest compiles all of them. Amounts stay as written.
fn compiled(newest: &str) -> ApiResult<Box<RawValue>> {
    let mut release: BTreeMap<String, Box<RawValue>> =
        serde_json::from_str(newest).map_err(|_| ApiError::internal())?;
    release.insert("tag".into(), raw(r#"["compiled"]"#.into())?);
    raw(serde_json::to_string(&release).map_err(|_| ApiError::internal())?)
}

async fn record_of(app: &App, ocid: &str, newest: &str) -> ApiResult<Record> {
    let links = store::links(&app.db, lot(ocid)?, LINKS_MAX).await?;
    let link = |one: store::Linked| {
        let url = format!("{}/api/open/releases/{ocid}/{}", app.site, one.version);
        Ok(Link { url, date: one.date, tag: raw(one.tag)? })
    };
    let releases = links.into_iter().map(link).collect::<ApiResult<_>>()?;
    Ok(Record { ocid: ocid.to_string(), releases, compiled_release: compiled(newest)? })
}

/// One lot as it stands, with links to its newest releases, as an OCDS record package.
#[utoipa::path(get, path = "/api/open/records/{ocid}", params(("ocid" = String, Path)),
    responses((status = 200, description = "An OCDS 1.1 record package.", body = Object), (status = "4XX", body = ApiError)))]
async fn record(State(app): State<App>, Path(ocid): Path<String>) -> ApiResult<Response> {
    let newest = store::newest_of(&app.db, lot(&ocid)?).await?.ok_or_else(ApiError::not_found)?;
    let records = vec![record_of(&app, &ocid, &newest).await?];
    let path = format!("/api/open/records/{ocid}");
    Ok(Package { records: Some(records), ..Package::new(&app.site, &path, None) }.answer())
}

/// Every lot as it stands, in the order they were first published, as an OCDS record package.
#[utoipa::path(get, path = "/api/open/records", params(OpenPlace),
    responses((status = 200, description = "An OCDS 1.1 record package.", body = Object)))]
async fn records(State(app): State<App>, Query(place): Query<OpenPlace>) -> ApiResult<Response> {
    let (after, limit) = place.read(RELEASES_MAX);
    let (newest, more) = store::newest(&app.db, after, limit).await?;
    let path = |after: i64| format!("/api/open/records?after={after}&limit={limit}");
    let next = newest.last().filter(|_| more).map(|last| path(last.n));
    let mut records = Vec::new();
    for one in &newest {
        records.push(record_of(&app, &one.ocid, &one.release).await?);
    }
    Ok(Package { records: Some(records), ..Package::new(&app.site, &path(after), next) }.answer())
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LogPlace {
    /// Bids after this sequence number; 0 from the first.
    after: Option<u64>,
    /// At most 500.
    limit: Option<u32>,
}

#[derive(Serialize, ToSchema)]
struct BidLog {
    ocid: String,
    bids: Vec<BidRow>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_after: Option<u64>,
}

/// 逐笔报价记录: every visible bid of a lot in order, by paddle.
#[utoipa::path(get, path = "/api/open/bids/{ocid}", params(("ocid" = String, Path), LogPlace),
    responses((status = 200, body = BidLog), (status = "4XX", body = ApiError)))]
async fn bids(
    State(app): State<App>,
    Path(ocid): Path<String>,
    Query(place): Query<LogPlace>,
) -> ApiResult<Json<BidLog>> {
    let written = lots::find(&app.db, lot(&ocid)?).await?;
    if !written.is_published() {
        return Err(ApiError::not_found());
    }
    let limit = place.limit.unwrap_or(BIDS_MAX).clamp(1, BIDS_MAX);
    let bids = lots::bids(&app.db, written.id, written.terms.scale, place.after.unwrap_or(0), limit).await?;
    let next_after = bids.last().filter(|_| bids.len() == limit as usize).map(|bid| bid.seq);
    Ok(Json(BidLog { ocid, bids, next_after }))
}
