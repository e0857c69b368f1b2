//! The doors of cases: the applicant's and the officer's.

use crate::app::{App, Valid};
use crate::approval::case::{CaseAct, CaseOutcome, Status};
use crate::approval::cases::{self, Standing, allowed, person, standing};
use crate::approval::form::{self, Form};
use crate::approval::item::{FieldKind, FormField, Item, ItemMaterial, ItemStep};
use crate::approval::limits::{Clocks, Colour, clocks};
use crate::approval::registrations;
use crate::approval::revocations::{self, AMONG_OFFICERS, Revocation};
use crate::approval::store::{self, KeptCase, KeptEvent, KeptMaterial, Of, Whole};
use crate::calendar::Day;
use crate::clock;
use crate::codes::identity_number;
use crate::content;
use crate::error::{ApiError, ApiResult};
use crate::registers::{self, Entity};
use crate::security::audit;
use crate::security::model::{Account, Principal, Role};
use crate::security::store as people;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::Row;
use std::collections::HashMap;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const PAGE: usize = 50;
/// A joint bid has ten members.
const ENTITIES_MAX: usize = 20;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(open))
        .routes(routes!(read, write))
        .routes(routes!(act))
        .routes(routes!(download))
        .routes(routes!(mine))
        .routes(routes!(inbox))
        .routes(routes!(to_consent))
        .routes(routes!(consent))
}

/// Doors that take files.
pub fn uploads() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(upload))
}

#[derive(Serialize, ToSchema)]
struct CaseCard {
    id: Uuid,
    no: String,
    item: String,
    item_zh: String,
    item_en: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    status: Status,
    /// The step it is in, from 0.
    step: usize,
    step_zh: String,
    step_en: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<CaseOutcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filed_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_at: Option<i64>,
    created_at: i64,
    /// The office's last word to the applicant: what to correct, or why it was decided so.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_word: Option<String>,
    clocks: Clocks,
}

/// Acts whose note is meant for the applicant; what officers write to each other is not among them.
const TOLD: [&str; 4] = ["return", "refuse_acceptance", "decide", "confirm"];

fn card(case: &KeptCase, item: &Item, events: &[KeptEvent], app: &App, today: Day) -> CaseCard {
    let step = item.steps.get(case.step);
    let told = events.iter().rev().find(|event| TOLD.contains(&event.act.as_str()) && !event.note.is_empty());
    CaseCard {
        id: case.id,
        no: case.no.clone(),
        item: case.item.clone(),
        item_zh: item.name_zh.clone(),
        item_en: item.name_en.clone(),
        subject: case.subject.clone(),
        status: case.status,
        step: case.step,
        step_zh: step.map(|step| step.name_zh.clone()).unwrap_or_default(),
        step_en: step.map(|step| step.name_en.clone()).unwrap_or_default(),
        outcome: case.outcome,
        filed_at: case.filed_at,
        decided_at: case.decided_at,
        created_at: case.created_at,
        last_word: told.map(|event| event.note.clone()),
        clocks: clocks(item, case.step, &store::marks(events, item), &app.calendar(), today),
    }
}

#[derive(Serialize, ToSchema)]
struct CaseEvent {
    at: i64,
    /// Who did it; officers by name to each other, by their office to the applicant.
    by: String,
    act: String,
    step: u32,
    note: String,
    /// What the act carried: the outcome, the days, the procedure, the agency.
    #[schema(value_type = Object)]
    data: Value,
}

#[derive(Serialize, ToSchema)]
struct CaseFile {
    material: String,
    name: String,
    kind: String,
    bytes: i64,
    sha256: String,
    at: i64,
}

impl From<&KeptMaterial> for CaseFile {
    fn from(kept: &KeptMaterial) -> CaseFile {
        CaseFile {
            material: kept.material.clone(),
            name: kept.name.clone(),
            kind: kept.kind.clone(),
            bytes: kept.bytes,
            sha256: kept.sha256.clone(),
            at: kept.at,
        }
    }
}

#[derive(Serialize, ToSchema)]
struct CaseOpinion {
    agency_zh: String,
    agency_en: String,
    question: String,
    asked_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    opinion: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agrees: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_at: Option<i64>,
}

