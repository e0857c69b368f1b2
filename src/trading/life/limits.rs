//! How long each step may or must take, in one table with its sources. Pure: days come in as arguments.

use super::model::Short;
use crate::calendar::{Calendar, Day};
use crate::named::named;
use crate::trading::lots::LotKind;
use matching::Moment;

named! {
    /// Under which rules a lot is sold.
    #[schema(as = SaleBasis)]
    Basis {
        /// 国有建设用地使用权出让.
        LandGrant "land_grant" "国有建设用地使用权出让" "grant of land-use rights";
        /// 企业国有产权转让.
        PropertyRights "property_rights" "国有产权转让" "transfer of state property rights";
        /// 矿业权出让.
        Mining "mining" "矿业权出让" "grant of mining rights";
        /// 拍卖法.
        Auction "auction" "公物拍卖" "auction of public assets";
        /// 网络司法拍卖, 动产.
        JudicialMovable "judicial_movable" "司法拍卖（动产）" "judicial sale of movables";
        /// 网络司法拍卖, 不动产.
        JudicialImmovable "judicial_immovable" "司法拍卖（不动产）" "judicial sale of immovables";
        /// No law of this table.
        Other "other" "其他" "other";
    }
}

const HOUR_MS: i64 = 3_600_000;

/// A length of time as rules say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// 小时.
    Hours(u32),
    /// 日.
    Days(u32),
    /// 工作日.
    WorkingDays(u32),
    /// 月, the same day of a later month or its last (民法典 art. 202).
    Months(u32),
}

impl Length {
    /// The last day of a limit that begins on `from`, which is not counted (民法典 art. 201). A limit of
    /// calendar days or months does not end on a day off (art. 203).
    pub fn due(self, from: Day, calendar: &Calendar) -> Day {
        match self {
            Length::Hours(hours) => from.plus(i64::from(hours.div_ceil(24))),
            Length::Days(days) => calendar.not_on_a_day_off(from.plus(i64::from(days))),
            Length::WorkingDays(count) => calendar.after(from, count),
            Length::Months(months) => calendar.not_on_a_day_off(from.plus_months(months)),
        }
    }

    /// The first day on which a minimum period that began on `from` has been kept: no day off moves it.
    pub fn kept_on(self, from: Day, calendar: &Calendar) -> Day {
        match self {
            Length::Hours(hours) => from.plus(i64::from(hours.div_ceil(24))),
            Length::Days(days) => from.plus(i64::from(days)),
            Length::WorkingDays(count) => calendar.after(from, count),
            Length::Months(months) => from.plus_months(months),
        }
    }

    /// The moment a limit ends that begins at `from`: hours to the hour, days with their last day.
    pub fn ends(self, from: Moment, calendar: &Calendar) -> Moment {
        match self {
            Length::Hours(hours) => from.plus_ms(i64::from(hours) * HOUR_MS),
            days => days.due(Day::of(from), calendar).end(),
        }
    }

    fn zh(self) -> String {
        match self {
            Length::Hours(hours) => format!("{hours}小时"),
            Length::Days(days) => format!("{days}日"),
            Length::WorkingDays(count) => format!("{count}个工作日"),
            Length::Months(months) => format!("{months}个月"),
        }
    }

    fn en(self) -> String {
        match self {
            Length::Hours(hours) => format!("{hours} hours"),
            Length::Days(days) => format!("{days} days"),
            Length::WorkingDays(count) => format!("{count} working days"),
            Length::Months(months) => format!("{months} months"),
        }
    }
}

/// A length and the rule that says so.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    pub length: Length,
    pub source: &'static str,
}

const fn limit(length: Length, source: &'static str) -> Limit {
    Limit { length, source }
}

/// One instalment: the share of the price in per cent, and when it is due after the contract.
pub struct Share {
    pub percent: u32,
    pub due: Limit,
}

/// 退还保证金 to who did not win: what we promise, and what the rule allows.
pub struct Refund {
    pub promised: Length,
    pub legal: Limit,
}

/// One row for each basis.
pub struct Limits {
    /// At least, from notice to opening.
    pub notice: Option<Limit>,
    /// At least, the listing (挂牌) itself.
    pub listing: Option<Limit>,
    /// At most, from the hammer to the confirmation.
    pub confirm: Option<Limit>,
    /// At most, from the hammer to the published result.
    pub result: Option<Limit>,
    /// At least, the result is public.
    pub publicity: Limit,
    /// At most, from the end of publicity to the contract.
    pub contract: Limit,
    pub shares: &'static [Share],
    /// At most, from the close to a loser's money.
    pub refund: Refund,
    /// The rule by which the signed contract is filed with the agency before it is recorded here.
    pub contract_filing: Option<&'static str>,
}

use Length::{Days, Hours, Months, WorkingDays};

const OURS: &str = "本平台默认值 platform default";

/// No law of the table says how soon: as for land.
const REFUND: Refund = Refund { promised: WorkingDays(3), legal: limit(WorkingDays(5), OURS) };

