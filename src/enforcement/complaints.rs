//! 投诉: anybody complains about a lot; an agency accepts or hands it on within three working days, and decides within
//! thirty.

use crate::app::{App, Valid, filled};
use crate::clock;
use crate::db::{json, uuid, uuid_or_none};
use crate::enforcement::case::CasePlace;
use crate::enforcement::case_routes::reader;
use crate::enforcement::clocks::{StepColour, colour};
use crate::enforcement::doing::officer;
use crate::enforcement::limits::{self, Limit};
use crate::enforcement::misstep::Misstep;
use crate::enforcement::store::{self, CaseSource, Done, NewCase};
use crate::error::{ApiError, ApiResult};
use crate::security::client::Client;
use crate::security::model::{Account, Duty, Principal};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::Extensions;
use matching::Moment;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection, SqlitePool};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const NAME_CHARS_MAX: usize = 100;
const CONTACT_CHARS_MAX: usize = 200;
const FACTS_CHARS_MAX: usize = 4_000;
const REQUEST_CHARS_MAX: usize = 500;
/// Unsigned complaints about one lot in 24 hours: a crowd writes one letter. Whoever is signed in is not kept out
/// by letters of others: a complaint has ten days by law (招标投标法实施条例 art. 60), and who fears one could fill them.
const OF_LOT_MAX: i64 = 50;
/// Unsigned ones of one network: an office behind one address writes a few.
const OF_NETWORK_MAX: i64 = 10;
/// And of one account.
const OF_ACCOUNT_MAX: i64 = 5;
const DAY_MS: i64 = 24 * 3_600_000;
/// Open ones put in order for a page: a city's agencies have some thousand.
const OPEN_MAX: i64 = 10_000;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(complain)).routes(routes!(followed)).routes(routes!(desk)).routes(routes!(act))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewComplaint {
    name: String,
    /// Where he is reached.
    contact: String,
    facts: String,
    /// What he asks for.
    request: String,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum ComplaintStatus {
    Filed,
    /// 受理.
    Accepted,
    /// 不予受理.
    Refused,
    /// 投诉成立.
    Upheld,
    /// 驳回.
    Rejected,
}

impl ComplaintStatus {
    const ALL: [ComplaintStatus; 5] = [
        ComplaintStatus::Filed,
        ComplaintStatus::Accepted,
        ComplaintStatus::Refused,
        ComplaintStatus::Upheld,
        ComplaintStatus::Rejected,
    ];

    fn name(self) -> &'static str {
        match self {
            ComplaintStatus::Filed => "filed",
            ComplaintStatus::Accepted => "accepted",
            ComplaintStatus::Refused => "refused",
            ComplaintStatus::Upheld => "upheld",
            ComplaintStatus::Rejected => "rejected",
        }
    }
}

/// What the agency does with it.
#[derive(Deserialize, ToSchema, Debug, Clone)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
enum ComplaintAct {
    Accept {
        note: String,
    },
    Refuse {
        note: String,
    },
    /// 立案: a case is filed from it.
    OpenCase {
        note: String,
    },
    /// 处理决定, told to who complained.
    Answer {
        upheld: bool,
        note: String,
    },
}

/// A complaint as its own page tells it: nothing of who wrote it.
#[derive(Serialize, ToSchema)]
struct ComplaintView {
    id: Uuid,
    number: String,
    lot: Uuid,
    at: i64,
    status: ComplaintStatus,
    request: String,
    answer: String,
    /// Whose it is to handle.
    agency_zh: String,
    agency_en: String,
    /// 移送: where it went, and why, in order.
    handed_on: Vec<HandedOn>,
}

/// One way a complaint went to another agency.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct HandedOn {
    id: Uuid,
    to: Uuid,
    to_zh: String,
    to_en: String,
    note: String,
    at: i64,
    /// `sent`, `acknowledged` or `returned`.
    status: String,
}

/// And as the agency reads it.
#[derive(Serialize, ToSchema)]
struct DeskComplaint {
    #[serde(flatten)]
    view: ComplaintView,
    /// Absent once it is decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<ComplaintLimit>,
    name: String,
    contact: String,
    facts: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    case_id: Option<Uuid>,
}

