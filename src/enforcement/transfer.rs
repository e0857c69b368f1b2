//! 涉嫌犯罪案件移送 (国务院令310): its table of moves. Pure.

use crate::calendar::Calendar;
use crate::enforcement::case::team;
use crate::enforcement::limits::{self, Limit};
use crate::enforcement::misstep::Misstep;
use matching::Moment;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum TransferStatus {
    /// A crime is suspected.
    Suspected,
    /// 专案组: two officers or more write the report.
    TaskForce,
    /// The head approved; it is sent within a day.
    Approved,
    /// 不批准移送, and why.
    Rejected,
    Sent,
    /// The police acknowledged it.
    Received,
    /// 立案.
    Filed,
    /// 不予立案.
    NotFiled,
    /// 提请复议.
    Objected,
    /// 移交涉案物品.
    GoodsHandedOver,
    /// Not filed, and not objected to or not with success: the agency goes on by itself.
    Ended,
    /// 退回: the police or the court took it and found no crime; the agency goes on by itself.
    Returned,
}

impl TransferStatus {
    pub fn name(self) -> &'static str {
        match self {
            TransferStatus::Suspected => "suspected",
            TransferStatus::TaskForce => "task_force",
            TransferStatus::Approved => "approved",
            TransferStatus::Rejected => "rejected",
            TransferStatus::Sent => "sent",
            TransferStatus::Received => "received",
            TransferStatus::Filed => "filed",
            TransferStatus::NotFiled => "not_filed",
            TransferStatus::Objected => "objected",
            TransferStatus::GoodsHandedOver => "goods_handed_over",
            TransferStatus::Ended => "ended",
            TransferStatus::Returned => "returned",
        }
    }
}

/// 移送材料.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum PaperKind {
    /// 涉嫌犯罪案件移送书.
    Letter,
    /// 情况的调查报告.
    Report,
    /// 涉案物品清单.
    Goods,
    /// 检验报告或者鉴定结论.
    Appraisal,
    Other,
}

/// What a transfer goes with at the least (art. 6).
const FOUR: [PaperKind; 4] = [PaperKind::Letter, PaperKind::Report, PaperKind::Goods, PaperKind::Appraisal];

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct TransferPaper {
    pub kind: PaperKind,
    pub name: String,
    /// Of its file, in hex. Absent in papers of before they were kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
}

/// What somebody does to a criminal transfer.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum TransferAct {
    FormTaskForce {
        officers: Vec<Uuid>,
        note: String,
    },
    Approve {
        note: String,
    },
    Reject {
        note: String,
    },
    /// With the papers attached to it.
    Send {
        /// The police as an agency of this platform, where they are one: they read the papers here.
        to: Option<Uuid>,
        note: String,
    },
    /// The receipt of the police.
    Receive {
        note: String,
    },
    PoliceFile {
        note: String,
    },
    PoliceRefuse {
        note: String,
    },
    Object {
        note: String,
    },
    HandOver {
        note: String,
    },
    End {
        note: String,
    },
    /// The judicial organ sends the case back.
    Return {
        note: String,
    },
}

impl TransferAct {
    pub fn name(&self) -> &'static str {
        match self {
            TransferAct::FormTaskForce { .. } => "form_task_force",
            TransferAct::Approve { .. } => "approve",
            TransferAct::Reject { .. } => "reject",
            TransferAct::Send { .. } => "send",
            TransferAct::Receive { .. } => "receive",
            TransferAct::PoliceFile { .. } => "police_file",
            TransferAct::PoliceRefuse { .. } => "police_refuse",
            TransferAct::Object { .. } => "object",
            TransferAct::HandOver { .. } => "hand_over",
            TransferAct::End { .. } => "end",
            TransferAct::Return { .. } => "return",
        }
    }

    pub fn note(&self) -> &str {
        match self {
            TransferAct::FormTaskForce { note, .. }
            | TransferAct::Approve { note }
            | TransferAct::Reject { note }
            | TransferAct::Send { note, .. }
            | TransferAct::Receive { note }
            | TransferAct::PoliceFile { note }
            | TransferAct::PoliceRefuse { note }
            | TransferAct::Object { note }
            | TransferAct::HandOver { note }
            | TransferAct::End { note }
            | TransferAct::Return { note } => note,
        }
    }

    /// What the police do: their own word, where they are on the platform, or written in from their paper.
    pub fn is_polices(&self) -> bool {
        use TransferAct::{PoliceFile, PoliceRefuse, Receive, Return};
        matches!(self, Receive { .. } | PoliceFile { .. } | PoliceRefuse { .. } | Return { .. })
    }

    /// The head's word; everything else is the task force's. To let a refusal of the police stand is his as well: it
    /// undoes what he approved.
    pub fn is_heads(&self) -> bool {
        use TransferAct::{Approve, End, FormTaskForce, Reject};
        matches!(self, FormTaskForce { .. } | Approve { .. } | Reject { .. } | End { .. })
    }
}