#[derive(Serialize, ToSchema)]
struct CaseView {
    #[serde(flatten)]
    card: CaseCard,
    item_version: i64,
    #[schema(value_type = Object)]
    form: Form,
    fields: Vec<FormField>,
    materials: Vec<ItemMaterial>,
    steps: Vec<ItemStep>,
    /// SpecialProcedure procedures this item knows, by name.
    special: Vec<String>,
    files: Vec<CaseFile>,
    events: Vec<CaseEvent>,
    opinions: Vec<CaseOpinion>,
    agency_zh: String,
    agency_en: String,
    /// 法人库: what the register of legal entities says of the credit codes in the form; told to those who handle it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entities: Vec<NamedEntity>,
    /// I filed it.
    mine: bool,
    /// A decision proposed and not yet confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposed: Option<CaseOutcome>,
    /// Acts I may do now, by name.
    may: Vec<String>,
    /// 撤销登记, of a case that granted the registration its bidder bids under.
    #[serde(skip_serializing_if = "Option::is_none")]
    revocation: Option<Revocation>,
}

#[derive(Serialize, ToSchema)]
struct NamedEntity {
    code: String,
    #[serde(flatten)]
    entity: Entity,
}

/// Credit codes in a form, members of a joint bid included; a foreign or wrong one is warned of, never refused.
async fn entities(app: &App, whole: &Whole) -> ApiResult<Vec<NamedEntity>> {
    let (mut codes, today) = (Vec::new(), Day::of(clock::now()));
    for field in &whole.item.form {
        let value = whole.case.form.get(&field.name);
        match field.kind {
            FieldKind::CreditCode => codes.extend(value.and_then(Value::as_str)),
            FieldKind::Members => {
                let members = value.and_then(Value::as_array).into_iter().flatten();
                let code = members.filter_map(|member| member["code"].as_str());
                // A natural person's number is no entity's.
                codes.extend(code.filter(|code| identity_number(code, today).is_err()));
            }
            _ => {}
        }
    }
    let mut told = Vec::new();
    for code in codes.into_iter().filter(|code| !code.trim().is_empty()).take(ENTITIES_MAX) {
        told.push(NamedEntity { code: code.into(), entity: registers::check_entity(&app.db, code).await? });
    }
    Ok(told)
}

async fn view(app: &App, whole: &Whole, who: &Account) -> ApiResult<CaseView> {
    let agencies: HashMap<Uuid, _> = people::agencies(&app.db)
        .await?
        .into_iter()
        .map(|agency| (agency.id, (agency.name_zh, agency.name_en)))
        .collect();
    let name = |id: &Uuid| agencies.get(id).cloned().unwrap_or_default();
    let is_applicant = standing(whole, who) == Standing::Applicant;
    let mut events = Vec::new();
    for event in &whole.events {
        let by = match event.by == whole.case.applicant || !is_applicant {
            true => people::any_by_id(&app.db, event.by).await?.map_or_else(String::new, |account| account.name),
            false => name(&whole.case.agency).0,
        };
        events.push(CaseEvent {
            at: event.at.0,
            by,
            act: event.act.clone(),
            step: event.step,
            note: event.note.clone(),
            data: event.data.clone(),
        });
    }
    // What one officer proposes is told when another has confirmed it.
    if is_applicant {
        events.retain(|event| !matches!(event.act.as_str(), "propose" | "send_back" | "give_opinion"));
        events.retain(|event| !AMONG_OFFICERS.contains(&event.act.as_str()));
    }
    let opinions = whole.opinions.iter().filter(|_| !is_applicant).map(|opinion| CaseOpinion {
        agency_zh: name(&opinion.agency).0,
        agency_en: name(&opinion.agency).1,
        question: opinion.question.clone(),
        asked_at: opinion.asked_at,
        opinion: opinion.opinion.clone(),
        agrees: opinion.agrees,
        answered_at: opinion.answered_at,
    });
    let (agency_zh, agency_en) = name(&whole.case.agency);
    let revocation = revocations::beside(&mut *app.db.acquire().await?, whole, who).await?;
    Ok(CaseView {
        card: card(&whole.case, &whole.item, &whole.events, app, Day::of(clock::now())),
        item_version: whole.case.item_version,
        form: whole.case.form.clone(),
        fields: whole.item.form.clone(),
        materials: whole.item.materials.clone(),
        steps: whole.item.steps.clone(),
        special: whole.item.special.iter().map(|special| special.name.clone()).collect(),
        files: whole.materials.iter().map(CaseFile::from).collect(),
        opinions: opinions.collect(),
        events,
        agency_zh,
        agency_en,
        entities: if is_applicant { Vec::new() } else { entities(app, whole).await? },
        mine: is_applicant,
        proposed: whole.place().proposed.filter(|_| whole.case.status == Status::Proposed && !is_applicant),
        may: allowed(whole, who).into_iter().map(String::from).collect(),
        revocation,
    })
}

