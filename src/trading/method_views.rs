//! Selling methods on the wire: each method's rules with money as decimal strings. A field that
//! stands in both lists is converted by its types.

use crate::error::{ApiError, ApiResult};
use crate::trading::terms::{EntryName, ExtensionView, Step, at};
use crate::trading::wire::{money, parse_money};
use matching::methods::{area, call, dutch, exchange, lottery, rising, rounds, scored, sealed, weighted};
use matching::{Entry, Extension, Method, Money, StepRule};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How an engine's value stands on the wire of a lot with `scale` decimal places.
pub trait OnWire<View>: Sized {
    fn to_wire(&self, scale: u8) -> View;
    fn from_wire(view: &View, scale: u8) -> ApiResult<Self>;
}

impl OnWire<String> for Money {
    fn to_wire(&self, scale: u8) -> String {
        money(*self, scale)
    }

    fn from_wire(view: &String, scale: u8) -> ApiResult<Money> {
        parse_money(view, scale)
    }
}

macro_rules! same {
    ($($type:ty),*) => { $(
        impl OnWire<$type> for $type {
            fn to_wire(&self, _scale: u8) -> $type { self.clone() }
            fn from_wire(view: &$type, _scale: u8) -> ApiResult<$type> { Ok(view.clone()) }
        }
    )* };
}

same!(i64, u32, u64, bool, String, Vec<i64>);

impl<T: OnWire<V>, V> OnWire<Option<V>> for Option<T> {
    fn to_wire(&self, scale: u8) -> Option<V> {
        self.as_ref().map(|value| value.to_wire(scale))
    }

    fn from_wire(view: &Option<V>, scale: u8) -> ApiResult<Option<T>> {
        view.as_ref().map(|view| T::from_wire(view, scale)).transpose()
    }
}

macro_rules! lists {
    ($($engine:ty = $view:ty),*) => { $(
        impl OnWire<Vec<$view>> for Vec<$engine> {
            fn to_wire(&self, scale: u8) -> Vec<$view> { self.iter().map(|item| item.to_wire(scale)).collect() }
            fn from_wire(view: &Vec<$view>, scale: u8) -> ApiResult<Vec<$engine>> {
                view.iter().map(|view| OnWire::from_wire(view, scale)).collect()
            }
        }
    )* };
}

impl OnWire<EntryName> for Entry {
    fn to_wire(&self, _scale: u8) -> EntryName {
        (*self).into()
    }

    fn from_wire(view: &EntryName, _scale: u8) -> ApiResult<Entry> {
        Ok((*view).into())
    }
}

impl OnWire<ExtensionView> for Extension {
    fn to_wire(&self, _scale: u8) -> ExtensionView {
        crate::trading::terms::extension_view(*self)
    }

    fn from_wire(view: &ExtensionView, _scale: u8) -> ApiResult<Extension> {
        Ok(crate::trading::terms::extension(view))
    }
}

impl OnWire<Step> for StepRule {
    fn to_wire(&self, scale: u8) -> Step {
        crate::trading::terms::step_view(self, scale)
    }

    fn from_wire(view: &Step, scale: u8) -> ApiResult<StepRule> {
        crate::trading::terms::step(view, scale)
    }
}

/// Above `low`, up to `high`.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone)]
#[serde(deny_unknown_fields)]
pub struct Band {
    pub low: String,
    pub high: String,
}

impl OnWire<Band> for (Money, Money) {
    fn to_wire(&self, scale: u8) -> Band {
        Band { low: money(self.0, scale), high: money(self.1, scale) }
    }

    fn from_wire(view: &Band, scale: u8) -> ApiResult<(Money, Money)> {
        Ok((parse_money(&view.low, scale)?, parse_money(&view.high, scale)?))
    }
}

