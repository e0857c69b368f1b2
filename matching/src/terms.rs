//! The lot's rule profile: everything the book does is data here, frozen and published with the lot.

use crate::methods::Method;
use crate::money::{Moment, Money, SCALE_MAX};
use crate::refusal::Refusal;
use alloc::vec::Vec;
use uuid::Uuid;

pub const PHASES_MAX: usize = 8;
pub const BANDS_MAX: usize = 32;
/// The longest phase or window: a year. Longer is a typing mistake.
pub const LENGTH_MS_MAX: i64 = 366 * 24 * 3_600_000;

/// Of a phase or window: 1 ms to [`LENGTH_MS_MAX`].
pub(crate) fn check_length(field: &'static str, ms: i64) -> Result<(), TermsFault> {
    if (1..=LENGTH_MS_MAX).contains(&ms) {
        return Ok(());
    }
    Err(TermsFault { field, why: "between 1 ms and 366 days" })
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Terms {
    /// Decimal places of the minor unit, 0 to [`SCALE_MAX`].
    pub scale: u8,
    pub direction: Direction,
    /// 起始价: the first bid may equal it.
    pub start_price: Money,
    pub step: StepRule,
    /// 底价: secret until the lot closes; met by equality.
    pub reserve: Option<Money>,
    pub ceiling: Option<Ceiling>,
    pub proxy: ProxyRule,
    /// Whether the leader may bid against himself.
    pub self_outbid: bool,
    pub phases: Vec<Phase>,
    /// What follows when two or more take the ceiling; empty: the lot is handed over.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub after_ceiling: Vec<Phase>,
    /// 底价录入: when the reserve is entered, if it is not written with the profile.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub reserve_entry: Option<ReserveEntry>,
    /// 底价确认: how long a lot below its reserve is offered at it.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub reserve_offer_ms: Option<i64>,
    /// The lot opens `gap_ms` after another has closed, by the floor's command.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub follows: Option<Follows>,
    /// When the first phase opens by itself, and not before; without it, on the clerk's command.
    pub opens_at: Option<Moment>,
    pub resume: Resume,
}

/// From `opens_before_ms` to `closes_before_ms` before the end of the first phase: the last half
/// hour (Suzhou, Shantou), or any time up to an hour before (Fujian).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ReserveEntry {
    pub opens_before_ms: i64,
    pub closes_before_ms: i64,
}

/// 逐宗交易: lots of one notice run one after another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Follows {
    pub lot: Uuid,
    pub gap_ms: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Direction {
    Ascending,
    Descending,
}

impl Direction {
    /// Whether `a` is strictly better for the seller (ascending) or the buyer (descending) than `b`.
    pub fn better(self, a: Money, b: Money) -> bool {
        match self {
            Direction::Ascending => a > b,
            Direction::Descending => a < b,
        }
    }

    pub(crate) fn advance(self, price: Money, step: Money) -> Money {
        match self {
            Direction::Ascending => price.plus(step),
            Direction::Descending => price.minus(step),
        }
    }

    /// `price`, but no better than `limit`.
    pub(crate) fn cap(self, price: Money, limit: Money) -> Money {
        if self.better(price, limit) { limit } else { price }
    }
}

