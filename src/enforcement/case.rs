//! 执法案件: what may be done to a case, by whom, and what it then becomes. Pure: a case is what its acts
//! made of it, and nothing here asks a clock or a database.

use crate::calendar::{Calendar, Day};
use crate::enforcement::discretion::{DiscretionGrade, Penalty};
use crate::enforcement::limits::{self, Limit};
use crate::enforcement::misstep::Misstep;
use matching::Moment;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// 行政处罚法 art. 42: at least two.
pub const OFFICERS_MIN: usize = 2;
/// A team is a handful; more are a mistake.
pub const OFFICERS_MAX: usize = 10;
pub const MEMBERS_MIN: usize = 3;
const MEMBERS_MAX: usize = 30;

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum EnforcementStatus {
    /// 立案.
    Filed,
    /// 调查取证.
    Investigating,
    /// 调查终结.
    Reported,
    /// 行政处罚告知: the party may explain himself, and ask for a hearing.
    Noticed,
    HearingAsked,
    /// Its day is set and told.
    HearingSet,
    /// 听证.
    Heard,
    /// A decision that deviates from the standard waits for another officer.
    Proposed,
    /// 处罚决定.
    Decided,
    /// 送达: it holds from now on.
    Served,
    /// 执行.
    Executed,
    /// 结案.
    Closed,
    /// 撤销.
    Annulled,
}

impl EnforcementStatus {
    pub const ALL: [EnforcementStatus; 13] = [
        EnforcementStatus::Filed,
        EnforcementStatus::Investigating,
        EnforcementStatus::Reported,
        EnforcementStatus::Noticed,
        EnforcementStatus::HearingAsked,
        EnforcementStatus::HearingSet,
        EnforcementStatus::Heard,
        EnforcementStatus::Proposed,
        EnforcementStatus::Decided,
        EnforcementStatus::Served,
        EnforcementStatus::Executed,
        EnforcementStatus::Closed,
        EnforcementStatus::Annulled,
    ];

    pub fn name(self) -> &'static str {
        use EnforcementStatus as S;
        match self {
            S::Filed => "filed",
            S::Investigating => "investigating",
            S::Reported => "reported",
            S::Noticed => "noticed",
            S::HearingAsked => "hearing_asked",
            S::HearingSet => "hearing_set",
            S::Heard => "heard",
            S::Proposed => "proposed",
            S::Decided => "decided",
            S::Served => "served",
            S::Executed => "executed",
            S::Closed => "closed",
            S::Annulled => "annulled",
        }
    }

    pub fn is_over(self) -> bool {
        matches!(self, EnforcementStatus::Closed | EnforcementStatus::Annulled)
    }
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum EnforcementOutcome {
    Penalised,
    /// 不予处罚: the facts are so, and are not punished.
    NoPenalty,
    /// 违法事实不能成立.
    NotFounded,
    Annulled,
}

impl EnforcementOutcome {
    pub fn name(self) -> &'static str {
        match self {
            EnforcementOutcome::Penalised => "penalised",
            EnforcementOutcome::NoPenalty => "no_penalty",
            EnforcementOutcome::NotFounded => "not_founded",
            EnforcementOutcome::Annulled => "annulled",
        }
    }

    pub fn from_name(name: &str) -> Option<EnforcementOutcome> {
        use EnforcementOutcome as O;
        [O::Penalised, O::NoPenalty, O::NotFounded, O::Annulled].into_iter().find(|outcome| outcome.name() == name)
    }

    /// Whether what raised the case was so.
    pub fn confirms(self) -> bool {
        matches!(self, EnforcementOutcome::Penalised | EnforcementOutcome::NoPenalty)
    }
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum PartyKind {
    /// By 统一社会信用代码.
    Entity,
    /// By 公民身份号码.
    Person,
}

/// 当事人.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Party {
    pub kind: PartyKind,
    pub code: String,
    pub name: String,
}

/// What the investigation found, as the standard grades it.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct CaseFinding {
    /// Code of the discretion rule.
    pub rule: String,
    pub grade: DiscretionGrade,
}

