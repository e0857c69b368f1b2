//! The officer's doors: cases, their acts, the clocks, and who may be assigned.

use crate::app::{App, Valid, filled};
use crate::calendar::Day;
use crate::clock;
use crate::enforcement::acts::EnforcementAct;
use crate::enforcement::case::{CasePlace, EnforcementStatus, Party};
use crate::enforcement::clocks::{self, OpenStep};
use crate::enforcement::doing::{self, allowed, checked, officer};
use crate::enforcement::limitation::ActTime;
use crate::enforcement::store::{self, CaseFilter, CaseSource, EnforcementEvent, KeptCase, NewCase};
use crate::error::{ApiError, ApiResult};
use crate::security::audit;
use crate::security::model::{Account, Duty, Principal, Role};
use crate::security::store as people;
use axum::Json;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const TITLE_CHARS_MAX: usize = 200;
const FACTS_CHARS_MAX: usize = 4_000;
const REF_CHARS_MAX: usize = 100;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, file))
        .routes(routes!(one))
        .routes(routes!(act))
        .routes(routes!(officers))
        .routes(routes!(open_clocks))
}

/// A case in a list.
#[derive(Serialize, ToSchema)]
struct EnforcementRow {
    id: Uuid,
    number: String,
    source: CaseSource,
    source_ref: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    lot: Option<Uuid>,
    agency: Uuid,
    title: String,
    place: CasePlace,
    /// What is owed now, the most urgent first.
    steps: Vec<OpenStep>,
}

/// A case whole.
#[derive(Serialize, ToSchema)]
struct EnforcementCase {
    #[serde(flatten)]
    row: EnforcementRow,
    facts: String,
    /// What a fine in percent is a share of, in yuan: the highest bid of its lot, once that has closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    base: Option<String>,
    events: Vec<EnforcementEvent>,
    /// What I may do now.
    acts: Vec<String>,
    /// Whom the ids of its officers name.
    officers: Vec<OfficerName>,
}

#[derive(Serialize, ToSchema)]
struct OfficerName {
    id: Uuid,
    name: String,
    duties: Vec<Duty>,
}

impl From<Account> for OfficerName {
    fn from(account: Account) -> OfficerName {
        OfficerName { id: account.id, name: account.name, duties: account.duties }
    }
}

fn row(app: &App, case: &KeptCase) -> EnforcementRow {
    let (now, calendar) = (clock::now(), app.calendar());
    let mut steps = clocks::steps_of(case, &calendar, now);
    steps.sort_by_key(|step| step.legal_at);
    EnforcementRow {
        id: case.id,
        number: case.number.clone(),
        source: case.source,
        source_ref: case.source_ref.clone(),
        lot: case.lot,
        agency: case.agency,
        title: case.title.clone(),
        place: case.place.clone(),
        steps,
    }
}

/// Whose cases this person reads: his agency's, or with supervision all.
pub async fn reader(app: &App, principal: &Principal) -> ApiResult<(Account, Option<Uuid>)> {
    let who = people::by_id(&app.db, principal.account).await?.ok_or_else(ApiError::token_invalid)?;
    let agency = (who.role == Role::Officer).then(|| who.agency_id.unwrap_or(Uuid::nil()));
    Ok((who, agency))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct EnforcementQuery {
    status: Option<EnforcementStatus>,
    /// Only what is not over.
    open: Option<bool>,
    page: Option<u32>,
}

#[derive(Serialize, ToSchema)]
struct EnforcementPage {
    items: Vec<EnforcementRow>,
    total: u64,
    page: u32,
    page_size: u32,
}

/// Cases of one's agency; supervision reads every agency's. Newest first.
#[utoipa::path(get, path = "/api/enforcement/cases", params(EnforcementQuery),
    responses((status = 200, body = EnforcementPage), (status = "4XX", body = ApiError)))]