/// Until when the agency owes its next word.
#[derive(Serialize, ToSchema)]
struct ComplaintLimit {
    /// The first moment that is too late by law.
    legal_at: i64,
    colour: StepColour,
}

/// As it is kept.
pub struct Kept {
    pub id: Uuid,
    pub number: String,
    pub lot: Uuid,
    pub agency: Uuid,
    pub at: i64,
    pub accepted_at: Option<i64>,
    pub request: String,
    account: Option<Uuid>,
    name: String,
    contact: String,
    facts: String,
    status: ComplaintStatus,
    answer: String,
    pub case_id: Option<Uuid>,
    agency_zh: String,
    agency_en: String,
    handed_on: Vec<HandedOn>,
}

const COMPLAINTS: &str = "select p.*, a.name_zh as agency_zh, a.name_en as agency_en,
     (select json_group_array(json(one)) from
        (select json_object('id', h.id, 'to', h.to_agency, 'to_zh', t.name_zh, 'to_en', t.name_en, 'note', h.note,
           'at', h.at, 'status', h.status) as one
         from handovers h join agencies t on t.id = h.to_agency where h.complaint_id = p.id order by h.at)) as handed_on
     from complaints p join agencies a on a.id = p.agency";

impl Kept {
    /// On its way to another agency, which has not answered.
    fn on_its_way(&self) -> Option<Uuid> {
        self.handed_on.iter().find(|one| one.status == "sent").map(|one| one.to)
    }

    /// Whose clock it is: the time goes with it.
    pub fn owed_by(&self) -> Uuid {
        self.on_its_way().unwrap_or(self.agency)
    }

    pub fn is_of(&self, who: &Account) -> bool {
        self.account == Some(who.id)
    }

    pub fn is_decided(&self) -> bool {
        !matches!(self.status, ComplaintStatus::Filed | ComplaintStatus::Accepted)
    }

    /// Whether this officer may do anything about it: of its agency, and not his own.
    pub fn handled_by(&self, who: &Account) -> ApiResult<()> {
        if who.agency_id != Some(self.agency) {
            return Err(ApiError::not_found());
        }
        // 回避: nobody handles his own complaint.
        if self.is_of(who) { Err(Misstep::OtherPerson.error()) } else { Ok(()) }
    }

    fn view(&self) -> ComplaintView {
        ComplaintView {
            id: self.id,
            number: self.number.clone(),
            lot: self.lot,
            at: self.at,
            status: self.status,
            request: self.request.clone(),
            answer: self.answer.clone(),
            agency_zh: self.agency_zh.clone(),
            agency_en: self.agency_en.clone(),
            handed_on: self.handed_on.clone(),
        }
    }
}

fn kept(row: &SqliteRow) -> sqlx::Result<Kept> {
    let status: String = row.try_get("status")?;
    let known = ComplaintStatus::ALL.into_iter().find(|known| known.name() == status);
    Ok(Kept {
        id: uuid(row, "id")?,
        number: row.try_get("number")?,
        lot: uuid(row, "lot")?,
        agency: uuid(row, "agency")?,
        at: row.try_get("at")?,
        accepted_at: row.try_get("accepted_at")?,
        request: row.try_get("request")?,
        account: uuid_or_none(row, "account")?,
        name: row.try_get("name")?,
        contact: row.try_get("contact")?,
        facts: row.try_get("facts")?,
        status: known.ok_or_else(|| crate::db::bad("status"))?,
        answer: row.try_get("answer")?,
        case_id: uuid_or_none(row, "case_id")?,
        agency_zh: row.try_get("agency_zh")?,
        agency_en: row.try_get("agency_en")?,
        handed_on: json(row, "handed_on")?,
    })
}

/// What is owed to who complained: the step, since when, and its limit.
pub fn owed(at: i64, accepted_at: Option<i64>) -> (&'static str, Moment, Limit) {
    match accepted_at {
        None => ("accept", Moment(at), limits::COMPLAINT_ACCEPT),
        Some(accepted_at) => ("answer", Moment(accepted_at), limits::COMPLAINT_DECIDE),
    }
}