/// What somebody does to an enforcement case.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum EnforcementAct {
    /// 指派: who investigates, two at least.
    Assign {
        officers: Vec<Uuid>,
        note: String,
    },
    /// Whom it is against, once that may be known.
    Identify {
        party: Party,
        note: String,
    },
    /// 检查: never alone.
    Inspect {
        with: Uuid,
        note: String,
    },
    /// 先行登记保存.
    RegisterEvidence {
        note: String,
    },
    /// What was done with it: kept, returned, handed on.
    DisposeEvidence {
        note: String,
    },
    /// 调查终结. Without a finding: the facts do not hold.
    Report {
        finding: Option<CaseFinding>,
        major: bool,
        note: String,
    },
    /// 法制审核.
    Review {
        passes: bool,
        note: String,
    },
    /// 集体讨论.
    Discuss {
        members: Vec<String>,
        note: String,
    },
    /// 不成立: closes the case.
    Dismiss {
        note: String,
    },
    /// 告知 the party of facts, grounds, the intended decision and his rights.
    Notify {
        note: String,
    },
    /// He asks for a hearing.
    AskHearing {
        note: String,
    },
    /// He waives it.
    Waive {
        note: String,
    },
    /// The hearing's day: told seven working days ahead.
    SetHearing {
        on: String,
        note: String,
    },
    /// It was held.
    Hear {
        note: String,
    },
    /// 处罚决定, by the standard; what deviates from it is only proposed.
    Decide {
        penalty: Penalty,
        note: String,
    },
    /// Another officer approves the deviation.
    Approve {
        note: String,
    },
    Disapprove {
        note: String,
    },
    /// 送达.
    Serve {
        note: String,
    },
    /// 公示 of the decision.
    Publish {
        note: String,
    },
    /// Paid, or carried out.
    Execute {
        note: String,
    },
    Close {
        note: String,
    },
    /// 撤销: by review, by a court, by the agency itself.
    Annul {
        note: String,
    },
    /// The published decision is taken down.
    TakeDown {
        note: String,
    },
}

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// One of the agency's deciders.
    Decider,
    /// One of those assigned.
    Investigator,
    /// An officer who may investigate.
    Officer,
    /// 法制审核: who reviews did not investigate.
    Reviewer,
    /// Who decides, or holds the hearing, did not investigate.
    UninvolvedDecider,
    /// And did not propose.
    AnotherDecider,
}

