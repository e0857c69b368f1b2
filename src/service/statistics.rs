//! 统计: deals, amounts, premiums and the unsold share of closed lots, by month, district or kind. Exact:
//! sums and means are of decimals.

use super::results::{CAME_TO, ResultOutcome, outcome, period};
use crate::app::App;
use crate::calendar::Day;
use crate::db::bad;
use crate::error::{ApiError, ApiResult};
use crate::security::store as people;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use matching::Moment;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Closed lots counted in one answer: decades of a city. Beyond it the period must be narrower.
const LOTS_MAX: usize = 50_000;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(statistics)).routes(routes!(as_csv))
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "snake_case")]
pub enum StatisticsBy {
    #[default]
    Month,
    /// The city's or a district's center.
    District,
    Kind,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct StatisticsQuery {
    /// month (default), district or kind.
    #[serde(default)]
    by: StatisticsBy,
    /// First day, 2026-01-01, in Beijing.
    from: Option<String>,
    /// Last day, itself included.
    to: Option<String>,
    kind: Option<String>,
    center_id: Option<Uuid>,
}

#[derive(Serialize, ToSchema)]
struct Statistics {
    by: StatisticsBy,
    /// Months in order; districts and kinds by amount, the largest first.
    rows: Vec<StatisticsRow>,
    total: StatisticsRow,
}

#[derive(Serialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct StatisticsRow {
    /// 2026-10, a center's id, or a kind; empty for the total.
    pub key: String,
    /// A center's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_zh: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    /// 成交宗数.
    pub sold: u64,
    /// 流拍宗数.
    pub unsold: u64,
    pub terminated: u64,
    /// 成交无效与悔拍: sold and come to nothing; in no sum and no premium.
    pub fallen: u64,
    /// 成交额, yuan.
    pub amount: String,
    /// 平均溢价率, per cent, of lots sold to one bidder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub premium_mean: Option<String>,
    /// 溢价率中位数.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub premium_median: Option<String>,
    /// 流拍率, per cent of sold, fallen and unsold; a lot called off is none of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsold_percent: Option<String>,
}

/// A closed lot as it is counted.
struct Closed {
    key: String,
    outcome: ResultOutcome,
    amount: Option<Decimal>,
    premium: Option<Decimal>,
}

#[derive(Default)]
struct Sums {
    sold: u64,
    unsold: u64,
    terminated: u64,
    fallen: u64,
    amount: Decimal,
    premiums: Vec<Decimal>,
}

impl Sums {
    fn add(&mut self, lot: &Closed) {
        match lot.outcome {
            ResultOutcome::Sold => self.sold += 1,
            ResultOutcome::Unsold => self.unsold += 1,
            ResultOutcome::Terminated => self.terminated += 1,
            ResultOutcome::Void | ResultOutcome::Defaulted => {
                self.fallen += 1;
                return;
            }
        }
        // Fifty thousand lots of the highest price stay far below what a decimal holds.
        self.amount = self.amount.saturating_add(lot.amount.unwrap_or_default());
        self.premiums.extend(lot.premium);
    }

    fn row(mut self, key: String) -> StatisticsRow {
        self.premiums.sort_unstable();
        let count = Decimal::from(self.premiums.len());
        let sum: Decimal = self.premiums.iter().sum();
        let middle = self.premiums.len() / 2;
        let median = match self.premiums.len() {
            0 => None,
            odd if odd % 2 == 1 => Some(self.premiums[middle]),
            _ => Some((self.premiums[middle - 1] + self.premiums[middle]) / Decimal::TWO),
        };
        let offered = Decimal::from(self.sold + self.fallen + self.unsold);
        let share = (Decimal::ONE_HUNDRED * Decimal::from(self.unsold)).checked_div(offered);
        StatisticsRow {
            key,
            name_zh: None,
            name_en: None,
            sold: self.sold,
            unsold: self.unsold,
            terminated: self.terminated,
            fallen: self.fallen,
            amount: two_places(self.amount),
            premium_mean: sum.checked_div(count).map(two_places),
            premium_median: median.map(two_places),
            unsold_percent: share.map(two_places),
        }
    }
}