/// Complaints nobody has decided, oldest first; of an agency those whose clock is its own.
pub async fn open(db: &SqlitePool, agency: Option<Uuid>, most: i64) -> ApiResult<Vec<Kept>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{COMPLAINTS} where p.status in ('filed', 'accepted') and (?1 is null or ?1 = coalesce(
           (select h.to_agency from handovers h where h.complaint_id = p.id and h.status = 'sent'), p.agency))
         order by p.at limit ?2"
    )))
    .bind(agency.map(|agency| agency.to_string()))
    .bind(most)
    .fetch_all(db)
    .await?;
    Ok(rows.iter().map(kept).collect::<sqlx::Result<_>>()?)
}

pub async fn find(db: &mut SqliteConnection, id: Uuid) -> ApiResult<Kept> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COMPLAINTS} where p.id = ?")))
        .bind(id.to_string())
        .fetch_optional(db)
        .await?;
    row.map(|row| kept(&row)).transpose()?.ok_or_else(ApiError::not_found)
}

/// Another agency's from now on; its time goes on.
pub async fn change_agency(db: &mut SqliteConnection, id: Uuid, to: Uuid) -> ApiResult<()> {
    sqlx::query("update complaints set agency = ? where id = ?")
        .bind(to.to_string())
        .bind(id.to_string())
        .execute(db)
        .await?;
    Ok(())
}

/// Complains about a lot. The answer's id is the complaint's own address: who holds it may follow it.
#[utoipa::path(post, path = "/api/lots/{id}/complaints", params(("id" = Uuid, Path)), request_body = NewComplaint,
    responses((status = 200, body = ComplaintView), (status = "4XX", body = ApiError)))]
async fn complain(
    State(app): State<App>,
    Path(lot): Path<Uuid>,
    Client(from): Client,
    extensions: Extensions,
    Valid(new): Valid<NewComplaint>,
) -> ApiResult<Json<ComplaintView>> {
    app.feed.look(lot, |_| ()).ok_or_else(ApiError::unknown_lot)?;
    let name = filled("name", &new.name, NAME_CHARS_MAX)?;
    let contact = filled("contact", &new.contact, CONTACT_CHARS_MAX)?;
    let facts = filled("facts", &new.facts, FACTS_CHARS_MAX)?;
    let request = filled("request", &new.request, REQUEST_CHARS_MAX)?;
    let account = extensions.get::<Principal>().map(|principal| principal.account);
    let (id, now) = (Uuid::new_v4(), clock::now());
    let agency = receiving(&app.db).await?;
    let network = account.is_none().then(|| app.marks.network(from));
    let mut tx = app.db.begin_with("begin immediate").await?;
    sqlx::query("update complaints set network = null where at <= ? and network is not null")
        .bind(now.0 - DAY_MS)
        .execute(&mut *tx)
        .await?;
    let (of_lot, of_network, of_account): (i64, i64, i64) = sqlx::query_as(
        "select count(*) filter (where lot = ?1 and account is null), count(*) filter (where network = ?2),
           count(*) filter (where account = ?3)
         from complaints where at > ?4",
    )
    .bind(lot.to_string())
    .bind(network.as_deref())
    .bind(account.map(|account| account.to_string()))
    .bind(now.0 - DAY_MS)
    .fetch_one(&mut *tx)
    .await?;
    let too_many = match account {
        Some(_) => of_account >= OF_ACCOUNT_MAX,
        None => of_lot >= OF_LOT_MAX || of_network >= OF_NETWORK_MAX,
    };
    if too_many {
        return Err(ApiError {
            status: 429,
            code: "TOO_MANY_COMPLAINTS".into(),
            ..ApiError::conflict(
                "24小时内投诉过多，请登录后提交、稍后再提交或当面递交",
                "too many complaints in 24 hours; sign in, come back later, or hand it in",
            )
        });
    }
    let number = store::number(&mut tx, "complaints", "TS", now).await?;
    sqlx::query(
        "insert into complaints (id, number, lot, agency, account, network, name, contact, facts, request, at, status)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'filed')",
    )
    .bind(id.to_string())
    .bind(&number)
    .bind(lot.to_string())
    .bind(agency.to_string())
    .bind(account.map(|account| account.to_string()))
    .bind(network.as_deref())
    .bind(name)
    .bind(contact)
    .bind(facts)
    .bind(request)
    .bind(now.0)
    .execute(&mut *tx)
    .await?;
    let by = account.unwrap_or(Uuid::nil());
    let data = serde_json::json!({});
    store::note(&mut tx, &Done { subject: id, at: now, by, act: "complain", note: request, data }).await?;
    let kept = find(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(kept.view()))
}

