//! A lot told as an OCDS release. Pure: the same facts give the same words.

use super::facts::{Life, Names, Written};
use super::ocds::{
    Auction, Award, AwardStatus, Bid, Bids, Body, Contract, ContractStatus, Document, ElectronicAuction, Identifier,
    Item, Lot, Party, Period, Reference, RelatedProcess, Role, Statistic, Tag, Techniques, Tender, TenderStatus, Unit,
    Value,
};
use super::store::Kind;
use crate::trading::deposits::messages::iso;
use crate::trading::life::model::State;
use crate::trading::life::notices::NoticeKind;
use crate::trading::lots::LotKind;
use crate::trading::replica::Replica;
use matching::{Direction, Method, Moment, Money, Outcome, Paddle, Phase, Room, Stage, Terms};
use rust_decimal::Decimal;
use serde_json::value::RawValue;
use uuid::Uuid;

/// Ours until the city's own is registered with the standard's publisher.
const PREFIX: &str = "ocds-sunbid";
const CURRENCY: &str = "CNY";
/// Awards written out in a release; a sale with more says how many there are, and where all of them stand.
pub const AWARDS_MAX: usize = 2_000;

/// The contracting process of a lot, for ever.
pub fn ocid(lot: Uuid) -> String {
    format!("{PREFIX}-{lot}")
}

pub fn lot_of(ocid: &str) -> Option<Uuid> {
    ocid.strip_prefix(PREFIX)?.strip_prefix('-')?.parse().ok()
}

/// What kinds of news a release brings.
pub fn tags(version: i64, kind: Kind, body: &Body) -> Vec<Tag> {
    let is_first = version == 1;
    let mut tags = vec![match (is_first, kind) {
        (true, _) => Tag::Tender,
        (false, Kind::Terminated) => Tag::TenderCancellation,
        (false, _) => Tag::TenderUpdate,
    }];
    if let Some(award) = body.awards.first() {
        tags.push(match (is_first || kind == Kind::Closed, award.status) {
            (true, _) => Tag::Award,
            (false, AwardStatus::Cancelled) => Tag::AwardCancellation,
            (false, _) => Tag::AwardUpdate,
        });
    }
    if !body.contracts.is_empty() {
        tags.push(if is_first || kind == Kind::Contract { Tag::Contract } else { Tag::ContractUpdate });
    }
    tags
}

/// A lot, as it stands, for everyone.
struct Teller<'a> {
    written: &'a Written,
    replica: &'a Replica,
    names: &'a Names,
    /// Where this platform is reached.
    site: &'a str,
    lot: String,
}

pub fn body(written: &Written, replica: &Replica, names: &Names, site: &str) -> Body {
    let teller = Teller { written, replica, names, site, lot: written.detail.card.id.to_string() };
    let bids = teller.bids();
    let awards = teller.awards();
    let contracts = teller.contracts(&awards);
    let tenderers: Vec<Reference> =
        bids.iter().flat_map(|bids| &bids.details).map(|bid| bid.tenderers[0].clone()).collect();
    Body {
        parties: teller.parties(&tenderers, &awards),
        tender: teller.tender(tenderers),
        bids,
        awards,
        contracts,
        related_processes: teller.related(),
    }
}