/// A case somebody may see, and himself; his reading is noted.
async fn seen(app: &App, id: Uuid, principal: &Principal) -> ApiResult<(Whole, Account)> {
    let (whole, who) = cases::readable(app, id, principal).await?;
    if standing(&whole, &who) != Standing::Applicant {
        let note = audit::Act::of(who.id, who.role, "read case", &whole.case.no);
        audit::note(&app.db, note.because("case handling")).await?;
    }
    Ok((whole, who))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCase {
    /// Code of the item.
    item: String,
    /// A lot's id, or a lot's id, a slash and the number of an application; absent when it is about me.
    subject: Option<String>,
    #[schema(value_type = Object)]
    #[serde(default)]
    form: Form,
}

/// Begins a case: a draft, to be filed when it is whole.
#[utoipa::path(post, path = "/api/cases", request_body = NewCase,
    responses((status = 200, body = CaseView), (status = "4XX", body = ApiError)))]
async fn open(State(app): State<App>, principal: Principal, Valid(new): Valid<NewCase>) -> ApiResult<Json<CaseView>> {
    let who = person(&app, &principal).await?;
    let kept = store::in_force(&app.db, &new.item)
        .await
        .map_err(|_| ApiError::bad_request("item", "没有这个事项，或已暂停", "no such item, or it is suspended"))?;
    let subject = cases::subject(&app, &who, kept.item.filed_by, kept.item.subject, new.subject.as_deref()).await?;
    form::check_draft(&kept.item, &new.form, Day::of(clock::now()))?;
    let agency = people::agencies(&app.db).await?.into_iter().find(|agency| agency.credit_code == kept.item.agency);
    let agency = agency.ok_or_else(ApiError::internal)?.id;
    let id = store::add_case(&app.db, &kept, agency, &subject, &new.form, who.id, clock::now()).await?;
    let (whole, who) = seen(&app, id, &principal).await?;
    view(&app, &whole, &who).await.map(Json)
}

/// A case: its applicant, the agencies concerned and supervision read it; their reading is noted.
#[utoipa::path(get, path = "/api/cases/{id}", params(("id" = Uuid, Path)),
    responses((status = 200, body = CaseView), (status = "4XX", body = ApiError)))]
async fn read(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<Json<CaseView>> {
    let (whole, who) = seen(&app, id, &principal).await?;
    view(&app, &whole, &who).await.map(Json)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FormBody {
    #[schema(value_type = Object)]
    form: Form,
}

/// An applicant's own case.
async fn own(app: &App, id: Uuid, principal: &Principal) -> ApiResult<(Whole, Account)> {
    let (whole, who) = seen(app, id, principal).await?;
    if whole.case.applicant != who.id {
        return Err(ApiError::forbidden());
    }
    Ok((whole, who))
}

/// Writes the form of a draft, or of a case returned for correction.
#[utoipa::path(put, path = "/api/cases/{id}", params(("id" = Uuid, Path)), request_body = FormBody,
    responses((status = 200, body = CaseView), (status = "4XX", body = ApiError)))]
async fn write(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(body): Valid<FormBody>,
) -> ApiResult<Json<CaseView>> {
    let (whole, _) = own(&app, id, &principal).await?;
    form::check_draft(&whole.item, &body.form, Day::of(clock::now()))?;
    store::write_form(&app.db, id, &body.form).await?;
    let (whole, who) = seen(&app, id, &principal).await?;
    view(&app, &whole, &who).await.map(Json)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FileName {
    name: String,
}

/// Uploads a material: the bytes as the body, at most 20 MiB.
#[utoipa::path(put, path = "/api/cases/{id}/materials/{material}",
    params(("id" = Uuid, Path), ("material" = String, Path), FileName),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = CaseFile), (status = "4XX", body = ApiError)))]
