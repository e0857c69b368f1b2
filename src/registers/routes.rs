//! The doors of the registers: what they are, their rows, and who read them.

use crate::app::{App, Valid};
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::registers::access::{Visitor, shown};
use crate::registers::fields::{Data, Field, Register};
use crate::registers::model::{ChoiceView, FieldView, NewOwner, ReadPage, RegisterView, RowHistory, RowPage, RowQuery};
use crate::registers::reading::Format;
use crate::registers::tables::{self, REGISTERS};
use crate::registers::{shares, store};
use crate::security::audit::{self, Act};
use crate::security::model::{Principal, Role};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::collections::BTreeSet;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const PAGE_SIZE_MAX: u32 = 100;
const PAGE_SIZE: u32 = 50;
/// As many as an import takes, so that what went in can come out.
const EXPORT_ROWS_MAX: u32 = 100_000;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(set_owner))
        .routes(routes!(rows))
        .routes(routes!(row))
        .routes(routes!(export))
        .routes(routes!(reads))
}

/// A register, and the one who stands at its door.
pub struct Found {
    pub register: &'static Register,
    pub owner: Option<Uuid>,
    pub visitor: Visitor,
}

pub async fn visitor(app: &App, principal: &Principal) -> ApiResult<Visitor> {
    let account = crate::security::store::by_id(&app.db, principal.account).await?;
    let account = account.ok_or_else(ApiError::token_invalid)?;
    Ok(Visitor { account: account.id, role: account.role, agency: account.agency_id, duties: account.duties })
}

pub fn named(name: &str) -> ApiResult<&'static Register> {
    tables::register(name).ok_or_else(|| ApiError {
        zh: "没有这个数据库".into(),
        en: "no such register".into(),
        ..ApiError::not_found()
    })
}

pub async fn find(app: &App, name: &str, principal: &Principal) -> ApiResult<Found> {
    let register = named(name)?;
    let owner = store::owner(&app.db, register.name).await?;
    Ok(Found { register, owner, visitor: visitor(app, principal).await? })
}

impl Found {
    async fn readable(&self, app: &App) -> ApiResult<Vec<&'static Field>> {
        let granted: BTreeSet<String> =
            shares::granted(&app.db, self.register.name, self.visitor.agency, clock::now()).await?;
        Ok(self.visitor.readable(self.register, self.owner, &granted))
    }

    /// What is shown for a purpose, or why nothing is.
    async fn shown(&self, app: &App, purpose: Option<&str>) -> ApiResult<Vec<&'static Field>> {
        let readable = self.readable(app).await?;
        if readable.is_empty() {
            return Err(ApiError {
                code: "NOT_SHARED".into(),
                zh: "本库未向贵单位共享，请先提出共享申请".into(),
                en: "this register is not shared with your agency; ask for it first".into(),
                ..ApiError::forbidden()
            });
        }
        let fields = shown(&readable, purpose);
        if fields.is_empty() {
            return Err(ApiError::bad_request(
                "purpose",
                "可读字段均为个人信息，请填写用途",
                "all you may read is personal; say what it is for",
            ));
        }
        Ok(fields)
    }

    /// Puts a reading on record before it is answered: of personal data, and of whatever another agency's
    /// register shares for a purpose. What names nobody and is the reader's own, or everybody's, is not noted.
    async fn note(&self, app: &App, fields: &[&Field], purpose: Option<&str>, what: &str) -> ApiResult<()> {
        let is_shared = self.visitor.role == Role::Officer && !self.register.open && !self.visitor.is_of(self.owner);
        let noted: Vec<&str> =
            fields.iter().filter(|field| is_shared || field.personal).map(|field| field.name).collect();
        let purpose = match purpose {
            _ if noted.is_empty() => return Ok(()),
            Some(purpose) => purpose.to_string(),
            None => shares::purposes(&app.db, self.register.name, self.visitor.agency, clock::now()).await?,
        };
        let subject = format!("{}; {what}", noted.join(" "));
        let act = Act::of(self.visitor.account, self.visitor.role, &action(self.register), &subject);
        audit::note(&app.db, act.because(&purpose)).await
    }
}

