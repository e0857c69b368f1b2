//! The life of a lot as one table: from where, which act leads where, by how many hands, needing what.
//!
//! Every act here is a clerk's. What officers decide (filing, qualification) and what the floor decides
//! (sold, unsold) come in as facts.

use crate::error::ApiError;
use crate::named::named;
use serde::Serialize;
use utoipa::ToSchema;

named! {
    /// Where a lot is in its life.
    #[schema(as = LifeState)]
    State {
        Draft "draft" "编制" "being written";
        Checked "checked" "已复核" "checked";
        FilingAsked "filing_asked" "报批中" "filing asked for";
        Filed "filed" "已批准" "approved for filing";
        Announced "announced" "公告期" "announced";
        /// Listing and bidding: the floor's business.
        Bidding "bidding" "竞价中" "on the floor";
        Hammered "hammered" "已落槌" "hammered";
        /// 资格后审.
        PostReview "post_review" "资格后审" "the winner is reviewed";
        /// 成交确认书 issued.
        Confirmed "confirmed" "已确认成交" "confirmed";
        /// 公示.
        Publicity "publicity" "成交公示" "result made public";
        Contracted "contracted" "已签合同" "contracted";
        Paid "paid" "价款已缴清" "paid";
        Registered "registered" "已登记" "registered";
        /// The winner failed the review.
        Void "void" "成交无效" "void";
        /// 悔拍.
        Defaulted "defaulted" "悔拍" "defaulted";
        Unsold "unsold" "未成交" "unsold";
        Terminated "terminated" "已终止" "terminated";
    }
}

named! {
    #[schema(as = LifeAct)]
    Act {
        AskFiling "ask_filing" "报批" "ask for filing";
        WithdrawFiling "withdraw_filing" "撤回报批" "withdraw the filing";
        /// Takes note that the officers granted LOT-FILING.
        File "file" "登记批准结果" "note the approval";
        Announce "announce" "发布公告并挂出" "announce and put on the floor";
        AskReview "ask_review" "提请资格后审" "ask for the review";
        Void "void" "宣布成交无效" "declare void";
        Confirm "confirm" "签发成交确认书" "issue the confirmation";
        PublishResult "publish_result" "成交公示" "make the result public";
        Contract "contract" "签订合同" "record the contract";
        Pay "pay" "登记价款到账" "record a payment";
        Register "register" "登记办结" "record the registration";
        Default "default" "认定悔拍" "declare a default";
        Relist "relist" "重新上市" "relist";
    }
}

/// How many persons an act takes. Two: one asks, another says the same.
#[derive(Serialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Hands {
    One,
    Two,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Need {
    /// Legal minimum: enough days between notice and opening.
    NoticeDays,
    /// Legal minimum: the listing is long enough.
    ListingDays,
    /// Legal minimum: the result has been public long enough.
    PublicityDays,
    FilingGranted,
    FilingNotGranted,
    GrantNotice,
    ResultNotice,
    PostReviewed,
    PreReviewed,
    QualificationGranted,
    QualificationRefused,
    /// The tables know whose paddles won: they follow the floor by a moment.
    WinnersKnown,
    /// One buyer: an award list of several is its own end, after its publicity.
    OneBuyer,
    /// 合同备案 granted, where the rules of the sale ask for it.
    ContractFiled,
    NotRelisted,
}

pub struct Rule {
    pub from: State,
    pub act: Act,
    pub to: State,
    pub hands: Hands,
    pub needs: &'static [Need],
}

const fn rule(from: State, act: Act, to: State, hands: Hands, needs: &'static [Need]) -> Rule {
    Rule { from, act, to, hands, needs }
}

use Hands::{One, Two};