async fn upload(
    State(app): State<App>,
    Path((id, material)): Path<(Uuid, String)>,
    Query(FileName { name }): Query<FileName>,
    principal: Principal,
    body: Bytes,
) -> ApiResult<Json<CaseFile>> {
    let (whole, who) = own(&app, id, &principal).await?;
    if !matches!(whole.case.status, Status::Draft | Status::Returned) {
        return Err(ApiError::conflict("已提交的申请不能再上传材料", "a filed case takes no more materials"));
    }
    if !whole.item.materials.iter().any(|known| known.name == material) {
        return Err(ApiError::bad_request("material", "该事项没有这项材料", "the item has no such material"));
    }
    content::check_name(&name)?;
    let now = clock::now();
    content::count(&app.db, who.id, body.len(), now).await?;
    let stored = content::keep(&app.dir, body.to_vec()).await?;
    let kept = KeptMaterial {
        material,
        name,
        kind: stored.kind.into(),
        bytes: stored.bytes as i64,
        sha256: stored.sha256,
        at: now.0,
    };
    store::add_material(&app.db, id, &kept, who.id).await?;
    Ok(Json(CaseFile::from(&kept)))
}

/// A file of a case, as it was uploaded.
#[utoipa::path(get, path = "/api/cases/{id}/files/{sha256}", params(("id" = Uuid, Path), ("sha256" = String, Path)),
    responses((status = 200, description = "the file"), (status = "4XX", body = ApiError)))]
async fn download(
    State(app): State<App>,
    Path((id, sha256)): Path<(Uuid, String)>,
    principal: Principal,
) -> ApiResult<Response> {
    let (whole, _) = seen(&app, id, &principal).await?;
    let file = whole.materials.iter().find(|file| file.sha256 == sha256).ok_or_else(ApiError::not_found)?;
    let bytes = content::read(&app.dir, &sha256).await?;
    content::attachment(&file.kind, bytes)
}

/// Moves a case on.
#[utoipa::path(post, path = "/api/cases/{id}/acts", params(("id" = Uuid, Path)), request_body = CaseAct,
    responses((status = 200, body = CaseView), (status = "4XX", body = ApiError)))]
async fn act(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(act): Valid<CaseAct>,
) -> ApiResult<Json<CaseView>> {
    let who = person(&app, &principal).await?;
    cases::act(&app, &who, id, &act).await?;
    let mut db = app.db.acquire().await?;
    let whole = store::whole(&mut db, id).await?;
    drop(db);
    view(&app, &whole, &who).await.map(Json)
}

async fn cards(app: &App, found: Vec<(KeptCase, Vec<KeptEvent>)>) -> ApiResult<Vec<CaseCard>> {
    let today = Day::of(clock::now());
    let mut items: HashMap<(String, i64), Item> = HashMap::new();
    let mut cards = Vec::new();
    for (case, events) in &found {
        let key = (case.item.clone(), case.item_version);
        if !items.contains_key(&key) {
            let versions = store::versions(&app.db, &case.item).await?;
            items.extend(versions.into_iter().map(|kept| ((kept.item.code.clone(), kept.version), kept.item)));
        }
        let item = items.get(&key).ok_or_else(ApiError::internal)?;
        cards.push(card(case, item, events, app, today));
    }
    Ok(cards)
}

/// My cases, the newest first.
#[utoipa::path(get, path = "/api/me/cases", responses((status = 200, body = Vec<CaseCard>)))]
async fn mine(State(app): State<App>, principal: Principal) -> ApiResult<Json<Vec<CaseCard>>> {
    cards(&app, store::cases(&app.db, Of::Applicant(principal.account)).await?).await.map(Json)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct InboxQuery {
    status: Option<Status>,
    colour: Option<Colour>,
    item: Option<String>,
    /// Part of a case's number.
    q: Option<String>,
    page: Option<usize>,
}

#[derive(Serialize, ToSchema)]
struct Inbox {
    items: Vec<CaseCard>,
    total: usize,
    page: usize,
    page_size: usize,
    /// Open cases by colour, before any filter: green, blue, yellow, red.
    colours: [usize; 4],
}

/// An agency's open cases, the most urgent first; a supervisor sees every agency's.
#[utoipa::path(get, path = "/api/inbox", params(InboxQuery),
    responses((status = 200, body = Inbox), (status = "4XX", body = ApiError)))]
