//! Rule profiles on the wire: money as decimal strings, and the rules in plain words.

use crate::error::{ApiError, ApiResult};
use crate::trading::method_views::{MethodView, OnWire};
use crate::trading::wire::{money, parse_money};
use matching::{
    Band, Ceiling, CeilingThen, Direction, Entry, Extension, Follows, Moment, Phase, ProxyRule, ReserveEntry, Restart,
    Resume, StepKind, StepRule, Terms, TermsFault,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A profile a clerk writes: the public rules and the secret reserve.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone)]
pub struct TermsDraft {
    #[serde(flatten)]
    pub body: TermsBody,
    /// 底价.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserve: Option<String>,
}

/// A profile as everyone reads it.
#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct PublicTerms {
    #[serde(flatten)]
    pub body: TermsBody,
    pub has_reserve: bool,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone)]
pub struct TermsBody {
    /// Decimal places of every amount of the lot, 0 to 4.
    pub scale: u8,
    pub direction: DirectionName,
    pub start_price: String,
    pub step: Step,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<CeilingView>,
    pub deposit: String,
    pub proxy: ProxyName,
    pub self_outbid: bool,
    pub phases: Vec<PhaseView>,
    /// What follows when two or more take the ceiling.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after_ceiling: Vec<PhaseView>,
    /// 底价录入: when the reserve is entered, if it is not written here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserve_entry: Option<ReserveEntryView>,
    /// 底价确认: how long a lot below its reserve is offered at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserve_offer_ms: Option<i64>,
    /// 逐宗交易: it opens after another lot has closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<FollowsView>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<i64>,
    pub resume: ResumeView,
}

macro_rules! names {
    ($(#[$doc:meta])* $view:ident = $engine:ident { $($name:ident),* }) => {
        $(#[$doc])*
        #[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
        #[serde(rename_all = "snake_case")]
        pub enum $view { $($name),* }
        impl From<$engine> for $view { fn from(it: $engine) -> $view { match it { $($engine::$name => $view::$name),* } } }
        impl From<$view> for $engine { fn from(it: $view) -> $engine { match it { $($view::$name => $engine::$name),* } } }
    };
}

names!(DirectionName = Direction { Ascending, Descending });
names!(StepName = StepKind { Multiple, AtLeast, Own });
names!(ProxyName = ProxyRule { None, Step, Visible });
names!(EntryName = Entry { Qualified, Quoted, Confirmed, QuotedAndConfirmed, QuotedOrConfirmed });
names!(RestartName = Restart { Preparation, Timed });
names!(CeilingThenName = CeilingThen { SellToSingle, HandOver });

/// 增价幅度: the band whose `from` lies at or below the price applies.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone)]
pub struct Step {
    pub rule: StepName,
    pub bands: Vec<StepBand>,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone)]
pub struct StepBand {
    pub from: String,
    pub step: String,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone)]
pub struct CeilingView {
    pub price: String,
    pub then: CeilingThenName,
    pub inquiry_ms: i64,
}

/// From `opens_before_ms` to `closes_before_ms` before the end of the first phase.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone)]
pub struct ReserveEntryView {
    pub opens_before_ms: i64,
    pub closes_before_ms: i64,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone)]
pub struct FollowsView {
    pub lot: Uuid,
    pub gap_ms: i64,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone)]
pub struct ResumeView {
    pub quick_ms: i64,
    pub notice_ms: i64,
    pub restart: RestartName,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = Extension)]
pub enum ExtensionView {
    None,
    Sliding { window_ms: i64 },
    Restart { period_ms: i64 },
    RestartPaused { period_ms: i64, pause_ms: i64, hard_stop_at: Option<i64> },
    AddOn { add_ms: i64 },
    SlidingCapped { window_ms: i64, extra_ms_max: i64, count_max: u32 },
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = Phase)]
pub enum PhaseView {
    Open {
        length_ms: i64,
        extension: ExtensionView,
    },
    Free {
        length_ms: i64,
        freeze_ms: i64,
        extension: ExtensionView,
        /// Quotes freeze only once so many bidders have quoted.
        #[serde(default)]
        freeze_bidders_min: u32,
    },
    Inquiry {
        length_ms: i64,
        entrants_min: u32,
        /// Nobody is asked unless so many bidders have quoted; absent, `entrants_min`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        quoted_min: Option<u32>,
    },
    Preparation {
        length_ms: i64,
        recent_ms: i64,
        recent_bidders_min: u32,
    },
    Timed {
        period_ms: i64,
        extension: ExtensionView,
        entry: EntryName,
        step: Option<Step>,
    },
    Method(MethodView),
}

