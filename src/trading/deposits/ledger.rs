//! 复式账: double entry in minor units. A transfer debits one account and credits another by the same
//! sum, so the ledger sums to zero by its form. Pure.

use crate::trading::deposits::model::{AlarmCode, DepositState, RefundState, SubAccount, Verdict};
use matching::Moment;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Ledger {
    /// Money at the bank.
    Bank,
    /// Owed to applicants while their lot runs.
    Held,
    /// 挂账: came to no open sub-account.
    Suspense,
    /// 应退.
    Payable,
    /// 定金.
    Earnest,
    /// 不予退还.
    Forfeited,
    /// 应收: the bank took it back after we had paid it out.
    Claims,
}

impl Ledger {
    pub const ALL: [Ledger; 7] = [
        Ledger::Bank,
        Ledger::Held,
        Ledger::Suspense,
        Ledger::Payable,
        Ledger::Earnest,
        Ledger::Forfeited,
        Ledger::Claims,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Ledger::Bank => "bank",
            Ledger::Held => "held",
            Ledger::Suspense => "suspense",
            Ledger::Payable => "payable",
            Ledger::Earnest => "earnest",
            Ledger::Forfeited => "forfeited",
            Ledger::Claims => "claims",
        }
    }
}

/// Money from one account to another, once for each cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    pub kind: Kind,
    pub amount: i64,
    pub account: Option<String>,
    pub cause: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A credit, to where its verdict puts it.
    Credit(Verdict),
    /// The deposit of one who did not win.
    Release,
    Earnest,
    ForfeitHeld,
    ForfeitEarnest,
    /// Out of suspense, back to its payer.
    GiveBack,
    /// The bank has paid a refund.
    Paid,
    /// 退票: a refund that was paid has come back.
    Bounced,
    /// 冲正, out of where the credit's money lay.
    Reversal(Ledger),
    /// 抵销: a refund came back whose credit the bank had taken back meanwhile.
    SetOff,
}

impl Kind {
    /// (debited, credited)
    pub fn sides(self) -> (Ledger, Ledger) {
        match self {
            Kind::Credit(Verdict::Counted) => (Ledger::Bank, Ledger::Held),
            Kind::Credit(Verdict::Late | Verdict::WrongPayer) => (Ledger::Bank, Ledger::Payable),
            Kind::Credit(Verdict::UnknownAccount | Verdict::ClosedAccount) => (Ledger::Bank, Ledger::Suspense),
            Kind::Release => (Ledger::Held, Ledger::Payable),
            Kind::Earnest => (Ledger::Held, Ledger::Earnest),
            Kind::ForfeitHeld => (Ledger::Held, Ledger::Forfeited),
            Kind::ForfeitEarnest => (Ledger::Earnest, Ledger::Forfeited),
            Kind::GiveBack => (Ledger::Suspense, Ledger::Payable),
            Kind::Paid => (Ledger::Payable, Ledger::Bank),
            Kind::Bounced => (Ledger::Bank, Ledger::Payable),
            Kind::Reversal(from) => (from, Ledger::Bank),
            Kind::SetOff => (Ledger::Payable, Ledger::Claims),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Kind::Credit(_) => "credit",
            Kind::Release => "release",
            Kind::Earnest => "earnest",
            Kind::ForfeitHeld | Kind::ForfeitEarnest => "forfeit",
            Kind::GiveBack => "give_back",
            Kind::Paid => "paid",
            Kind::Bounced => "bounced",
            Kind::Reversal(_) => "reversal",
            Kind::SetOff => "set_off",
        }
    }
}

/// 到账: one credit as the bank tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// The bank's own name for it (AcctSvcrRef).
    pub reference: String,
    pub account: String,
    /// 分, above 0.
    pub amount: i64,
    /// 入账时间: the bank's booking moment, which decides; not when we heard of it.
    pub credited_at: Moment,
    pub payer_name: String,
    pub payer_account: String,
    /// 付款网点, where the bank names it: told on, and nothing is decided by it.
    pub branch: Option<String>,
}

impl Credit {
    /// What must be the same when the same reference comes again.
    pub fn fingerprint(&self) -> Vec<u8> {
        let numbers = [self.amount.to_string(), self.credited_at.0.to_string()];
        let [amount, at] = &numbers;
        fingerprint([&self.reference, &self.account, &self.payer_name, &self.payer_account, amount, at])
    }
}

fn fingerprint<const N: usize>(words: [&String; N]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for word in words {
        hash.update(word.as_bytes());
        hash.update([0xFF]);
    }
    hash.finalize().to_vec()
}

