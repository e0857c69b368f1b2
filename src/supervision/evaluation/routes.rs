//! The doors of evaluation: the table of units, the cases behind a figure, the export, and the weights.

use crate::app::{self, App, Valid};
use crate::calendar::Day;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::model::Principal;
use crate::security::store as people;
use crate::supervision::evaluation::facts::EvaluatedUnit;
use crate::supervision::evaluation::frozen::{self, FrozenVersion, Measured};
use crate::supervision::evaluation::model::{
    Evaluation, Grade, Indicator, Scheme, UnitKind, costs as costs_of, evaluate,
};
use crate::supervision::evaluation::period::Period;
use crate::supervision::evaluation::schemes::{self, SchemeDraft, SchemeRefusal, SchemeVersion};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Cases listed behind one unit's figures, the dearest first.
const COSTS_MAX: usize = 1_000;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(table))
        .routes(routes!(costs))
        .routes(routes!(own))
        .routes(routes!(export))
        .routes(routes!(versions, write))
        .routes(routes!(drafts))
        .routes(routes!(publish))
        .routes(routes!(refuse))
        .routes(routes!(refusals))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PeriodQuery {
    /// 2026-11 or 2026-Q4; this month if absent.
    period: Option<String>,
    /// Of a period that has ended: which of its frozen versions; the newest if absent.
    version: Option<i64>,
}

impl PeriodQuery {
    fn read(&self) -> ApiResult<(String, Period)> {
        let wrong = || ApiError::bad_request("period", "期间格式为2026-11或2026-Q4", "write 2026-11 or 2026-Q4");
        match self.period.as_deref().filter(|text| !text.is_empty()) {
            Some(text) => Ok((text.into(), Period::parse(text).ok_or_else(wrong)?)),
            None => {
                let period = Period::month_of(Day::of(clock::now()));
                Ok((period.first_month(), period))
            }
        }
    }
}

#[derive(Serialize, ToSchema)]
struct IndicatorValue {
    indicator: Indicator,
    weight: u32,
    /// Tenths of a point of 100; absent where there was nothing to measure.
    #[serde(skip_serializing_if = "Option::is_none")]
    value_tenths: Option<u32>,
    /// Good ones; days used; yellow cards.
    part: u64,
    /// All of them; days promised; red cards.
    whole: u64,
}

#[derive(Serialize, ToSchema)]
struct UnitScore {
    kind: UnitKind,
    id: Uuid,
    name_zh: String,
    name_en: String,
    /// Tenths of a point; absent for a unit without business in the period.
    #[serde(skip_serializing_if = "Option::is_none")]
    score_tenths: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grade: Option<Grade>,
    indicators: Vec<IndicatorValue>,
}

#[derive(Serialize, ToSchema)]
struct EvaluationTable {
    period: String,
    /// 2026-11-01, the first day; and the first day after.
    from: String,
    to: String,
    /// Whether the period is still running.
    running: bool,
    /// Which frozen version this is; absent where the figures are those of the moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    frozen: Option<FrozenVersion>,
    /// What each kind of unit is measured by.
    schemes: Vec<SchemeVersion>,
    /// Best first within a kind.
    units: Vec<UnitScore>,
}

/// A period's figures: as they were frozen, or as they stand where they are not.
struct Evaluated {
    frozen: Option<FrozenVersion>,
    measured: Measured,
}

impl Evaluated {
    async fn of(app: &App, period: Period, version: Option<i64>) -> ApiResult<Evaluated> {
        match frozen::read(&app.db, period, version).await? {
            Some((frozen, measured)) => Ok(Evaluated { frozen: Some(frozen), measured }),
            None if version.is_some() => Err(ApiError::not_found()),
            None => Ok(Evaluated { frozen: None, measured: Measured::now(app, period).await? }),
        }
    }

    /// Every unit with its evaluation, best first; units without a score last.
    fn units(&self) -> ApiResult<Vec<(&EvaluatedUnit, Evaluation)>> {
        let mut units = Vec::new();
        for unit in &self.measured.units {
            units.push((unit, evaluate(self.measured.scheme(unit.kind)?, &unit.facts)));
        }
        units.sort_by_key(|(unit, evaluation)| {
            (unit.kind != UnitKind::Agency, std::cmp::Reverse(evaluation.score_tenths), unit.name_zh.clone())
        });
        Ok(units)
    }
}

fn score(unit: &EvaluatedUnit, evaluation: &Evaluation) -> UnitScore {
    UnitScore {
        kind: unit.kind,
        id: unit.id,
        name_zh: unit.name_zh.clone(),
        name_en: unit.name_en.clone(),
        score_tenths: evaluation.score_tenths,
        grade: evaluation.grade,
        indicators: evaluation
            .measured
            .iter()
            .map(|one| IndicatorValue {
                indicator: one.indicator,
                weight: one.weight,
                value_tenths: one.value_tenths,
                part: one.tally.part,
                whole: one.tally.whole,
            })
            .collect(),
    }
}