/// Where a transfer stands.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct TransferPlace {
    pub status: TransferStatus,
    pub since: i64,
    /// 专案组.
    pub officers: Vec<Uuid>,
    /// Everybody who ever was of it: whoever is taken off it is no head of this transfer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub served: Vec<Uuid>,
    pub papers: Vec<TransferPaper>,
    /// Whom it was sent to, where they are on the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Uuid>,
    /// One objection, and no second.
    pub objected: bool,
}

impl TransferPlace {
    pub fn suspected(at: Moment) -> TransferPlace {
        let (officers, served, papers) = (Vec::new(), Vec::new(), Vec::new());
        let status = TransferStatus::Suspected;
        TransferPlace { status, since: at.0, officers, served, papers, to: None, objected: false }
    }

    pub fn has_served(&self, who: Uuid) -> bool {
        self.officers.contains(&who) || self.served.contains(&who)
    }

    /// What is owed now, since when, and by which limit; what the police owe is watched by the agency that sent it.
    pub fn open_step(&self, now: Moment, calendar: &Calendar) -> Option<(&'static str, Moment, Limit)> {
        let since = Moment(self.since);
        let over = limits::OBJECT.due(since, calendar);
        let (step, limit) = match self.status {
            TransferStatus::Suspected => ("form_task_force", limits::FORM_TASK_FORCE),
            TransferStatus::TaskForce => ("approve", limits::HEAD_DECIDES),
            TransferStatus::Approved => ("send", limits::SEND),
            TransferStatus::Sent => ("receive", limits::POLICE_SIGN),
            TransferStatus::Received | TransferStatus::Objected => ("police_file", limits::POLICE_DECIDES),
            // An objection is made once.
            TransferStatus::NotFiled if self.objected => ("end", limits::END),
            // Not objected to in time, the refusal stands, and somebody says so.
            TransferStatus::NotFiled if now >= over => return Some(("end", over, limits::END)),
            TransferStatus::NotFiled => ("object", limits::OBJECT),
            TransferStatus::Filed => ("hand_over", limits::GOODS),
            TransferStatus::Rejected
            | TransferStatus::GoodsHandedOver
            | TransferStatus::Ended
            | TransferStatus::Returned => return None,
        };
        Some((step, since, limit))
    }
}

/// What the transfer becomes, or why not.
pub fn next(
    place: &TransferPlace,
    act: &TransferAct,
    at: Moment,
    calendar: &Calendar,
) -> Result<TransferPlace, Misstep> {
    use TransferStatus as S;
    Misstep::note(act.note())?;
    let to = |status| TransferPlace { status, since: at.0, ..place.clone() };
    match (act, place.status) {
        // Named anew while there is work for it: who left it moves nothing any more.
        (
            TransferAct::FormTaskForce { officers, .. },
            S::TaskForce | S::Approved | S::Sent | S::Received | S::NotFiled | S::Objected | S::Filed,
        ) => {
            let mut served = [place.served.as_slice(), &place.officers].concat();
            served.sort_unstable();
            served.dedup();
            Ok(TransferPlace { officers: team(officers)?, served, ..place.clone() })
        }
        (TransferAct::FormTaskForce { officers, .. }, S::Suspected) => {
            Ok(TransferPlace { officers: team(officers)?, ..to(S::TaskForce) })
        }
        (TransferAct::Approve { .. }, S::TaskForce) => Ok(to(S::Approved)),
        (TransferAct::Reject { .. }, S::TaskForce) => Ok(to(S::Rejected)),
        (TransferAct::Send { to: receiver, .. }, S::Approved) => {
            let has = |kind| place.papers.iter().any(|paper| paper.kind == kind && paper.sha256.is_some());
            match FOUR.into_iter().all(has) {
                true => Ok(TransferPlace { to: *receiver, ..to(S::Sent) }),
                false => Err(Misstep::PapersMissing),
            }
        }
        (TransferAct::Receive { .. }, S::Sent) => Ok(to(S::Received)),
        (TransferAct::PoliceFile { .. }, S::Received | S::Objected) => Ok(to(S::Filed)),
        (TransferAct::PoliceRefuse { .. }, S::Received | S::Objected) => Ok(to(S::NotFiled)),
        (TransferAct::Object { .. }, S::NotFiled) if !place.objected => {
            let due = limits::OBJECT.due(Moment(place.since), calendar);
            if at >= due {
                return Err(Misstep::ObjectionLate(due));
            }
            Ok(TransferPlace { objected: true, ..to(S::Objected) })
        }
        (TransferAct::HandOver { .. }, S::Filed) => Ok(to(S::GoodsHandedOver)),
        (TransferAct::End { .. }, S::NotFiled) => Ok(to(S::Ended)),
        (TransferAct::Return { .. }, S::Filed | S::GoodsHandedOver) => Ok(to(S::Returned)),
        _ => Err(Misstep::NotNow),
    }
}