/// Enums whose names are the same on both sides.
macro_rules! words {
    ($($(#[$doc:meta])* $view:ident = $engine:path { $($name:ident),* })*) => { $(
        $(#[$doc])*
        #[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
        #[serde(rename_all = "snake_case")]
        pub enum $view { $($name),* }
        impl OnWire<$view> for $engine {
            fn to_wire(&self, _scale: u8) -> $view {
                use $engine as It;
                match self { $(It::$name => $view::$name),* }
            }
            fn from_wire(view: &$view, _scale: u8) -> ApiResult<$engine> {
                use $engine as It;
                Ok(match view { $($view::$name => It::$name),* })
            }
        }
    )* };
}

words! {
    Who = sealed::Who { Everyone, AllButFirst, FirstOnly }
    Wins = sealed::Wins { Best, SecondPrice, NearestMean }
    SealedTies = sealed::Ties { First, Again }
    Pays = call::Pays { Uniform, Own }
    Short = call::Short { Partial, Void }
}

/// Structs whose fields are converted one by one.
macro_rules! structs {
    ($($(#[$doc:meta])* $view:ident = $engine:path { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? })*) => { $(
        $(#[$doc])*
        #[derive(Serialize, Deserialize, ToSchema, Debug, Clone)]
        #[serde(deny_unknown_fields)]
        pub struct $view { $($(#[$field_doc])* pub $field: $type),* }
        impl OnWire<$view> for $engine {
            fn to_wire(&self, scale: u8) -> $view {
                $view { $($field: self.$field.to_wire(scale)),* }
            }
            fn from_wire(view: &$view, scale: u8) -> ApiResult<$engine> {
                use $engine as It;
                Ok(It { $($field: at(concat!("terms.phases.", stringify!($field)), OnWire::from_wire(&view.$field, scale))?),* })
            }
        }
    )* };
}

structs! {
    /// 一次报价.
    SealedView = sealed::Rules {
        length_ms: i64, entry: EntryName, who: Who, changes_max: u32, unit: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        band: Option<Band>,
        unique: bool, wins: Wins, ties: SealedTies, offers_min: u32,
    }
    /// 荷兰式.
    DutchView = dutch::Rules { drop: String, every_ms: i64, steps: u32 }
    /// 三轮反向竞价.
    RoundsView = rounds::Rules { rounds: u32, turn_ms: i64, lead_ms: i64, pause_ms: i64 }
    /// 摇号.
    LotteryView = lottery::Rules { collect_ms: i64, reveal_ms: i64, entry: EntryName }
    /// 竞配建面积.
    AreaView = area::Rules {
        length_ms: i64, extension: ExtensionView, entry: EntryName, start: String, step: Step,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<String>,
    }
    /// 权重报价. Points in hundredths.
    WeightedView = weighted::Rules {
        length_ms: i64, extension: ExtensionView, price_points: i64, full_price: String,
        indicators: Vec<IndicatorView>, step_points: i64,
    }
    IndicatorView = weighted::Indicator { name_zh: String, name_en: String, points: i64, low: i64, high: i64 }
    /// 综合评分法、最低评标价法.
    ScoredView = scored::Rules { length_ms: i64, experts: u32, by: ByView }
    /// 集合竞价.
    CallView = call::Rules {
        length_ms: i64, supply: u64, unit: u64, cap: u64, orders_max: u32, changes_max: u32, pays: Pays,
        ties: CallTies, short: Short, broadcasts_ms: Vec<i64>, trim_percent: u32,
    }
    /// 时钟拍卖.
    RisingView = rising::Rules { round_ms: i64, rounds_max: u32, products: Vec<ProductView>, points_first: u64 }
    ProductView = rising::Product {
        name_zh: String, name_en: String, supply: u32, start: String, step: String, points: u32,
    }
    /// 连续双向竞价.
    ExchangeView = exchange::Rules { length_ms: i64, unit: u64, order_max: u64 }
}

lists!(weighted::Indicator = IndicatorView, rising::Product = ProductView);

/// How a panel's words become a result. Points in hundredths.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ByView {
    Points { price_points: i64, panel_points: i64 },
    LowestEvaluated,
}

impl OnWire<ByView> for scored::By {
    fn to_wire(&self, _scale: u8) -> ByView {
        match *self {
            scored::By::Points { price_points, panel_points } => ByView::Points { price_points, panel_points },
            scored::By::LowestEvaluated => ByView::LowestEvaluated,
        }
    }

    fn from_wire(view: &ByView, _scale: u8) -> ApiResult<scored::By> {
        Ok(match *view {
            ByView::Points { price_points, panel_points } => scored::By::Points { price_points, panel_points },
            ByView::LowestEvaluated => scored::By::LowestEvaluated,
        })
    }
}

/// Which of two orders at one price comes first.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CallTies {
    Time,
    Drawn { seed: String },
}

impl OnWire<CallTies> for call::Ties {
    fn to_wire(&self, _scale: u8) -> CallTies {
        match self {
            call::Ties::Time => CallTies::Time,
            call::Ties::Drawn { seed } => CallTies::Drawn { seed: seed.clone() },
        }
    }

    fn from_wire(view: &CallTies, _scale: u8) -> ApiResult<call::Ties> {
        match view {
            CallTies::Time => Ok(call::Ties::Time),
            CallTies::Drawn { seed } if seed.is_empty() || seed.chars().count() > 64 => {
                Err(ApiError::bad_request("terms.phases.ties", "种子须为1至64个字符", "a seed has 1 to 64 characters"))
            }
            CallTies::Drawn { seed } => Ok(call::Ties::Drawn { seed: seed.clone() }),
        }
    }
}

macro_rules! methods {
    ($($name:ident($view:ident)),* $(,)?) => {
        /// A selling method beyond open bidding.
        #[derive(Serialize, Deserialize, ToSchema, Debug, Clone)]
        #[serde(tag = "method", rename_all = "snake_case")]
        #[schema(as = Method)]
        pub enum MethodView { $($name($view)),* }

        impl OnWire<MethodView> for Method {
            fn to_wire(&self, scale: u8) -> MethodView {
                match self { $(Method::$name(rules) => MethodView::$name(rules.to_wire(scale))),* }
            }
            fn from_wire(view: &MethodView, scale: u8) -> ApiResult<Method> {
                Ok(match view { $(MethodView::$name(view) => Method::$name(OnWire::from_wire(view, scale)?)),* })
            }
        }
    };
}

methods!(
    Sealed(SealedView),
    Dutch(DutchView),
    Rounds(RoundsView),
    Lottery(LotteryView),
    Area(AreaView),
    Weighted(WeightedView),
    Scored(ScoredView),
    Call(CallView),
    Rising(RisingView),
    Exchange(ExchangeView),
);
