//! What everyone may see of a selling method as it runs: prices, turns, depth, draws; never an
//! unopened offer, nor how many there are.

use crate::trading::wire::money;
use matching::methods::{Room, exchange};
use matching::{Book, Clock, Direction, Method, Notice, Office, Paddle, Side, Stage};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Opened offers shown in a room; `/api/lots/{id}/offers` gives all of them, page by page.
pub const LISTED_ROWS_MAX: usize = 100;
/// Price levels of each side, and trades, shown of an exchange.
pub const DEPTH_MAX: usize = 20;
const TRADES_MAX: usize = 20;

#[derive(Serialize, ToSchema, Debug, Clone)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum RoomView {
    Sealed {
        /// The second run, among the tied.
        again: bool,
        /// After the opening, best first; the first 100.
        #[serde(skip_serializing_if = "Option::is_none")]
        opened: Option<Vec<OpenedRow>>,
        /// How many were opened.
        #[serde(skip_serializing_if = "Option::is_none")]
        opened_count: Option<u64>,
        /// Where the nearest to the mean wins: two places beyond the lot's own.
        #[serde(skip_serializing_if = "Option::is_none")]
        mean: Option<String>,
    },
    Dutch {
        shown: String,
        step: u32,
        steps: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        next_price: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        next_at: Option<i64>,
    },
    Rounds {
        round: u32,
        rounds: u32,
        /// Whose turn it is, and until when.
        #[serde(skip_serializing_if = "Option::is_none")]
        turn: Option<u32>,
        /// The running turn's end, or when the next begins.
        #[serde(skip_serializing_if = "Option::is_none")]
        next_at: Option<i64>,
        /// This round's turns.
        order: Vec<u32>,
        /// Best first.
        standing: Vec<AmountRow>,
    },
    Lottery {
        /// Until when entrants contribute; from then on the offices reveal.
        #[serde(skip_serializing_if = "Option::is_none")]
        collected_at: Option<i64>,
        commitments: Vec<OfficeRow>,
        seeds: Vec<OfficeRow>,
        texts: Vec<TextRow>,
        #[serde(skip_serializing_if = "Option::is_none")]
        draw: Option<DrawView>,
    },
    Area {
        #[serde(skip_serializing_if = "Option::is_none")]
        best: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        leader: Option<u32>,
        minimum: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        max: Option<String>,
    },
    Weighted {
        /// In points, two places.
        #[serde(skip_serializing_if = "Option::is_none")]
        score: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        leader: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        least: Option<String>,
    },
    Scored {
        experts: u32,
        offers: Vec<AmountRow>,
        #[serde(skip_serializing_if = "Option::is_none")]
        scores: Option<Vec<ScoreRow>>,
    },
    Call {
        supply: u64,
        unit: u64,
        cap: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        mean: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        next_mean_at: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        opened: Option<Vec<OpenedRow>>,
        /// How many were opened.
        #[serde(skip_serializing_if = "Option::is_none")]
        opened_count: Option<u64>,
    },
    Rising {
        /// The running round.
        round: u32,
        prices: Vec<String>,
        /// Of the round before.
        demand: Vec<u64>,
        supply: Vec<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        next_at: Option<i64>,
    },
    Exchange {
        /// Best first.
        bids: Vec<LevelRow>,
        asks: Vec<LevelRow>,
        #[serde(skip_serializing_if = "Option::is_none")]
        last: Option<String>,
        trades: u64,
        volume: u64,
        /// Newest first.
        recent: Vec<TradeRow>,
    },
}

#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct OpenedRow {
    pub paddle: u32,
    pub price: String,
    pub quantity: u64,
    pub at: i64,
}

#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct AmountRow {
    pub paddle: u32,
    pub amount: String,
}

#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct OfficeRow {
    pub office: OfficeName,
    /// A commitment's SHA-256 or a seed.
    pub text: String,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum OfficeName {
    Center,
    Supervisor,
}