/// Everything that may happen. What is not here is refused.
pub const TABLE: &[Rule] = &[
    rule(State::Checked, Act::AskFiling, State::FilingAsked, One, &[]),
    rule(State::FilingAsked, Act::WithdrawFiling, State::Checked, One, &[Need::FilingNotGranted]),
    rule(State::FilingAsked, Act::File, State::Filed, One, &[Need::FilingGranted]),
    rule(State::Filed, Act::Announce, State::Announced, One, &[Need::GrantNotice, Need::NoticeDays, Need::ListingDays]),
    // A filing that took so long that the notice would be short is taken back, its dates are changed, and it is
    // filed anew.
    rule(State::Filed, Act::WithdrawFiling, State::Checked, One, &[]),
    rule(State::Hammered, Act::AskReview, State::PostReview, One, &[Need::WinnersKnown, Need::PostReviewed]),
    rule(State::Hammered, Act::Confirm, State::Confirmed, Two, &[Need::WinnersKnown, Need::PreReviewed]),
    rule(State::PostReview, Act::Confirm, State::Confirmed, Two, &[Need::QualificationGranted]),
    rule(State::PostReview, Act::Void, State::Void, Two, &[Need::OneBuyer, Need::QualificationRefused]),
    rule(State::Confirmed, Act::PublishResult, State::Publicity, One, &[Need::ResultNotice]),
    rule(
        State::Publicity,
        Act::Contract,
        State::Contracted,
        One,
        &[Need::OneBuyer, Need::PublicityDays, Need::ContractFiled],
    ),
    // The last instalment leads on to Paid, the others stay: see `after`.
    rule(State::Contracted, Act::Pay, State::Paid, Two, &[]),
    rule(State::Paid, Act::Register, State::Registered, One, &[]),
    // Where several won, one may default and the others' awards stand: see `after`.
    rule(State::Hammered, Act::Default, State::Defaulted, Two, &[Need::WinnersKnown]),
    rule(State::PostReview, Act::Default, State::Defaulted, Two, &[]),
    rule(State::Confirmed, Act::Default, State::Defaulted, Two, &[]),
    rule(State::Publicity, Act::Default, State::Defaulted, Two, &[]),
    rule(State::Contracted, Act::Default, State::Defaulted, Two, &[]),
    rule(State::Void, Act::Relist, State::Void, One, &[Need::NotRelisted]),
    rule(State::Defaulted, Act::Relist, State::Defaulted, One, &[Need::NotRelisted]),
    rule(State::Unsold, Act::Relist, State::Unsold, One, &[Need::NotRelisted]),
    rule(State::Terminated, Act::Relist, State::Terminated, One, &[Need::NotRelisted]),
];

pub fn find(from: State, act: Act) -> Option<&'static Rule> {
    TABLE.iter().find(|rule| rule.from == from && rule.act == act)
}

/// Where an act leads. `unpaid`: instalments still open before it.
pub fn after(rule: &Rule, unpaid: usize, of_many: bool) -> State {
    match rule.act {
        Act::Pay if unpaid > 1 => rule.from,
        Act::Default if of_many => rule.from,
        _ => rule.to,
    }
}

/// How a lot stands with the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Desk {
    Draft,
    Checked,
    Published,
}

/// How it stands on the floor, once published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Floor {
    Waiting,
    Running,
    Sold,
    Unsold,
    Terminated,
}

/// Three records, one state. `recorded`: how far staff have recorded it, `Draft` while they have recorded
/// nothing. What they recorded after the hammer stands above the floor's word; before it the floor's
/// word stands above theirs.
pub fn state(recorded: State, desk: Desk, floor: Floor) -> State {
    match (recorded, desk, floor) {
        (State::Draft | State::FilingAsked | State::Filed, Desk::Published, floor) => match floor {
            Floor::Waiting => State::Announced,
            Floor::Running => State::Bidding,
            Floor::Sold => State::Hammered,
            Floor::Unsold => State::Unsold,
            Floor::Terminated => State::Terminated,
        },
        (State::Draft, Desk::Checked, _) => State::Checked,
        (recorded, ..) => recorded,
    }
}

/// What is recorded when a lot comes to `state`; `None` where desk or floor record it.
pub fn recorded(state: State) -> Option<State> {
    match state {
        State::Checked => Some(State::Draft),
        State::Draft | State::Announced | State::Bidding | State::Hammered | State::Unsold | State::Terminated => None,
        recorded => Some(recorded),
    }
}

/// Whether the lot's file and draft may still be changed.
pub fn is_editable(state: State) -> bool {
    matches!(state, State::Draft | State::Checked)
}