/// The agency complaints go to: the first whose officers investigate, or the first there is; of two of one name the
/// one that was here first.
pub async fn receiving(db: &SqlitePool) -> ApiResult<Uuid> {
    let row = sqlx::query(
        "select a.id from agencies a left join accounts o on o.agency = a.id and o.disabled = 0
           and o.duties like '%\"investigate\"%'
         group by a.id order by count(o.id) = 0, a.region, a.name_zh, a.rowid limit 1",
    )
    .fetch_optional(db)
    .await?;
    Ok(uuid(&row.ok_or_else(ApiError::not_found)?, "id")?)
}

/// How a complaint stands, for whoever holds its address.
#[utoipa::path(get, path = "/api/complaints/{id}", params(("id" = Uuid, Path)),
    responses((status = 200, body = ComplaintView), (status = "4XX", body = ApiError)))]
async fn followed(State(app): State<App>, Path(id): Path<Uuid>) -> ApiResult<Json<ComplaintView>> {
    Ok(Json(find(&mut *app.db.acquire().await?, id).await?.view()))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ComplaintQuery {
    /// Decided ones too.
    all: Option<bool>,
    page: Option<u32>,
}

#[derive(Serialize, ToSchema)]
struct ComplaintPage {
    items: Vec<DeskComplaint>,
    total: u64,
    page: u32,
    page_size: u32,
}

/// The ids of one page, and how many there are in all: what is open by its limit, the nearest first, so that no
/// crowd of letters pushes one off that is nearly late; then what is decided, the newest first.
async fn in_order(app: &App, agency: Option<Uuid>, all: bool, page: u32) -> ApiResult<(Vec<Uuid>, u64)> {
    let agency = agency.map(|agency| agency.to_string());
    let rows = sqlx::query(
        "select id, at, accepted_at from complaints
         where status in ('filed', 'accepted') and (?1 is null or agency = ?1)
         order by at limit ?2",
    )
    .bind(&agency)
    .bind(OPEN_MAX)
    .fetch_all(&app.db)
    .await?;
    let calendar = app.calendar();
    let due = |row: &SqliteRow| {
        let (_, since, limit) = owed(row.try_get("at")?, row.try_get("accepted_at")?);
        Ok((limit.due(since, &calendar), uuid(row, "id")?))
    };
    let mut open = rows.iter().map(due).collect::<sqlx::Result<Vec<_>>>()?;
    open.sort_unstable();
    let (size, before) = (store::PAGE_SIZE, i64::from(page - 1) * store::PAGE_SIZE);
    let opened = open.len() as i64;
    let mut ids: Vec<Uuid> =
        open.into_iter().skip(before as usize).take(size as usize).map(|(_, complaint)| complaint).collect();
    if !all {
        return Ok((ids, opened as u64));
    }
    let decided: i64 = sqlx::query_scalar(
        "select count(*) from complaints
         where status not in ('filed', 'accepted') and (?1 is null or agency = ?1)",
    )
    .bind(&agency)
    .fetch_one(&app.db)
    .await?;
    let rows = sqlx::query(
        "select id from complaints
         where status not in ('filed', 'accepted') and (?1 is null or agency = ?1)
         order by decided_at desc, id limit ?2 offset ?3",
    )
    .bind(&agency)
    .bind(size - ids.len() as i64)
    .bind((before - opened).max(0))
    .fetch_all(&app.db)
    .await?;
    for row in &rows {
        ids.push(uuid(row, "id")?);
    }
    Ok((ids, (opened + decided) as u64))
}

/// A page of the agency's complaints, the nearest limit first; supervision reads every agency's.
#[utoipa::path(get, path = "/api/enforcement/complaints", params(ComplaintQuery),
    responses((status = 200, body = ComplaintPage), (status = "4XX", body = ApiError)))]