/// 增价幅度.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct StepRule {
    pub kind: StepKind,
    /// By current price, rising `from`; the last band at or below the price applies.
    pub bands: Vec<Band>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum StepKind {
    /// A positive whole multiple of the step beyond the current price (Suzhou).
    Multiple,
    /// At least one step beyond the current price (Fujian).
    AtLeast,
    /// At least one step beyond the bidder's own last bid (descending sales).
    Own,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Band {
    pub from: Money,
    pub step: Money,
}

impl StepRule {
    /// Whether `amount` goes far enough beyond `from`, the standing price, or meets `start` where
    /// nothing stands.
    pub(crate) fn fits(
        &self,
        direction: Direction,
        start: Money,
        from: Option<Money>,
        amount: Money,
    ) -> Result<(), Refusal> {
        let Some(price) = from else {
            if direction.better(start, amount) {
                return Err(Refusal::BelowStart { minimum: start });
            }
            return self.on_grid(start, start, amount);
        };
        let beyond = direction.advance(price, self.at(price));
        // Improving nothing is no step, even where the range of money holds the step back.
        if !direction.better(amount, price) || direction.better(beyond, amount) {
            return Err(Refusal::BelowStep { price, minimum: beyond });
        }
        self.on_grid(price, beyond, amount)
    }

    /// Whole multiples only, where the rule asks for them. `minimum`: the next amount that fits.
    pub(crate) fn on_grid(&self, from: Money, minimum: Money, amount: Money) -> Result<(), Refusal> {
        let step = self.at(from);
        if self.kind == StepKind::Multiple && !amount.on_step(from, step) {
            return Err(Refusal::NotOnStep { minimum, step });
        }
        Ok(())
    }

    pub fn at(&self, price: Money) -> Money {
        let above = self.bands.partition_point(|band| band.from <= price);
        self.bands[above.saturating_sub(1)].step
    }
}

/// 最高限价.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Ceiling {
    pub price: Money,
    pub then: CeilingThen,
    /// How long others are asked whether they take the ceiling too.
    pub inquiry_ms: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum CeilingThen {
    /// Ask; nobody else takes it: sold at the ceiling. Otherwise hand over.
    SellToSingle,
    /// Stop at once and hand over to the next method.
    HandOver,
}

/// 委托报价: whether a standing maximum may be left, and how it is admitted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum ProxyRule {
    None,
    /// A maximum must itself be a valid next bid.
    Step,
    /// A maximum need only reach the visible price: it is a sealed bid, and the step governs only
    /// how far the visible price moves.
    Visible,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Phase {
    /// Open ascending or descending bidding with its closing rule.
    Open { length_ms: i64, extension: Extension },
    /// 自由报价期: the listing; quotes stop `freeze_ms` before its end, once `freeze_bidders_min`
    /// bidders have quoted.
    Free {
        length_ms: i64,
        freeze_ms: i64,
        extension: Extension,
        #[cfg_attr(feature = "serde", serde(default))]
        freeze_bidders_min: u32,
    },
    /// 询问期: "do you go on?"; silence is no. The leader always goes on. Asked only when
    /// `quoted_min` bidders have quoted (absent: `entrants_min`); over unless `entrants_min` go on.
    Inquiry {
        length_ms: i64,
        entrants_min: u32,
        #[cfg_attr(feature = "serde", serde(default))]
        quoted_min: Option<u32>,
    },
    /// 准备期: only when enough bidders quoted in the last `recent_ms` before it.
    Preparation { length_ms: i64, recent_ms: i64, recent_bidders_min: u32 },
    /// 限时竞价.
    Timed { period_ms: i64, extension: Extension, entry: Entry, step: Option<StepRule> },
    /// Any other method of selling.
    Method(Method),
}

impl Phase {
    pub fn length_ms(&self) -> i64 {
        match self {
            Phase::Open { length_ms, .. }
            | Phase::Free { length_ms, .. }
            | Phase::Inquiry { length_ms, .. }
            | Phase::Preparation { length_ms, .. } => *length_ms,
            Phase::Timed { period_ms, .. } => *period_ms,
            Phase::Method(method) => method.length_ms(0),
        }
    }

    /// Whether bidders make offers in it.
    fn takes_offers(&self) -> bool {
        !matches!(self, Phase::Inquiry { .. } | Phase::Preparation { .. })
    }

    pub(crate) fn extension(&self) -> Option<&Extension> {
        match self {
            Phase::Open { extension, .. } | Phase::Free { extension, .. } | Phase::Timed { extension, .. } => {
                Some(extension)
            }
            Phase::Inquiry { .. } | Phase::Preparation { .. } | Phase::Method(_) => None,
        }
    }
}

impl Phase {
    /// The moment E3 lets nothing pass.
    pub(crate) fn hard_stop(&self) -> Option<Moment> {
        match self.extension() {
            Some(Extension::RestartPaused { hard_stop_at, .. }) => *hard_stop_at,
            _ => None,
        }
    }
}

/// Who may bid in the timed phase.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Entry {
    Qualified,
    Quoted,
    /// Who said yes in the inquiry, and the leader.
    Confirmed,
    QuotedAndConfirmed,
    /// Who quoted before enters by that; others must say yes (Dongguan).
    QuotedOrConfirmed,
}

