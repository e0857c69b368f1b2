//! The clerk's desk: a lot is written, checked by a second clerk, published, and kept in order.

use crate::app::{App, Valid};
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::model::Principal;
use crate::trading::applications;
use crate::trading::deposits;
use crate::trading::floor::{Answer, Intent, Reply};
use crate::trading::holds;
use crate::trading::life::dues::{self, Word};
use crate::trading::life::gate;
use crate::trading::lots::{
    Application, ApplicationStatus, FACTS_MAX, HistoryRow, LotDetail, LotDraft, LotPage, LotQuery, TEXT_CHARS_MAX,
    TITLE_CHARS_MAX,
};
use crate::trading::paddles;
use crate::trading::public::full;
use crate::trading::store::{self, Author, Scope, Written};
use crate::trading::terms::unfit;
use axum::Json;
use axum::extract::{Path, Query, State};
use matching::{Command, Moment, Paddle, Terms};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const GROUND_CHARS_MAX: usize = 500;
/// Lots of one notice in a row.
const FOLLOWS_MAX: usize = 200;
/// Draws of one admission: the feed shows a seat a moment after the floor gave it, so two clerks may draw one paddle.
const DRAWS_MAX: usize = 8;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, update))
        .routes(routes!(check))
        .routes(routes!(publish))
        .routes(routes!(open))
        .routes(routes!(suspend))
        .routes(routes!(resume))
        .routes(routes!(terminate))
        .routes(routes!(applications))
        .routes(routes!(admit))
        .routes(routes!(history))
}

/// Lots of my center and its districts, drafts included.
#[utoipa::path(get, path = "/api/desk/lots", operation_id = "desk_list", params(LotQuery),
    responses((status = 200, body = LotPage), (status = "4XX", body = ApiError)))]
async fn list(State(app): State<App>, Query(query): Query<LotQuery>, principal: Principal) -> ApiResult<Json<LotPage>> {
    let center = principal.center.ok_or_else(ApiError::forbidden)?;
    store::list(&app.db, &query, Scope::Center(center), clock::now()).await.map(Json)
}

fn too_long(field: &str) -> ApiError {
    ApiError::bad_request(field, "不能为空或过长", "empty or too long")
}

fn check_draft(draft: &LotDraft) -> ApiResult<()> {
    for (field, text) in [
        ("number", &draft.number),
        ("title_zh", &draft.title_zh),
        ("title_en", &draft.title_en),
        ("location", &draft.location),
        ("grantor", &draft.grantor),
    ] {
        if text.trim().is_empty() || text.chars().count() > TITLE_CHARS_MAX {
            return Err(too_long(field));
        }
    }
    for (field, text) in [("description_zh", &draft.description_zh), ("description_en", &draft.description_en)] {
        if text.chars().count() > TEXT_CHARS_MAX {
            return Err(too_long(field));
        }
    }
    let fact_is_long = |text: &String| text.chars().count() > TITLE_CHARS_MAX;
    if draft.facts.len() > FACTS_MAX
        || draft
            .facts
            .iter()
            .any(|fact| fact_is_long(&fact.label_zh) || fact_is_long(&fact.label_en) || fact_is_long(&fact.value))
    {
        return Err(too_long("facts"));
    }
    if let Some(area) = &draft.area_m2
        && rust_decimal::Decimal::from_str_exact(area).map_or(true, |area| area.is_sign_negative())
    {
        return Err(ApiError::bad_request("area_m2", "面积须为非负数字", "an area is a number, not negative"));
    }
    Ok(())
}

/// The lot it follows is one of the same center, and does not follow it in turn.
async fn check_follows(app: &App, id: Uuid, center: Uuid, terms: &Terms) -> ApiResult<()> {
    let wrong = || {
        ApiError::bad_request(
            "terms.follows",
            "须为本中心的另一标的，且不能循环",
            "another lot of this center, and not in a circle",
        )
    };
    let mut next = terms.follows;
    for _ in 0..FOLLOWS_MAX {
        let Some(follows) = next else { return Ok(()) };
        let leader = store::find(&app.db, follows.lot).await.map_err(|_| wrong())?;
        if leader.id == id || leader.center != center {
            return Err(wrong());
        }
        next = leader.terms.follows;
    }
    Err(wrong())
}

