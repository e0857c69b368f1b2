//! 执法案件: where a case stands, and what an act makes of it. Pure: a case is what its acts
//! made of it, and nothing here asks a clock or a database.

use crate::calendar::{Calendar, Day};
use crate::enforcement::acts::EnforcementAct;
use crate::enforcement::discretion::{DiscretionGrade, Penalty, PenaltyKind};
use crate::enforcement::limitation::ActTime;
use crate::enforcement::limits::{self, Limit};
use crate::enforcement::misstep::Misstep;
use crate::enforcement::on_the_spot::{self, OnTheSpot};
use matching::Moment;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
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
    /// 移送司法机关: with its goods, and closed on our side unless it comes back.
    Transferred,
}

impl EnforcementStatus {
    pub const ALL: [EnforcementStatus; 14] = [
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
        EnforcementStatus::Transferred,
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
            S::Transferred => "transferred",
        }
    }

    pub fn is_over(self) -> bool {
        matches!(self, EnforcementStatus::Closed | EnforcementStatus::Annulled | EnforcementStatus::Transferred)
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
    /// The version in force when it was reported, written in by the server whatever is sent: the case is decided
    /// and served by it, also when a successor applies by then. Absent in findings of before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
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
    /// Everybody who ever was to investigate it: whoever is taken off the team has still seen the case from within.
    // Left out while empty, here and below: a case is moved where its text is still the one that was read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub investigated: Vec<Uuid>,
    /// 重大案件: reviewed by lawyers and discussed together before it is decided.
    pub major: bool,
    pub reviewed: bool,
    /// Everybody who ever reviewed it, whatever he found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviewed_by: Vec<Uuid>,
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
    /// When the act was done, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act_time: Option<ActTime>,
    /// 发现: when it became known, where that was before the filing: a complaint's moment, an alert's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discovered_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_the_spot: Option<OnTheSpot>,
    /// How long it was with the police in all: no time of ours.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub away_ms: i64,
    /// Who proposed to annul what was decided, while nobody has answered him.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annul_proposed_by: Option<Uuid>,
}

fn is_zero(ms: &i64) -> bool {
    *ms == 0
}

impl CasePlace {
    pub fn filed(at: Moment, party: Option<Party>) -> CasePlace {
        CasePlace {
            status: EnforcementStatus::Filed,
            since: at.0,
            filed_at: at.0,
            party,
            officers: Vec::new(),
            investigated: Vec::new(),
            major: false,
            reviewed: false,
            reviewed_by: Vec::new(),
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
            act_time: None,
            discovered_at: None,
            on_the_spot: None,
            away_ms: 0,
            annul_proposed_by: None,
        }
    }

    /// As another agency takes it over: its team is to be named and its facts to be found, and the time for a
    /// decision goes on. Once the party was told, whoever told him decides.
    pub fn taken_over(&self, at: Moment) -> Result<CasePlace, Misstep> {
        if self.status >= EnforcementStatus::Noticed {
            return Err(Misstep::NotNow);
        }
        Ok(CasePlace {
            since: at.0,
            evidence_since: self.evidence_since,
            investigated: self.investigated.clone(),
            reviewed_by: self.reviewed_by.clone(),
            act_time: self.act_time.clone(),
            discovered_at: self.discovered_at,
            away_ms: self.away_ms,
            ..CasePlace::filed(Moment(self.filed_at), self.party.clone())
        })
    }

    /// As it goes to the police with its goods, evidence among them; what was decided before stays ours to carry out.
    pub fn transferred(&self, at: Moment) -> Result<Option<CasePlace>, Misstep> {
        use EnforcementStatus as S;
        match self.status {
            S::Proposed => Err(Misstep::ProposalOpen),
            S::Decided | S::Served | S::Executed | S::Closed | S::Annulled | S::Transferred => Ok(None),
            _ => Ok(Some(CasePlace { status: S::Transferred, since: at.0, evidence_since: None, ..self.clone() })),
        }
    }

    /// As it comes back: its team finds the facts anew, with what the police found, and tells the party anew.
    pub fn returned(&self, at: Moment) -> Option<CasePlace> {
        use EnforcementStatus as S;
        (self.status == S::Transferred).then(|| CasePlace {
            status: if self.officers.is_empty() { S::Filed } else { S::Investigating },
            since: at.0,
            officers: self.officers.clone(),
            investigated: self.investigated.clone(),
            reviewed_by: self.reviewed_by.clone(),
            act_time: self.act_time.clone(),
            discovered_at: self.discovered_at,
            away_ms: self.away_ms + at.since(Moment(self.since)),
            ..CasePlace::filed(Moment(self.filed_at), self.party.clone())
        })
    }

    pub fn has_investigated(&self, who: Uuid) -> bool {
        self.officers.contains(&who) || self.investigated.contains(&who)
    }

    /// The moment its limitation ended, where it was discovered later than that.
    fn barred_since(&self) -> Option<Moment> {
        let time = self.act_time.as_ref()?;
        let discovered = Moment(self.discovered_at.unwrap_or(self.filed_at));
        time.last_day().filter(|_| time.is_barred(discovered)).map(Day::end)
    }