impl EnforcementAct {
    pub fn name(&self) -> &'static str {
        match self {
            EnforcementAct::Assign { .. } => "assign",
            EnforcementAct::Identify { .. } => "identify",
            EnforcementAct::Inspect { .. } => "inspect",
            EnforcementAct::RegisterEvidence { .. } => "register_evidence",
            EnforcementAct::DisposeEvidence { .. } => "dispose_evidence",
            EnforcementAct::Report { .. } => "report",
            EnforcementAct::Review { .. } => "review",
            EnforcementAct::Discuss { .. } => "discuss",
            EnforcementAct::Dismiss { .. } => "dismiss",
            EnforcementAct::Notify { .. } => "notify",
            EnforcementAct::AskHearing { .. } => "ask_hearing",
            EnforcementAct::Waive { .. } => "waive",
            EnforcementAct::SetHearing { .. } => "set_hearing",
            EnforcementAct::Hear { .. } => "hear",
            EnforcementAct::Decide { .. } => "decide",
            EnforcementAct::Approve { .. } => "approve",
            EnforcementAct::Disapprove { .. } => "disapprove",
            EnforcementAct::Serve { .. } => "serve",
            EnforcementAct::Publish { .. } => "publish",
            EnforcementAct::Execute { .. } => "execute",
            EnforcementAct::Close { .. } => "close",
            EnforcementAct::Annul { .. } => "annul",
            EnforcementAct::TakeDown { .. } => "take_down",
        }
    }

    pub fn part(&self) -> Part {
        match self {
            EnforcementAct::Assign { .. } => Part::Decider,
            EnforcementAct::Inspect { .. }
            | EnforcementAct::Identify { .. }
            | EnforcementAct::RegisterEvidence { .. }
            | EnforcementAct::DisposeEvidence { .. }
            | EnforcementAct::Report { .. }
            | EnforcementAct::Notify { .. } => Part::Investigator,
            EnforcementAct::Review { .. } => Part::Reviewer,
            EnforcementAct::Discuss { .. }
            | EnforcementAct::Dismiss { .. }
            | EnforcementAct::SetHearing { .. }
            | EnforcementAct::Hear { .. }
            | EnforcementAct::Decide { .. }
            | EnforcementAct::Annul { .. } => Part::UninvolvedDecider,
            EnforcementAct::Approve { .. } | EnforcementAct::Disapprove { .. } => Part::AnotherDecider,
            EnforcementAct::AskHearing { .. }
            | EnforcementAct::Waive { .. }
            | EnforcementAct::Serve { .. }
            | EnforcementAct::Publish { .. }
            | EnforcementAct::Execute { .. }
            | EnforcementAct::Close { .. }
            | EnforcementAct::TakeDown { .. } => Part::Officer,
        }
    }

    pub fn note(&self) -> &str {
        match self {
            EnforcementAct::Assign { note, .. }
            | EnforcementAct::Identify { note, .. }
            | EnforcementAct::Inspect { note, .. }
            | EnforcementAct::RegisterEvidence { note }
            | EnforcementAct::DisposeEvidence { note }
            | EnforcementAct::Report { note, .. }
            | EnforcementAct::Review { note, .. }
            | EnforcementAct::Discuss { note, .. }
            | EnforcementAct::Dismiss { note }
            | EnforcementAct::Notify { note }
            | EnforcementAct::AskHearing { note }
            | EnforcementAct::Waive { note }
            | EnforcementAct::SetHearing { note, .. }
            | EnforcementAct::Hear { note }
            | EnforcementAct::Decide { note, .. }
            | EnforcementAct::Approve { note }
            | EnforcementAct::Disapprove { note }
            | EnforcementAct::Serve { note }
            | EnforcementAct::Publish { note }
            | EnforcementAct::Execute { note }
            | EnforcementAct::Close { note }
            | EnforcementAct::Annul { note }
            | EnforcementAct::TakeDown { note } => note,
        }
    }
}

/// Where a case stands.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct CasePlace {
    pub status: EnforcementStatus,
    /// Since when in this status.
    pub since: i64,
    pub filed_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<Party>,
    /// Who investigates.
    pub officers: Vec<Uuid>,
    /// 重大案件: reviewed by lawyers and discussed together before it is decided.
    pub major: bool,
    pub reviewed: bool,
    pub discussed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence_since: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding: Option<CaseFinding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noticed_at: Option<i64>,
    pub waived: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hearing_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub penalty: Option<Penalty>,
    /// Who proposed what deviates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposed_by: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<EnforcementOutcome>,
}

impl CasePlace {
    pub fn filed(at: Moment, party: Option<Party>) -> CasePlace {
        CasePlace {
            status: EnforcementStatus::Filed,
            since: at.0,
            filed_at: at.0,
            party,
            officers: Vec::new(),
            major: false,
            reviewed: false,
            discussed: false,
            evidence_since: None,
            finding: None,
            noticed_at: None,
            waived: false,
            hearing_on: None,
            penalty: None,
            proposed_by: None,
            published_at: None,
            outcome: None,
        }
    }