impl From<Office> for OfficeName {
    fn from(office: Office) -> OfficeName {
        match office {
            Office::Center => OfficeName::Center,
            Office::Supervisor => OfficeName::Supervisor,
        }
    }
}

#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct TextRow {
    pub paddle: u32,
    pub text: String,
}

#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct DrawView {
    /// SHA-256 of the lines `sunbid draw 1`, `center SEED`, `supervisor SEED`, `PADDLE TEXT` …, each
    /// ended by a newline. Its first 16 bytes as a number modulo the count of `among` name `drawn`.
    pub digest: String,
    pub among: Vec<u32>,
    pub drawn: u32,
}

#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct ScoreRow {
    pub paddle: u32,
    pub pass: bool,
    pub price_points: String,
    pub panel_points: String,
    pub total: String,
}

#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct LevelRow {
    pub price: String,
    pub quantity: u64,
}

#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct TradeRow {
    pub price: String,
    pub quantity: u64,
    /// What the taker did.
    pub side: SideName,
    pub at: i64,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum SideName {
    Buy,
    Sell,
}

impl From<Side> for SideName {
    fn from(side: Side) -> SideName {
        match side {
            Side::Buy => SideName::Buy,
            Side::Sell => SideName::Sell,
        }
    }
}

impl From<SideName> for Side {
    fn from(side: SideName) -> Side {
        match side {
            SideName::Buy => Side::Buy,
            SideName::Sell => Side::Sell,
        }
    }
}

/// What was told and is still shown: a book keeps results, not announcements.
#[derive(Default)]
pub struct Told {
    opened: Option<(Vec<OpenedRow>, Option<String>)>,
    scores: Option<Vec<ScoreRow>>,
    draw: Option<DrawView>,
    trades: std::collections::VecDeque<TradeRow>,
}

impl Told {
    /// All of the opened offers, best first; none before the opening.
    pub fn opened(&self) -> Option<&[OpenedRow]> {
        self.opened.as_ref().map(|(opened, _)| opened.as_slice())
    }

    pub fn hear(&mut self, notice: &Notice, scale: u8) {
        match notice {
            Notice::Opened { offers, mean } => {
                let rows = offers.iter().map(|opened| OpenedRow {
                    paddle: opened.paddle.0,
                    price: money(opened.price, scale),
                    quantity: opened.quantity,
                    at: opened.at.0,
                });
                let mean = mean.map(|mean| rust_decimal::Decimal::new(mean, u32::from(scale) + 2).to_string());
                self.opened = Some((rows.collect(), mean));
            }
            Notice::Scores { scores } => {
                let rows = scores.iter().map(|score| ScoreRow {
                    paddle: score.paddle.0,
                    pass: score.pass,
                    price_points: points(score.price_points),
                    panel_points: points(score.panel_points),
                    total: points(score.total),
                });
                self.scores = Some(rows.collect());
            }
            Notice::Drawn { digest, among, drawn } => {
                let among = among.iter().map(|paddle| paddle.0).collect();
                self.draw = Some(DrawView { digest: digest.clone(), among, drawn: drawn.0 });
            }
            Notice::Price { .. }
            | Notice::Turn { .. }
            | Notice::TurnOver { .. }
            | Notice::Mean { .. }
            | Notice::Round { .. } => {}
        }
    }

    pub fn traded(&mut self, trades: &[matching::Trade], scale: u8, at: i64) {
        for trade in trades {
            self.trades.truncate(TRADES_MAX - 1);
            let price = money(trade.price, scale);
            self.trades.push_front(TradeRow { price, quantity: trade.quantity, side: trade.side.into(), at });
        }
    }
}

fn points(hundredths: i64) -> String {
    rust_decimal::Decimal::new(hundredths, 2).to_string()
}