    /// Whether a penalty may still be decided for what was done.
    pub fn punishable(&self, penalty: &Penalty) -> Result<(), Misstep> {
        match (penalty.spares(), &self.act_time, self.barred_since()) {
            (true, ..) => Ok(()),
            (false, None, _) => Err(Misstep::ActUndated),
            (false, Some(_), Some(since)) => Err(Misstep::TimeBarred(since)),
            (false, Some(_), None) => Ok(()),
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
            S::Closed | S::Transferred => Vec::new(),
            S::Annulled if self.published_at.is_some() => vec![("take_down", since, limits::TAKE_DOWN)],
            S::Annulled => Vec::new(),
            _ => vec![("decide", filed.plus_ms(self.away_ms), limits::DECIDE)],
        };
        let reports = self.on_the_spot.as_ref().filter(|spot| spot.on_file_at.is_none());
        let reports = reports.filter(|_| matches!(self.status, S::Served | S::Executed));
        steps.extend(reports.map(|spot| ("put_on_file", Moment(spot.at), limits::PUT_ON_FILE)));
        steps.extend(self.evidence_since.map(|since| ("dispose_evidence", Moment(since), limits::EVIDENCE)));
        steps
    }
}

/// What holds a case where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hold {
    /// 移送 to another agency that has not answered.
    pub handed_over: bool,
    /// 涉嫌犯罪案件移送 under way.
    pub with_police: bool,
    /// Its goods are with the police, and it has not come back.
    pub transferred: bool,
}

impl Hold {
    fn allows(self, act: &EnforcementAct) -> Result<(), Misstep> {
        if self.handed_over {
            return Err(Misstep::HandedOver);
        }
        // 国务院令310 art. 11: no penalty in place of the transfer. What was decided before is served and carried out.
        let ends = matches!(
            act,
            EnforcementAct::Dismiss { .. }
                | EnforcementAct::Decide { .. }
                | EnforcementAct::OnTheSpot { .. }
                | EnforcementAct::Approve { .. }
                | EnforcementAct::Close { .. }
        );
        let punishes = matches!(
            act,
            EnforcementAct::Decide { .. } | EnforcementAct::OnTheSpot { .. } | EnforcementAct::Approve { .. }
        );
        if self.with_police && ends {
            return Err(Misstep::WithPolice);
        }
        if self.transferred && punishes { Err(Misstep::Transferred) } else { Ok(()) }
    }
}

/// The standard a decision on the spot is made by, as it stands today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Applied {
    pub version: i64,
    /// What its grade is punished with.
    pub kind: PenaltyKind,
}

/// The day, who asks, what holds the case, and whether a decision deviates: what a move is judged by beside the
/// case itself.
pub struct Scene<'a> {
    pub at: Moment,
    pub by: Uuid,
    pub calendar: &'a Calendar,
    pub hold: Hold,
    pub deviates: bool,
    pub applied: Option<Applied>,
}

/// 两名以上: a team as it is named, each of it once. What is too long is refused whole, so that all of it is looked at.
pub fn team(officers: &[Uuid]) -> Result<Vec<Uuid>, Misstep> {
    if officers.len() > OFFICERS_MAX {
        return Err(Misstep::ManyOfficers);
    }
    let mut team = officers.to_vec();
    team.sort_unstable();
    team.dedup();
    if team.len() < OFFICERS_MIN { Err(Misstep::TwoOfficers) } else { Ok(team) }
}

/// What the case becomes, or why not.
pub fn next(place: &CasePlace, act: &EnforcementAct, scene: &Scene) -> Result<CasePlace, Misstep> {
    Misstep::note(act.note())?;
    if place.status == EnforcementStatus::Transferred {
        return Err(Misstep::Transferred);
    }
    let moved = turn(place, act, scene)?;
    // Told last: what is not of this state at all is not waited for.
    scene.hold.allows(act)?;
    Ok(moved)
}