pub fn extension_view(extension: Extension) -> ExtensionView {
    match extension {
        Extension::None => ExtensionView::None,
        Extension::Sliding { window_ms } => ExtensionView::Sliding { window_ms },
        Extension::Restart { period_ms } => ExtensionView::Restart { period_ms },
        Extension::RestartPaused { period_ms, pause_ms, hard_stop_at } => {
            ExtensionView::RestartPaused { period_ms, pause_ms, hard_stop_at: hard_stop_at.map(|moment| moment.0) }
        }
        Extension::AddOn { add_ms } => ExtensionView::AddOn { add_ms },
        Extension::SlidingCapped { window_ms, extra_ms_max, count_max } => {
            ExtensionView::SlidingCapped { window_ms, extra_ms_max, count_max }
        }
    }
}

pub fn extension(view: &ExtensionView) -> Extension {
    match *view {
        ExtensionView::None => Extension::None,
        ExtensionView::Sliding { window_ms } => Extension::Sliding { window_ms },
        ExtensionView::Restart { period_ms } => Extension::Restart { period_ms },
        ExtensionView::RestartPaused { period_ms, pause_ms, hard_stop_at } => {
            Extension::RestartPaused { period_ms, pause_ms, hard_stop_at: hard_stop_at.map(Moment) }
        }
        ExtensionView::AddOn { add_ms } => Extension::AddOn { add_ms },
        ExtensionView::SlidingCapped { window_ms, extra_ms_max, count_max } => {
            Extension::SlidingCapped { window_ms, extra_ms_max, count_max }
        }
    }
}

pub fn step_view(rule: &StepRule, scale: u8) -> Step {
    let bands = rule.bands.iter().map(|band| StepBand { from: money(band.from, scale), step: money(band.step, scale) });
    Step { rule: rule.kind.into(), bands: bands.collect() }
}

pub fn step(view: &Step, scale: u8) -> ApiResult<StepRule> {
    let amount = |text: &str| at("terms.step", parse_money(text, scale));
    let bands = view.bands.iter().map(|band| Ok(Band { from: amount(&band.from)?, step: amount(&band.step)? }));
    Ok(StepRule { kind: view.rule.into(), bands: bands.collect::<ApiResult<_>>()? })
}

pub fn at<T>(field: &str, result: ApiResult<T>) -> ApiResult<T> {
    result.map_err(|error| ApiError { field: Some(field.to_string()), ..error })
}

impl TermsBody {
    pub fn of(terms: &Terms, deposit: String) -> TermsBody {
        let scale = terms.scale;
        let phase_view = |phase: &Phase| match phase {
            Phase::Open { length_ms, extension } => {
                PhaseView::Open { length_ms: *length_ms, extension: extension_view(*extension) }
            }
            Phase::Free { length_ms, freeze_ms, extension, freeze_bidders_min } => PhaseView::Free {
                length_ms: *length_ms,
                freeze_ms: *freeze_ms,
                extension: extension_view(*extension),
                freeze_bidders_min: *freeze_bidders_min,
            },
            Phase::Inquiry { length_ms, entrants_min, quoted_min } => {
                PhaseView::Inquiry { length_ms: *length_ms, entrants_min: *entrants_min, quoted_min: *quoted_min }
            }
            Phase::Preparation { length_ms, recent_ms, recent_bidders_min } => PhaseView::Preparation {
                length_ms: *length_ms,
                recent_ms: *recent_ms,
                recent_bidders_min: *recent_bidders_min,
            },
            Phase::Timed { period_ms, extension, entry, step } => PhaseView::Timed {
                period_ms: *period_ms,
                extension: extension_view(*extension),
                entry: (*entry).into(),
                step: step.as_ref().map(|step| step_view(step, scale)),
            },
            Phase::Method(method) => PhaseView::Method(method.to_wire(scale)),
        };
        TermsBody {
            scale,
            direction: terms.direction.into(),
            start_price: money(terms.start_price, scale),
            step: step_view(&terms.step, scale),
            ceiling: terms.ceiling.map(|ceiling| CeilingView {
                price: money(ceiling.price, scale),
                then: ceiling.then.into(),
                inquiry_ms: ceiling.inquiry_ms,
            }),
            deposit,
            proxy: terms.proxy.into(),
            self_outbid: terms.self_outbid,
            phases: terms.phases.iter().map(phase_view).collect(),
            after_ceiling: terms.after_ceiling.iter().map(phase_view).collect(),
            reserve_entry: terms.reserve_entry.map(|entry| ReserveEntryView {
                opens_before_ms: entry.opens_before_ms,
                closes_before_ms: entry.closes_before_ms,
            }),
            reserve_offer_ms: terms.reserve_offer_ms,
            follows: terms.follows.map(|follows| FollowsView { lot: follows.lot, gap_ms: follows.gap_ms }),
            opens_at: terms.opens_at.map(|moment| moment.0),
            resume: ResumeView {
                quick_ms: terms.resume.quick_ms,
                notice_ms: terms.resume.notice_ms,
                restart: terms.resume.restart.into(),
            },
        }
    }
}