/// With one more paper, until it is sent; of the four kinds the newer takes the place of the older.
pub fn attach(place: &TransferPlace, paper: TransferPaper) -> Result<TransferPlace, Misstep> {
    if !matches!(place.status, TransferStatus::TaskForce | TransferStatus::Approved) {
        return Err(Misstep::NotNow);
    }
    let mut papers = place.papers.clone();
    if paper.kind != PaperKind::Other {
        papers.retain(|known| known.kind != paper.kind);
    }
    papers.push(paper);
    Ok(TransferPlace { papers, ..place.clone() })
}

pub fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// One of each act, as it might be asked for.
pub fn samples(officers: Vec<Uuid>) -> Vec<TransferAct> {
    let note = || "-".to_string();
    vec![
        TransferAct::FormTaskForce { officers, note: note() },
        TransferAct::Approve { note: note() },
        TransferAct::Reject { note: note() },
        TransferAct::Send { to: None, note: note() },
        TransferAct::Receive { note: note() },
        TransferAct::PoliceFile { note: note() },
        TransferAct::PoliceRefuse { note: note() },
        TransferAct::Object { note: note() },
        TransferAct::HandOver { note: note() },
        TransferAct::End { note: note() },
        TransferAct::Return { note: note() },
    ]
}

#[cfg(test)]
mod tests {
    use super::TransferStatus as S;
    use super::*;

    const ALL: [TransferStatus; 12] = [
        TransferStatus::Suspected,
        TransferStatus::TaskForce,
        TransferStatus::Approved,
        TransferStatus::Rejected,
        TransferStatus::Sent,
        TransferStatus::Received,
        TransferStatus::Filed,
        TransferStatus::NotFiled,
        TransferStatus::Objected,
        TransferStatus::GoodsHandedOver,
        TransferStatus::Ended,
        TransferStatus::Returned,
    ];

    const MOVES: &[(&str, S, S)] = &[
        ("form_task_force", S::Suspected, S::TaskForce),
        ("form_task_force", S::TaskForce, S::TaskForce),
        ("form_task_force", S::Approved, S::Approved),
        ("form_task_force", S::Sent, S::Sent),
        ("form_task_force", S::Received, S::Received),
        ("form_task_force", S::NotFiled, S::NotFiled),
        ("form_task_force", S::Objected, S::Objected),
        ("form_task_force", S::Filed, S::Filed),
        ("approve", S::TaskForce, S::Approved),
        ("reject", S::TaskForce, S::Rejected),
        ("send", S::Approved, S::Sent),
        ("receive", S::Sent, S::Received),
        ("police_file", S::Received, S::Filed),
        ("police_file", S::Objected, S::Filed),
        ("police_refuse", S::Received, S::NotFiled),
        ("police_refuse", S::Objected, S::NotFiled),
        ("object", S::NotFiled, S::Objected),
        ("end", S::NotFiled, S::Ended),
        ("hand_over", S::Filed, S::GoodsHandedOver),
        ("return", S::Filed, S::Returned),
        ("return", S::GoodsHandedOver, S::Returned),
    ];

    fn paper(kind: PaperKind, name: &str) -> TransferPaper {
        let (sha256, media_type) = (Some("a".repeat(64)), Some("application/pdf".into()));
        TransferPaper { kind, name: name.into(), sha256, bytes: Some(1), media_type }
    }

    fn go(place: &TransferPlace, act: &TransferAct, at: i64) -> Result<TransferPlace, Misstep> {
        next(place, act, Moment(at), &Calendar::released())
    }

    fn place(status: S) -> TransferPlace {
        let papers = FOUR.map(|kind| paper(kind, "p")).to_vec();
        TransferPlace { status, papers, ..TransferPlace::suspected(Moment(0)) }
    }

