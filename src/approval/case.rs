//! 办件: what may be done to a case, by whom, and what it then becomes. Pure: a case is what its events
//! make of it, and nothing here asks a clock or a database.

use crate::approval::item::{Item, is_name};
use crate::error::ApiError;
use crate::security::model::Duty;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

pub const NOTE_CHARS_MAX: usize = 2_000;

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Being written.
    Draft,
    /// Waiting to be received.
    Filed,
    /// 补正: back with the applicant, to be corrected.
    Returned,
    /// 受理 done: in one of the item's steps.
    Handling,
    /// A decision stands proposed; another officer confirms it.
    Proposed,
    /// 办结.
    Decided,
    Withdrawn,
}

impl Status {
    pub const ALL: [Status; 7] = [
        Status::Draft,
        Status::Filed,
        Status::Returned,
        Status::Handling,
        Status::Proposed,
        Status::Decided,
        Status::Withdrawn,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Status::Draft => "draft",
            Status::Filed => "filed",
            Status::Returned => "returned",
            Status::Handling => "handling",
            Status::Proposed => "proposed",
            Status::Decided => "decided",
            Status::Withdrawn => "withdrawn",
        }
    }

    pub fn from_name(name: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.name() == name)
    }
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum CaseOutcome {
    /// 准予.
    Granted,
    /// 不予.
    Refused,
}

impl CaseOutcome {
    pub fn name(self) -> &'static str {
        match self {
            CaseOutcome::Granted => "granted",
            CaseOutcome::Refused => "refused",
        }
    }
}

/// What somebody does to a case.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum CaseAct {
    /// 提交.
    File,
    /// 补正后重新提交.
    Correct {
        note: String,
    },
    /// 撤回.
    Withdraw {
        note: String,
    },
    /// 受理.
    Accept,
    /// 一次性告知补正: everything that is to be corrected, at once.
    Return {
        note: String,
    },
    /// 不予受理: does not belong here.
    RefuseAcceptance {
        note: String,
    },
    /// Hands the case on to the next step.
    Forward {
        note: String,
    },
    /// Decides, where one officer is enough.
    Decide {
        outcome: CaseOutcome,
        note: String,
    },
    /// Proposes a decision for another officer to confirm.
    Propose {
        outcome: CaseOutcome,
        note: String,
    },
    /// Confirms what another proposed.
    Confirm {
        note: String,
    },
    /// Does not confirm; the step goes on.
    SendBack {
        note: String,
    },
    /// 特殊程序 begins; the limits stand still.
    Stop {
        special: String,
        note: String,
    },
    /// 特殊程序 has ended; the limits run on.
    Resume {
        note: String,
    },
    /// Asks for more time.
    AskExtension {
        days: u32,
        note: String,
    },
    /// Another officer grants it.
    GrantExtension {
        note: String,
    },
    RefuseExtension {
        note: String,
    },
    /// 会办: asks another agency.
    AskOpinion {
        agency: Uuid,
        note: String,
    },
    /// 撤回征求: no longer waits for those who have not answered.
    WithdrawOpinions {
        note: String,
    },
    /// The agency asked answers.
    GiveOpinion {
        agrees: bool,
        note: String,
    },
}

/// Who may act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    Applicant,
    /// An officer of the agency that handles it, with this duty.
    Officer(Duty),
    /// The same, of the step's own duty.
    StepOfficer,
    /// An officer of an agency asked for its opinion.
    Asked,
}

