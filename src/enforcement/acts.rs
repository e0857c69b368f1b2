//! What may be done to an enforcement case, and whose part each act is.

use crate::enforcement::case::{CaseFinding, Party};
use crate::enforcement::discretion::Penalty;
use crate::enforcement::limitation::ActTime;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

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
    /// When the act was done, once that is known.
    DateAct {
        act_time: ActTime,
        note: String,
    },
    /// 当场处罚 (行政处罚法 art. 51, 52): by two officers, within its cap and the standard, handed over at once.
    OnTheSpot {
        with: Uuid,
        penalty: Penalty,
        note: String,
    },
    /// The second officer of 当场处罚 says that he was there and that it was so.
    Confirm {
        note: String,
    },
    /// 备案: the agency takes a decision made on the spot on its file.
    PutOnFile {
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
    /// 退回调查: the report is wrong or wants more, or what the party shows is right (行政处罚法 art. 45, 57).
    SendBack {
        /// 重大案件, whatever the report calls it.
        major: bool,
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
    /// 提出撤销: by review, by a court, by the agency itself.
    ProposeAnnul {
        note: String,
    },
    /// 撤销, by another who took no part in the decision.
    Annul {
        note: String,
    },
    /// 不予撤销: the decision stands, and the proposal is gone.
    Uphold {
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
    /// An officer who may investigate: of the team, once there is one.
    Finder,
    /// An officer who may investigate or decides.
    Officer,
    /// 法制审核: who reviews neither filed nor investigated.
    Reviewer,
    /// Who holds the hearing neither filed nor investigated.
    UninvolvedDecider,
    /// Who decides did not review either.
    SeparateDecider,
    /// And who approves did not propose.
    AnotherDecider,
    /// Who annuls a decision neither filed nor investigated, nor decided or approved it, nor proposed to annul it.
    Annuller,
    /// The second of the two on the spot.
    Companion,
}

impl EnforcementAct {
    pub fn name(&self) -> &'static str {
        match self {
            EnforcementAct::Assign { .. } => "assign",
            EnforcementAct::Identify { .. } => "identify",
            EnforcementAct::DateAct { .. } => "date_act",
            EnforcementAct::OnTheSpot { .. } => "on_the_spot",
            EnforcementAct::Confirm { .. } => "confirm",
            EnforcementAct::PutOnFile { .. } => "put_on_file",
            EnforcementAct::Inspect { .. } => "inspect",
            EnforcementAct::RegisterEvidence { .. } => "register_evidence",
            EnforcementAct::DisposeEvidence { .. } => "dispose_evidence",
            EnforcementAct::Report { .. } => "report",
            EnforcementAct::Review { .. } => "review",
            EnforcementAct::Discuss { .. } => "discuss",
            EnforcementAct::Dismiss { .. } => "dismiss",
            EnforcementAct::SendBack { .. } => "send_back",
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
            EnforcementAct::ProposeAnnul { .. } => "propose_annul",
            EnforcementAct::Annul { .. } => "annul",
            EnforcementAct::Uphold { .. } => "uphold",
            EnforcementAct::TakeDown { .. } => "take_down",
        }
    }

    pub fn part(&self) -> Part {
        match self {
            EnforcementAct::Assign { .. } | EnforcementAct::ProposeAnnul { .. } | EnforcementAct::Uphold { .. } => {
                Part::Decider
            }
            EnforcementAct::DateAct { .. } | EnforcementAct::OnTheSpot { .. } => Part::Finder,
            EnforcementAct::Inspect { .. }
            | EnforcementAct::Identify { .. }
            | EnforcementAct::RegisterEvidence { .. }
            | EnforcementAct::DisposeEvidence { .. }
            | EnforcementAct::Report { .. }
            | EnforcementAct::Notify { .. }
            // The party's word on his hearing binds who decides, so who decides does not write it in.
            | EnforcementAct::AskHearing { .. }
            | EnforcementAct::Waive { .. } => Part::Investigator,
            EnforcementAct::Confirm { .. } => Part::Companion,
            EnforcementAct::Review { .. } => Part::Reviewer,
            EnforcementAct::Discuss { .. }
            | EnforcementAct::SetHearing { .. }
            | EnforcementAct::Hear { .. } => Part::UninvolvedDecider,
            EnforcementAct::PutOnFile { .. }
            | EnforcementAct::Dismiss { .. }
            | EnforcementAct::SendBack { .. }
            | EnforcementAct::Decide { .. } => Part::SeparateDecider,
            EnforcementAct::Approve { .. } | EnforcementAct::Disapprove { .. } => Part::AnotherDecider,
            EnforcementAct::Annul { .. } => Part::Annuller,
            EnforcementAct::Serve { .. }
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
            | EnforcementAct::DateAct { note, .. }
            | EnforcementAct::OnTheSpot { note, .. }
            | EnforcementAct::Confirm { note }
            | EnforcementAct::PutOnFile { note }
            | EnforcementAct::Inspect { note, .. }
            | EnforcementAct::RegisterEvidence { note }
            | EnforcementAct::DisposeEvidence { note }
            | EnforcementAct::Report { note, .. }
            | EnforcementAct::Review { note, .. }
            | EnforcementAct::Discuss { note, .. }
            | EnforcementAct::Dismiss { note }
            | EnforcementAct::SendBack { note, .. }
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
            | EnforcementAct::ProposeAnnul { note }
            | EnforcementAct::Annul { note }
            | EnforcementAct::Uphold { note }
            | EnforcementAct::TakeDown { note } => note,
        }
    }
}