impl TermsDraft {
    /// The engine's terms, if nothing in them contradicts itself.
    pub fn parse(&self) -> ApiResult<Terms> {
        let body = &self.body;
        let scale = body.scale;
        if scale > matching::SCALE_MAX {
            return Err(ApiError::bad_request("terms.scale", "小数位最多4位", "at most 4 decimal places"));
        }
        at("terms.deposit", parse_money(&body.deposit, scale))?;
        let read_phase = |phase: &PhaseView| {
            Ok(match phase {
                PhaseView::Open { length_ms, extension: view } => {
                    Phase::Open { length_ms: *length_ms, extension: extension(view) }
                }
                PhaseView::Free { length_ms, freeze_ms, extension: view, freeze_bidders_min } => Phase::Free {
                    length_ms: *length_ms,
                    freeze_ms: *freeze_ms,
                    extension: extension(view),
                    freeze_bidders_min: *freeze_bidders_min,
                },
                PhaseView::Inquiry { length_ms, entrants_min, quoted_min } => {
                    Phase::Inquiry { length_ms: *length_ms, entrants_min: *entrants_min, quoted_min: *quoted_min }
                }
                PhaseView::Preparation { length_ms, recent_ms, recent_bidders_min } => Phase::Preparation {
                    length_ms: *length_ms,
                    recent_ms: *recent_ms,
                    recent_bidders_min: *recent_bidders_min,
                },
                PhaseView::Timed { period_ms, extension: view, entry, step: own } => Phase::Timed {
                    period_ms: *period_ms,
                    extension: extension(view),
                    entry: (*entry).into(),
                    step: own.as_ref().map(|own| step(own, scale)).transpose()?,
                },
                PhaseView::Method(method) => Phase::Method(OnWire::from_wire(method, scale)?),
            })
        };
        let ceiling = body.ceiling.as_ref().map(|ceiling| {
            Ok::<_, ApiError>(Ceiling {
                price: at("terms.ceiling", parse_money(&ceiling.price, scale))?,
                then: ceiling.then.into(),
                inquiry_ms: ceiling.inquiry_ms,
            })
        });
        let reserve = self.reserve.as_ref().map(|reserve| at("terms.reserve", parse_money(reserve, scale)));
        let terms = Terms {
            scale,
            direction: body.direction.into(),
            start_price: at("terms.start_price", parse_money(&body.start_price, scale))?,
            step: step(&body.step, scale)?,
            reserve: reserve.transpose()?,
            ceiling: ceiling.transpose()?,
            proxy: body.proxy.into(),
            self_outbid: body.self_outbid,
            phases: body.phases.iter().map(read_phase).collect::<ApiResult<_>>()?,
            after_ceiling: body.after_ceiling.iter().map(read_phase).collect::<ApiResult<_>>()?,
            reserve_entry: body.reserve_entry.as_ref().map(|entry| ReserveEntry {
                opens_before_ms: entry.opens_before_ms,
                closes_before_ms: entry.closes_before_ms,
            }),
            reserve_offer_ms: body.reserve_offer_ms,
            follows: body.follows.as_ref().map(|follows| Follows { lot: follows.lot, gap_ms: follows.gap_ms }),
            opens_at: body.opens_at.map(Moment),
            resume: Resume {
                quick_ms: body.resume.quick_ms,
                notice_ms: body.resume.notice_ms,
                restart: body.resume.restart.into(),
            },
        };
        terms.check().map_err(unfit)?;
        Ok(terms)
    }
}

/// The field at fault, as the desk's form names it.
pub fn unfit(fault: TermsFault) -> ApiError {
    ApiError::bad_request(
        &format!("terms.{}", fault.field),
        &format!("“{}”取值超出范围或与其他规则矛盾，请检查", fault.field),
        fault.why,
    )
}