impl CaseAct {
    pub fn name(&self) -> &'static str {
        match self {
            CaseAct::File => "file",
            CaseAct::Correct { .. } => "correct",
            CaseAct::Withdraw { .. } => "withdraw",
            CaseAct::Accept => "accept",
            CaseAct::Return { .. } => "return",
            CaseAct::RefuseAcceptance { .. } => "refuse_acceptance",
            CaseAct::Forward { .. } => "forward",
            CaseAct::Decide { .. } => "decide",
            CaseAct::Propose { .. } => "propose",
            CaseAct::Confirm { .. } => "confirm",
            CaseAct::SendBack { .. } => "send_back",
            CaseAct::Stop { .. } => "stop",
            CaseAct::Resume { .. } => "resume",
            CaseAct::AskExtension { .. } => "ask_extension",
            CaseAct::GrantExtension { .. } => "grant_extension",
            CaseAct::RefuseExtension { .. } => "refuse_extension",
            CaseAct::AskOpinion { .. } => "ask_opinion",
            CaseAct::WithdrawOpinions { .. } => "withdraw_opinions",
            CaseAct::GiveOpinion { .. } => "give_opinion",
        }
    }

    pub fn actor(&self) -> Actor {
        match self {
            CaseAct::File | CaseAct::Correct { .. } | CaseAct::Withdraw { .. } => Actor::Applicant,
            CaseAct::Accept | CaseAct::Return { .. } | CaseAct::RefuseAcceptance { .. } => {
                Actor::Officer(Duty::Receive)
            }
            CaseAct::Confirm { .. }
            | CaseAct::SendBack { .. }
            | CaseAct::GrantExtension { .. }
            | CaseAct::RefuseExtension { .. } => Actor::Officer(Duty::Decide),
            CaseAct::GiveOpinion { .. } => Actor::Asked,
            _ => Actor::StepOfficer,
        }
    }

    pub fn note(&self) -> &str {
        match self {
            CaseAct::File | CaseAct::Accept => "",
            CaseAct::Correct { note }
            | CaseAct::Withdraw { note }
            | CaseAct::Return { note }
            | CaseAct::RefuseAcceptance { note }
            | CaseAct::Forward { note }
            | CaseAct::Decide { note, .. }
            | CaseAct::Propose { note, .. }
            | CaseAct::Confirm { note }
            | CaseAct::SendBack { note }
            | CaseAct::Stop { note, .. }
            | CaseAct::Resume { note }
            | CaseAct::AskExtension { note, .. }
            | CaseAct::GrantExtension { note }
            | CaseAct::RefuseExtension { note }
            | CaseAct::AskOpinion { note, .. }
            | CaseAct::WithdrawOpinions { note }
            | CaseAct::GiveOpinion { note, .. } => note,
        }
    }

    /// Acts that need no words: what they mean stands in the item.
    fn speaks_for_itself(&self) -> bool {
        matches!(
            self,
            CaseAct::File
                | CaseAct::Accept
                | CaseAct::Resume { .. }
                | CaseAct::Forward { .. }
                | CaseAct::Confirm { .. }
                | CaseAct::Withdraw { .. }
                | CaseAct::Decide { outcome: CaseOutcome::Granted, .. }
                | CaseAct::Propose { outcome: CaseOutcome::Granted, .. }
                | CaseAct::GrantExtension { .. }
        )
    }
}

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub status: Status,
    /// Index into the item's steps.
    pub step: usize,
    /// A special procedure runs.
    pub stopped: bool,
    /// An extension was asked for and not answered.
    pub extension_asked: bool,
    /// One was granted: there is no second.
    pub extended: bool,
    /// 补正 was asked for: everything that is missing is told at once, once.
    pub returned: bool,
    /// Opinions asked for and not given.
    pub opinions_open: usize,
    pub proposed: Option<CaseOutcome>,
}

/// Why an act cannot be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misstep {
    /// Not in this state.
    NotNow,
    /// While a special procedure runs.
    Stopped,
    /// The last step decides; it hands nothing on.
    LastStep,
    /// A step before the last hands on and does not decide.
    NotLastStep,
    /// This item's decisions take two persons.
    TwoPersons,
    /// One person decides here.
    OnePerson,
    ReturnedBefore,
    OpinionsOpen,
    NoExtension,
    /// 行政许可法 art. 42: time is added to a limit that has not passed.
    ExtensionLate,
    NoSuchSpecial,
    NoteMissing,
    NoteTooLong,
}