/// Writes a new draft, or over `read` as it was read.
pub async fn write(app: &App, id: Uuid, read: Option<&Written>, draft: &LotDraft, author: &Author) -> ApiResult<()> {
    let terms = sound(app, id, author.center, draft).await?;
    let mut tx = app.db.begin_with("begin immediate").await?;
    store::save(&mut tx, id, read, draft, &terms, author).await?;
    Ok(tx.commit().await?)
}

/// What every draft is held to before it is written; its terms.
pub async fn sound(app: &App, id: Uuid, center: Uuid, draft: &LotDraft) -> ApiResult<Terms> {
    check_draft(draft)?;
    let terms = draft.terms.parse()?;
    check_follows(app, id, center, &terms).await?;
    Ok(terms)
}

/// A new draft.
#[utoipa::path(post, path = "/api/desk/lots", request_body = LotDraft,
    responses((status = 200, body = LotDetail), (status = "4XX", body = ApiError)))]
async fn create(
    State(app): State<App>,
    principal: Principal,
    Valid(draft): Valid<LotDraft>,
) -> ApiResult<Json<LotDetail>> {
    let center = principal.center.ok_or_else(ApiError::forbidden)?;
    let id = Uuid::new_v4();
    write(&app, id, None, &draft, &Author { center, by: principal.account, now: clock::now() }).await?;
    store::find(&app.db, id).await?.detail().map(Json)
}

/// A lot of the clerk's own center.
pub async fn own(app: &App, id: Uuid, principal: &Principal) -> ApiResult<Written> {
    let lot = store::find(&app.db, id).await?;
    if principal.center != Some(lot.center) {
        return Err(ApiError::unknown_lot());
    }
    Ok(lot)
}

/// A lot of the clerk's own center or of one of its districts, to be read.
pub async fn readable(app: &App, id: Uuid, principal: &Principal) -> ApiResult<Written> {
    let lot = store::find(&app.db, id).await?;
    let center = principal.center.ok_or_else(ApiError::forbidden)?;
    if center != lot.center && !store::is_parent(&app.db, center, lot.center).await? {
        return Err(ApiError::unknown_lot());
    }
    Ok(lot)
}

#[derive(Serialize, ToSchema)]
struct DeskLot {
    #[serde(flatten)]
    detail: LotDetail,
    /// What may be edited; absent once filed or published and for another center, so that the reserve is out
    /// of sight.
    #[serde(skip_serializing_if = "Option::is_none")]
    draft: Option<LotDraft>,
    /// Whether I wrote it, and so may not check it.
    mine: bool,
    /// Whether my center acts on it; a city center only reads its districts' lots.
    own: bool,
    /// What the lot's file keeps me from, and why.
    not_yet: Vec<NotYet>,
}

#[derive(Serialize, ToSchema)]
struct NotYet {
    /// publish, open, resume or terminate.
    action: &'static str,
    reason: ApiError,
}

/// The lot's life has a say in what the desk may do: its reasons, before anybody asks for the act.
async fn not_yet(app: &App, lot: &Written) -> ApiResult<Vec<NotYet>> {
    let asked = match lot.is_published() {
        false => vec![("publish", gate::before_publishing(app, lot).await.map(|_| ()))],
        true => vec![
            ("open", gate::before_opening(app, lot).await),
            ("resume", holds::not_held(&app.db, lot.id).await),
            ("terminate", holds::not_held(&app.db, lot.id).await),
        ],
    };
    let mut waits = Vec::new();
    for (action, answer) in asked {
        match answer {
            Ok(()) => {}
            Err(reason) if reason.status == 409 => waits.push(NotYet { action, reason }),
            Err(error) => return Err(error),
        }
    }
    Ok(waits)
}

/// A lot of my center or of its districts.
#[utoipa::path(get, path = "/api/desk/lots/{id}", params(("id" = Uuid, Path)),
    responses((status = 200, body = DeskLot), (status = "4XX", body = ApiError)))]