impl Teller<'_> {
    fn terms(&self) -> &Terms {
        self.replica.book.terms()
    }

    fn decimal(&self, amount: Money) -> Decimal {
        amount.to_decimal(self.terms().scale)
    }

    fn value(&self, amount: Money) -> Value {
        value(self.decimal(amount))
    }

    fn is_sale(&self) -> bool {
        self.terms().direction == Direction::Ascending
    }

    fn outcome(&self) -> Option<&Outcome> {
        match self.replica.book.stage() {
            Stage::Closed(outcome) => Some(outcome),
            _ => None,
        }
    }

    fn life(&self) -> Option<&Life> {
        self.written.life.as_ref()
    }

    fn center(&self) -> Reference {
        let center = &self.written.center;
        Reference { id: format!("center-{}", center.code), name: center.name_zh.clone() }
    }

    fn bidder(&self, paddle: Paddle) -> Reference {
        let name = self.names.get(&paddle).map_or_else(|| format!("{}号竞买人", paddle.0), |named| named.name.clone());
        Reference { id: format!("paddle-{}", paddle.0), name }
    }

    fn parties(&self, tenderers: &[Reference], awards: &[Award]) -> Vec<Party> {
        let center = self.center();
        let grantor = if self.is_sale() { Role::Payee } else { Role::Buyer };
        let mut parties = vec![
            Party { id: center.id, name: center.name, identifier: None, roles: vec![Role::ProcuringEntity] },
            Party {
                id: "grantor".into(),
                name: self.written.detail.grantor.clone(),
                identifier: None,
                roles: vec![grantor],
            },
        ];
        for tenderer in tenderers {
            let won = awards.iter().any(|award| award.suppliers[0].id == tenderer.id);
            let mut roles = vec![Role::Tenderer];
            if won {
                roles.push(Role::Supplier);
                roles.extend(self.is_sale().then_some(Role::Payer));
            }
            let named = self.names.iter().find(|(paddle, _)| tenderer.id == format!("paddle-{}", paddle.0));
            let identifier = named.and_then(|(_, named)| {
                let id = named.credit_code.clone()?;
                Some(Identifier { scheme: "CN-USCC", id, legal_name: named.name.clone() })
            });
            parties.push(Party { id: tenderer.id.clone(), name: tenderer.name.clone(), identifier, roles });
        }
        parties
    }

    fn status(&self) -> TenderStatus {
        match (self.outcome(), self.life().map(|life| life.state)) {
            (Some(_), Some(State::Void | State::Defaulted)) => TenderStatus::Unsuccessful,
            (None | Some(Outcome::Ceiling { .. }), _) => TenderStatus::Active,
            (Some(Outcome::Terminated { .. }), _) => TenderStatus::Cancelled,
            (Some(Outcome::Unsold { .. } | Outcome::Traded { trades: 0, .. }), _) => TenderStatus::Unsuccessful,
            (Some(Outcome::Sold { .. } | Outcome::Allotted { .. } | Outcome::Traded { .. }), _) => {
                TenderStatus::Complete
            }
        }
    }

    fn page(&self) -> String {
        format!("{}/lots/{}", self.site, self.lot)
    }

    /// To the real close, extensions of time included; none while no hour is known.
    fn period(&self) -> Option<Period> {
        let book = &self.replica.book;
        let ends_at = match book.stage() {
            Stage::Running(clock) | Stage::Suspended { clock: Some(clock), .. } => Some(clock.ends_at),
            Stage::Closed(_) => self.replica.closed_at(),
            _ => None,
        };
        // Once it has opened, when it did; called off before, it never did.
        let starts_at = self.replica.opened_at().or(book.opens_at().filter(|_| self.outcome().is_none()));
        let period = Period { start_date: starts_at.map(iso), end_date: ends_at.map(iso) };
        (starts_at.is_some() || ends_at.is_some()).then_some(period)
    }

    fn tender(&self, tenderers: Vec<Reference>) -> Tender {
        let detail = &self.written.detail;
        let card = &detail.card;
        let start = self.value(self.terms().start_price);
        let is_one = !self.is_to_many();
        let (min_value, max_value) = match self.is_sale() {
            true => (Some(start).filter(|_| is_one), None),
            false => (None, Some(start)),
        };
        // How it is sold, as the lot's page says it.
        let method = detail.rules_zh.join("；");
        let auction = ElectronicAuction { url: self.page(), description: method.clone() };
        let techniques = Techniques { has_electronic_auction: true, electronic_auction: auction };
        Tender {
            id: card.number.clone(),
            title: card.title_zh.clone(),
            title_en: card.title_en.clone(),
            description: detail.description_zh.clone(),
            description_en: detail.description_en.clone(),
            status: self.status(),
            procuring_entity: self.center(),
            items: self.items(),
            min_value,
            value: max_value.clone(),
            procurement_method: "open",
            procurement_method_details: method,
            award_criteria: criteria(self.terms()),
            submission_method: ["electronicAuction"],
            tender_period: self.period(),
            number_of_tenderers: Some(tenderers.len()).filter(|_| self.outcome().is_some()),
            tenderers,
            documents: self.documents(),
            lots: [Lot {
                id: self.lot.clone(),
                title: card.title_zh.clone(),
                status: self.status(),
                value: max_value,
                techniques: techniques.clone(),
            }],
            techniques,
            auctions: [Auction {
                url: self.page(),
                period: self.period(),
                minimal_step: self.value(self.replica.book.step()),
            }],
        }
    }

    fn method(&self) -> Option<&Method> {
        self.terms().phases.iter().find_map(|phase| match phase {
            Phase::Method(method) => Some(method),
            _ => None,
        })
    }

    /// Several bidders get units each, so that a price is a unit's.
    fn is_to_many(&self) -> bool {
        matches!(self.method(), Some(Method::Call(_) | Method::Rising(_) | Method::Exchange(_)))
    }

    fn unit(&self, price: Money) -> Unit {
        let name = match self.written.detail.card.kind {
            LotKind::CarbonAllowance => "吨",
            LotKind::PlateQuota => "个",
            _ => "份",
        };
        Unit { name, value: self.value(price) }
    }

    fn items(&self) -> Vec<Item> {
        let item = |no: usize, description: &str, quantity: Option<u64>, unit: Option<Unit>| Item {
            id: (no + 1).to_string(),
            description: description.to_string(),
            quantity,
            unit,
            related_lot: self.lot.clone(),
        };
        let title = &self.written.detail.card.title_zh;
        let start = self.terms().start_price;
        match self.method() {
            Some(Method::Call(rules)) => vec![item(0, title, Some(rules.supply), Some(self.unit(start)))],
            Some(Method::Rising(rules)) => (0..)
                .zip(&rules.products)
                .map(|(no, product)| {
                    item(no, &product.name_zh, Some(product.supply.into()), Some(self.unit(product.start)))
                })
                .collect(),
            Some(Method::Exchange(_)) => vec![item(0, title, None, Some(self.unit(start)))],
            _ => vec![item(0, title, None, None)],
        }
    }

    fn documents(&self) -> Vec<Document> {
        let document = |id: String, document_type, title: String, path: String, date: Option<i64>, format| Document {
            id,
            document_type,
            title,
            url: format!("{}{path}", self.site),
            date_published: date.map(|at| iso(Moment(at))),
            format,
            related_lots: [self.lot.clone()],
        };
        let notices = self.written.notices.iter().map(|notice| {
            let kind = match notice.kind {
                NoticeKind::Grant => "tenderNotice",
                NoticeKind::Result => "awardNotice",
                NoticeKind::Termination => "cancellationDetails",
                NoticeKind::Supplementary | NoticeKind::Suspension | NoticeKind::Resumption => "clarifications",
            };
            let number = notice.number.as_deref().unwrap_or_default();
            let title = format!("{number} {}", notice.title_zh);
            document(
                notice.id.to_string(),
                kind,
                title,
                format!("/notices/{}", notice.id),
                notice.published_at,
                "text/html",
            )
        });
        let files = self.written.documents.iter().map(|file| {
            let path = format!("/api/lots/{}/documents/{}", self.lot, file.no);
            let id = format!("document-{}", file.no);
            document(id, "biddingDocuments", file.title.clone(), path, Some(file.at), file.kind.media_type())
        });
        let json = |id: &str, kind, title: &str, path: String| {
            document(id.into(), kind, title.into(), path, None, "application/json")
        };
        let log = json(
            "bid-log",
            "x_bidLog",
            "逐笔报价记录",
            format!("/api/open/bids/{}", ocid(self.written.detail.card.id)),
        );
        let awards = match self.outcome() {
            Some(Outcome::Allotted { .. }) => {
                Some(json("awards", "x_awards", "全部成交明细", format!("/api/lots/{}/awards", self.lot)))
            }
            _ => None,
        };
        notices.chain(files).chain([log]).chain(awards).collect()
    }

    /// Before the close what the room shows anyway, and nothing where offers are hidden; after it, each
    /// bidder's last offer by paddle.
    fn bids(&self) -> Option<Bids> {
        let book = &self.replica.book;
        let closed = self.outcome().is_some();
        if !closed && self.terms().hides_offers() {
            return None;
        }
        let details = if closed { self.details() } else { Vec::new() };
        let count = |id, count: u64| Statistic { id, measure: id, value: raw(count.to_string()), currency: None };
        let mut statistics = vec![count("bids", book.bids())];
        if let Some(top) = book.top().filter(|_| !self.is_to_many()) {
            let measure = if self.is_sale() { "highestValidBidValue" } else { "lowestValidBidValue" };
            let value = raw(self.decimal(top.price).to_string());
            statistics.push(Statistic { id: measure, measure, value, currency: Some(CURRENCY) });
        }
        if closed {
            statistics.push(count("bidders", details.len() as u64));
        }
        Some(Bids { statistics, details })
    }

    fn details(&self) -> Vec<Bid> {
        let book = &self.replica.book;
        let winners: Vec<(Paddle, Option<Decimal>)> = match self.outcome() {
            Some(Outcome::Sold { paddle, price, .. }) => vec![(*paddle, Some(self.decimal(*price)))],
            Some(Outcome::Allotted { awards, .. }) => awards.iter().map(|award| (award.paddle, None)).collect(),
            _ => Vec::new(),
        };
        let offered = |paddle: Paddle| -> Option<Decimal> {
            match book.room() {
                // Orders of a call: what he would have paid for all of them. Of one called off they were never
                // opened, and stay his own.
                Room::Call(_) if self.replica.told().opened().is_none() => None,
                Room::Call(room) => {
                    let own = room.orders.iter().filter(|order| order.paddle == paddle);
                    let sums = own.map(|order| self.decimal(order.price) * Decimal::from(order.quantity));
                    sums.reduce(|a, b| a + b)
                }
                Room::Rising(_) | Room::Exchange(_) => None,
                _ => book.seat(paddle)?.last.map(|last| self.decimal(last)),
            }
        };
        let mut bids = Vec::new();
        for (paddle, _) in self.replica.holders() {
            let won = winners.iter().find(|(winner, _)| *winner == paddle);
            let amount = offered(paddle).or(won.and_then(|(_, price)| *price));
            if amount.is_none() && won.is_none() {
                continue;
            }
            let quoted_at = book.seat(paddle).and_then(|seat| seat.quoted_at);
            bids.push(Bid {
                id: bid_id(paddle),
                date: quoted_at.map(iso),
                status: "valid",
                tenderers: [self.bidder(paddle)],
                value: amount.map(value),
                related_lots: [self.lot.clone()],
            });
        }
        bids
    }

    fn awards(&self) -> Vec<Award> {
        let status = match self.life() {
            None => AwardStatus::Active,
            Some(life) => match life.state {
                State::Void | State::Defaulted => AwardStatus::Cancelled,
                _ if life.confirmed => AwardStatus::Active,
                _ => AwardStatus::Pending,
            },
        };
        let date = self.replica.closed_at().map(iso).unwrap_or_default();
        let award = |no: usize, paddle: Paddle, value: Value, items: Vec<Item>| Award {
            id: format!("award-{}", no + 1),
            title: self.written.detail.card.title_zh.clone(),
            status,
            date: date.clone(),
            value,
            suppliers: [self.bidder(paddle)],
            items,
            related_bid: bid_id(paddle),
            related_lots: [self.lot.clone()],
        };
        match self.outcome() {
            Some(Outcome::Sold { paddle, price, .. }) => vec![award(0, *paddle, self.value(*price), Vec::new())],
            Some(Outcome::Allotted { awards, .. }) => (0..)
                .zip(awards.iter().take(AWARDS_MAX))
                .map(|(no, got)| {
                    let sum = value(self.decimal(got.price) * Decimal::from(got.quantity));
                    let item = Item {
                        id: (got.product + 1).to_string(),
                        description: self.items().swap_remove(got.product as usize).description,
                        quantity: Some(got.quantity),
                        unit: Some(self.unit(got.price)),
                        related_lot: self.lot.clone(),
                    };
                    award(no, got.paddle, sum, vec![item])
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    fn contracts(&self, awards: &[Award]) -> Vec<Contract> {
        let signed = self.life().and_then(|life| life.contract.as_ref().map(|signed| (life.state, signed)));
        let (Some((state, signed)), [award]) = (signed, awards) else { return Vec::new() };
        vec![Contract {
            id: signed.number.clone(),
            award_id: award.id.clone(),
            status: match state {
                State::Registered => ContractStatus::Terminated,
                State::Defaulted => ContractStatus::Cancelled,
                _ => ContractStatus::Active,
            },
            date_signed: iso(Moment(signed.at)),
            value: award.value.clone(),
        }]
    }

    fn related(&self) -> Vec<RelatedProcess> {
        let before = self.life().and_then(|life| life.follows);
        let related = before.map(|lot| RelatedProcess {
            id: "1".into(),
            relationship: ["unsuccessfulProcess"],
            scheme: "ocid",
            identifier: ocid(lot),
            uri: format!("{}/api/open/records/{}", self.site, ocid(lot)),
        });
        related.into_iter().collect()
    }
}

fn bid_id(paddle: Paddle) -> String {
    format!("bid-{}", paddle.0)
}

fn value(amount: Decimal) -> Value {
    Value { amount: raw(amount.to_string()), currency: CURRENCY }
}

/// A decimal's own digits as a JSON number: nothing passes through a float.
fn raw(digits: String) -> Box<RawValue> {
    RawValue::from_string(digits).expect("a decimal's digits are a JSON number")
}

fn criteria(terms: &Terms) -> &'static str {
    let is_rated = |phase: &Phase| matches!(phase, Phase::Method(Method::Weighted(_) | Method::Scored(_)));
    if terms.phases.iter().any(is_rated) { "ratedCriteria" } else { "priceOnly" }
}