/// The room of the method that runs, or ran last.
pub fn room_view(book: &Book, told: &Told) -> Option<RoomView> {
    let terms = book.terms();
    let yuan = |amount| money(amount, terms.scale);
    let clock = match book.stage() {
        Stage::Running(clock) => Some(clock),
        _ => None,
    };
    let method = terms.phases.iter().chain(&terms.after_ceiling).filter_map(|phase| match phase {
        matching::Phase::Method(method) => Some(method),
        _ => None,
    });
    let running = book.method();
    let next_at = |clock: Option<&Clock>| clock.and(book.next_deadline()).map(|moment| moment.0);
    for method in running.into_iter().chain(method) {
        let view = match (method, book.room()) {
            (Method::Sealed(_), Room::Sealed(room)) => RoomView::Sealed {
                again: room.again,
                opened: told.opened().map(|opened| opened.iter().take(LISTED_ROWS_MAX).cloned().collect()),
                opened_count: told.opened().map(|opened| opened.len() as u64),
                mean: told.opened.as_ref().and_then(|(_, mean)| mean.clone()),
            },
            (Method::Dutch(rules), Room::Dutch(room)) => {
                let more = room.steps < rules.steps;
                let next = match terms.direction {
                    Direction::Ascending => room.shown.minor() - rules.drop.minor(),
                    Direction::Descending => room.shown.minor() + rules.drop.minor(),
                };
                RoomView::Dutch {
                    shown: yuan(room.shown),
                    step: room.steps,
                    steps: rules.steps,
                    next_price: matching::Money::new(next).filter(|_| more && running.is_some()).map(yuan),
                    next_at: next_at(clock).filter(|_| more && running.is_some()),
                }
            }
            (Method::Rounds(rules), Room::Rounds(room)) => {
                let count = room.order.len().max(1) as u32;
                let turn = (room.begun > room.done).then(|| room.order[((room.begun - 1) % count) as usize]);
                let mut standing = room.standing.clone();
                standing.sort_by(|a, b| {
                    let worse = terms.direction.better(b.amount, a.amount);
                    let better = terms.direction.better(a.amount, b.amount);
                    worse.cmp(&better).then(a.since.cmp(&b.since))
                });
                RoomView::Rounds {
                    round: (room.begun.max(1) - 1) / count + 1,
                    rounds: rules.rounds,
                    turn: turn.map(|paddle| paddle.0),
                    next_at: next_at(clock),
                    order: room.order.iter().map(|paddle| paddle.0).collect(),
                    standing: standing.iter().map(|own| amount_row(own.paddle, yuan(own.amount))).collect(),
                }
            }
            (Method::Lottery(rules), Room::Lottery(room)) => {
                let office =
                    |(office, text): &(Office, String)| OfficeRow { office: (*office).into(), text: text.clone() };
                RoomView::Lottery {
                    collected_at: clock.map(|clock| rules.collected_at(clock).0),
                    commitments: room.commitments.iter().map(office).collect(),
                    seeds: room.seeds.iter().map(office).collect(),
                    texts: room
                        .texts
                        .iter()
                        .map(|(paddle, text)| TextRow { paddle: paddle.0, text: text.clone() })
                        .collect(),
                    draw: told.draw.clone(),
                }
            }
            (Method::Area(rules), Room::Area(room)) => RoomView::Area {
                best: room.best.map(|(_, best)| yuan(best)),
                leader: room.best.map(|(paddle, _)| paddle.0),
                minimum: book.minimum().map_or_else(|| yuan(rules.start), yuan),
                max: rules.max.map(yuan),
            },
            (Method::Weighted(rules), Room::Weighted(room)) => RoomView::Weighted {
                score: room.best.map(|(_, score)| points(score)),
                leader: room.best.map(|(paddle, _)| paddle.0),
                least: room.best.map(|(_, score)| points(score + rules.step_points)),
            },
            (Method::Scored(rules), Room::Scored(room)) => RoomView::Scored {
                experts: rules.experts,
                offers: room.offers.iter().map(|(paddle, price)| amount_row(*paddle, yuan(*price))).collect(),
                scores: told.scores.clone(),
            },
            (Method::Call(rules), Room::Call(room)) => RoomView::Call {
                supply: rules.supply,
                unit: rules.unit,
                cap: rules.cap,
                mean: room.mean.map(yuan),
                next_mean_at: clock
                    .zip(rules.broadcasts_ms.get(room.broadcasts))
                    .map(|(clock, ms)| clock.began_at.plus_ms(*ms).0),
                opened: told.opened().map(|opened| opened.iter().take(LISTED_ROWS_MAX).cloned().collect()),
                opened_count: told.opened().map(|opened| opened.len() as u64),
            },
            (Method::Rising(rules), Room::Rising(room)) => RoomView::Rising {
                round: room.rounds + 1,
                prices: room.prices.iter().copied().map(yuan).collect(),
                demand: room.told.clone(),
                supply: rules.products.iter().map(|product| product.supply).collect(),
                next_at: next_at(clock),
            },
            (Method::Exchange(_), Room::Exchange(room)) => RoomView::Exchange {
                bids: depth(room, Side::Buy, terms.scale),
                asks: depth(room, Side::Sell, terms.scale),
                last: room.last.map(yuan),
                trades: room.trades,
                volume: room.volume,
                recent: told.trades.iter().cloned().collect(),
            },
            _ => continue,
        };
        return Some(view);
    }
    None
}