async fn read(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<Json<DeskLot>> {
    let lot = readable(&app, id, &principal).await?;
    let own = principal.center == Some(lot.center);
    let editable = own && !lot.is_published() && gate::before_edit(&app, &lot).await.is_ok();
    let draft = if editable { Some(lot.draft()?) } else { None };
    let (mine, not_yet) = (lot.created_by == principal.account, not_yet(&app, &lot).await?);
    Ok(Json(DeskLot { detail: full(&app, &lot)?, draft, mine, own, not_yet }))
}

/// Changes a draft; it must then be checked again.
#[utoipa::path(put, path = "/api/desk/lots/{id}", params(("id" = Uuid, Path)), request_body = LotDraft,
    responses((status = 200, body = LotDetail), (status = "4XX", body = ApiError)))]
async fn update(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(draft): Valid<LotDraft>,
) -> ApiResult<Json<LotDetail>> {
    let lot = own(&app, id, &principal).await?;
    gate::before_edit(&app, &lot).await?;
    let author = Author { center: lot.center, by: principal.account, now: clock::now() };
    write(&app, id, Some(&lot), &draft, &author).await?;
    store::find(&app.db, id).await?.detail().map(Json)
}

/// Checked by another clerk than the author.
#[utoipa::path(post, path = "/api/desk/lots/{id}/check", params(("id" = Uuid, Path)),
    responses((status = 200, body = LotDetail), (status = "4XX", body = ApiError)))]
async fn check(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<Json<LotDetail>> {
    pass_check(&app, &own(&app, id, &principal).await?, principal.account).await?;
    store::find(&app.db, id).await?.detail().map(Json)
}

/// 复核: `by` answers for the draft as he has read it.
pub async fn pass_check(app: &App, lot: &Written, by: Uuid) -> ApiResult<()> {
    if lot.status != "draft" {
        return Err(ApiError::conflict("只有草稿可以复核", "only a draft can be checked"));
    }
    if lot.created_by == by {
        return Err(ApiError::conflict(
            "不能复核自己编写的标的，请由另一位工作人员复核",
            "another clerk checks what you wrote",
        ));
    }
    let mut tx = app.db.begin_with("begin immediate").await?;
    store::mark_checked(&mut tx, lot, by, clock::now()).await?;
    Ok(tx.commit().await?)
}

/// Publishes a checked lot: from here on its terms are frozen and on record.
#[utoipa::path(post, path = "/api/desk/lots/{id}/publish", params(("id" = Uuid, Path)),
    responses((status = 200, body = LotDetail), (status = "4XX", body = ApiError)))]
async fn publish(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<Json<LotDetail>> {
    let lot = own(&app, id, &principal).await?;
    put_on_floor(&app, &lot, principal.account).await?;
    finished(&app, id).await
}

/// Freezes a checked lot, then hands it to the floor: what goes on record is what was checked. If we
/// stop half-way, doing it again completes it, and so does the next start.
pub async fn put_on_floor(app: &App, lot: &Written, by: Uuid) -> ApiResult<()> {
    if !lot.is_published() {
        if lot.status != "checked" || lot.checked_by.is_none() {
            return Err(ApiError::conflict("须先经另一位工作人员复核", "another clerk must check the lot first"));
        }
        // Rules may have become stricter since it was written.
        lot.draft()?.terms.parse()?;
        let warnings = gate::before_publishing(app, lot).await?;
        let now = clock::now();
        let mut tx = app.db.begin_with("begin immediate").await?;
        store::freeze(&mut tx, lot, by, now).await?;
        if let Some(warnings) = warnings {
            gate::published(&mut tx, lot.id, warnings, by, now).await?;
        }
        tx.commit().await?;
    }
    let intent = Intent::Publish(Box::new(lot.terms.clone()));
    refused(&app.door.call(lot.id, Some(by), intent).await.map_err(|_| ApiError::busy())?)
}

/// Lots frozen by a publication that did not reach the floor. One that the floor does not take, as by rules that have
/// become stricter since, keeps nobody else's auction from opening.
pub async fn finish_publications(app: &App) -> ApiResult<()> {
    for id in store::published(&app.db).await? {
        if app.feed.look(id, |_| ()).is_none() {
            let lot = store::find(&app.db, id).await?;
            if let Err(error) = put_on_floor(app, &lot, lot.created_by).await {
                tracing::error!(lot = %id, code = %error.code, why = error.en, "published, and not on the floor");
            }
        }
    }
    Ok(())
}

/// A staff command to the floor, and its refusal as an error.
pub async fn command(app: &App, id: Uuid, by: Uuid, command: Command, action: &str) -> ApiResult<()> {
    ask_floor(app, id, by, command).await?;
    store::note(&app.db, id, action, by, clock::now()).await
}

pub async fn ask_floor(app: &App, id: Uuid, by: Uuid, command: Command) -> ApiResult<()> {
    refused(&app.door.call(id, Some(by), Intent::Staff(command)).await.map_err(|_| ApiError::busy())?)
}

fn refused(reply: &Reply) -> ApiResult<()> {
    match &reply.answer {
        Answer::Done { .. } | Answer::Published | Answer::Noted => Ok(()),
        Answer::Unfit(fault) => Err(unfit(*fault)),
        Answer::UnknownLot => Err(ApiError::conflict("标的尚未发布", "the lot is not published yet")),
        Answer::Seated(_) => Err(ApiError::conflict("该申请已取得号牌", "this application holds a paddle already")),
        Answer::Refused { refusal, .. } => {
            let (scale, direction) = reply.unit;
            Err(ApiError::refused(refusal, scale, direction))
        }
    }
}

/// The lot after a command. The feed follows the floor by a moment; the page's socket shows the rest.
pub async fn finished(app: &App, id: Uuid) -> ApiResult<Json<LotDetail>> {
    full(app, &store::find(&app.db, id).await?).map(Json)
}

/// Opens bidding now.
#[utoipa::path(post, path = "/api/desk/lots/{id}/open", params(("id" = Uuid, Path)),
    responses((status = 200, body = LotDetail), (status = "4XX", body = ApiError)))]