impl Entry {
    /// Whether an inquiry decides who enters.
    pub(crate) fn asks(self) -> bool {
        matches!(self, Entry::Confirmed | Entry::QuotedAndConfirmed | Entry::QuotedOrConfirmed)
    }
}

/// How an accepted bid moves the close; E0 to E5 of the field.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Extension {
    None,
    /// E1: inside the last `window_ms`, the end becomes bid + window.
    Sliding {
        window_ms: i64,
    },
    /// E2: the end always becomes bid + period.
    Restart {
        period_ms: i64,
    },
    /// E3: E2 with a pause after each bid and a hard stop.
    RestartPaused {
        period_ms: i64,
        pause_ms: i64,
        hard_stop_at: Option<Moment>,
    },
    /// E4: each bid adds to the end.
    AddOn {
        add_ms: i64,
    },
    /// E5: E1 with a cap on the added time and on the number of extensions.
    SlidingCapped {
        window_ms: i64,
        extra_ms_max: i64,
        count_max: u32,
    },
}

/// 中止后恢复: the clock rules of suspension.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Resume {
    /// A suspension no longer than this may end at once.
    pub quick_ms: i64,
    /// A longer one must be announced this long ahead.
    pub notice_ms: i64,
    pub restart: Restart,
}

/// Where a lot suspended in the timed phase starts again.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Restart {
    Preparation,
    Timed,
}

/// The field of a profile that contradicts itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TermsFault {
    pub field: &'static str,
    pub why: &'static str,
}