fn amount_row(paddle: Paddle, amount: String) -> AmountRow {
    AmountRow { paddle: paddle.0, amount }
}

fn depth(room: &exchange::Room, side: Side, scale: u8) -> Vec<LevelRow> {
    let levels = room.levels(side).take(DEPTH_MAX);
    levels.map(|(price, quantity)| LevelRow { price: money(price, scale), quantity }).collect()
}

/// What only the bidder himself is told of his own offers.
#[derive(Serialize, ToSchema, Debug, Clone, Default)]
pub struct OwnOffers {
    /// His hidden offer as it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// How often it was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<OwnOrder>,
    /// Units wanted of each product in the running round.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub demand: Vec<u32>,
    /// Activity points he may use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<u64>,
}

#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct OwnOrder {
    pub order: u64,
    pub side: SideName,
    pub price: String,
    /// What is left of it.
    pub quantity: u64,
}

pub fn own_offers(book: &Book, paddle: Paddle) -> Option<OwnOffers> {
    let scale = book.terms().scale;
    let yuan = |amount| money(amount, scale);
    let mut own = OwnOffers::default();
    match (book.method(), book.room()) {
        (_, Room::Sealed(room)) => {
            let kept = room.offers.iter().find(|kept| kept.paddle == paddle)?;
            own.amount = Some(yuan(kept.amount));
            own.changes = Some(kept.changes);
        }
        (_, Room::Call(room)) => {
            let kept = room.orders.iter().filter(|kept| kept.paddle == paddle);
            // Counted among his own: its place among all would tell how many others there are.
            own.orders = (0..)
                .zip(kept.clone())
                .map(|(order, kept)| OwnOrder {
                    order,
                    side: SideName::Buy,
                    price: yuan(kept.price),
                    quantity: kept.quantity,
                })
                .collect();
            own.changes = kept.map(|kept| kept.changes).max();
        }
        (_, Room::Exchange(room)) => {
            let order = |(order, side, price, quantity): (u64, Side, _, u64)| OwnOrder {
                order,
                side: side.into(),
                price: yuan(price),
                quantity,
            };
            own.orders = room.standing(paddle).map(order).collect();
        }
        (Some(Method::Rising(rules)), Room::Rising(room)) => {
            own.points = Some(rules.points_of(room, paddle));
            let wanted = room.demands.iter().find(|wanted| wanted.paddle == paddle);
            own.demand = wanted.map(|wanted| wanted.quantities.clone()).unwrap_or_default();
        }
        (_, Room::Rounds(room)) if room.begun > room.done => {
            let place = (room.begun as usize - 1) % room.order.len().max(1);
            own.amount = room.pending.filter(|_| room.order.get(place) == Some(&paddle)).map(yuan);
        }
        _ => return None,
    }
    Some(own)
}