/// The name under which readings of a register stand in the audit trail.
fn action(register: &Register) -> String {
    format!("read register {}", register.name)
}

fn names(fields: &[&Field]) -> Vec<String> {
    fields.iter().map(|field| field.name.to_string()).collect()
}

fn field_view(field: &Field, readable: &[&'static Field]) -> FieldView {
    let choices = field.kind.choices().iter();
    FieldView {
        name: field.name.into(),
        zh: field.zh.into(),
        en: field.en.into(),
        kind: field.kind.name(),
        required: field.required,
        key: field.key,
        personal: field.personal,
        readable: readable.iter().any(|known| known.name == field.name),
        choices: choices.map(ChoiceView::from).collect(),
    }
}

/// The nine registers, and what I may do with each.
#[utoipa::path(get, path = "/api/registers", operation_id = "register_list",
    responses((status = 200, body = Vec<RegisterView>), (status = "4XX", body = ApiError)))]
async fn list(State(app): State<App>, principal: Principal) -> ApiResult<Json<Vec<RegisterView>>> {
    let visitor = visitor(&app, &principal).await?;
    let (mut owners, counts) = (store::owners(&app.db).await?, store::counts(&app.db).await?);
    let mut views = Vec::new();
    for register in REGISTERS {
        let owner = owners.remove(register.name);
        let found = Found { register, owner: owner.as_ref().map(|owner| owner.id), visitor: visitor.clone() };
        let readable = found.readable(&app).await?;
        views.push(RegisterView {
            name: register.name.into(),
            zh: register.zh.into(),
            en: register.en.into(),
            open: register.open,
            mine: visitor.answers_for(found.owner),
            owner,
            rows: counts.get(register.name).copied().unwrap_or(0) as u64,
            fields: register.fields.iter().map(|field| field_view(field, &readable)).collect(),
        });
    }
    Ok(Json(views))
}

/// Says which agency answers for a register.
#[utoipa::path(put, path = "/api/registers/{id}/owner", operation_id = "register_set_owner",
    params(("id" = String, Path)), request_body = NewOwner,
    responses((status = 204), (status = "4XX", body = ApiError)))]
async fn set_owner(
    State(app): State<App>,
    Path(id): Path<String>,
    principal: Principal,
    Valid(owner): Valid<NewOwner>,
) -> ApiResult<axum::http::StatusCode> {
    let register = named(&id)?;
    store::set_owner(&app.db, register.name, owner.agency_id, principal.account, clock::now()).await?;
    Ok(axum::http::StatusCode::NO_CONTENT)
}

/// Rows that stand today. Only what is shown is searched.
#[utoipa::path(get, path = "/api/registers/{id}/rows", operation_id = "register_rows",
    params(("id" = String, Path), RowQuery),
    responses((status = 200, body = RowPage), (status = "4XX", body = ApiError)))]
