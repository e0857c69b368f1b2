//! The doors of the register of items: read by anyone, written by the agency, published by another.

use crate::app::{App, Valid};
use crate::approval::item::Item;
use crate::approval::item_status::{self, ItemStatusAsk, ItemStatusName};
use crate::approval::store::{self, KeptItem};
use crate::calendar::Day;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::registers::cited::{CitedLaw, cited};
use crate::security::model::{Duty, Principal, Role};
use crate::security::store as people;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Items in one import.
const IMPORT_MAX: usize = 500;
/// Faults reported of one import.
const FAULTS_MAX: usize = 100;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, write))
        .routes(routes!(desk))
        .routes(routes!(export))
        .routes(routes!(import))
        .routes(routes!(versions))
        .routes(routes!(publish))
        .routes(routes!(set_status))
}

#[derive(Serialize, ToSchema)]
struct ListedItem {
    #[serde(flatten)]
    item: Item,
    version: i64,
    /// `draft`, `in_force`, `suspended` or `cancelled`.
    status: String,
    /// I wrote it, and so may not publish it.
    mine: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<i64>,
    /// A suspension, return or cancellation somebody asked for; for those who write items.
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<ItemStatusAsk>,
    /// Each law of the legal basis as the register of regulations knows it; of one item alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    laws: Vec<CitedLaw>,
}

/// With the register's word on the laws it cites.
async fn with_laws(app: &App, item: ListedItem) -> ApiResult<ListedItem> {
    let laws = cited(&app.db, &item.item.legal_basis, Day::of(clock::now())).await?;
    Ok(ListedItem { laws, ..item })
}

fn listed(kept: KeptItem, reader: Option<&Principal>) -> ListedItem {
    let mine = kept.created_by.is_some() && kept.created_by == reader.map(|reader| reader.account);
    let KeptItem { item, version, status, published_at, .. } = kept;
    ListedItem { item, version, status, mine, published_at, asked: None, laws: Vec::new() }
}

/// The items in force, and those suspended.
#[utoipa::path(get, path = "/api/items", responses((status = 200, body = Vec<ListedItem>)))]
async fn list(State(app): State<App>) -> ApiResult<Json<Vec<ListedItem>>> {
    Ok(Json(store::items(&app.db, false).await?.into_iter().map(|kept| listed(kept, None)).collect()))
}

/// The same with drafts, for those who write them.
#[utoipa::path(get, path = "/api/desk/items", responses((status = 200, body = Vec<ListedItem>)))]
async fn desk(State(app): State<App>, principal: Principal) -> ApiResult<Json<Vec<ListedItem>>> {
    let mut asks = item_status::asks(&app.db, principal.account).await?;
    let items = store::items(&app.db, true).await?.into_iter().map(|kept| {
        let item = listed(kept, Some(&principal));
        let asked = if item.status == "draft" { None } else { asks.remove(&item.item.code) };
        ListedItem { asked, ..item }
    });
    Ok(Json(items.collect()))
}

/// Every published version of an item, the newest first.
#[utoipa::path(get, path = "/api/items/{code}", params(("code" = String, Path)),
    responses((status = 200, body = Vec<ListedItem>), (status = "4XX", body = ApiError)))]
async fn versions(State(app): State<App>, Path(code): Path<String>) -> ApiResult<Json<Vec<ListedItem>>> {
    let kept = store::versions(&app.db, &code).await?;
    let mut items = Vec::new();
    for kept in kept.into_iter().filter(|kept| kept.status != "draft") {
        items.push(with_laws(&app, listed(kept, None)).await?);
    }
    if items.is_empty() { Err(ApiError::not_found()) } else { Ok(Json(items)) }
}

/// An administrator writes any item, an officer who decides writes his agency's.
async fn check_writer(app: &App, principal: &Principal, agency: &str) -> ApiResult<()> {
    if principal.role == Role::Admin {
        return Ok(());
    }
    let officer = people::by_id(&app.db, principal.account).await?.ok_or_else(ApiError::token_invalid)?;
    let agencies = people::agencies(&app.db).await?;
    let own = agencies.iter().find(|known| Some(known.id) == officer.agency_id);
    if officer.duties.contains(&Duty::Decide) && own.is_some_and(|own| own.credit_code == agency) {
        return Ok(());
    }
    Err(ApiError::forbidden())
}

async fn check_agency(app: &App, agency: &str) -> ApiResult<()> {
    match people::agencies(&app.db).await?.iter().any(|known| known.credit_code == agency) {
        true => Ok(()),
        false => Err(ApiError::bad_request("agency", "没有这个机关，请先登记", "no such agency; found it first")),
    }
}