impl Terms {
    /// The first contradiction, in reading order.
    pub fn check(&self) -> Result<(), TermsFault> {
        let fault = |field, why| Err(TermsFault { field, why });
        let length = |ms: i64| (1..=LENGTH_MS_MAX).contains(&ms);
        if self.scale > SCALE_MAX {
            return fault("scale", "at most 4 decimal places");
        }
        check_step(&self.step)?;
        // A falling price starts above its reserve.
        let falls = matches!(self.phases.first(), Some(Phase::Method(Method::Dutch(_))));
        if let Some(reserve) = self.reserve
            && self.direction.better(self.start_price, reserve)
            && !falls
        {
            return fault("reserve", "the start price already passes the reserve");
        }
        if let Some(ceiling) = self.ceiling {
            if self.direction == Direction::Descending {
                return fault("ceiling", "a descending sale has no ceiling");
            }
            if ceiling.price < self.reserve.unwrap_or(self.start_price) {
                return fault("ceiling.price", "below the start price or the reserve");
            }
            if !length(ceiling.inquiry_ms) {
                return fault("ceiling.inquiry_ms", "between 1 ms and 366 days");
            }
        }
        if self.step.kind == StepKind::Own && self.proxy != ProxyRule::None {
            return fault("proxy", "a bidder who need only improve his own bid has no use of a proxy");
        }
        if self.proxy == ProxyRule::Visible && self.has_multiples() {
            return fault("proxy", "a maximum off the grid would put the price off the grid");
        }
        if self.phases.is_empty() || self.phases.len() > PHASES_MAX {
            return fault("phases", "between 1 and 8 phases");
        }
        if !self.phases[0].takes_offers() || matches!(self.phases[0], Phase::Timed { .. }) {
            return fault("phases", "the first phase takes bids: open, free or a method");
        }
        if !self.phases[self.phases.len() - 1].takes_offers() {
            return fault("phases", "the last phase takes bids");
        }
        if self.ceiling.is_some() && self.phases.iter().any(|phase| matches!(phase, Phase::Method(_))) {
            return fault("ceiling", "a ceiling belongs to open bidding; other methods follow it");
        }
        check_order(&self.phases, false)?;
        check_order(&self.after_ceiling, true)?;
        let asks_first = |phase: &Phase| matches!(phase, Phase::Inquiry { .. } | Phase::Preparation { .. });
        if let (Some(ceiling), Some(first)) = (self.ceiling, self.after_ceiling.first())
            && ceiling.then == CeilingThen::HandOver
            && !asks_first(first)
        {
            return fault(
                "after_ceiling",
                "who takes the ceiling is asked first: an inquiry, or a preparation before it",
            );
        }
        let no_reserve = |phase: &Phase| matches!(phase, Phase::Method(Method::Rising(_) | Method::Exchange(_)));
        if (self.reserve.is_some() || self.reserve_entry.is_some()) && self.phases.iter().any(no_reserve) {
            return fault("reserve", "this method knows no reserve: its start prices are the least");
        }
        if self.after_ceiling.len() + self.phases.len() > PHASES_MAX {
            return fault("after_ceiling", "at most 8 phases in all");
        }
        if !self.after_ceiling.is_empty() && self.ceiling.is_none() {
            return fault("after_ceiling", "there is no ceiling to come after");
        }
        if self.after_ceiling.last().is_some_and(|last| !last.takes_offers()) {
            return fault("after_ceiling", "the last phase takes bids");
        }
        for phase in self.phases.iter().chain(&self.after_ceiling) {
            if let Phase::Method(method) = phase {
                method.check(self)?;
            }
        }
        for phase in &self.after_ceiling {
            if !length(phase.length_ms()) {
                return fault("after_ceiling", "phases between 1 ms and 366 days");
            }
            if matches!(phase, Phase::Open { .. } | Phase::Free { .. } | Phase::Timed { .. }) {
                return fault("after_ceiling", "the price stands at the ceiling: another method, or an inquiry");
            }
        }
        if let Some(entry) = self.reserve_entry {
            if self.reserve.is_some() {
                return fault("reserve", "it is entered later: reserve_entry");
            }
            if !(0..entry.opens_before_ms).contains(&entry.closes_before_ms) || !length(entry.opens_before_ms) {
                return fault("reserve_entry", "a window before the end of the first phase");
            }
        }
        if self.reserve_offer_ms.is_some_and(|ms| !length(ms)) {
            return fault("reserve_offer_ms", "between 1 ms and 366 days");
        }
        if self.reserve_offer_ms.is_some() && self.reserve.is_none() && self.reserve_entry.is_none() {
            return fault("reserve_offer_ms", "there is no reserve to offer");
        }
        if let Some(follows) = self.follows {
            if self.opens_at.is_some() {
                return fault("follows", "it opens after another lot, or at its hour; not both");
            }
            if !(0..=LENGTH_MS_MAX).contains(&follows.gap_ms) {
                return fault("follows.gap_ms", "between 0 ms and 366 days");
            }
        }
        for (index, phase) in self.phases.iter().enumerate() {
            if !length(phase.length_ms()) {
                return fault("phases.length_ms", "between 1 ms and 366 days");
            }
            if let (Some(opens_at), Some(stop)) = (self.opens_at, phase.hard_stop())
                && stop <= opens_at
            {
                return fault("phases.extension", "the hard stop lies before the opening");
            }
            if phase.extension().is_some_and(|extension| !extension.in_bounds()) {
                return fault("phases.extension", "windows and periods between 1 ms and 366 days");
            }
            match phase {
                Phase::Free { length_ms, freeze_ms, .. } if !(0..*length_ms).contains(freeze_ms) => {
                    return fault("phases.freeze_ms", "shorter than the phase");
                }
                Phase::Open { .. } | Phase::Free { .. } if index > 0 => {
                    return fault("phases", "open and free bidding come first: they admit everybody again");
                }
                Phase::Preparation { recent_ms, .. } => {
                    if !(0..=LENGTH_MS_MAX).contains(recent_ms) {
                        return fault("phases.recent_ms", "between 0 ms and 366 days");
                    }
                    // The look back starts at the end of the phase before: an inquiry takes no quotes.
                    if let Phase::Inquiry { length_ms, .. } = &self.phases[index - 1]
                        && recent_ms <= length_ms
                    {
                        return fault("phases.recent_ms", "longer than the inquiry before it, in which nobody quotes");
                    }
                }
                Phase::Timed { step, entry, .. } => {
                    let asked = self.phases[..index].iter().any(|phase| matches!(phase, Phase::Inquiry { .. }));
                    if entry.asks() && !asked {
                        return fault("phases.entry", "nobody is asked before: there is no inquiry");
                    }
                    if let Some(step) = step {
                        check_step(step)?;
                        if (step.kind == StepKind::Own) != (self.step.kind == StepKind::Own) {
                            return fault("phases.step", "own and leading steps do not mix");
                        }
                    }
                }
                _ => {}
            }
        }
        if !(0..=LENGTH_MS_MAX).contains(&self.resume.quick_ms) || !(0..=LENGTH_MS_MAX).contains(&self.resume.notice_ms)
        {
            return fault("resume", "between 0 ms and 366 days");
        }
        Ok(())
    }
}