async fn open(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<Json<LotDetail>> {
    gate::before_opening(&app, &own(&app, id, &principal).await?).await?;
    command(&app, id, principal.account, Command::Open, "open").await?;
    finished(&app, id).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Ground {
    /// Why; published with the lot.
    ground: String,
}

impl Ground {
    fn text(self) -> ApiResult<String> {
        let text = self.ground.trim().to_string();
        if text.is_empty() || text.chars().count() > GROUND_CHARS_MAX {
            return Err(ApiError::bad_request(
                "ground",
                "请填写理由（500字以内）",
                "give a ground of at most 500 characters",
            ));
        }
        Ok(text)
    }
}

/// 中止.
#[utoipa::path(post, path = "/api/desk/lots/{id}/suspend", params(("id" = Uuid, Path)), request_body = Ground,
    responses((status = 200, body = LotDetail), (status = "4XX", body = ApiError)))]
async fn suspend(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(ground): Valid<Ground>,
) -> ApiResult<Json<LotDetail>> {
    let lot = own(&app, id, &principal).await?;
    let ground = ground.text()?;
    dues::give(&app, &lot, Word::Suspend { ground }, principal.account).await?;
    finished(&app, id).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResumeAt {
    /// When; now if absent.
    at: Option<i64>,
}

/// 恢复: now after a short suspension, announced ahead after a long one.
#[utoipa::path(post, path = "/api/desk/lots/{id}/resume", params(("id" = Uuid, Path)), request_body = ResumeAt,
    responses((status = 200, body = LotDetail), (status = "4XX", body = ApiError)))]
async fn resume(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(resume): Valid<ResumeAt>,
) -> ApiResult<Json<LotDetail>> {
    let lot = own(&app, id, &principal).await?;
    dues::give(&app, &lot, Word::Resume { at: resume.at.map(Moment) }, principal.account).await?;
    finished(&app, id).await
}

/// 终止.
#[utoipa::path(post, path = "/api/desk/lots/{id}/terminate", params(("id" = Uuid, Path)), request_body = Ground,
    responses((status = 200, body = LotDetail), (status = "4XX", body = ApiError)))]
async fn terminate(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(ground): Valid<Ground>,
) -> ApiResult<Json<LotDetail>> {
    let lot = own(&app, id, &principal).await?;
    let ground = ground.text()?;
    dues::give(&app, &lot, Word::Terminate { ground }, principal.account).await?;
    finished(&app, id).await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct After {
    /// Applications after this number; 0 from the first. At most 500 are returned.
    after_no: Option<i64>,
}

/// Applications for a lot, by number: whose they are is nobody's business before the close.
#[utoipa::path(get, path = "/api/desk/lots/{id}/applications", params(("id" = Uuid, Path), After),
    responses((status = 200, body = Vec<Application>), (status = "4XX", body = ApiError)))]