async fn desk(
    State(app): State<App>,
    Query(query): Query<ComplaintQuery>,
    principal: Principal,
) -> ApiResult<Json<ComplaintPage>> {
    let (_, agency) = reader(&app, &principal).await?;
    let page = query.page.unwrap_or(1).max(1);
    let (ids, total) = in_order(&app, agency, query.all.unwrap_or(false), page).await?;
    let (calendar, now) = (app.calendar(), clock::now());
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{COMPLAINTS} join json_each(?) wanted on wanted.value = p.id order by wanted.key"
    )))
    .bind(store::text(&ids)?)
    .fetch_all(&app.db)
    .await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in &rows {
        let kept = kept(row)?;
        let (_, since, limit) = owed(kept.at, kept.accepted_at);
        let due = limit.due(since, &calendar);
        let step = (!kept.is_decided()).then(|| ComplaintLimit { legal_at: due.0, colour: colour(due, now) });
        items.push(DeskComplaint {
            view: kept.view(),
            step,
            name: kept.name,
            contact: kept.contact,
            facts: kept.facts,
            case_id: kept.case_id,
        });
    }
    Ok(Json(ComplaintPage { items, total, page, page_size: store::PAGE_SIZE as u32 }))
}

/// Accepts, refuses, files a case from, or answers a complaint.
#[utoipa::path(post, path = "/api/enforcement/complaints/{id}/acts", params(("id" = Uuid, Path)),
    request_body = ComplaintAct, responses((status = 200, body = ComplaintView), (status = "4XX", body = ApiError)))]
async fn act(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(act): Valid<ComplaintAct>,
) -> ApiResult<Json<ComplaintView>> {
    let who = officer(&app, &principal, &[Duty::Investigate, Duty::Decide]).await?;
    let now = clock::now();
    let mut tx = app.db.begin_with("begin immediate").await?;
    let complaint = find(&mut tx, id).await?;
    complaint.handled_by(&who)?;
    if complaint.on_its_way().is_some() {
        return Err(Misstep::HandedOver.error());
    }
    let decides = who.duties.contains(&Duty::Decide);
    use ComplaintStatus::{Accepted, Filed, Refused, Rejected, Upheld};
    let (name, note, to) = match (&act, complaint.status) {
        (ComplaintAct::Accept { note }, Filed) => ("accept", note, Accepted),
        // What ends a complaint is a head's word: to take it on is anybody's.
        (ComplaintAct::Refuse { .. }, Filed) | (ComplaintAct::Answer { .. }, Accepted) if !decides => {
            return Err(ApiError::forbidden());
        }
        (ComplaintAct::Refuse { note }, Filed) => ("refuse", note, Refused),
        (ComplaintAct::OpenCase { note }, Accepted) if complaint.case_id.is_none() => ("open_case", note, Accepted),
        (ComplaintAct::Answer { upheld: true, note }, Accepted) => ("answer", note, Upheld),
        (ComplaintAct::Answer { upheld: false, note }, Accepted) => ("answer", note, Rejected),
        _ => return Err(Misstep::NotNow.error()),
    };
    Misstep::note(note).map_err(Misstep::error)?;
    let mut case_id = complaint.case_id;
    if matches!(act, ComplaintAct::OpenCase { .. }) {
        case_id = Some(store::file(&mut tx, &from(&complaint, who.id, now), now).await?);
    }
    let told = if matches!(to, Refused | Upheld | Rejected) { note.trim() } else { "" };
    sqlx::query(
        "update complaints set status = ?, case_id = ?, answer = ?,
           accepted_at = coalesce(accepted_at, ?), decided_at = ? where id = ?",
    )
    .bind(to.name())
    .bind(case_id.map(|case| case.to_string()))
    .bind(told)
    .bind((to == Accepted).then_some(now.0))
    .bind((to != Accepted).then_some(now.0))
    .bind(id.to_string())
    .execute(&mut *tx)
    .await?;
    let data = serde_json::json!({"status": to, "case": case_id});
    store::note(&mut tx, &Done { subject: id, at: now, by: who.id, act: name, note, data }).await?;
    let kept = find(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(kept.view()))
}

fn from(complaint: &Kept, by: Uuid, now: Moment) -> NewCase {
    NewCase {
        source: CaseSource::Complaint,
        source_ref: complaint.id.to_string(),
        lot: Some(complaint.lot),
        agency: complaint.agency,
        title: format!("投诉{}：{}", complaint.number, complaint.request),
        facts: complaint.facts.clone(),
        by,
        // 发现: by who complained.
        place: CasePlace { discovered_at: Some(complaint.at), ..CasePlace::filed(now, None) },
    }
}
