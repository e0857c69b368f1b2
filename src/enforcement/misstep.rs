//! Why an act of enforcement cannot be done: a value, told in two languages.

use crate::error::ApiError;
use matching::Moment;

pub const NOTE_CHARS_MAX: usize = 2_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misstep {
    NotNow,
    NoteMissing,
    NoteTooLong,
    TwoOfficers,
    ManyOfficers,
    EvidenceOpen,
    PartyUnknown,
    FewMembers,
    MajorUnreviewed,
    HearingLate(Moment),
    HearingStillOpen(Moment),
    HearingTooSoon(Moment),
    NoSuchDay,
    OtherRule,
    /// Whose part this is, his is another.
    OtherPerson,
    /// 国务院令310 art. 6.
    PapersMissing,
    /// 国务院令310 art. 9: three days.
    ObjectionLate(Moment),
    /// On its way to another agency.
    HandedOver,
    /// On its way to the police.
    WithPolice,
    /// With the police, who have not sent it back.
    Transferred,
    /// A decision was proposed and not answered.
    ProposalOpen,
    /// Nobody has said yet when the act was done.
    ActUndated,
    /// 超过追责时效: discovered after this moment.
    TimeBarred(Moment),
    /// 当场处罚 beyond what may be decided on the spot.
    SpotCap,
    /// 当场处罚 outside the standard.
    SpotDeviates,
    /// 当场处罚 its second officer has not confirmed.
    SpotUnconfirmed,
    /// 当场处罚 the agency has not on its file.
    NotOnFile,
    /// 回避: he complained himself.
    Complainant,
    /// 裁量基准 of another agency.
    StandardOfAnother,
    StandardRetroactive,
    /// Written anew since it was read.
    StandardRewritten,
}

impl Misstep {
    /// Every act says its ground.
    pub fn note(note: &str) -> Result<(), Misstep> {
        match note.trim().chars().count() {
            0 => Err(Misstep::NoteMissing),
            length if length > NOTE_CHARS_MAX => Err(Misstep::NoteTooLong),
            _ => Ok(()),
        }
    }