    /// Open steps of the agency: step, since when, and the law's limit.
    pub fn open_steps(&self) -> Vec<(&'static str, Moment, Limit)> {
        use EnforcementStatus as S;
        let (since, filed) = (Moment(self.since), Moment(self.filed_at));
        let mut steps = match self.status {
            S::Decided => vec![("serve", since, limits::SERVE)],
            S::Served => vec![("execute", since, limits::PAY)],
            S::Executed => vec![("close", since, limits::CLOSE)],
            S::Closed => Vec::new(),
            S::Annulled if self.published_at.is_some() => vec![("take_down", since, limits::TAKE_DOWN)],
            S::Annulled => Vec::new(),
            _ => vec![("decide", filed, limits::DECIDE)],
        };
        steps.extend(self.evidence_since.map(|since| ("dispose_evidence", Moment(since), limits::EVIDENCE)));
        steps
    }
}

/// The day, who asks, and whether a decision deviates: what a move is judged by beside the case itself.
pub struct Scene<'a> {
    pub at: Moment,
    pub by: Uuid,
    pub calendar: &'a Calendar,
    pub deviates: bool,
}

/// What the case becomes, or why not. The one table of a case's moves.
pub fn next(place: &CasePlace, act: &EnforcementAct, scene: &Scene) -> Result<CasePlace, Misstep> {
    use EnforcementStatus as S;
    Misstep::note(act.note())?;
    let to = |status| CasePlace { status, since: scene.at.0, ..place.clone() };
    let stay = || place.clone();
    let sound = place.reviewed && place.discussed || !place.major;
    match (act, place.status) {
        (EnforcementAct::Assign { officers, .. }, S::Filed | S::Investigating) => {
            let mut team = officers.clone();
            team.sort_unstable();
            team.dedup();
            if !(OFFICERS_MIN..=OFFICERS_MAX).contains(&team.len()) {
                return Err(Misstep::TwoOfficers);
            }
            Ok(CasePlace { officers: team, ..if place.status == S::Filed { to(S::Investigating) } else { stay() } })
        }
        (EnforcementAct::Identify { party, .. }, S::Investigating) => {
            Ok(CasePlace { party: Some(party.clone()), ..stay() })
        }
        (EnforcementAct::Inspect { with, .. }, S::Investigating) => {
            if *with == scene.by || !place.officers.contains(with) {
                return Err(Misstep::TwoOfficers);
            }
            Ok(stay())
        }
        (EnforcementAct::RegisterEvidence { .. }, S::Investigating) if place.evidence_since.is_none() => {
            Ok(CasePlace { evidence_since: Some(scene.at.0), ..stay() })
        }
        (EnforcementAct::DisposeEvidence { .. }, S::Investigating) if place.evidence_since.is_some() => {
            Ok(CasePlace { evidence_since: None, ..stay() })
        }
        (EnforcementAct::Report { finding, major, .. }, S::Investigating) => {
            if place.evidence_since.is_some() {
                return Err(Misstep::EvidenceOpen);
            }
            if finding.is_some() && place.party.is_none() {
                return Err(Misstep::PartyUnknown);
            }
            let (reviewed, discussed) = (false, false);
            Ok(CasePlace { finding: finding.clone(), major: *major, reviewed, discussed, ..to(S::Reported) })
        }
        (EnforcementAct::Review { passes, .. }, S::Reported) if place.major && !place.reviewed => match passes {
            true => Ok(CasePlace { reviewed: true, ..stay() }),
            false => Ok(to(S::Investigating)),
        },
        (EnforcementAct::Discuss { members, .. }, S::Reported) if place.reviewed && !place.discussed => {
            let named = members.iter().filter(|member| !member.trim().is_empty()).count();
            if !(MEMBERS_MIN..=MEMBERS_MAX).contains(&named) {
                return Err(Misstep::FewMembers);
            }
            Ok(CasePlace { discussed: true, ..stay() })
        }
        (EnforcementAct::Dismiss { .. }, S::Reported) if place.finding.is_none() => {
            Ok(CasePlace { outcome: Some(EnforcementOutcome::NotFounded), ..to(S::Closed) })
        }
        (EnforcementAct::Notify { .. }, S::Reported) if place.finding.is_some() => match sound {
            true => Ok(CasePlace { noticed_at: Some(scene.at.0), ..to(S::Noticed) }),
            false => Err(Misstep::MajorUnreviewed),
        },
        (EnforcementAct::AskHearing { .. }, S::Noticed) => {
            let due = limits::ASK_HEARING.due(Moment(place.since), scene.calendar);
            if place.waived || scene.at >= due {
                return Err(Misstep::HearingLate(due));
            }
            Ok(to(S::HearingAsked))
        }
        (EnforcementAct::Waive { .. }, S::Noticed) if !place.waived => Ok(CasePlace { waived: true, ..stay() }),
        (EnforcementAct::SetHearing { on, .. }, S::HearingAsked | S::HearingSet) => {
            let day: Day = on.parse().map_err(|_| Misstep::NoSuchDay)?;
            let first = limits::HEARING_NOTICE.due(scene.at, scene.calendar);
            // Its end is the first moment the seven days are over: the hearing's day begins there at the earliest.
            if day.start() < first {
                return Err(Misstep::HearingTooSoon(first));
            }
            Ok(CasePlace { hearing_on: Some(day.to_string()), ..to(S::HearingSet) })
        }
        (EnforcementAct::Hear { .. }, S::HearingSet) => {
            let day = place.hearing_on.as_deref().and_then(|day| day.parse::<Day>().ok());
            match day {
                Some(day) if day <= Day::of(scene.at) => Ok(to(S::Heard)),
                Some(day) => Err(Misstep::HearingTooSoon(day.start())),
                None => Err(Misstep::NotNow),
            }
        }
        (EnforcementAct::Decide { penalty, .. }, S::Noticed | S::Heard) => {
            let due = limits::ASK_HEARING.due(Moment(place.since), scene.calendar);
            if place.status == S::Noticed && !place.waived && scene.at < due {
                return Err(Misstep::HearingStillOpen(due));
            }
            if place.finding.as_ref().is_none_or(|finding| finding.rule != penalty.rule) {
                return Err(Misstep::OtherRule);
            }
            let status = if scene.deviates { S::Proposed } else { S::Decided };
            let proposed_by = scene.deviates.then_some(scene.by);
            Ok(CasePlace { penalty: Some(penalty.clone()), proposed_by, ..to(status) })
        }
        (EnforcementAct::Approve { .. }, S::Proposed) => Ok(to(S::Decided)),
        (EnforcementAct::Disapprove { .. }, S::Proposed) => {
            let back = if place.hearing_on.is_some() { S::Heard } else { S::Noticed };
            let since = place.noticed_at.unwrap_or(scene.at.0);
            Ok(CasePlace { penalty: None, proposed_by: None, status: back, since, ..stay() })
        }
        (EnforcementAct::Serve { .. }, S::Decided) => Ok(to(S::Served)),
        (EnforcementAct::Publish { .. }, S::Served | S::Executed) if place.published_at.is_none() => {
            Ok(CasePlace { published_at: Some(scene.at.0), ..stay() })
        }
        (EnforcementAct::Execute { .. }, S::Served) => Ok(to(S::Executed)),
        (EnforcementAct::Close { .. }, S::Executed) => {
            let spared = place.penalty.as_ref().is_some_and(|penalty| penalty.grade == DiscretionGrade::None);
            let outcome = if spared { EnforcementOutcome::NoPenalty } else { EnforcementOutcome::Penalised };
            Ok(CasePlace { outcome: Some(outcome), ..to(S::Closed) })
        }
        (EnforcementAct::Annul { .. }, S::Decided | S::Served | S::Executed) => {
            Ok(CasePlace { outcome: Some(EnforcementOutcome::Annulled), ..to(S::Annulled) })
        }
        (EnforcementAct::Annul { .. }, S::Closed) if place.penalty.is_some() => {
            Ok(CasePlace { outcome: Some(EnforcementOutcome::Annulled), ..to(S::Annulled) })
        }
        (EnforcementAct::TakeDown { .. }, S::Annulled) if place.published_at.is_some() => {
            Ok(CasePlace { published_at: None, ..stay() })
        }
        _ => Err(Misstep::NotNow),
    }
}