/// Writes a draft: of a new item, or the next version of one.
#[utoipa::path(post, path = "/api/items", request_body = Item,
    responses((status = 200, body = ListedItem), (status = "4XX", body = ApiError)))]
async fn write(State(app): State<App>, principal: Principal, Valid(item): Valid<Item>) -> ApiResult<Json<ListedItem>> {
    item.check()?;
    check_agency(&app, &item.agency).await?;
    check_writer(&app, &principal, &item.agency).await?;
    check_owner(&app, &principal, &item.code).await?;
    let version = store::write_item(&app.db, &item, principal.account, clock::now()).await?;
    found(&app, &item.code, version, &principal).await
}

/// Nobody takes over another agency's item by writing its next version.
async fn check_owner(app: &App, principal: &Principal, code: &str) -> ApiResult<()> {
    match store::versions(&app.db, code).await?.first() {
        Some(before) => check_writer(app, principal, &before.item.agency).await,
        None => Ok(()),
    }
}

async fn found(app: &App, code: &str, version: i64, principal: &Principal) -> ApiResult<Json<ListedItem>> {
    let kept = store::versions(&app.db, code).await?.into_iter().find(|kept| kept.version == version);
    let item = kept.map(|kept| listed(kept, Some(principal))).ok_or_else(ApiError::not_found)?;
    with_laws(app, item).await.map(Json)
}

/// Puts a draft in force; from here on it is frozen, and new cases are filed under it.
#[utoipa::path(post, path = "/api/items/{code}/{version}/publish", params(("code" = String, Path), ("version" = i64, Path)),
    responses((status = 200, body = ListedItem), (status = "4XX", body = ApiError)))]
async fn publish(
    State(app): State<App>,
    Path((code, version)): Path<(String, i64)>,
    principal: Principal,
) -> ApiResult<Json<ListedItem>> {
    check_owner(&app, &principal, &code).await?;
    store::publish_item(&app.db, &code, version, principal.account, clock::now()).await?;
    found(&app, &code, version, &principal).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ItemStatus {
    /// `suspended`, `in_force` again, or `cancelled`.
    to: ItemStatusName,
}

/// 暂停, 恢复, 取消: asked for by one, done when another asks for the same; cases under way go on.
#[utoipa::path(post, path = "/api/items/{code}/status", params(("code" = String, Path)), request_body = ItemStatus,
    responses((status = 204), (status = "4XX", body = ApiError)))]
async fn set_status(
    State(app): State<App>,
    Path(code): Path<String>,
    principal: Principal,
    Valid(status): Valid<ItemStatus>,
) -> ApiResult<axum::http::StatusCode> {
    check_owner(&app, &principal, &code).await?;
    item_status::set(&app, &code, status.to, &principal).await?;
    Ok(axum::http::StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum FileFormat {
    Json,
    Csv,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Format {
    #[param(inline)]
    format: FileFormat,
}

/// The items in force as a file: JSON, or CSV whose cells hold JSON where a field is a list.
#[utoipa::path(get, path = "/api/items/export", params(Format),
    responses((status = 200, description = "the file"), (status = "4XX", body = ApiError)))]
async fn export(State(app): State<App>, Query(Format { format }): Query<Format>) -> ApiResult<Response> {
    let items: Vec<Item> = store::items(&app.db, false).await?.into_iter().map(|kept| kept.item).collect();
    match format {
        FileFormat::Json => Ok(Json(items).into_response()),
        FileFormat::Csv => {
            let text = to_csv(&items).map_err(|_| ApiError::internal())?;
            Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8")], text).into_response())
        }
    }
}

/// FormField order of the CSV, as serde names them.
fn columns(items: &[Map<String, Value>]) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for key in items.iter().flat_map(Map::keys) {
        if !columns.contains(key) {
            columns.push(key.clone());
        }
    }
    columns
}

fn to_csv(items: &[Item]) -> Result<String, Box<dyn std::error::Error>> {
    let rows: Vec<Map<String, Value>> = items
        .iter()
        .map(|item| serde_json::to_value(item).map(|value| value.as_object().cloned().unwrap_or_default()))
        .collect::<Result<_, _>>()?;
    let columns = columns(&rows);
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(&columns)?;
    for row in &rows {
        let cell = |column: &String| match row.get(column) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        out.write_record(columns.iter().map(cell))?;
    }
    Ok(String::from_utf8(out.into_inner()?)?)
}

