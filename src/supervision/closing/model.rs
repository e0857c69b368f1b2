//! What supervisors are shown of closed lots and of the networks of bidders.

use crate::trading::lots::LotKind;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

#[derive(Deserialize, IntoParams, Default)]
#[into_params(parameter_in = Query)]
pub struct ClosingsQuery {
    /// unusual (default), closed_at, share, offers, or a figure's name for its percentile.
    pub sort: Option<String>,
    /// desc (default) or asc; what is not known comes last either way.
    pub order: Option<String>,
    /// Lots of one market.
    pub segment: Option<String>,
    /// Only lots the model calls.
    pub called: Option<bool>,
    /// Words in the number or the title.
    pub q: Option<String>,
    pub page: Option<u32>,
}

/// Why there is a comparison, or none.
#[derive(Serialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum BaselineState {
    /// Fewer than two offers: nothing to compare.
    TooFewOffers,
    /// No one price of each bidder, as on an exchange: nothing to compare.
    NotComparable,
    /// Fewer than 30 earlier lots of the market.
    NoBaseline,
    Ranked,
}

/// Why there is a score, or none.
#[derive(Serialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ModelState {
    Scored,
    /// None was in force at the close, it was not taught this market, or there was nothing to judge.
    NotScored,
}

#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct ScreenFigure {
    /// cv, spd, diffp, rd, kurt, skew, ks; triples_min, triples_mean, triples_max over subgroups of three neighbours.
    pub name: String,
    pub value: f64,
    /// The share of the market's earlier lots below it, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percentile: Option<f64>,
}

/// A closed lot as it was seen at the close.
#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct ClosingRow {
    pub lot: Uuid,
    pub lot_number: String,
    pub title_zh: String,
    pub title_en: String,
    pub kind: LotKind,
    pub center_id: Uuid,
    /// The entry that closed it.
    pub n: u64,
    pub closed_at: i64,
    /// use-region-method.
    pub segment: String,
    /// ladder, or a selling method.
    pub method: String,
    /// Bidders with a final offer; on an exchange, those who bought or sold.
    pub offers: u32,
    pub baseline_state: BaselineState,
    /// Earlier lots of the market it was compared with.
    pub baseline_lots: u32,
    /// Only those that say something of so many offers.
    pub figures: Vec<ScreenFigure>,
    /// 0 the middle of its market in every figure, 1 outermost in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unusual: Option<f64>,
    pub model_state: ModelState,
    /// Of lots scored like this one, the share that was collusive where the model was taught.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// The model calls it: one in ten honest lots would be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub called: Option<bool>,
}

/// The model in force.
#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct ModelInForce {
    /// Of its file.
    pub sha256: String,
    pub since: i64,
    /// Judged lots it was taught.
    pub lots: u64,
    /// Markets it was taught; it says nothing of another.
    pub segments: Vec<String>,
}

#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct MarketCount {
    pub segment: String,
    pub lots: u64,
}

#[derive(Serialize, ToSchema)]
pub struct ClosingPage {
    pub items: Vec<ClosingRow>,
    pub total: u64,
    pub page: u32,
    pub page_size: u32,
    /// Markets with closed lots, the largest first; at most 200.
    pub segments: Vec<MarketCount>,
    /// From so many closed lots of a market on there is a baseline.
    pub baseline_lots_min: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelInForce>,
}

#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct FinalOfferRow {
    pub paddle: u32,
    /// In the lot's money.
    pub price: String,
    pub won: bool,
    /// One of the three offers closest together.
    pub closest: bool,
}

/// What moved the model's score.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone)]
pub struct ScoreDriver {
    pub column: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figure: Option<f64>,
    /// In log-odds; up speaks for collusion.
    pub moved: f64,
}

#[derive(Serialize, ToSchema)]
pub struct ClosingDetail {
    pub row: ClosingRow,
    /// Best first; the first 200.
    pub offers: Vec<FinalOfferRow>,
    /// SHA-256 of the file of the model that judged it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// In log-odds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// The strongest first.
    pub drivers: Vec<ScoreDriver>,
}

#[derive(Serialize, ToSchema)]
pub struct NetworkMember {
    pub account: Uuid,
    pub name: String,
    pub lots: u32,
    pub won: u32,
}

/// Two who meet often; `one` and `other` are places in `members`.
#[derive(Serialize, ToSchema)]
pub struct NetworkLink {
    pub one: u32,
    pub other: u32,
    /// Lots together.
    pub together: u32,
    /// That over the lots of the one who bids less.
    pub share: f64,
    pub one_won: u32,
    pub other_won: u32,
    /// Of lots together that one of them won, the share where the winner changed; absent below two such lots.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turns: Option<f64>,
    /// Mean distance of their prices over the mean of the two.
    pub distance: f64,
}

#[derive(Serialize, ToSchema)]
pub struct NetworkGroup {
    /// Places in `members`.
    pub members: Vec<u32>,
    /// Lots where two or more of them met.
    pub lots: u32,
    pub won_inside: u32,
    /// How evenly they share these wins, 0 to 1.
    pub evenness: f64,
    /// Of wins one behind another, the share where the winner changed; and what chance alone would give.
    pub turns: f64,
    pub turns_by_chance: f64,
    /// 轮流中标: won inside × evenness × turns beyond chance; 0 below ten wins.
    pub rotation: f64,
}

#[derive(Serialize, ToSchema)]
pub struct BidderNetwork {
    /// Absent before the first night.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub computed_at: Option<i64>,
    /// Closed lots looked at: the newest 20,000 of two to forty offers.
    pub lots: u64,
    pub bidders: u64,
    pub members: Vec<NetworkMember>,
    /// From three lots together on, half of the lots of the one who bids less; at most 2,000.
    pub links: Vec<NetworkLink>,
    /// The most regular rotation first; at most 50.
    pub groups: Vec<NetworkGroup>,
}