/// Every agency and center in a month or a quarter.
#[utoipa::path(get, path = "/api/evaluation", params(PeriodQuery),
    responses((status = 200, body = EvaluationTable), (status = "4XX", body = ApiError)))]
async fn table(State(app): State<App>, Query(query): Query<PeriodQuery>) -> ApiResult<Json<EvaluationTable>> {
    let (text, period) = query.read()?;
    let (from, to) = period.days();
    let evaluated = Evaluated::of(&app, period, query.version).await?;
    let units = evaluated.units()?.iter().map(|(unit, evaluation)| score(unit, evaluation)).collect();
    Ok(Json(EvaluationTable {
        period: text,
        from: from.to_string(),
        to: to.to_string(),
        running: Day::of(clock::now()) < to,
        frozen: evaluated.frozen,
        schemes: evaluated.measured.schemes,
        units,
    }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CostQuery {
    period: Option<String>,
    /// Of a period that has ended: which of its frozen versions.
    version: Option<i64>,
    /// One indicator's alone.
    indicator: Option<String>,
}

/// A case, card, order or item behind a score.
#[derive(Serialize, ToSchema)]
struct ScoreCost {
    indicator: Indicator,
    number: String,
    /// An address of this platform's pages.
    path: String,
    /// What it took from the score, in hundredths of a point.
    cost_hundredths: u32,
}

#[derive(Serialize, ToSchema)]
struct UnitCosts {
    /// Which frozen version this is; absent where the figures are those of the moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    frozen: Option<FrozenVersion>,
    unit: UnitScore,
    /// The dearest first; those that cost nothing are left out unless an indicator is named.
    items: Vec<ScoreCost>,
}

/// What stands behind a unit's score: each case and what it cost.
#[utoipa::path(get, path = "/api/evaluation/units/{id}", params(("id" = Uuid, Path), CostQuery),
    responses((status = 200, body = UnitCosts), (status = "4XX", body = ApiError)))]
async fn costs(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Query(query): Query<CostQuery>,
) -> ApiResult<Json<UnitCosts>> {
    behind(&app, id, &query).await.map(Json)
}

/// One's own agency or center, with what stands behind its score.
#[utoipa::path(get, path = "/api/me/evaluation", params(CostQuery), operation_id = "own_evaluation",
    responses((status = 200, body = UnitCosts), (status = "4XX", body = ApiError)))]
async fn own(
    State(app): State<App>,
    Query(query): Query<CostQuery>,
    principal: Principal,
) -> ApiResult<Json<UnitCosts>> {
    let who = people::by_id(&app.db, principal.account).await?.ok_or_else(ApiError::token_invalid)?;
    let unit = who.agency_id.or(who.center_id).ok_or_else(ApiError::not_found)?;
    behind(&app, unit, &query).await.map(Json)
}

async fn behind(app: &App, id: Uuid, query: &CostQuery) -> ApiResult<UnitCosts> {
    let (_, period) = PeriodQuery { period: query.period.clone(), version: query.version }.read()?;
    let asked = query.indicator.as_deref().filter(|name| !name.is_empty());
    let wrong = || ApiError::bad_request("indicator", "没有这个指标", "no such indicator");
    let asked = asked.map(|name| Indicator::from_name(name).ok_or_else(wrong)).transpose()?;
    let evaluated = Evaluated::of(app, period, query.version).await?;
    let unit = frozen::unit(&evaluated.measured, id)?;
    let scheme = evaluated.measured.scheme(unit.kind)?;
    let evaluation = evaluate(scheme, &unit.facts);
    let costs = costs_of(scheme, &evaluation, &unit.facts);
    let mut items: Vec<ScoreCost> = unit
        .facts
        .iter()
        .zip(costs)
        .filter(|(fact, _)| asked.is_none_or(|asked| asked == fact.indicator))
        .map(|(fact, cost_hundredths)| ScoreCost {
            indicator: fact.indicator,
            number: fact.number.clone(),
            path: fact.path.clone(),
            cost_hundredths,
        })
        .filter(|cost| asked.is_some() || cost.cost_hundredths > 0)
        .collect();
    items.sort_by_key(|cost| std::cmp::Reverse(cost.cost_hundredths));
    items.truncate(COSTS_MAX);
    Ok(UnitCosts { frozen: evaluated.frozen, unit: score(unit, &evaluation), items })
}

/// The table as a file that spreadsheets open: one line for each unit and indicator.
#[utoipa::path(get, path = "/api/evaluation/export", params(PeriodQuery),
    responses((status = 200, content_type = "text/csv"), (status = "4XX", body = ApiError)))]