/// Which phases make sense one after another.
fn check_order(phases: &[Phase], after_ceiling: bool) -> Result<(), TermsFault> {
    let field = if after_ceiling { "after_ceiling" } else { "phases" };
    let fault = |why| Err(TermsFault { field, why });
    for (at, phase) in phases.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| &phases[before]);
        let Phase::Method(method) = phase else {
            if matches!(before, Some(Phase::Method(_))) {
                return fault("no ladder, inquiry or preparation follows a method");
            }
            continue;
        };
        let asked = phases[..at].iter().any(|phase| matches!(phase, Phase::Inquiry { .. }));
        if method.entry().asks() && !asked {
            return fault("nobody is asked before: there is no inquiry");
        }
        let after = match before {
            Some(Phase::Method(before)) => Some(before),
            _ => None,
        };
        let makes_sense = match method {
            Method::Sealed(_) => matches!(after, None | Some(Method::Dutch(_) | Method::Sealed(_))),
            Method::Lottery(_) => after_ceiling && after.is_none(),
            Method::Area(_) => after_ceiling && after.is_none(),
            Method::Rounds(_) | Method::Scored(_) => matches!(after, Some(Method::Sealed(_))) && !after_ceiling,
            Method::Dutch(_) | Method::Weighted(_) | Method::Call(_) | Method::Rising(_) | Method::Exchange(_) => {
                at == 0 && !after_ceiling
            }
        };
        if !makes_sense {
            return fault("this method does not follow what stands before it");
        }
    }
    Ok(())
}

impl Terms {
    /// Phase `index`, counted through both lists.
    pub fn phase(&self, index: usize) -> Option<&Phase> {
        self.phases.get(index).or_else(|| self.after_ceiling.get(index.checked_sub(self.phases.len())?))
    }

    /// Whether some offers of this lot stay hidden for a while.
    pub fn hides_offers(&self) -> bool {
        let hides = |phase: &Phase| {
            let hidden = |method: &Method| {
                matches!(method, Method::Sealed(_) | Method::Rounds(_) | Method::Call(_) | Method::Rising(_))
            };
            matches!(phase, Phase::Method(method) if hidden(method))
        };
        self.phases.iter().chain(&self.after_ceiling).any(hides)
    }

    /// The phase that follows `index`, in the same list.
    pub(crate) fn phase_after(&self, index: usize) -> Option<&Phase> {
        (index + 1 != self.phases.len()).then(|| self.phase(index + 1)).flatten()
    }

    /// Whether any phase moves by whole multiples.
    fn has_multiples(&self) -> bool {
        let own_step =
            |phase: &Phase| matches!(phase, Phase::Timed { step: Some(step), .. } if step.kind == StepKind::Multiple);
        self.step.kind == StepKind::Multiple || self.phases.iter().any(own_step)
    }
}

pub(crate) fn check_step(step: &StepRule) -> Result<(), TermsFault> {
    let fault = |why| Err(TermsFault { field: "step", why });
    if step.bands.is_empty() || step.bands.len() > BANDS_MAX {
        return fault("between 1 and 32 bands");
    }
    if !step.bands.is_sorted_by(|a, b| a.from < b.from) {
        return fault("bands rise by their first price");
    }
    if step.bands.iter().any(|band| band.step == Money::ZERO) {
        return fault("every step is above zero");
    }
    Ok(())
}

impl Extension {
    pub(crate) fn in_bounds(&self) -> bool {
        let length = |ms: i64| (1..=LENGTH_MS_MAX).contains(&ms);
        match *self {
            Extension::None => true,
            Extension::Sliding { window_ms } => length(window_ms),
            Extension::Restart { period_ms } => length(period_ms),
            Extension::RestartPaused { period_ms, pause_ms, .. } => length(period_ms) && length(pause_ms),
            Extension::AddOn { add_ms } => length(add_ms),
            Extension::SlidingCapped { window_ms, extra_ms_max, .. } => length(window_ms) && length(extra_ms_max),
        }
    }
}