fn two_places(value: Decimal) -> String {
    let mut value = value.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    value.rescale(2);
    value.to_string()
}

/// A row for each key, and the total.
fn count(lots: &[Closed], by: StatisticsBy) -> (Vec<StatisticsRow>, StatisticsRow) {
    let (mut groups, mut total) = (BTreeMap::<&str, Sums>::new(), Sums::default());
    for lot in lots {
        groups.entry(&lot.key).or_default().add(lot);
        total.add(lot);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    if by != StatisticsBy::Month {
        groups.sort_by_key(|(_, sums)| std::cmp::Reverse(sums.amount));
    }
    (groups.into_iter().map(|(key, sums)| sums.row(key.to_string())).collect(), total.row(String::new()))
}

async fn gather(app: &App, query: &StatisticsQuery) -> ApiResult<Statistics> {
    let (begin, end) = period(query.from.as_deref(), query.to.as_deref())?;
    let mut select = QueryBuilder::new("select s.closed_at, ");
    select.push(CAME_TO).push(
        " as outcome, s.deal, s.premium, l.kind, l.center from lot_states s join lots l on l.id = s.lot
         where l.status = 'published' and s.stage in ('sold', 'unsold', 'terminated') and s.closed_at >= ",
    );
    select.push_bind(begin).push(" and s.closed_at < ").push_bind(end);
    if let Some(kind) = query.kind.as_deref().filter(|kind| !kind.is_empty()) {
        select.push(" and l.kind = ").push_bind(kind.to_string());
    }
    if let Some(center) = query.center_id {
        select.push(" and l.center = ").push_bind(center.to_string());
    }
    select.push(" limit ").push_bind(LOTS_MAX as i64 + 1);
    let rows = select.build().fetch_all(&app.db).await?;
    if rows.len() > LOTS_MAX {
        return Err(ApiError::bad_request(
            "from",
            "统计范围超过50000宗，请缩短时间段",
            "more than 50,000 lots; choose a shorter period",
        ));
    }
    let lots: Vec<Closed> = rows.iter().map(|row| closed(row, query.by)).collect::<sqlx::Result<_>>()?;
    let (mut rows, total) = count(&lots, query.by);
    if query.by == StatisticsBy::District {
        let centers = people::centers(&app.db).await?;
        for row in &mut rows {
            let center = centers.iter().find(|center| center.id.to_string() == row.key);
            (row.name_zh, row.name_en) = center.map(|one| (one.name_zh.clone(), one.name_en.clone())).unzip();
        }
    }
    Ok(Statistics { by: query.by, rows, total })
}

fn closed(row: &SqliteRow, by: StatisticsBy) -> sqlx::Result<Closed> {
    let decimal = |column: &str| {
        let text: Option<String> = row.try_get(column)?;
        text.map(|text| Decimal::from_str_exact(&text).map_err(|_| bad(column))).transpose()
    };
    Ok(Closed {
        key: match by {
            StatisticsBy::Month => Day::of(Moment(row.try_get("closed_at")?)).to_string()[..7].to_string(),
            StatisticsBy::District => row.try_get("center")?,
            StatisticsBy::Kind => row.try_get("kind")?,
        },
        outcome: outcome(row)?,
        amount: decimal("deal")?,
        premium: decimal("premium")?,
    })
}

/// Figures of closed lots.
#[utoipa::path(get, path = "/api/statistics", params(StatisticsQuery),
    responses((status = 200, body = Statistics), (status = "4XX", body = ApiError)))]
async fn statistics(State(app): State<App>, Query(query): Query<StatisticsQuery>) -> ApiResult<Json<Statistics>> {
    gather(&app, &query).await.map(Json)
}

const COLUMNS: [&str; 11] = [
    "key",
    "name_zh",
    "name_en",
    "sold",
    "unsold",
    "terminated",
    "fallen",
    "amount_yuan",
    "premium_mean_percent",
    "premium_median_percent",
    "unsold_percent",
];