async fn export(State(app): State<App>, Query(query): Query<PeriodQuery>) -> ApiResult<impl IntoResponse> {
    let (text, period) = query.read()?;
    let evaluated = Evaluated::of(&app, period, query.version).await?;
    // The mark by which spreadsheets know UTF-8.
    let mut csv = String::from("\u{feff}period,kind,unit_zh,unit_en,score,grade,indicator,weight,value,part,whole\r\n");
    let tenths = |value: Option<u32>| value.map_or(String::new(), |value| format!("{}.{}", value / 10, value % 10));
    for (unit, evaluation) in evaluated.units()? {
        for one in &evaluation.measured {
            let (kind, grade) = (unit.kind.name(), evaluation.grade.map_or("", Grade::name));
            let _ = write!(
                csv,
                "{text},{kind},{},{},{},{grade},{},{},{},{},{}\r\n",
                quoted(&unit.name_zh),
                quoted(&unit.name_en),
                tenths(evaluation.score_tenths),
                one.indicator.name(),
                one.weight,
                tenths(one.value_tenths),
                one.tally.part,
                one.tally.whole
            );
        }
    }
    let name = format!("attachment; filename=\"evaluation-{text}.csv\"");
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_string()), (header::CONTENT_DISPOSITION, name)], csv))
}

/// A name a spreadsheet reads as text and never as a formula.
fn quoted(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// Every version of the weights.
#[utoipa::path(get, path = "/api/evaluation/schemes", responses((status = 200, body = Vec<SchemeVersion>)))]
async fn versions(State(app): State<App>) -> ApiResult<Json<Vec<SchemeVersion>>> {
    schemes::all(&app.db).await.map(Json)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewScheme {
    /// 2027-01: the first month measured by it, one that has not begun.
    from_month: String,
    scheme: Scheme,
}

/// Writes weights for months to come; they wait for another administrator.
#[utoipa::path(post, path = "/api/evaluation/schemes", request_body = NewScheme, operation_id = "write_scheme",
    responses((status = 200, body = Vec<SchemeDraft>), (status = "4XX", body = ApiError)))]
async fn write(
    State(app): State<App>,
    principal: Principal,
    Valid(new): Valid<NewScheme>,
) -> ApiResult<Json<Vec<SchemeDraft>>> {
    let (zh, en) = ("请填写尚未开始的月份，如2027-01", "name a month that has not begun, such as 2027-01");
    let wrong = || ApiError::bad_request("from_month", zh, en);
    let from =
        Period::parse(&new.from_month).filter(|period| period.first_month() == new.from_month).ok_or_else(wrong)?;
    if from.days().0 <= Day::of(clock::now()) {
        return Err(wrong());
    }
    if let Some((field, zh, en)) = new.scheme.fault() {
        return Err(ApiError::bad_request(&format!("scheme.{field}"), zh, en));
    }
    schemes::write(&app.db, from, &new.scheme, principal.account, clock::now()).await?;
    schemes::drafts(&app.db).await.map(Json)
}

/// Weights that wait for a second administrator.
#[utoipa::path(get, path = "/api/evaluation/scheme-drafts", operation_id = "scheme_drafts",
    responses((status = 200, body = Vec<SchemeDraft>)))]
async fn drafts(State(app): State<App>) -> ApiResult<Json<Vec<SchemeDraft>>> {
    schemes::drafts(&app.db).await.map(Json)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SchemeRead {
    /// When what was read was written.
    written_at: i64,
}

/// Publishes what another administrator wrote.
#[utoipa::path(post, path = "/api/evaluation/scheme-drafts/{kind}/publish", params(("kind" = UnitKind, Path)),
    request_body = SchemeRead, operation_id = "publish_scheme",
    responses((status = 200, body = Vec<SchemeVersion>), (status = "4XX", body = ApiError)))]
async fn publish(
    State(app): State<App>,
    Path(kind): Path<UnitKind>,
    principal: Principal,
    Valid(read): Valid<SchemeRead>,
) -> ApiResult<Json<Vec<SchemeVersion>>> {
    schemes::publish(&app.db, kind, read.written_at, principal.account, clock::now()).await?;
    schemes::all(&app.db).await.map(Json)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SchemeRefused {
    /// When what was read was written.
    written_at: i64,
    /// Told to whoever wrote it.
    reason: String,
}

/// Does not publish what another administrator wrote, and says why; who wrote it takes it back.
#[utoipa::path(post, path = "/api/evaluation/scheme-drafts/{kind}/refuse", params(("kind" = UnitKind, Path)),
    request_body = SchemeRefused, operation_id = "refuse_scheme",
    responses((status = 200, body = Vec<SchemeDraft>), (status = "4XX", body = ApiError)))]
async fn refuse(
    State(app): State<App>,
    Path(kind): Path<UnitKind>,
    principal: Principal,
    Valid(refused): Valid<SchemeRefused>,
) -> ApiResult<Json<Vec<SchemeDraft>>> {
    let reason = app::reason(&refused.reason)?;
    schemes::refuse(&app.db, (kind, refused.written_at), (principal.account, reason), clock::now()).await?;
    schemes::drafts(&app.db).await.map(Json)
}

/// Weights that were not published, and why.
#[utoipa::path(get, path = "/api/evaluation/scheme-refusals", operation_id = "scheme_refusals",
    responses((status = 200, body = Vec<SchemeRefusal>)))]
async fn refusals(State(app): State<App>) -> ApiResult<Json<Vec<SchemeRefusal>>> {
    schemes::refusals(&app.db).await.map(Json)
}