/// The one table of a case's moves.
fn turn(place: &CasePlace, act: &EnforcementAct, scene: &Scene) -> Result<CasePlace, Misstep> {
    use EnforcementStatus as S;
    let to = |status| CasePlace { status, since: scene.at.0, ..place.clone() };
    let stay = || place.clone();
    let with = |list: &[Uuid], more: &[Uuid]| {
        let mut all = [list, more].concat();
        all.sort_unstable();
        all.dedup();
        all
    };
    // 行政处罚法 art. 58(1)(2): after a hearing too, and by what was heard, whatever the report called the case.
    let heavy = place.major || place.status == S::Heard;
    let sound = place.reviewed && place.discussed || !heavy;
    match (act, place.status) {
        // A team that left after its report has the party still to tell.
        (EnforcementAct::Assign { officers, .. }, S::Filed | S::Investigating | S::Reported | S::Noticed) => {
            let team = team(officers)?;
            let investigated = with(&place.investigated, &[place.officers.as_slice(), &team].concat());
            let here = if place.status == S::Filed { to(S::Investigating) } else { stay() };
            Ok(CasePlace { officers: team, investigated, ..here })
        }
        (EnforcementAct::Identify { party, .. }, S::Investigating) => {
            Ok(CasePlace { party: Some(party.clone()), ..stay() })
        }
        (EnforcementAct::DateAct { act_time, .. }, S::Filed | S::Investigating) => {
            Ok(CasePlace { act_time: Some(act_time.clone()), ..stay() })
        }
        // Found and told before anybody asked for it: named once.
        (
            EnforcementAct::DateAct { act_time, .. },
            S::Reported | S::Noticed | S::HearingAsked | S::HearingSet | S::Heard,
        ) if place.act_time.is_none() => Ok(CasePlace { act_time: Some(act_time.clone()), ..stay() }),
        (EnforcementAct::OnTheSpot { with, penalty, .. }, S::Filed) => {
            on_the_spot::decided(place, *with, penalty, scene)
        }
        (EnforcementAct::Confirm { .. }, S::Served | S::Executed) => on_the_spot::confirmed(place, scene.at),
        (EnforcementAct::PutOnFile { .. }, S::Served | S::Executed) => on_the_spot::on_file(place, scene.at),
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
            // What was called major once, by who heard it or who sent it back, stays so.
            let (major, reviewed, discussed) = (*major || place.major, false, false);
            Ok(CasePlace { finding: finding.clone(), major, reviewed, discussed, ..to(S::Reported) })
        }
        (EnforcementAct::Review { passes, .. }, S::Reported | S::Heard) if heavy && !place.reviewed => {
            let reviewed_by = with(&place.reviewed_by, &[scene.by]);
            match passes {
                true => Ok(CasePlace { reviewed: true, reviewed_by, ..stay() }),
                false => Ok(CasePlace { reviewed_by, ..sent_back(place, scene.at) }),
            }
        }
        (EnforcementAct::Discuss { members, .. }, S::Reported | S::Heard) if place.reviewed && !place.discussed => {
            let named: BTreeSet<&str> = members.iter().map(|member| member.trim()).collect();
            let named = named.iter().filter(|member| !member.is_empty()).count();
            if !(MEMBERS_MIN..=MEMBERS_MAX).contains(&named) {
                return Err(Misstep::FewMembers);
            }
            Ok(CasePlace { discussed: true, ..stay() })
        }
        (EnforcementAct::Dismiss { .. }, S::Reported) if place.finding.is_none() => {
            Ok(CasePlace { outcome: Some(EnforcementOutcome::NotFounded), ..to(S::Closed) })
        }
        // 不再给予行政处罚: the facts are so, and came to light too late.
        (EnforcementAct::Dismiss { .. }, S::Reported | S::Noticed | S::Heard) if place.barred_since().is_some() => {
            Ok(CasePlace { outcome: Some(EnforcementOutcome::NoPenalty), ..to(S::Closed) })
        }
        (EnforcementAct::SendBack { major, .. }, S::Reported | S::Noticed | S::Heard) => {
            Ok(CasePlace { major: place.major || *major, ..sent_back(place, scene.at) })
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
                Some(day) if day <= Day::of(scene.at) => {
                    let (major, reviewed, discussed) = (true, false, false);
                    Ok(CasePlace { major, reviewed, discussed, ..to(S::Heard) })
                }
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
            if !sound {
                return Err(Misstep::MajorUnreviewed);
            }
            place.punishable(penalty)?;
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
            if place.on_the_spot.as_ref().is_some_and(|spot| spot.on_file_at.is_none()) {
                return Err(Misstep::NotOnFile);
            }
            let spared = place.penalty.as_ref().is_some_and(|penalty| penalty.grade == DiscretionGrade::None);
            let outcome = if spared { EnforcementOutcome::NoPenalty } else { EnforcementOutcome::Penalised };
            Ok(CasePlace { outcome: Some(outcome), ..to(S::Closed) })
        }
        (act, S::Decided | S::Served | S::Executed | S::Closed) if place.penalty.is_some() => {
            match (act, place.annul_proposed_by) {
                (EnforcementAct::ProposeAnnul { .. }, None) => {
                    Ok(CasePlace { annul_proposed_by: Some(scene.by), ..stay() })
                }
                (EnforcementAct::Annul { .. }, Some(_)) => {
                    let outcome = Some(EnforcementOutcome::Annulled);
                    Ok(CasePlace { outcome, annul_proposed_by: None, ..to(S::Annulled) })
                }
                (EnforcementAct::Uphold { .. }, Some(_)) => Ok(CasePlace { annul_proposed_by: None, ..stay() }),
                _ => Err(Misstep::NotNow),
            }
        }
        (EnforcementAct::TakeDown { .. }, S::Annulled) if place.published_at.is_some() => {
            Ok(CasePlace { published_at: None, ..stay() })
        }
        _ => Err(Misstep::NotNow),
    }
}

/// Back with its investigators: what is found anew is told anew, and may be heard anew.
fn sent_back(place: &CasePlace, at: Moment) -> CasePlace {
    CasePlace {
        status: EnforcementStatus::Investigating,
        since: at.0,
        noticed_at: None,
        waived: false,
        hearing_on: None,
        ..place.clone()
    }
}