async fn rows(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(query): Query<RowQuery>,
    principal: Principal,
) -> ApiResult<Json<RowPage>> {
    let found = find(&app, &id, &principal).await?;
    let purpose = shares::purpose(query.purpose.as_deref())?;
    let fields = found.shown(&app, purpose).await?;
    let page = query.page.unwrap_or(1).max(1);
    let page_size = query.page_size.unwrap_or(PAGE_SIZE).clamp(1, PAGE_SIZE_MAX);
    let place = (page_size, u64::from(page - 1) * u64::from(page_size));
    let slice = store::rows(&app.db, found.register.name, &query, &fields, place).await?;
    let read: Vec<String> = slice.rows.iter().map(|row| row.n.to_string()).collect();
    found.note(&app, &fields, purpose, &format!("rows {}", read.join(" "))).await?;
    Ok(Json(RowPage { items: slice.rows, total: slice.total, page, page_size, shown: names(&fields) }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Purpose {
    /// 用途; without it no personal field is shown.
    purpose: Option<String>,
}

/// A row with its history, by the number of any of its versions.
#[utoipa::path(get, path = "/api/registers/{id}/rows/{no}", operation_id = "register_row",
    params(("id" = String, Path), ("no" = i64, Path), Purpose),
    responses((status = 200, body = RowHistory), (status = "4XX", body = ApiError)))]
async fn row(
    State(app): State<App>,
    Path((id, no)): Path<(String, i64)>,
    Query(query): Query<Purpose>,
    principal: Principal,
) -> ApiResult<Json<RowHistory>> {
    let found = find(&app, &id, &principal).await?;
    let purpose = shares::purpose(query.purpose.as_deref())?;
    let fields = found.shown(&app, purpose).await?;
    let versions = store::versions(&app.db, found.register.name, no, &fields).await?;
    if versions.is_empty() {
        return Err(ApiError::not_found());
    }
    found.note(&app, &fields, purpose, &format!("history of row {no}")).await?;
    Ok(Json(RowHistory { shown: names(&fields), versions }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    #[param(inline)]
    format: Format,
}

/// The rows found, as a file: at most 100,000. What comes out goes in again.
#[utoipa::path(get, path = "/api/registers/{id}/export", operation_id = "register_export",
    params(("id" = String, Path), RowQuery, ExportQuery),
    responses((status = 200, body = String), (status = "4XX", body = ApiError)))]
async fn export(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(query): Query<RowQuery>,
    Query(form): Query<ExportQuery>,
    principal: Principal,
) -> ApiResult<Response> {
    let found = find(&app, &id, &principal).await?;
    let purpose = shares::purpose(query.purpose.as_deref())?;
    let fields = found.shown(&app, purpose).await?;
    let slice = store::rows(&app.db, found.register.name, &query, &fields, (EXPORT_ROWS_MAX, 0)).await?;
    let (first, last) = (slice.rows.first().map_or(0, |row| row.n), slice.rows.last().map_or(0, |row| row.n));
    found.note(&app, &fields, purpose, &format!("export of {} rows, {first} to {last}", slice.rows.len())).await?;
    let rows: Vec<Data> = slice.rows.into_iter().map(|row| row.data).collect();
    let (kind, ending, text) = match form.format {
        Format::Csv => ("text/csv; charset=utf-8", "csv", csv(&rows, &fields).map_err(|_| ApiError::internal())?),
        Format::Json => ("application/json", "json", store::written(&rows)?.into_bytes()),
    };
    let name = format!("attachment; filename=\"{}.{ending}\"", found.register.name);
    Ok(([(header::CONTENT_TYPE, kind.to_string()), (header::CONTENT_DISPOSITION, name)], text).into_response())
}

/// With the mark by which spreadsheets know UTF-8.
fn csv(rows: &[Data], fields: &[&Field]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer("\u{FEFF}".as_bytes().to_vec());
    writer.write_record(fields.iter().map(|field| field.name))?;
    for row in rows {
        writer.write_record(fields.iter().map(|field| row.get(field.name).map_or("", String::as_str)))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Before {
    /// Readings before this number; the newest if absent. At most 100 are returned.
    before_n: Option<i64>,
}

/// Who read personal or shared data of my register, what, and why; newest first.
#[utoipa::path(get, path = "/api/registers/{id}/reads", operation_id = "register_reads",
    params(("id" = String, Path), Before),
    responses((status = 200, body = ReadPage), (status = "4XX", body = ApiError)))]
async fn reads(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(query): Query<Before>,
    principal: Principal,
) -> ApiResult<Json<ReadPage>> {
    let found = find(&app, &id, &principal).await?.owned_or_watched()?;
    store::reads(&app.db, &action(found.register), query.before_n).await.map(Json)
}