async fn applications(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Query(after): Query<After>,
    principal: Principal,
) -> ApiResult<Json<Vec<Application>>> {
    readable(&app, id, &principal).await?;
    store::of_lot(&app.db, id, after.after_no.unwrap_or(0)).await.map(Json)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Admission {
    /// 优先购买权 rank, 1 the highest.
    priority: Option<u8>,
}

/// Admits an application and draws its paddle.
#[utoipa::path(post, path = "/api/desk/lots/{id}/applications/{no}/admit",
    params(("id" = Uuid, Path), ("no" = i64, Path)), request_body = Admission,
    responses((status = 200, body = Application), (status = "4XX", body = ApiError)))]
async fn admit(
    State(app): State<App>,
    Path((id, no)): Path<(Uuid, i64)>,
    principal: Principal,
    Valid(admission): Valid<Admission>,
) -> ApiResult<Json<Application>> {
    own(&app, id, &principal).await?;
    if admission.priority == Some(0) {
        return Err(ApiError::bad_request("priority", "优先顺位从1起", "the highest rank is 1"));
    }
    let paddle = seat(&app, id, no, admission.priority, principal.account).await?;
    let application = store::of_lot(&app.db, id, no - 1).await?.into_iter().next().ok_or_else(ApiError::not_found)?;
    // The table follows the floor by a moment; this is what the floor said.
    let (status, paddle, priority) = (ApplicationStatus::Admitted, Some(paddle), admission.priority);
    Ok(Json(Application { status, paddle, priority, ..application }))
}

/// What is checked and bound once a seat is asked for.
async fn entitle(app: &App, id: Uuid, no: i64) -> ApiResult<()> {
    gate::bids_once(app, id, no).await?;
    deposits::hold(app, id, no).await
}

/// Draws a paddle nobody holds and asks the floor for it.
pub async fn seat(app: &App, id: Uuid, no: i64, priority: Option<u8>, by: Uuid) -> ApiResult<u32> {
    let account = store::applicant(&app.db, id, no).await?;
    gate::before_seating(app, id, no).await?;
    applications::ask_seat(&app.db, id, no, clock::now()).await?;
    if let Err(error) = entitle(app, id, no).await {
        applications::seat_refused(&app.db, id, no).await?;
        return Err(error);
    }
    for _ in 0..DRAWS_MAX {
        let Some(paddle) = draw(app, id) else {
            applications::seat_refused(&app.db, id, no).await?;
            return Err(no_paddle_left());
        };
        let intent = Intent::Seat { account, paddle, priority };
        let reply = app.door.call(id, Some(by), intent).await.map_err(|_| ApiError::busy())?;
        match &reply.answer {
            Answer::Refused { refusal: matching::Refusal::PaddleTaken, .. } => {}
            answer => {
                if let Err(error) = refused(&reply) {
                    if !matches!(answer, Answer::Seated(_)) {
                        applications::seat_refused(&app.db, id, no).await?;
                    }
                    return Err(error);
                }
                store::note(&app.db, id, "admit", by, clock::now()).await?;
                // A record may have come between the gate's look and the floor's word.
                app.barring.notify_one();
                return Ok(paddle.0);
            }
        }
    }
    applications::seat_refused(&app.db, id, no).await?;
    Err(ApiError::busy())
}

/// A paddle free as far as the feed has seen; a lot it has not seen yet has nobody in it.
fn draw(app: &App, id: Uuid) -> Option<Paddle> {
    let chance = Uuid::new_v4().as_u128();
    let seen = app.feed.look(id, |lot| paddles::draw(chance, |paddle| lot.book.seat(paddle).is_some()));
    seen.unwrap_or_else(|| paddles::draw(chance, |_| false))
}

fn no_paddle_left() -> ApiError {
    ApiError { code: "PADDLES_SPENT".into(), ..ApiError::conflict("号牌已用完", "no paddle is left") }
}

/// Who did what to a lot.
#[utoipa::path(get, path = "/api/desk/lots/{id}/history", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<HistoryRow>), (status = "4XX", body = ApiError)))]
async fn history(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
) -> ApiResult<Json<Vec<HistoryRow>>> {
    readable(&app, id, &principal).await?;
    store::history(&app.db, id).await.map(Json)
}