    #[test]
    fn every_act_in_every_state_does_what_the_table_says_and_nothing_else() {
        for status in ALL {
            for act in samples([1, 2].map(Uuid::from_u128).to_vec()) {
                let said = go(&place(status), &act, 1).map(|to| (to.status, to.since));
                let known = MOVES.iter().find(|(name, from, _)| *name == act.name() && *from == status);
                let expected = known.map(|(_, from, to)| (*to, i64::from(from != to))).ok_or(Misstep::NotNow);
                assert_eq!(said, expected, "{} in {status:?}", act.name());
            }
            let over = matches!(status, S::Rejected | S::GoodsHandedOver | S::Ended | S::Returned);
            let step = place(status).open_step(Moment(1), &Calendar::released());
            assert_eq!(step.is_none(), over, "{status:?}");
        }
    }

    #[test]
    fn a_task_force_is_two_and_a_transfer_carries_its_four_papers() {
        let alone = TransferAct::FormTaskForce { officers: vec![Uuid::nil(); 2], note: "n".into() };
        assert_eq!(go(&place(S::Suspected), &alone, 1), Err(Misstep::TwoOfficers));
        let send = TransferAct::Send { to: None, note: "n".into() };
        for (lacking, kind) in FOUR.into_iter().enumerate() {
            let mut without = place(S::Approved);
            without.papers.remove(lacking);
            assert_eq!(go(&without, &send, 1), Err(Misstep::PapersMissing));
            // A name alone is no paper.
            let named = TransferPaper { sha256: None, ..paper(kind, "p") };
            let named = attach(&without, named).expect("attached");
            assert_eq!(go(&named, &send, 1), Err(Misstep::PapersMissing));
        }
    }

    #[test]
    fn papers_are_attached_until_it_is_sent_and_the_newer_of_a_kind_stands() {
        let newer = attach(&place(S::TaskForce), paper(PaperKind::Report, "newer")).expect("attached");
        assert_eq!((newer.papers.len(), newer.papers[3].name.as_str()), (4, "newer"));
        let more =
            attach(&newer, paper(PaperKind::Other, "a")).and_then(|more| attach(&more, paper(PaperKind::Other, "b")));
        assert_eq!(more.map(|more| more.papers.len()), Ok(6));
        for status in ALL.into_iter().filter(|status| !matches!(status, S::TaskForce | S::Approved)) {
            assert_eq!(attach(&place(status), paper(PaperKind::Other, "a")), Err(Misstep::NotNow), "{status:?}");
        }
    }

    #[test]
    fn an_agency_objects_once_within_three_days_or_ends_it() {
        let calendar = Calendar::released();
        let (object, end) = (TransferAct::Object { note: "n".into() }, TransferAct::End { note: "n".into() });
        let objected = go(&place(S::NotFiled), &object, 1).expect("once");
        let refused = go(&objected, &TransferAct::PoliceRefuse { note: "n".into() }, 2).expect("again");
        let step = refused.open_step(Moment(3), &calendar);
        assert_eq!(step, Some(("end", Moment(2), limits::END)), "nobody owes what is refused");
        assert_eq!(go(&refused, &object, 3), Err(Misstep::NotNow));
        assert_eq!(go(&refused, &end, 3).map(|to| to.status), Ok(S::Ended));

        // Its time is over: nobody is late with what he need not do, and it is to be ended.
        let due = limits::OBJECT.due(Moment(0), &calendar);
        let step = |now: Moment| place(S::NotFiled).open_step(now, &calendar);
        assert_eq!(step(due.plus_ms(-1)), Some(("object", Moment(0), limits::OBJECT)));
        assert_eq!(step(due), Some(("end", due, limits::END)));
        assert_eq!(go(&place(S::NotFiled), &object, due.0), Err(Misstep::ObjectionLate(due)));
        assert_eq!(go(&place(S::NotFiled), &end, due.0).map(|to| to.status), Ok(S::Ended));
    }

    #[test]
    fn a_task_force_is_named_anew_and_who_was_of_it_is_remembered() {
        let force = |ids: [u128; 2]| {
            let officers = ids.map(Uuid::from_u128).to_vec();
            TransferAct::FormTaskForce { officers, note: "n".into() }
        };
        let first = go(&place(S::Suspected), &force([1, 2]), 1).expect("formed");
        let second = go(&first, &force([2, 3]), 2).expect("named anew");
        let who = |id: u128| second.has_served(Uuid::from_u128(id));
        assert_eq!((second.status, [1, 2, 3, 4].map(who)), (S::TaskForce, [true, true, true, false]));
    }
}