/// The price in one piece.
const WHOLE: &[Share] = &[Share { percent: 100, due: limit(Months(1), OURS) }];

const LAND: Limits = Limits {
    notice: Some(limit(Days(20), "国土资源部令第39号第8条")),
    listing: Some(limit(Days(10), "国土资源部令第39号第18条")),
    // Originals within 5 working days of the deal.
    confirm: Some(limit(WorkingDays(5), "福建省网上出让规则 originals within 5 working days")),
    result: Some(limit(WorkingDays(10), "国土资源部令第39号第22条")),
    publicity: limit(WorkingDays(10), OURS),
    // The notice counts from the deal. Publicity must run first here, so the limit begins at its end.
    contract: limit(WorkingDays(10), "国土资发〔2010〕34号"),
    shares: &[
        Share { percent: 50, due: limit(Months(1), "国土资发〔2010〕34号") },
        Share { percent: 50, due: limit(Months(12), "国土资发〔2010〕34号") },
    ],
    refund: Refund { promised: WorkingDays(3), legal: limit(WorkingDays(5), "国土资源部令第39号第21条") },
    contract_filing: Some("土地管理法实施条例第18条"),
};

const PROPERTY: Limits = Limits {
    notice: Some(limit(WorkingDays(20), "国资委、财政部令第32号")),
    listing: None,
    confirm: None,
    result: Some(limit(WorkingDays(10), OURS)),
    publicity: limit(WorkingDays(10), OURS),
    contract: limit(WorkingDays(10), OURS),
    shares: &[
        Share { percent: 30, due: limit(WorkingDays(5), "国资委、财政部令第32号") },
        Share { percent: 70, due: limit(Months(12), "国资委、财政部令第32号") },
    ],
    refund: REFUND,
    contract_filing: None,
};

const MINING: Limits = Limits {
    notice: Some(limit(WorkingDays(20), "矿业权出让交易规则")),
    listing: Some(limit(WorkingDays(10), "矿业权出让交易规则")),
    confirm: Some(limit(WorkingDays(3), "矿业权出让交易规则")),
    result: Some(limit(WorkingDays(5), "矿业权出让交易规则")),
    publicity: limit(WorkingDays(10), "矿业权出让交易规则"),
    contract: limit(WorkingDays(10), OURS),
    shares: WHOLE,
    refund: REFUND,
    contract_filing: None,
};

const fn sale(notice: Option<Limit>, refund: Refund) -> Limits {
    Limits {
        notice,
        listing: None,
        confirm: None,
        result: Some(limit(WorkingDays(10), OURS)),
        publicity: limit(WorkingDays(10), OURS),
        contract: limit(WorkingDays(10), OURS),
        shares: WHOLE,
        refund,
        contract_filing: None,
    }
}

const COURT: &str = "最高人民法院关于人民法院网络司法拍卖若干问题的规定";
/// Art. 17: released within 24 hours of the end.
const COURT_REFUND: Refund = Refund { promised: Hours(24), legal: limit(Hours(24), COURT) };
const AUCTION: Limits = sale(Some(limit(Days(7), "拍卖法第45条")), REFUND);
const MOVABLE: Limits = sale(Some(limit(Days(15), COURT)), COURT_REFUND);
const IMMOVABLE: Limits = sale(Some(limit(Days(30), COURT)), COURT_REFUND);
const OTHER: Limits = sale(None, REFUND);

impl Basis {
    pub fn limits(self) -> &'static Limits {
        match self {
            Basis::LandGrant => &LAND,
            Basis::PropertyRights => &PROPERTY,
            Basis::Mining => &MINING,
            Basis::Auction => &AUCTION,
            Basis::JudicialMovable => &MOVABLE,
            Basis::JudicialImmovable => &IMMOVABLE,
            Basis::Other => &OTHER,
        }
    }

    /// Whether lots of a kind are sold under it.
    pub fn fits(self, kind: LotKind) -> bool {
        use LotKind::{
            CarbonAllowance, CommercialLand, Equipment, HousingLand, IndustrialLand, MineralRight, PlateQuota,
            Procurement, PropertyRight, Vehicle,
        };
        match kind {
            HousingLand | IndustrialLand | CommercialLand => {
                matches!(self, Basis::LandGrant | Basis::JudicialImmovable)
            }
            MineralRight => matches!(self, Basis::Mining | Basis::JudicialImmovable),
            PropertyRight => !matches!(self, Basis::LandGrant | Basis::Mining),
            Vehicle | Equipment => {
                matches!(self, Basis::Auction | Basis::JudicialMovable | Basis::PropertyRights | Basis::Other)
            }
            PlateQuota | CarbonAllowance | Procurement => self == Basis::Other,
        }
    }
}

/// A minimum that is kept from `first` on, and not yet on `on`.
pub fn short(limit: Limit, first: Day, on: Day, what_zh: &str, what_en: &str) -> Option<Short> {
    (on < first).then(|| Short {
        zh: format!("{what_zh}不得少于{}（{}），最早{first}，现为{on}", limit.length.zh(), limit.source),
        en: format!(
            "{what_en} takes at least {} ({}): {first} at the earliest, not {on}",
            limit.length.en(),
            limit.source
        ),
    })
}