/// Answers to every need, gathered before a decision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    pub filing: Option<bool>,
    pub grant_notice: bool,
    pub result_notice: bool,
    pub post_review: bool,
    pub qualification: Option<bool>,
    pub winners_known: bool,
    /// 多人竞得.
    pub of_many: bool,
    /// 合同备案 is asked for and not granted yet: by which rule.
    pub contract_unfiled: Option<&'static str>,
    pub relisted: bool,
    /// The legal minimum that falls short, in words; `None` where it is kept.
    pub notice_short: Option<Short>,
    pub listing_short: Option<Short>,
    pub publicity_short: Option<Short>,
}

/// 期限不足: a legal minimum that is not kept.
#[derive(Serialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct Short {
    pub zh: String,
    pub en: String,
}

/// Why an act cannot be done.
#[derive(Serialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub code: &'static str,
    pub zh: String,
    pub en: String,
}

impl Missing {
    fn new(code: &'static str, zh: &str, en: &str) -> Missing {
        Missing { code, zh: zh.into(), en: en.into() }
    }

    pub fn error(&self) -> ApiError {
        ApiError { code: self.code.into(), ..ApiError::conflict(&self.zh, &self.en) }
    }
}

fn unmet(need: Need, facts: &Facts) -> Option<Missing> {
    let short = |code, short: &Option<Short>| {
        short.as_ref().map(|short| Missing { code, zh: short.zh.clone(), en: short.en.clone() })
    };
    let (holds, missing) = match need {
        Need::NoticeDays => return short("NOTICE_TOO_SHORT", &facts.notice_short),
        Need::ListingDays => return short("LISTING_TOO_SHORT", &facts.listing_short),
        Need::PublicityDays => return short("PUBLICITY_TOO_SHORT", &facts.publicity_short),
        Need::FilingGranted => (
            facts.filing == Some(true),
            match facts.filing {
                Some(false) => Missing::new(
                    "FILING_REFUSED",
                    "报批未获批准，请撤回修改后重新报批",
                    "the filing was refused; withdraw, change, and ask again",
                ),
                _ => Missing::new("FILING_UNDECIDED", "报批尚未作出决定", "the filing is not decided yet"),
            },
        ),
        Need::FilingNotGranted => (
            facts.filing != Some(true),
            Missing::new("FILING_GRANTED", "报批已获批准，不能撤回", "the filing was granted and cannot be withdrawn"),
        ),
        Need::GrantNotice => (
            facts.grant_notice,
            Missing::new(
                "NO_GRANT_NOTICE",
                "须先发布经复核的出让（转让）公告",
                "a checked notice of the sale comes first",
            ),
        ),
        Need::ResultNotice => (
            facts.result_notice,
            Missing::new("NO_RESULT_NOTICE", "须先发布经复核的成交公示", "a checked notice of the result comes first"),
        ),
        Need::PostReviewed => (
            facts.post_review,
            Missing::new("REVIEWED_BEFORE", "本标的为资格前审，无需后审", "bidders were reviewed before the sale"),
        ),
        Need::PreReviewed => (
            !facts.post_review,
            Missing::new("REVIEW_FIRST", "本标的为资格后审，须先提请审核", "the winner is reviewed first"),
        ),
        Need::QualificationGranted => (
            facts.qualification == Some(true),
            Missing::new("QUALIFICATION_NOT_GRANTED", "资格审核尚未通过", "the qualification is not granted"),
        ),
        Need::QualificationRefused => (
            facts.qualification == Some(false),
            Missing::new(
                "QUALIFICATION_NOT_REFUSED",
                "资格审核未作出不通过的决定",
                "the qualification was not refused",
            ),
        ),
        Need::WinnersKnown => (
            facts.winners_known,
            Missing::new(
                "WINNER_NOT_KNOWN_YET",
                "成交结果正在登记，请稍候",
                "the result is being entered; wait a moment",
            ),
        ),
        Need::OneBuyer => (
            !facts.of_many,
            Missing::new(
                "SEVERAL_WINNERS",
                "本标的由多人竞得，以公示的成交清单为准；个别竞得人违约的，逐一认定悔拍",
                "several have won: the published award list stands; who does not keep it is declared in default one by one",
            ),
        ),
        Need::ContractFiled => {
            let rule = facts.contract_unfiled?;
            return Some(Missing::new(
                "CONTRACT_NOT_FILED",
                &format!("合同尚未备案（{rule}）：请提交已签合同办理备案，获准后登记"),
                &format!(
                    "the contract is not filed yet ({rule}): file the signed contract; it is recorded once granted"
                ),
            ));
        }
        Need::NotRelisted => {
            (!facts.relisted, Missing::new("RELISTED_ALREADY", "本标的已重新上市", "the lot has been relisted already"))
        }
    };
    (!holds).then_some(missing)
}

