//! Exact money, moments and paddle numbers.

use core::fmt;
use rust_decimal::Decimal;

/// The largest amount a book accepts, in minor units: far above any lot, low enough that no sum of
/// a price and a step can overflow.
pub const MONEY_MAX: i64 = 1_000_000_000_000_000;
/// The most decimal places a lot's unit may have.
pub const SCALE_MAX: u8 = 4;

/// An amount in the lot's minor unit (分 when the scale is 2). Never negative, never a float.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "i64", into = "i64"))]
pub struct Money(i64);

impl From<Money> for i64 {
    fn from(money: Money) -> i64 {
        money.0
    }
}

impl TryFrom<i64> for Money {
    type Error = &'static str;

    fn try_from(minor: i64) -> Result<Money, &'static str> {
        Money::new(minor).ok_or("an amount out of range")
    }
}

/// Why a decimal is no amount of this lot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MoneyFault {
    TooPrecise,
    OutOfRange,
}

impl Money {
    pub const ZERO: Money = Money(0);

    /// `minor` units; `None` below zero or above [`MONEY_MAX`].
    pub const fn new(minor: i64) -> Option<Money> {
        if minor < 0 || minor > MONEY_MAX { None } else { Some(Money(minor)) }
    }

    pub const fn minor(self) -> i64 {
        self.0
    }

    /// An amount with at most `scale` decimal places; nothing is ever rounded.
    pub fn from_decimal(amount: Decimal, scale: u8) -> Result<Money, MoneyFault> {
        let amount = amount.normalize();
        if amount.scale() > u32::from(scale) {
            return Err(MoneyFault::TooPrecise);
        }
        let lift = 10_i128.pow(u32::from(scale) - amount.scale());
        let minor = amount.mantissa().checked_mul(lift).ok_or(MoneyFault::OutOfRange)?;
        i64::try_from(minor).ok().and_then(Money::new).ok_or(MoneyFault::OutOfRange)
    }

    pub fn to_decimal(self, scale: u8) -> Decimal {
        Decimal::new(self.0, u32::from(scale))
    }

    /// One step up, held at [`MONEY_MAX`].
    pub(crate) fn plus(self, step: Money) -> Money {
        Money((self.0 + step.0).min(MONEY_MAX))
    }

    /// One step down, held at zero.
    pub(crate) fn minus(self, step: Money) -> Money {
        Money((self.0 - step.0).max(0))
    }

    /// Whether the way from `from` to here is a whole number of steps.
    pub(crate) fn on_step(self, from: Money, step: Money) -> bool {
        (self.0 - from.0) % step.0 == 0
    }
}

/// Milliseconds since 1970-01-01T00:00:00Z, by the server's clock: the legal one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Moment(pub i64);

impl Moment {
    pub const fn plus_ms(self, ms: i64) -> Moment {
        Moment(self.0.saturating_add(ms))
    }

    /// Milliseconds since `earlier`; negative when it lies ahead.
    pub const fn since(self, earlier: Moment) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// 号牌: the number a bidder carries on one lot, the only name the public sees.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Paddle(pub u32);

impl fmt::Display for Paddle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