/// The same figures as a file for spreadsheets; the last line is the total.
#[utoipa::path(get, path = "/api/statistics/csv", params(StatisticsQuery),
    responses((status = 200, content_type = "text/csv", body = String), (status = "4XX", body = ApiError)))]
async fn as_csv(State(app): State<App>, Query(query): Query<StatisticsQuery>) -> ApiResult<Response> {
    let figures = gather(&app, &query).await?;
    let file = csv(&figures).map_err(|_| ApiError::internal())?;
    let kind = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"statistics.csv\""),
    ];
    Ok((kind, file).into_response())
}

/// With the mark by which spreadsheets know UTF-8.
fn csv(figures: &Statistics) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer("\u{FEFF}".as_bytes().to_vec());
    writer.write_record(COLUMNS)?;
    let total = StatisticsRow { key: "total".into(), ..figures.total.clone() };
    for row in figures.rows.iter().chain([&total]) {
        let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
        writer.write_record([
            row.key.clone(),
            or_empty(&row.name_zh),
            or_empty(&row.name_en),
            row.sold.to_string(),
            row.unsold.to_string(),
            row.terminated.to_string(),
            row.fallen.to_string(),
            row.amount.clone(),
            or_empty(&row.premium_mean),
            or_empty(&row.premium_median),
            or_empty(&row.unsold_percent),
        ])?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lot(key: &str, outcome: ResultOutcome, amount: &str, premium: &str) -> Closed {
        let read = |text: &str| Decimal::from_str_exact(text).ok();
        Closed { key: key.into(), outcome, amount: read(amount), premium: read(premium) }
    }

    #[test]
    fn figures_are_exact_and_a_lot_called_off_is_no_failure() {
        use ResultOutcome::{Defaulted, Sold, Terminated, Unsold, Void};
        let lots = [
            lot("2026-10", Sold, "100.10", "10.01"),
            lot("2026-10", Sold, "200.20", "20.02"),
            // A sale to many has an amount and no premium of its own.
            lot("2026-11", Sold, "0.30", ""),
            lot("2026-11", Unsold, "", ""),
            lot("2026-11", Unsold, "", ""),
            lot("2026-12", Terminated, "", ""),
            lot("2026-10", Sold, "1.00", "-5.00"),
        ];
        let (rows, total) = count(&lots, StatisticsBy::Month);
        let told: Vec<_> = rows
            .iter()
            .chain([&total])
            .map(|row| {
                let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
                let (mean, median, share) = (or(&row.premium_mean), or(&row.premium_median), or(&row.unsold_percent));
                format!(
                    "{} {} {} {} {} {mean} {median} {share}",
                    row.key, row.sold, row.unsold, row.terminated, row.amount
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "2026-10 3 0 0 301.30 8.34 10.01 0.00",
                "2026-11 1 2 0 0.30 - - 66.67",
                "2026-12 0 0 1 0.00 - - -",
                " 4 2 1 301.60 8.34 10.01 33.33",
            ]
        );
        let fallen =
            [lot("a", Sold, "5.00", "1.00"), lot("a", Void, "9.00", "9.00"), lot("a", Defaulted, "9.00", "9.00")];
        let (_, total) = count(&fallen, StatisticsBy::Kind);
        let sums = (total.sold, total.fallen, total.amount.as_str(), total.premium_mean.as_deref());
        assert_eq!(sums, (1, 2, "5.00", Some("1.00")), "what came to nothing is in no sum");
        let (rows, _) = count(&lots[..2], StatisticsBy::Kind);
        assert_eq!(rows[0].premium_median.as_deref(), Some("15.02"), "half-way cents go up");
        let (rows, _) = count(&[lot("a", Sold, "1", ""), lot("b", Sold, "2", "")], StatisticsBy::Kind);
        assert_eq!(rows[0].key, "b", "the largest first");
    }
}