/// A row as an item: a cell is text, or JSON where the item's field is no text.
fn of_cells(columns: &csv::StringRecord, cells: &csv::StringRecord) -> Result<Item, String> {
    let mut row = Map::new();
    for (column, cell) in columns.iter().zip(cells) {
        if cell.is_empty() {
            continue;
        }
        let is_data = cell.starts_with(['[', '{']) || matches!(cell, "true" | "false");
        let is_number = column.ends_with("_wd") || matches!(column, "online_depth" | "validity_months");
        let value = if is_data || is_number {
            serde_json::from_str(cell).map_err(|error| format!("{column}: {error}"))?
        } else {
            Value::String(cell.to_string())
        };
        row.insert(column.to_string(), value);
    }
    serde_json::from_value(Value::Object(row)).map_err(|error| error.to_string())
}

/// One fault of an import.
#[derive(Serialize, ToSchema, Debug, PartialEq, Eq)]
struct ImportFault {
    /// Line of the CSV, or place in the JSON list, from 1.
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    zh: String,
    en: String,
}

#[derive(Serialize, ToSchema)]
struct ItemImport {
    /// Drafts written: all of them, or none when there is a fault.
    written: u64,
    /// At most 100.
    faults: Vec<ImportFault>,
}

/// Imports drafts: all or none. The body is a JSON list or a CSV as exported.
#[utoipa::path(post, path = "/api/items/import", params(Format), request_body(content = String, content_type = "text/plain"),
    responses((status = 200, body = ItemImport), (status = "4XX", body = ApiError)))]
async fn import(
    State(app): State<App>,
    Query(Format { format }): Query<Format>,
    principal: Principal,
    body: Bytes,
) -> ApiResult<Json<ItemImport>> {
    let read = match format {
        FileFormat::Json => of_json(&body)?,
        FileFormat::Csv => of_csv(&body)?,
    };
    if read.len() > IMPORT_MAX {
        return Err(ApiError::bad_request("", "一次最多导入500个事项", "at most 500 items at once"));
    }
    let (mut items, mut faults) = (Vec::new(), Vec::new());
    for (line, item) in read {
        let checked = match item {
            Err(said) => Err(ApiError::bad_request("", &format!("无法读取：{said}"), &said)),
            Ok(item) => match item.check() {
                Err(error) => Err(error),
                Ok(()) => match check_agency(&app, &item.agency).await {
                    Ok(()) => check_writer(&app, &principal, &item.agency).await.map(|()| item),
                    Err(error) => Err(error),
                },
            },
        };
        match checked {
            Ok(item) => items.push(item),
            Err(error) if faults.len() < FAULTS_MAX => {
                faults.push(ImportFault { line, field: error.field, zh: error.zh, en: error.en });
            }
            Err(_) => {}
        }
    }
    let mut written = 0;
    if faults.is_empty() {
        for item in &items {
            check_owner(&app, &principal, &item.code).await?;
        }
        for item in &items {
            store::write_item(&app.db, item, principal.account, clock::now()).await?;
            written += 1;
        }
    }
    Ok(Json(ItemImport { written, faults }))
}

type Read = Vec<(u64, Result<Item, String>)>;

fn of_json(body: &[u8]) -> ApiResult<Read> {
    let list: Vec<Value> = serde_json::from_slice(body)
        .map_err(|error| ApiError::bad_request("", "文件不是JSON列表", &format!("not a JSON list: {error}")))?;
    let item = |value| serde_json::from_value(value).map_err(|error| error.to_string());
    Ok(list.into_iter().zip(1..).map(|(value, line)| (line, item(value))).collect())
}

fn of_csv(body: &[u8]) -> ApiResult<Read> {
    let unreadable = |error: csv::Error| ApiError::bad_request("", "文件不是CSV", &format!("not a CSV: {error}"));
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(body);
    let columns = reader.headers().map_err(unreadable)?.clone();
    let mut read = Vec::new();
    for cells in reader.records() {
        let cells = cells.map_err(unreadable)?;
        read.push((cells.position().map_or(0, csv::Position::line), of_cells(&columns, &cells)));
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::item::seeded;

    #[test]
    fn items_come_back_whole_from_csv() {
        let items = seeded();
        let text = to_csv(&items).expect("written");
        let read: Vec<Item> =
            of_csv(text.as_bytes()).expect("read").into_iter().map(|(_, item)| item.expect("an item")).collect();
        assert_eq!(read, items);
    }
}