/// A credit heard before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    pub fingerprint: Vec<u8>,
    pub verdict: Verdict,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged {
    /// Heard before, answered as before; nothing moves.
    Again(Verdict),
    /// The same reference with other words.
    Altered,
    Moves(Verdict, Transfer),
}

/// What a credit does, given what was heard under its reference and whose sub-account it names.
pub fn judge(credit: &Credit, heard: Option<&Heard>, account: Option<&SubAccount>) -> Judged {
    if let Some(heard) = heard {
        let same = heard.fingerprint == credit.fingerprint();
        return if same { Judged::Again(heard.verdict) } else { Judged::Altered };
    }
    let verdict = account.map_or(Verdict::UnknownAccount, |account| {
        account.verdict(&credit.payer_name, &credit.payer_account, credit.credited_at)
    });
    let transfer = Transfer {
        kind: Kind::Credit(verdict),
        amount: credit.amount,
        account: account.map(|account| account.number.clone()),
        cause: credit.reference.clone(),
    };
    Judged::Moves(verdict, transfer)
}

/// 冲正: the bank takes back, whole, a credit it told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reversal {
    /// The credit it names, by that credit's own reference.
    pub credit: String,
    /// The bank's name for the reversal itself.
    pub reference: String,
    /// 分, above 0.
    pub amount: i64,
    pub booked_at: Moment,
}

impl Reversal {
    pub fn fingerprint(&self) -> Vec<u8> {
        let numbers = [self.amount.to_string(), self.booked_at.0.to_string()];
        let [amount, at] = &numbers;
        fingerprint([&self.credit, &self.reference, amount, at])
    }
}

/// A credit in the books, and what became of its money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    pub amount: i64,
    pub verdict: Verdict,
    /// The sub-account it came to and where that stands.
    pub account: Option<(String, DepositState)>,
    /// The refund that carries its money: its own, or the deposit's.
    pub refund: Option<RefundState>,
}