impl Misstep {
    pub fn error(self) -> ApiError {
        let (code, zh, en): (&'static str, _, _) = match self {
            Misstep::NotNow => ("CASE_NOT_NOW", "办件当前状态不能进行此操作", "the case's state does not allow this"),
            Misstep::Stopped => {
                ("CASE_STOPPED", "特殊程序进行中，请先恢复计时", "a special procedure runs; end it first")
            }
            Misstep::LastStep => ("CASE_LAST_STEP", "已是最后环节，请作出决定", "this is the last step; decide"),
            Misstep::NotLastStep => {
                ("CASE_NOT_LAST_STEP", "尚未到决定环节，请先流转", "not yet at the deciding step; hand it on")
            }
            Misstep::TwoPersons => {
                ("CASE_TWO_PERSONS", "该事项须一人提出、另一人确认", "one officer proposes and another confirms here")
            }
            Misstep::OnePerson => {
                ("CASE_ONE_PERSON", "该事项可直接决定", "decide directly: one officer is enough here")
            }
            Misstep::ReturnedBefore => (
                "CASE_RETURNED_BEFORE",
                "补正须一次告知，本办件已退回补正过，请受理或不予受理",
                "what is missing is told once; accept the case or refuse acceptance",
            ),
            Misstep::OpinionsOpen => ("CASE_OPINIONS_OPEN", "会办意见尚未齐全", "opinions asked for have not all come"),
            Misstep::NoExtension => (
                "CASE_NO_EXTENSION",
                "该事项不能延期、已延期，或超过可延天数",
                "no extension is possible, one was granted, or it is too long",
            ),
            Misstep::ExtensionLate => (
                "CASE_EXTENSION_LATE",
                "法定时限已过，不能再延期",
                "the legal limit has passed: it cannot be lengthened any more",
            ),
            Misstep::NoSuchSpecial => {
                ("CASE_NO_SUCH_SPECIAL", "该事项没有此特殊程序", "the item has no such procedure")
            }
            Misstep::NoteMissing => ("CASE_NOTE_MISSING", "请写明理由", "give the reason"),
            Misstep::NoteTooLong => ("CASE_NOTE_TOO_LONG", "理由不超过2000字", "at most 2,000 characters"),
        };
        ApiError { code: code.into(), ..ApiError::conflict(zh, en) }
    }
}