    pub fn error(self) -> ApiError {
        let (code, zh, en): (&'static str, _, _) = match self {
            Misstep::NotNow => {
                ("ENFORCEMENT_NOT_NOW", "当前状态不能进行此操作", "what it has come to does not allow this")
            }
            Misstep::NoteMissing => ("ENFORCEMENT_NOTE_MISSING", "请写明事由", "say why"),
            Misstep::NoteTooLong => ("ENFORCEMENT_NOTE_TOO_LONG", "事由不超过2000字", "at most 2,000 characters"),
            Misstep::TwoOfficers => (
                "TWO_OFFICERS",
                "调查、检查须由两名以上执法人员进行",
                "two officers or more investigate and inspect together",
            ),
            Misstep::ManyOfficers => ("MANY_OFFICERS", "执法人员不超过10人", "at most ten officers are named"),
            Misstep::EvidenceOpen => (
                "EVIDENCE_OPEN",
                "先行登记保存的证据尚未处理",
                "evidence was registered and nothing has been done with it yet",
            ),
            Misstep::PartyUnknown => ("PARTY_UNKNOWN", "尚未确定当事人", "whom it is against is not known yet"),
            Misstep::FewMembers => ("FEW_MEMBERS", "集体讨论须有三人以上", "three or more discuss together"),
            Misstep::MajorUnreviewed => (
                "MAJOR_UNREVIEWED",
                "重大案件须先经法制审核和集体讨论",
                "a major case is reviewed by lawyers and discussed together first",
            ),
            Misstep::HearingLate(_) => {
                ("HEARING_LATE", "已放弃听证或已过申请期限", "a hearing was waived, or the time to ask for one is over")
            }
            Misstep::HearingStillOpen(_) => (
                "HEARING_STILL_OPEN",
                "当事人申请听证的期限未满，且未放弃听证",
                "the party may still ask for a hearing and has not waived it",
            ),
            Misstep::HearingTooSoon(_) => {
                ("HEARING_TOO_SOON", "听证须提前七个工作日通知", "a hearing is told seven working days ahead")
            }
            Misstep::NoSuchDay => ("NO_SUCH_DAY", "日期格式：2026-10-01", "no such day; write 2026-10-01"),
            Misstep::OtherRule => {
                ("OTHER_RULE", "决定须依据调查终结认定的条款", "a decision is made by the rule the report found")
            }
            Misstep::OtherPerson => (
                "ANOTHER_OFFICER",
                "须由另一名执法人员办理：调查、审核、决定、批准须分离",
                "another officer does this: who investigates, reviews, decides and approves are different persons",
            ),
            Misstep::PapersMissing => (
                "PAPERS_MISSING",
                "移送须附移送书、调查报告、涉案物品清单、检验报告或鉴定结论",
                "a transfer goes with its letter, the report, the list of goods, and the test report or appraisal",
            ),
            Misstep::ObjectionLate(_) => {
                ("OBJECTION_LATE", "提请复议须在三日内", "who objects does so within three days")
            }
            Misstep::HandedOver => {
                ("HANDOVER_OPEN", "已移送，等待接收", "it is on its way to another agency, which has not answered yet")
            }
            Misstep::WithPolice => (
                "TRANSFER_OPEN",
                "该案涉嫌犯罪移送尚未办结，不得以行政处罚代替移送",
                "a transfer of this case to the police is open, and no penalty stands in its place",
            ),
            Misstep::Transferred => (
                "CASE_TRANSFERRED",
                "该案已移送司法机关，未经退回不得再作行政处罚",
                "the case is with the judicial organs; no penalty unless they send it back",
            ),
            Misstep::ProposalOpen => (
                "PROPOSAL_OPEN",
                "拟作出的决定尚待批准，请先批准或不批准",
                "a proposed decision waits for its answer; answer it first",
            ),
            Misstep::ActUndated => (
                "ACT_UNDATED",
                "尚未查明违法行为发生日期，请先填写",
                "when the act was done is not known yet; name it first",
            ),
            Misstep::TimeBarred(_) => (
                "LIMITATION_PASSED",
                "违法行为超过追责时效才被发现，不再给予行政处罚（行政处罚法第三十六条）",
                "the act was discovered after the limitation and is punished no more (administrative penalty law, art. 36)",
            ),
            Misstep::SpotCap => (
                "ON_THE_SPOT_CAP",
                "当场处罚限于警告，或对公民200元以下、对单位3000元以下罚款，且不得禁止参加竞买",
                "on the spot: a warning, or a fine of at most 200 yuan for a person and 3,000 for a unit, and no bar",
            ),
            Misstep::SpotDeviates => (
                "ON_THE_SPOT_DEVIATES",
                "偏离裁量基准的，不得当场处罚",
                "what leaves the discretion standard is not decided on the spot",
            ),
            Misstep::SpotUnconfirmed => (
                "ON_THE_SPOT_UNCONFIRMED",
                "当场处罚的另一名执法人员尚未确认",
                "the second officer has not confirmed the decision made on the spot",
            ),
            Misstep::NotOnFile => (
                "NOT_ON_FILE",
                "当场处罚决定尚未报所属机关备案",
                "the decision made on the spot is not on the agency's file yet",
            ),
            Misstep::Complainant => (
                "RECUSED_COMPLAINANT",
                "该执法人员是本案投诉人，应当回避",
                "this officer made the complaint the case is from, and keeps out of it",
            ),
            Misstep::StandardOfAnother => (
                "STANDARD_OF_ANOTHER_AGENCY",
                "该编码的裁量基准由其他机关制定，请另用编码",
                "the standard of this code is another agency's; write under another code",
            ),
            Misstep::StandardRetroactive => (
                "STANDARD_RETROACTIVE",
                "裁量基准不溯及既往，施行日期不得早于发布当日",
                "a standard does not reach back: it takes effect on the day of its publication or later",
            ),
            Misstep::StandardRewritten => {
                ("STANDARD_REWRITTEN", "内容已被改动，请重新审阅", "it has been written anew; read it again")
            }
        };
        let moment = match self {
            Misstep::HearingLate(at) | Misstep::HearingStillOpen(at) | Misstep::HearingTooSoon(at) => Some(at.0),
            Misstep::TimeBarred(at) | Misstep::ObjectionLate(at) => Some(at.0),
            _ => None,
        };
        ApiError { code: code.into(), moment, ..ApiError::conflict(zh, en) }
    }
}