impl Booked {
    /// The account of the ledger its money lies in.
    pub fn rests(&self) -> Ledger {
        let of_refund = |refund| match refund {
            RefundState::Sent | RefundState::Paid => Ledger::Claims,
            RefundState::Due
            | RefundState::Made
            | RefundState::Checked
            | RefundState::Returned
            | RefundState::Withdrawn => Ledger::Payable,
        };
        match (self.verdict, &self.account, self.refund) {
            (Verdict::Counted, Some((_, state)), refund) => match state {
                DepositState::Issued | DepositState::Credited | DepositState::Held | DepositState::Closed => {
                    Ledger::Held
                }
                DepositState::Earnest => Ledger::Earnest,
                DepositState::Forfeited => Ledger::Forfeited,
                DepositState::RefundDue | DepositState::RefundSent | DepositState::Refunded => {
                    refund.map_or(Ledger::Payable, of_refund)
                }
            },
            (_, _, Some(refund)) => of_refund(refund),
            (_, _, None) => Ledger::Suspense,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TakenBack {
    /// Heard before; nothing moves.
    Again,
    /// Other words for the same credit, or another sum than the credit's.
    Altered,
    /// Its credit has not been heard of: kept until it is.
    Waits,
    /// Out of where it lay; with an alarm where somebody counted on it.
    Moves(Transfer, Option<AlarmCode>),
}

/// What a reversal does, given the fingerprint heard for its credit and the credit itself.
pub fn judge_reversal(reversal: &Reversal, heard: Option<&[u8]>, credit: Option<&Booked>) -> TakenBack {
    if let Some(heard) = heard {
        return if heard == reversal.fingerprint() { TakenBack::Again } else { TakenBack::Altered };
    }
    let Some(credit) = credit else { return TakenBack::Waits };
    if credit.amount != reversal.amount {
        return TakenBack::Altered;
    }
    let from = credit.rests();
    let is_bound = credit.account.as_ref().is_some_and(|(_, state)| *state == DepositState::Held);
    let alarm = match from {
        Ledger::Claims => Some(AlarmCode::ReversalAfterRefund),
        Ledger::Earnest | Ledger::Forfeited => Some(AlarmCode::ReversalAfterHold),
        Ledger::Held if is_bound => Some(AlarmCode::ReversalAfterHold),
        Ledger::Held | Ledger::Suspense | Ledger::Payable | Ledger::Bank => None,
    };
    let transfer = Transfer {
        kind: Kind::Reversal(from),
        amount: reversal.amount,
        account: credit.account.as_ref().map(|(number, _)| number.clone()),
        cause: reversal.credit.clone(),
    };
    TakenBack::Moves(transfer, alarm)
}

/// Of a refund that has come back: what is not owed any more, because the bank took as much of its credits
/// back while it was out. Nobody else's money stands in for it.
pub fn set_off(refund: i64, claimed: i64) -> i64 {
    refund.min(claimed).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_transfer_stays_on_its_account() {
        let verdicts = Verdict::ALL.iter().map(|verdict| Kind::Credit(*verdict));
        let others = [
            Kind::Release,
            Kind::Earnest,
            Kind::ForfeitHeld,
            Kind::ForfeitEarnest,
            Kind::GiveBack,
            Kind::Paid,
            Kind::Bounced,
            Kind::SetOff,
        ];
        let reversals = Ledger::ALL.into_iter().filter(|from| *from != Ledger::Bank).map(Kind::Reversal);
        for kind in verdicts.chain(others).chain(reversals) {
            let (debit, credit) = kind.sides();
            assert_ne!(debit, credit, "{kind:?}");
        }
    }

    #[test]
    fn every_word_of_a_credit_is_in_its_fingerprint() {
        let credit = Credit {
            reference: "R1".into(),
            account: "A1".into(),
            amount: 1,
            credited_at: Moment(1),
            payer_name: "人".into(),
            payer_account: "P1".into(),
            branch: None,
        };
        let other = |change: fn(&mut Credit)| {
            let mut changed = credit.clone();
            change(&mut changed);
            changed.fingerprint()
        };
        for changed in [
            other(|credit| credit.amount += 1),
            other(|credit| credit.account.push('1')),
            other(|credit| credit.credited_at.0 += 1),
            other(|credit| credit.payer_name.push('1')),
            other(|credit| credit.payer_account.push('1')),
        ] {
            assert_ne!(changed, credit.fingerprint());
        }
    }

    fn booked(verdict: Verdict, state: Option<DepositState>, refund: Option<RefundState>) -> Booked {
        Booked { amount: 5, verdict, account: state.map(|state| ("A1".into(), state)), refund }
    }

    /// Verdict, the deposit's state, the refund's, where the money lies, the alarm.
    #[test]
    fn a_reversal_takes_the_money_from_where_it_lies_and_is_never_silent_where_it_was_bound() {
        use AlarmCode::{ReversalAfterHold, ReversalAfterRefund};
        use DepositState::*;
        let reversal = Reversal { credit: "R1".into(), reference: "V1".into(), amount: 5, booked_at: Moment(1) };
        for (verdict, state, refund, from, alarm) in [
            (Verdict::Counted, Some(Credited), None, Ledger::Held, None),
            (Verdict::Counted, Some(Held), None, Ledger::Held, Some(ReversalAfterHold)),
            (Verdict::Counted, Some(Earnest), None, Ledger::Earnest, Some(ReversalAfterHold)),
            (Verdict::Counted, Some(Forfeited), None, Ledger::Forfeited, Some(ReversalAfterHold)),
            (Verdict::Counted, Some(RefundDue), Some(RefundState::Checked), Ledger::Payable, None),
            (Verdict::Counted, Some(RefundSent), Some(RefundState::Sent), Ledger::Claims, Some(ReversalAfterRefund)),
            (Verdict::Counted, Some(Refunded), Some(RefundState::Paid), Ledger::Claims, Some(ReversalAfterRefund)),
            (Verdict::Late, Some(Held), Some(RefundState::Due), Ledger::Payable, None),
            (Verdict::WrongPayer, Some(Issued), Some(RefundState::Paid), Ledger::Claims, Some(ReversalAfterRefund)),
            (Verdict::UnknownAccount, None, None, Ledger::Suspense, None),
            (Verdict::ClosedAccount, Some(Closed), Some(RefundState::Returned), Ledger::Payable, None),
        ] {
            let judged = judge_reversal(&reversal, None, Some(&booked(verdict, state, refund)));
            let TakenBack::Moves(transfer, raised) = judged else { panic!("{verdict:?} {state:?}: {judged:?}") };
            assert_eq!((transfer.kind, raised), (Kind::Reversal(from), alarm), "{verdict:?} {state:?} {refund:?}");
        }
        assert_eq!(judge_reversal(&reversal, None, None), TakenBack::Waits);
        let other = booked(Verdict::Counted, Some(Credited), None);
        assert_eq!(judge_reversal(&Reversal { amount: 4, ..reversal.clone() }, None, Some(&other)), TakenBack::Altered);
        assert_eq!(judge_reversal(&reversal, Some(&reversal.fingerprint()), Some(&other)), TakenBack::Again);
        assert_eq!(judge_reversal(&reversal, Some(&[1]), Some(&other)), TakenBack::Altered);
    }
}