/// What the case becomes, or why not. The one table of a case's moves.
pub fn next(place: Place, item: &Item, act: &CaseAct) -> Result<Place, Misstep> {
    let length = act.note().chars().count();
    if act.note().trim().is_empty() && !act.speaks_for_itself() {
        return Err(Misstep::NoteMissing);
    }
    if length > NOTE_CHARS_MAX {
        return Err(Misstep::NoteTooLong);
    }
    let to = |status| Ok(Place { status, ..place });
    let running = || match place {
        Place { status: Status::Handling, stopped: true, .. } => Err(Misstep::Stopped),
        Place { status: Status::Handling, .. } => Ok(()),
        _ => Err(Misstep::NotNow),
    };
    let last = place.step + 1 == item.steps.len();
    let deciding = |wants_two: bool| {
        running()?;
        let two_persons = item.steps.get(place.step).is_some_and(|step| step.two_persons);
        match (last, two_persons, wants_two) {
            (false, ..) => Err(Misstep::NotLastStep),
            (true, true, false) => Err(Misstep::TwoPersons),
            (true, false, true) => Err(Misstep::OnePerson),
            _ if place.opinions_open > 0 => Err(Misstep::OpinionsOpen),
            _ => Ok(()),
        }
    };
    use Status::{Decided, Draft, Filed, Handling, Proposed, Returned, Withdrawn};
    match (act, place.status) {
        (CaseAct::File, Draft) | (CaseAct::Correct { .. }, Returned) => to(Filed),
        (CaseAct::Withdraw { .. }, Draft | Filed | Returned | Handling | Proposed) => to(Withdrawn),
        (CaseAct::Accept, Filed) => Ok(Place { status: Handling, step: 0, ..place }),
        (CaseAct::Return { .. }, Filed) if place.returned => Err(Misstep::ReturnedBefore),
        (CaseAct::Return { .. }, Filed) => Ok(Place { status: Returned, returned: true, ..place }),
        (CaseAct::RefuseAcceptance { .. }, Filed) => {
            Ok(Place { status: Decided, proposed: Some(CaseOutcome::Refused), ..place })
        }
        (CaseAct::Forward { .. }, _) => {
            running()?;
            if last {
                return Err(Misstep::LastStep);
            }
            if place.opinions_open > 0 {
                return Err(Misstep::OpinionsOpen);
            }
            Ok(Place { step: place.step + 1, ..place })
        }
        (CaseAct::Decide { outcome, .. }, _) => {
            deciding(false)?;
            Ok(Place { status: Decided, proposed: Some(*outcome), ..place })
        }
        (CaseAct::Propose { outcome, .. }, _) => {
            deciding(true)?;
            Ok(Place { status: Proposed, proposed: Some(*outcome), ..place })
        }
        (CaseAct::Confirm { .. }, Proposed) => to(Decided),
        (CaseAct::SendBack { .. }, Proposed) => Ok(Place { status: Handling, proposed: None, ..place }),
        (CaseAct::Stop { special, .. }, _) => {
            running()?;
            let known = is_name(special) && item.special.iter().any(|known| known.name == *special);
            if known { Ok(Place { stopped: true, ..place }) } else { Err(Misstep::NoSuchSpecial) }
        }
        (CaseAct::Resume { .. }, Handling) if place.stopped => Ok(Place { stopped: false, ..place }),
        (CaseAct::AskExtension { days, .. }, _) => {
            running()?;
            let fits = (1..=item.extension_wd).contains(days) && !place.extended && !place.extension_asked;
            if fits { Ok(Place { extension_asked: true, ..place }) } else { Err(Misstep::NoExtension) }
        }
        (CaseAct::GrantExtension { .. }, Handling | Proposed) if place.extension_asked => {
            Ok(Place { extension_asked: false, extended: true, ..place })
        }
        (CaseAct::RefuseExtension { .. }, Handling | Proposed) if place.extension_asked => {
            Ok(Place { extension_asked: false, ..place })
        }
        (CaseAct::AskOpinion { .. }, _) => {
            running()?;
            Ok(Place { opinions_open: place.opinions_open + 1, ..place })
        }
        (CaseAct::WithdrawOpinions { .. }, Handling) if place.opinions_open > 0 => {
            Ok(Place { opinions_open: 0, ..place })
        }
        (CaseAct::GiveOpinion { .. }, Handling) if place.opinions_open > 0 => {
            Ok(Place { opinions_open: place.opinions_open - 1, ..place })
        }
        _ => Err(Misstep::NotNow),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::item::seeded;

    fn item(code: &str) -> Item {
        seeded().into_iter().find(|item| item.code == code).expect("seeded")
    }

    fn place(status: Status) -> Place {
        Place {
            status,
            step: 0,
            stopped: false,
            extension_asked: false,
            extended: false,
            returned: false,
            opinions_open: 0,
            proposed: None,
        }
    }

    fn acts() -> Vec<CaseAct> {
        let note = || "because".to_string();
        let outcome = CaseOutcome::Granted;
        vec![
            CaseAct::File,
            CaseAct::Correct { note: note() },
            CaseAct::Withdraw { note: note() },
            CaseAct::Accept,
            CaseAct::Return { note: note() },
            CaseAct::RefuseAcceptance { note: note() },
            CaseAct::Forward { note: note() },
            CaseAct::Decide { outcome, note: note() },
            CaseAct::Propose { outcome, note: note() },
            CaseAct::Confirm { note: note() },
            CaseAct::SendBack { note: note() },
            CaseAct::Stop { special: "expert_review".into(), note: note() },
            CaseAct::Resume { note: note() },
            CaseAct::AskExtension { days: 10, note: note() },
            CaseAct::GrantExtension { note: note() },
            CaseAct::RefuseExtension { note: note() },
            CaseAct::AskOpinion { agency: Uuid::nil(), note: note() },
            CaseAct::WithdrawOpinions { note: note() },
            CaseAct::GiveOpinion { agrees: true, note: note() },
        ]
    }

    /// Every act in every state of an item with two steps, the last of two persons: what is not named
    /// here is refused.
    #[test]
    fn every_move_that_is_not_in_the_table_is_refused() {
        let item = item("LOT-FILING");
        let at = |status, step, stopped, asked| Place {
            step,
            stopped,
            extension_asked: asked,
            opinions_open: usize::from(asked),
            ..place(status)
        };
        let table: &[(Place, &[&str])] = &[
            (at(Status::Draft, 0, false, false), &["file", "withdraw"]),
            (at(Status::Filed, 0, false, false), &["withdraw", "accept", "return", "refuse_acceptance"]),
            (at(Status::Returned, 0, false, false), &["correct", "withdraw"]),
            (at(Status::Handling, 0, false, false), &["withdraw", "forward", "stop", "ask_extension", "ask_opinion"]),
            (at(Status::Handling, 0, true, false), &["withdraw", "resume"]),
            (at(Status::Handling, 1, false, false), &["withdraw", "propose", "stop", "ask_extension", "ask_opinion"]),
            (
                at(Status::Handling, 1, false, true),
                &[
                    "withdraw",
                    "stop",
                    "grant_extension",
                    "refuse_extension",
                    "ask_opinion",
                    "withdraw_opinions",
                    "give_opinion",
                ],
            ),
            (at(Status::Proposed, 1, false, false), &["withdraw", "confirm", "send_back"]),
            (at(Status::Decided, 1, false, false), &[]),
            (at(Status::Withdrawn, 0, false, false), &[]),
        ];
        for (from, allowed) in table {
            for act in acts() {
                let moved = next(*from, &item, &act);
                assert_eq!(moved.is_ok(), allowed.contains(&act.name()), "{from:?} {} {moved:?}", act.name());
            }
        }
    }

    #[test]
    fn the_way_through_two_steps_and_two_persons() {
        let item = item("LOT-FILING");
        let note = || "because".to_string();
        let mut at = place(Status::Draft);
        for (act, status, step) in [
            (CaseAct::File, Status::Filed, 0),
            (CaseAct::Return { note: note() }, Status::Returned, 0),
            (CaseAct::Correct { note: note() }, Status::Filed, 0),
            (CaseAct::Accept, Status::Handling, 0),
            (CaseAct::Forward { note: note() }, Status::Handling, 1),
            (CaseAct::Propose { outcome: CaseOutcome::Granted, note: String::new() }, Status::Proposed, 1),
            (CaseAct::SendBack { note: note() }, Status::Handling, 1),
            (CaseAct::Propose { outcome: CaseOutcome::Refused, note: note() }, Status::Proposed, 1),
            (CaseAct::Confirm { note: String::new() }, Status::Decided, 1),
        ] {
            at = next(at, &item, &act).expect("allowed");
            assert_eq!((at.status, at.step), (status, step), "{}", act.name());
        }
        assert_eq!(at.proposed, Some(CaseOutcome::Refused));
    }

    #[test]
    fn each_refusal_says_why() {
        let two = item("LOT-FILING");
        let one = item("CONTRACT-FILING");
        let note = || "because".to_string();
        let last = Place { step: 1, ..place(Status::Handling) };
        let outcome = CaseOutcome::Refused;
        for (from, item, act, why) in [
            (place(Status::Handling), &two, CaseAct::Propose { outcome, note: note() }, Misstep::NotLastStep),
            (last, &two, CaseAct::Forward { note: note() }, Misstep::LastStep),
            (last, &two, CaseAct::Decide { outcome, note: note() }, Misstep::TwoPersons),
            (last, &one, CaseAct::Propose { outcome, note: note() }, Misstep::OnePerson),
            (last, &one, CaseAct::Decide { outcome, note: " ".into() }, Misstep::NoteMissing),
            (last, &one, CaseAct::Decide { outcome, note: "长".repeat(2_001) }, Misstep::NoteTooLong),
            (
                Place { returned: true, ..place(Status::Filed) },
                &two,
                CaseAct::Return { note: note() },
                Misstep::ReturnedBefore,
            ),
            (Place { stopped: true, ..last }, &two, CaseAct::Forward { note: note() }, Misstep::Stopped),
            (
                Place { opinions_open: 1, ..last },
                &two,
                CaseAct::Propose { outcome, note: note() },
                Misstep::OpinionsOpen,
            ),
            (last, &two, CaseAct::AskExtension { days: 11, note: note() }, Misstep::NoExtension),
            (
                Place { extended: true, ..last },
                &two,
                CaseAct::AskExtension { days: 1, note: note() },
                Misstep::NoExtension,
            ),
            (last, &two, CaseAct::Stop { special: "hearing".into(), note: note() }, Misstep::NoSuchSpecial),
            (place(Status::Decided), &two, CaseAct::Accept, Misstep::NotNow),
        ] {
            assert_eq!(next(from, item, &act), Err(why), "{}", act.name());
        }
    }
}