async fn inbox(
    State(app): State<App>,
    Query(query): Query<InboxQuery>,
    principal: Principal,
) -> ApiResult<Json<Inbox>> {
    let who = person(&app, &principal).await?;
    let of = match who.role {
        Role::Officer => Of::Agency(who.agency_id.ok_or_else(ApiError::forbidden)?),
        _ => Of::Everyone,
    };
    let mut kept = store::cases(&app.db, of).await?;
    if who.role != Role::Officer {
        let open = cases::open_lots(&app.db).await?;
        kept.retain(|(case, _)| !cases::names_a_bidder_of(case, &open));
    }
    let mut found = cards(&app, kept).await?;
    let mut colours = [0; 4];
    for card in &found {
        colours[card.clocks.colour as usize] += 1;
    }
    let q = query.q.unwrap_or_default();
    found.retain(|card| {
        query.status.is_none_or(|status| card.status == status)
            && query.colour.is_none_or(|colour| card.clocks.colour == colour)
            && query.item.as_ref().is_none_or(|item| card.item == *item)
            && card.no.contains(q.trim())
    });
    found.sort_by_key(|card| (std::cmp::Reverse(card.clocks.colour), card.filed_at));
    let (total, page) = (found.len(), query.page.unwrap_or(1).max(1));
    let items = found.into_iter().skip((page - 1).saturating_mul(PAGE)).take(PAGE).collect();
    Ok(Json(Inbox { items, total, page, page_size: PAGE, colours }))
}

/// A joint bid that names me, waiting for my consent.
#[derive(Serialize, ToSchema)]
struct ConsentRow {
    case_id: Uuid,
    no: String,
    subject: String,
    #[schema(value_type = Vec<form::Member>)]
    members: Value,
    consented: bool,
}

/// Joint bids being prepared that name me as a member.
#[utoipa::path(get, path = "/api/me/consents", responses((status = 200, body = Vec<ConsentRow>)))]
async fn to_consent(State(app): State<App>, principal: Principal) -> ApiResult<Json<Vec<ConsentRow>>> {
    let mut db = app.db.acquire().await?;
    let Some(code) = cases::registered_code(&mut db, principal.account).await? else { return Ok(Json(Vec::new())) };
    let rows = sqlx::query(
        "select c.id, c.no, c.subject, m.value as members, k.members as consented
         from cases c, json_each(c.form) m
         left join case_consents k on k.case_id = c.id and k.code = ?1
         where c.status in ('draft', 'returned') and c.applicant <> ?2 and m.type = 'array'
           and exists (select 1 from json_each(m.value) one where json_extract(one.value, '$.code') = ?1)
         order by c.created_at desc limit 100",
    )
    .bind(&code)
    .bind(principal.account.to_string())
    .fetch_all(&mut *db)
    .await?;
    let row = |row: &sqlx::sqlite::SqliteRow| {
        let members: Value =
            serde_json::from_str(&row.try_get::<String, _>("members")?).map_err(|_| ApiError::internal())?;
        let consented: Option<String> = row.try_get("consented")?;
        Ok(ConsentRow {
            case_id: row.try_get::<String, _>("id")?.parse().map_err(|_| ApiError::internal())?,
            no: row.try_get("no")?,
            subject: row.try_get::<Option<String>, _>("subject")?.unwrap_or_default(),
            consented: consented == Some(members.to_string()),
            members,
        })
    };
    rows.iter().map(row).collect::<ApiResult<_>>().map(Json)
}

/// Consents to a joint bid that names me, with the members and shares as they stand now.
#[utoipa::path(post, path = "/api/cases/{id}/consent", params(("id" = Uuid, Path)),
    responses((status = 204), (status = "4XX", body = ApiError)))]
async fn consent(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
) -> ApiResult<axum::http::StatusCode> {
    let mut tx = app.db.begin_with("begin immediate").await?;
    let whole = store::whole(&mut tx, id).await?;
    let code = cases::registered_code(&mut tx, principal.account).await?.ok_or_else(ApiError::not_found)?;
    registrations::check(&mut tx, principal.account, Day::of(clock::now())).await?;
    let mut named = None;
    for (field, value) in cases::joint(&whole) {
        if form::members(field, value, Day::of(clock::now()))?.iter().any(|member| member.code == code) {
            named = Some(value.to_string());
        }
    }
    let members = named.ok_or_else(ApiError::not_found)?;
    if !matches!(whole.case.status, Status::Draft | Status::Returned) {
        return Err(ApiError::conflict("申请已提交", "the case is filed already"));
    }
    sqlx::query(
        "insert into case_consents (case_id, code, account, members, at) values (?, ?, ?, ?, ?)
         on conflict (case_id, code) do update set members = excluded.members, at = excluded.at",
    )
    .bind(id.to_string())
    .bind(&code)
    .bind(principal.account.to_string())
    .bind(&members)
    .bind(clock::now().0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(axum::http::StatusCode::NO_CONTENT)
}