async fn list(
    State(app): State<App>,
    Query(query): Query<EnforcementQuery>,
    principal: Principal,
) -> ApiResult<Json<EnforcementPage>> {
    let (_, agency) = reader(&app, &principal).await?;
    let filter = CaseFilter {
        agency,
        status: query.status.map(|status| status.name().to_string()),
        open: query.open.unwrap_or(false),
    };
    let page = query.page.unwrap_or(1).max(1);
    let (found, total) = store::list(&app.db, &filter, page).await?;
    let items = found.iter().map(|case| row(&app, case)).collect();
    Ok(Json(EnforcementPage { items, total, page, page_size: store::PAGE_SIZE as u32 }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewEnforcementCase {
    title: String,
    facts: String,
    /// Absent while it is not known.
    party: Option<Party>,
    /// What it is about, where it is about a lot.
    lot: Option<Uuid>,
    /// When the act was done; absent while it is not known.
    act_time: Option<ActTime>,
    /// 移送: the number under which another house handed it on.
    transferred_as: Option<String>,
}

/// Files a case of one's own finding, or one handed on by another house (立案).
#[utoipa::path(post, path = "/api/enforcement/cases", request_body = NewEnforcementCase,
    responses((status = 200, body = EnforcementCase), (status = "4XX", body = ApiError)))]
async fn file(
    State(app): State<App>,
    principal: Principal,
    Valid(new): Valid<NewEnforcementCase>,
) -> ApiResult<Json<EnforcementCase>> {
    let who = officer(&app, &principal, &[Duty::Investigate, Duty::Decide]).await?;
    let agency = who.agency_id.ok_or_else(ApiError::forbidden)?;
    let now = clock::now();
    let party = new.party.as_ref().map(|party| checked(party, Day::of(now))).transpose()?;
    let reference = new.transferred_as.as_deref().map(|text| filled("transferred_as", text, REF_CHARS_MAX));
    let reference = reference.transpose()?;
    if let Some(act_time) = &new.act_time {
        act_time.check(Day::of(now))?;
    }
    if new.lot.is_some_and(|lot| app.feed.look(lot, |_| ()).is_none()) {
        return Err(ApiError { field: Some("lot".into()), ..ApiError::unknown_lot() });
    }
    let case = NewCase {
        source: if reference.is_some() { CaseSource::Transfer } else { CaseSource::Own },
        source_ref: reference.unwrap_or_default().to_string(),
        lot: new.lot,
        agency,
        title: filled("title", &new.title, TITLE_CHARS_MAX)?.to_string(),
        facts: filled("facts", &new.facts, FACTS_CHARS_MAX)?.to_string(),
        by: who.id,
        place: CasePlace { act_time: new.act_time, ..CasePlace::filed(now, party) },
    };
    let mut tx = app.db.begin_with("begin immediate").await?;
    let id = store::file(&mut tx, &case, now).await?;
    tx.commit().await?;
    whole(&app, id, &who).await.map(Json)
}

async fn whole(app: &App, id: Uuid, who: &Account) -> ApiResult<EnforcementCase> {
    let mut db = app.db.acquire().await?;
    let case = store::find(&mut db, id).await?;
    let hold = store::hold(&mut db, id).await?;
    drop(db);
    if who.role == Role::Officer && who.agency_id != Some(case.agency) {
        return Err(ApiError::not_found());
    }
    let acts = allowed(&case, hold, who, app, clock::now()).into_iter().map(String::from).collect();
    let officers = people::officers(&app.db, case.agency).await?.into_iter().map(OfficerName::from).collect();
    Ok(EnforcementCase {
        row: row(app, &case),
        facts: case.facts.clone(),
        base: doing::base(app, &case).map(|base| base.to_string()),
        events: store::events(&app.db, id).await?,
        acts,
        officers,
    })
}

/// A case with everything done to it. It names its party and who complained of him, so its reading is noted.
#[utoipa::path(get, path = "/api/enforcement/cases/{id}", params(("id" = Uuid, Path)),
    responses((status = 200, body = EnforcementCase), (status = "4XX", body = ApiError)))]
async fn one(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<Json<EnforcementCase>> {
    let (who, _) = reader(&app, &principal).await?;
    let whole = whole(&app, id, &who).await?;
    let act = audit::Act::of(who.id, who.role, "read enforcement case", &whole.row.number);
    audit::note(&app.db, act.because("enforcement")).await?;
    Ok(Json(whole))
}

/// Does something to a case: assigns, inspects, reports, reviews, decides, serves … `acts` of the case says what.
#[utoipa::path(post, path = "/api/enforcement/cases/{id}/acts", params(("id" = Uuid, Path)),
    request_body = EnforcementAct, responses((status = 200, body = EnforcementCase), (status = "4XX", body = ApiError)))]
async fn act(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(act): Valid<EnforcementAct>,
) -> ApiResult<Json<EnforcementCase>> {
    let (who, _) = reader(&app, &principal).await?;
    doing::act(&app, &who, id, &act).await?;
    whole(&app, id, &who).await.map(Json)
}

/// The officers of one's agency.
#[utoipa::path(get, path = "/api/enforcement/officers",
    responses((status = 200, body = Vec<OfficerName>), (status = "4XX", body = ApiError)))]
async fn officers(State(app): State<App>, principal: Principal) -> ApiResult<Json<Vec<OfficerName>>> {
    let (_, agency) = reader(&app, &principal).await?;
    let found = people::officers(&app.db, agency.unwrap_or(Uuid::nil())).await?;
    Ok(Json(found.into_iter().map(OfficerName::from).collect()))
}

/// Every open step of one's agency with its last moment, the most urgent first; supervision reads all.
#[utoipa::path(get, path = "/api/enforcement/clocks",
    responses((status = 200, body = Vec<OpenStep>), (status = "4XX", body = ApiError)))]
async fn open_clocks(State(app): State<App>, principal: Principal) -> ApiResult<Json<Vec<OpenStep>>> {
    let (_, agency) = reader(&app, &principal).await?;
    clocks::open_clocks(&app, agency, clock::now()).await.map(Json)
}