/// Splits a price in minor units; the last share takes what rounding leaves.
pub fn instalments(minor: i64, shares: &[Share]) -> Vec<i64> {
    let mut left = minor;
    let last = shares.len().saturating_sub(1);
    shares
        .iter()
        .enumerate()
        .map(|(place, share)| {
            let part = (i128::from(minor) * i128::from(share.percent) / 100) as i64;
            let part = if place == last { left } else { part };
            left -= part;
            part
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn lengths_end_on_the_days_counted_by_hand() {
        let calendar = Calendar::released();
        for (length, from, due, kept) in [
            // National Day 2026: 10-01..10-07 off, Saturday 10-10 worked.
            (Length::Days(20), "2026-09-11", "2026-10-08", "2026-10-01"),
            (Length::Days(7), "2026-11-02", "2026-11-09", "2026-11-09"),
            (Length::WorkingDays(10), "2026-09-21", "2026-10-12", "2026-10-12"),
            (Length::Months(1), "2026-01-31", "2026-02-28", "2026-02-28"),
            (Length::Months(12), "2024-02-29", "2025-02-28", "2025-02-28"),
            (Length::Months(1), "2026-12-15", "2027-01-15", "2027-01-15"),
        ] {
            assert_eq!(length.due(day(from), &calendar), day(due), "{length:?} from {from}");
            assert_eq!(length.kept_on(day(from), &calendar), day(kept), "{length:?} from {from}");
        }
    }

    #[test]
    fn the_notice_periods_are_those_of_the_rules() {
        for (basis, length) in [
            (Basis::LandGrant, Some(Length::Days(20))),
            (Basis::PropertyRights, Some(Length::WorkingDays(20))),
            (Basis::Mining, Some(Length::WorkingDays(20))),
            (Basis::Auction, Some(Length::Days(7))),
            (Basis::JudicialMovable, Some(Length::Days(15))),
            (Basis::JudicialImmovable, Some(Length::Days(30))),
            (Basis::Other, None),
        ] {
            assert_eq!(basis.limits().notice.map(|limit| limit.length), length, "{basis:?}");
            assert_eq!(basis.limits().shares.iter().map(|share| share.percent).sum::<u32>(), 100, "{basis:?}");
        }
    }

    /// Closed on the last working day before National Day 2026, at five in the afternoon.
    #[test]
    fn a_losers_money_is_due_by_the_rules_of_his_sale() {
        let calendar = Calendar::released();
        let closed_at = day("2026-09-30").start().plus_ms(17 * HOUR_MS);
        let by = |text: &str| day(text).end();
        let court = closed_at.plus_ms(24 * HOUR_MS);
        for (basis, promised, legal) in [
            (Basis::LandGrant, by("2026-10-10"), by("2026-10-13")),
            (Basis::JudicialMovable, court, court),
            (Basis::JudicialImmovable, court, court),
            (Basis::PropertyRights, by("2026-10-10"), by("2026-10-13")),
            (Basis::Other, by("2026-10-10"), by("2026-10-13")),
        ] {
            let refund = &basis.limits().refund;
            let ends = (refund.promised.ends(closed_at, &calendar), refund.legal.length.ends(closed_at, &calendar));
            assert_eq!(ends, (promised, legal), "{basis:?}");
        }
    }

    #[test]
    fn a_minimum_is_short_by_one_day_and_kept_on_the_next() {
        let calendar = Calendar::released();
        let limit = LAND.notice.expect("a notice period");
        let first = limit.length.kept_on(day("2026-11-01"), &calendar);
        let told = short(limit, first, day("2026-11-20"), "公告期", "the notice");
        assert!(told.is_some_and(|short| short.zh.contains("2026-11-21")));
        assert_eq!(short(limit, first, day("2026-11-21"), "公告期", "the notice"), None);
    }

    #[test]
    fn shares_sum_to_the_price_to_the_cent() {
        assert_eq!(instalments(100_001, LAND.shares), [50_000, 50_001]);
        assert_eq!(instalments(100_001, PROPERTY.shares), [30_000, 70_001]);
        for minor in [0, 1, 99, i64::MAX / 2] {
            for basis in Basis::ALL {
                assert_eq!(instalments(minor, basis.limits().shares).iter().sum::<i64>(), minor);
            }
        }
    }

    #[test]
    fn every_kind_of_lot_is_sold_under_some_rules_and_land_under_no_auction() {
        for kind in ["housing_land", "vehicle", "equipment", "property_right", "mineral_right", "procurement"] {
            let kind = LotKind::from_name(kind).expect("a kind");
            assert!(Basis::ALL.iter().any(|basis| basis.fits(kind)), "{kind:?}");
        }
        assert!(!Basis::Auction.fits(LotKind::HousingLand) && Basis::LandGrant.fits(LotKind::HousingLand));
    }
}