fn is_legal_minimum(need: Need) -> bool {
    matches!(need, Need::NoticeDays | Need::ListingDays | Need::PublicityDays)
}

/// Whether `act` may follow on `from`; the first unmet need refuses. In a rehearsal (演练) the legal
/// minimum periods are told as warnings instead.
pub fn decide(from: State, act: Act, facts: &Facts, rehearsal: bool) -> Result<(&'static Rule, Vec<Missing>), Missing> {
    let Some(rule) = find(from, act) else {
        return Err(Missing::new(
            "NOT_IN_THIS_STATE",
            &format!("标的处于“{}”，不能{}", from.zh(), act.zh()),
            &format!("the lot is {}: it is not the time to {}", from.en(), act.en()),
        ));
    };
    let mut warnings = Vec::new();
    for need in rule.needs {
        match unmet(*need, facts) {
            Some(missing) if rehearsal && is_legal_minimum(*need) => warnings.push(missing),
            Some(missing) => return Err(missing),
            None => {}
        }
    }
    Ok((rule, warnings))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything in favour, whatever a rule asks: the two reviews and the two words on a filing exclude
    /// each other, so each rule is asked with its own.
    fn good(rule: &Rule) -> Facts {
        Facts {
            filing: Some(!rule.needs.contains(&Need::FilingNotGranted)),
            grant_notice: true,
            result_notice: true,
            post_review: rule.needs.contains(&Need::PostReviewed),
            qualification: Some(!rule.needs.contains(&Need::QualificationRefused)),
            winners_known: true,
            ..Facts::default()
        }
    }

    #[test]
    fn every_pair_of_state_and_act_is_in_the_table_or_refused_with_a_code() {
        let mut allowed = 0;
        for from in State::ALL {
            for act in Act::ALL {
                let rules: Vec<&Rule> = TABLE.iter().filter(|rule| rule.from == *from && rule.act == *act).collect();
                assert!(rules.len() <= 1, "{from:?} {act:?} stands twice");
                match rules.first() {
                    Some(rule) => {
                        let (found, warnings) = decide(*from, *act, &good(rule), false).expect("everything in favour");
                        assert_eq!((found.to, warnings.len()), (rule.to, 0));
                        allowed += 1;
                    }
                    None => {
                        let refused = decide(*from, *act, &Facts::default(), true).map(|_| ()).expect_err("no rule");
                        assert_eq!(refused.code, "NOT_IN_THIS_STATE");
                    }
                }
            }
        }
        assert_eq!(allowed, TABLE.len());
        assert_eq!(TABLE.iter().filter(|rule| rule.hands == Two).count(), 9);
    }

    #[test]
    fn the_way_from_draft_to_registered_is_whole() {
        let way = [(Act::AskFiling, State::FilingAsked), (Act::File, State::Filed), (Act::Announce, State::Announced)];
        let mut at = State::Checked;
        for (act, to) in way {
            at = find(at, act).expect("a rule").to;
            assert_eq!(at, to);
        }
        let mut at = State::Hammered;
        for act in [Act::AskReview, Act::Confirm, Act::PublishResult, Act::Contract, Act::Pay, Act::Register] {
            at = find(at, act).expect("a rule").to;
        }
        assert_eq!(at, State::Registered);
        assert!(Act::ALL.iter().all(|act| find(State::Registered, *act).is_none()), "registered is the end");
    }

    #[test]
    fn each_need_refuses_by_its_own_code() {
        let short = || Some(Short { zh: "短".into(), en: "short".into() });
        type Case = (State, Act, fn(&mut Facts), &'static str);
        let cases: &[Case] = &[
            (State::FilingAsked, Act::File, |facts| facts.filing = None, "FILING_UNDECIDED"),
            (State::FilingAsked, Act::File, |facts| facts.filing = Some(false), "FILING_REFUSED"),
            (State::FilingAsked, Act::WithdrawFiling, |facts| facts.filing = Some(true), "FILING_GRANTED"),
            (State::Filed, Act::Announce, |facts| facts.grant_notice = false, "NO_GRANT_NOTICE"),
            (State::Hammered, Act::AskReview, |facts| facts.post_review = false, "REVIEWED_BEFORE"),
            (State::Hammered, Act::Confirm, |facts| facts.post_review = true, "REVIEW_FIRST"),
            (State::Hammered, Act::Confirm, |facts| facts.winners_known = false, "WINNER_NOT_KNOWN_YET"),
            (State::Publicity, Act::Contract, |facts| facts.of_many = true, "SEVERAL_WINNERS"),
            (State::Publicity, Act::Contract, |facts| facts.contract_unfiled = Some("law"), "CONTRACT_NOT_FILED"),
            (State::PostReview, Act::Confirm, |facts| facts.qualification = None, "QUALIFICATION_NOT_GRANTED"),
            (State::PostReview, Act::Void, |facts| facts.qualification = Some(true), "QUALIFICATION_NOT_REFUSED"),
            (State::Confirmed, Act::PublishResult, |facts| facts.result_notice = false, "NO_RESULT_NOTICE"),
            (State::Unsold, Act::Relist, |facts| facts.relisted = true, "RELISTED_ALREADY"),
        ];
        for (from, act, spoil, code) in cases {
            let mut facts = good(find(*from, *act).expect("a rule"));
            spoil(&mut facts);
            let refused = decide(*from, *act, &facts, true).map(|_| ()).expect_err(code);
            assert_eq!(&refused.code, code);
        }
        let legal =
            Facts { notice_short: short(), listing_short: short(), publicity_short: short(), ..Facts::default() };
        for (from, act, codes) in [
            (State::Filed, Act::Announce, vec!["NOTICE_TOO_SHORT", "LISTING_TOO_SHORT"]),
            (State::Publicity, Act::Contract, vec!["PUBLICITY_TOO_SHORT"]),
        ] {
            let facts = Facts { grant_notice: true, ..legal.clone() };
            assert_eq!(decide(from, act, &facts, false).map(|_| ()).expect_err("short").code, codes[0]);
            let (_, warnings) = decide(from, act, &facts, true).expect("a rehearsal");
            assert_eq!(warnings.iter().map(|warning| warning.code).collect::<Vec<_>>(), codes);
        }
    }

    #[test]
    fn the_state_is_made_of_three_records() {
        use State::{Announced, Bidding, Confirmed, Draft, Filed, FilingAsked, Hammered, Terminated, Unsold};
        for (recorded, desk, floor, expected) in [
            (Draft, Desk::Draft, Floor::Waiting, Draft),
            (Draft, Desk::Checked, Floor::Waiting, State::Checked),
            (FilingAsked, Desk::Checked, Floor::Waiting, FilingAsked),
            (Filed, Desk::Checked, Floor::Waiting, Filed),
            (Filed, Desk::Published, Floor::Waiting, Announced),
            (Filed, Desk::Published, Floor::Running, Bidding),
            (Filed, Desk::Published, Floor::Sold, Hammered),
            (Filed, Desk::Published, Floor::Unsold, Unsold),
            (Filed, Desk::Published, Floor::Terminated, Terminated),
            (Confirmed, Desk::Published, Floor::Sold, Confirmed),
            // A file written for a lot that was published without one.
            (Draft, Desk::Published, Floor::Sold, Hammered),
        ] {
            assert_eq!(state(recorded, desk, floor), expected);
        }
        for rule in TABLE {
            let recorded = recorded(rule.to);
            let derived = matches!(rule.to, State::Announced | State::Unsold | State::Terminated);
            assert_eq!(recorded.is_none(), derived, "{:?}", rule.act);
        }
    }

    #[test]
    fn only_the_last_instalment_ends_the_paying_and_one_default_of_many_ends_nothing() {
        let pay = find(State::Contracted, Act::Pay).expect("a rule");
        assert_eq!((after(pay, 2, false), after(pay, 1, false)), (State::Contracted, State::Paid));
        let default = find(State::Confirmed, Act::Default).expect("a rule");
        assert_eq!((after(default, 0, false), after(default, 0, true)), (State::Defaulted, State::Confirmed));
    }
}
