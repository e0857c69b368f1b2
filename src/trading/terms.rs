//! Rule profiles on the wire: money as decimal strings, and the rules in plain words.

use crate::error::{ApiError, ApiResult};
use crate::trading::wire::{money, parse_money};
use matching::{
    Band, Ceiling, CeilingThen, Direction, Entry, Extension, Moment, Phase, ProxyRule, Restart, Resume, StepKind,
    StepRule, Terms,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
names!(EntryName = Entry { Qualified, Quoted, Confirmed, QuotedAndConfirmed });
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
}

fn extension_view(extension: Extension) -> ExtensionView {
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

fn extension(view: &ExtensionView) -> Extension {
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

fn step_view(rule: &StepRule, scale: u8) -> Step {
    let bands = rule.bands.iter().map(|band| StepBand { from: money(band.from, scale), step: money(band.step, scale) });
    Step { rule: rule.kind.into(), bands: bands.collect() }
}

fn step(view: &Step, scale: u8) -> ApiResult<StepRule> {
    let amount = |text: &str| at("terms.step", parse_money(text, scale));
    let bands = view.bands.iter().map(|band| Ok(Band { from: amount(&band.from)?, step: amount(&band.step)? }));
    Ok(StepRule { kind: view.rule.into(), bands: bands.collect::<ApiResult<_>>()? })
}

fn at<T>(field: &str, result: ApiResult<T>) -> ApiResult<T> {
    result.map_err(|error| ApiError { field: Some(field.to_string()), ..error })
}

impl TermsBody {
    pub fn of(terms: &Terms, deposit: String) -> TermsBody {
        let scale = terms.scale;
        let phases = terms.phases.iter().map(|phase| match phase {
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
        });
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
            phases: phases.collect(),
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
        let phases = body.phases.iter().map(|phase| {
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
            })
        });
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
            phases: phases.collect::<ApiResult<_>>()?,
            opens_at: body.opens_at.map(Moment),
            resume: Resume {
                quick_ms: body.resume.quick_ms,
                notice_ms: body.resume.notice_ms,
                restart: body.resume.restart.into(),
            },
        };
        terms.check().map_err(|fault| {
            ApiError::bad_request(&format!("terms.{}", fault.field), &format!("规则自相矛盾：{}", fault.why), fault.why)
        })?;
        Ok(terms)
    }
}

fn length(ms: i64) -> (String, String) {
    let (zh, en, unit) = match ms {
        ms if ms % 86_400_000 == 0 => ("天", "day", 86_400_000),
        ms if ms % 3_600_000 == 0 => ("小时", "hour", 3_600_000),
        ms if ms % 60_000 == 0 => ("分钟", "minute", 60_000),
        _ => ("秒", "second", 1_000),
    };
    let count = ms / unit;
    (format!("{count}{zh}"), format!("{count} {en}{}", if count == 1 { "" } else { "s" }))
}

/// The rules as a bidder reads them, Chinese and English.
pub fn in_words(terms: &Terms) -> (Vec<String>, Vec<String>) {
    let mut lines: Vec<(String, String)> = Vec::new();
    let yuan = |amount| money(amount, terms.scale);
    let step = yuan(terms.step.at(terms.start_price));
    lines.push(match (terms.direction, terms.step.kind) {
        (_, StepKind::Own) => (
            "每次报价只须优于您自己的上次报价；最优报价领先".into(),
            "each bid need only improve your own last one; the best bid leads".into(),
        ),
        (_, StepKind::Multiple) => (
            format!("首次报价不低于起始价，之后按增价幅度{step}元的整数倍加价"),
            format!("the first bid meets the start price, later ones move by whole multiples of {step} yuan"),
        ),
        (_, StepKind::AtLeast) => (
            format!("首次报价不低于起始价，之后每次至少加价{step}元"),
            format!("the first bid meets the start price, later ones move at least {step} yuan"),
        ),
    });
    for phase in &terms.phases {
        let (zh, en) = length(phase.length_ms());
        lines.push(match phase {
            Phase::Open { extension, .. } => {
                let (more_zh, more_en) = extension_in_words(extension);
                (format!("竞价{zh}；{more_zh}"), format!("bidding lasts {en}; {more_en}"))
            }
            Phase::Free { freeze_ms, .. } if *freeze_ms > 0 => {
                let (freeze_zh, freeze_en) = length(*freeze_ms);
                (
                    format!("自由报价期{zh}，截止前{freeze_zh}停止报价"),
                    format!("free bidding lasts {en}; quotes stop {freeze_en} before its end"),
                )
            }
            Phase::Free { .. } => (format!("自由报价期{zh}"), format!("free bidding lasts {en}")),
            Phase::Inquiry { .. } => (
                format!("询问期{zh}：是否继续竞价，不答视为不参加"),
                format!("an inquiry of {en}: do you go on? silence is no"),
            ),
            Phase::Preparation { .. } => (format!("准备期{zh}"), format!("preparation of {en}")),
            Phase::Timed { extension, .. } => {
                let (more_zh, more_en) = extension_in_words(extension);
                (format!("限时竞价{zh}；{more_zh}"), format!("timed bidding of {en}; {more_en}"))
            }
        });
    }
    if terms.proxy != ProxyRule::None {
        lines.push((
            "可委托报价：系统在您的限价内代为加价，限价保密".into(),
            "standing bids: the system bids for you up to your secret maximum".into(),
        ));
    }
    if terms.reserve.is_some() {
        lines.push((
            "设有底价，达到底价（含）方可成交".into(),
            "there is a reserve; a price at or above it sells".into(),
        ));
    }
    if let Some(ceiling) = terms.ceiling {
        lines.push((
            format!("最高限价{}元", yuan(ceiling.price)),
            format!("the ceiling price is {} yuan", yuan(ceiling.price)),
        ));
    }
    lines.push((
        "以服务器收到报价的时间为准，截止瞬间到达视为超时；报价不可撤回".into(),
        "server time on arrival counts, a bid at the very end is late; bids cannot be withdrawn".into(),
    ));
    lines.into_iter().unzip()
}

fn extension_in_words(extension: &Extension) -> (String, String) {
    match *extension {
        Extension::None => ("到时结束，不延时".into(), "it ends on time".into()),
        Extension::Sliding { window_ms } | Extension::SlidingCapped { window_ms, .. } => {
            let (zh, en) = length(window_ms);
            (
                format!("最后{zh}内有报价，则自该报价起顺延{zh}"),
                format!("a bid in the last {en} moves the end to {en} after it"),
            )
        }
        Extension::Restart { period_ms } | Extension::RestartPaused { period_ms, .. } => {
            let (zh, en) = length(period_ms);
            (format!("每次报价重新倒计时{zh}"), format!("each bid restarts a clock of {en}"))
        }
        Extension::AddOn { add_ms } => {
            let (zh, en) = length(add_ms);
            (format!("每次报价延长{zh}"), format!("each bid adds {en}"))
        }
    }
}
