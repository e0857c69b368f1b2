//! 竞买保证金: the states of a deposit and of a refund, and whether money counts. Pure.

use crate::named::named;
use matching::Moment;

/// Decimal places of the bank's currency: 分.
pub const FEN_SCALE: u8 = 2;

named! {
    /// Where the deposit of one application stands.
    DepositState {
        /// 子账号已开.
        Issued "issued";
        /// Some money has come; it may be short.
        Credited "credited";
        /// Sufficient, and bound by the seat.
        Held "held";
        /// 定金: the winner's.
        Earnest "earnest";
        RefundDue "refund_due";
        RefundSent "refund_sent";
        Refunded "refunded";
        /// 不予退还.
        Forfeited "forfeited";
        /// Over without a cent in it.
        Closed "closed";
    }
}

/// What happens to a deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DepositStep {
    Credit,
    Hold,
    Win,
    /// The lot is over for him, and there is money to give back.
    Lose,
    /// The lot is over for him, and there is none.
    Close,
    Send,
    Pay,
    Return,
    Forfeit,
    /// 冲正 has left nothing in it.
    Empty,
}

impl DepositState {
    /// `None`: that cannot happen here.
    pub fn after(self, step: DepositStep) -> Option<DepositState> {
        use DepositState::*;
        Some(match (self, step) {
            (Issued | Credited, DepositStep::Credit) => Credited,
            (Held, DepositStep::Credit) => Held,
            // Asked again after a busy floor, it is held already.
            (Credited | Held, DepositStep::Hold) => Held,
            (Held, DepositStep::Win) => Earnest,
            (Credited | Held, DepositStep::Lose) => RefundDue,
            // Held with nothing in it: the bank took the money back.
            (Issued | Held, DepositStep::Close) => Closed,
            (RefundDue, DepositStep::Send) => RefundSent,
            (RefundSent, DepositStep::Pay) => Refunded,
            // 退票 comes before the debit was told, or after it.
            (RefundSent | Refunded, DepositStep::Return) => RefundDue,
            (Credited, DepositStep::Empty) => Issued,
            (RefundDue, DepositStep::Empty) => Closed,
            (Held | Earnest, DepositStep::Forfeit) => Forfeited,
            _ => return None,
        })
    }

    /// Whether money may still come in.
    pub fn is_open(self) -> bool {
        self.after(DepositStep::Credit).is_some()
    }
}

named! {
    /// A refund's way through two clerks and the bank.
    RefundState {
        Due "due";
        /// Put forward by the first clerk.
        Made "made";
        /// Checked by the second: it goes out with the next batch.
        Checked "checked";
        Sent "sent";
        Paid "paid";
        /// 退票: the bank could not pay it; it is made anew.
        Returned "returned";
        /// The bank took the money back before it went out.
        Withdrawn "withdrawn";
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundStep {
    Make,
    Check,
    Send,
    Pay,
    Return,
    /// Paid, and the money has come back.
    Bounce,
    Withdraw,
}

impl RefundState {
    pub fn after(self, step: RefundStep) -> Option<RefundState> {
        use RefundState::*;
        Some(match (self, step) {
            (Due | Returned, RefundStep::Make) => Made,
            (Made, RefundStep::Check) => Checked,
            (Checked, RefundStep::Send) => Sent,
            (Sent, RefundStep::Pay) => Paid,
            (Sent, RefundStep::Return) => Returned,
            (Paid, RefundStep::Bounce) => Returned,
            (Due | Made | Checked | Returned, RefundStep::Withdraw) => Withdrawn,
            _ => return None,
        })
    }
}

named! {
    /// What became of a credit.
    Verdict {
        Counted "counted";
        /// Booked after the deadline: given back.
        Late "late";
        /// 错转款: paid from another's account: given back.
        WrongPayer "wrong_payer";
        /// To no sub-account of ours: it waits in suspense.
        UnknownAccount "unknown_account";
        /// To a sub-account whose lot is over: it waits in suspense.
        ClosedAccount "closed_account";
    }
}

named! {
    /// Why a person must look at what a bank said.
    AlarmCode {
        /// A name used before, with other words.
        ReferenceAltered "reference_altered";
        UnknownRefund "unknown_refund";
        UnknownAccount "unknown_account";
        ClosedAccount "closed_account";
        /// 冲正 of a credit we have not heard of.
        ReversalWaits "reversal_waits";
        /// 冲正 that does not fit its credit.
        ReversalAltered "reversal_altered";
        /// 冲正 of money somebody bids with, has won with or has lost.
        ReversalAfterHold "reversal_after_hold";
        /// 冲正 of money we have given back already.
        ReversalAfterRefund "reversal_after_refund";
    }
}

named! {
    /// An alarm's way through two persons.
    AlarmState {
        Open "open";
        Explained "explained";
        Closed "closed";
    }
}

named! {
    /// Why money goes back.
    RefundReason {
        Lost "lost";
        Late "late";
        WrongPayer "wrong_payer";
        Suspense "suspense";
        /// 撤回: he did not want to bid any more.
        Withdrawn "withdrawn";
        /// 不予受理.
        Refused "refused";
    }
}

/// What decides about a credit: the sub-account as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubAccount {
    pub number: String,
    pub payer_name: String,
    pub payer_account: String,
    /// 分.
    pub required: i64,
    pub deadline_at: Moment,
    pub state: DepositState,
}

/// A name without the blanks and widths in which banks write it differently.
fn plain(name: &str) -> String {
    let narrow = |c: char| match c {
        '（' => '(',
        '）' => ')',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    name.chars().filter(|c| !c.is_whitespace()).map(narrow).flat_map(char::to_uppercase).collect()
}

impl SubAccount {
    /// The first failing check wins.
    pub fn verdict(&self, payer_name: &str, payer_account: &str, credited_at: Moment) -> Verdict {
        let digits = |text: &str| text.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>();
        if !self.state.is_open() {
            Verdict::ClosedAccount
        } else if plain(payer_name) != plain(&self.payer_name) || digits(payer_account) != digits(&self.payer_account) {
            Verdict::WrongPayer
        } else if credited_at > self.deadline_at {
            Verdict::Late
        } else {
            Verdict::Counted
        }
    }
}

/// Whether an application may be admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The lot asks for no deposit through the bank.
    NotAsked,
    NoAccount,
    Short {
        counted: i64,
        required: i64,
    },
    /// This one suffices; with the payer's other running lots he has bound more than he paid.
    OverCommitted,
    Qualified {
        counted: i64,
        required: i64,
    },
    /// Refunded, converted or forfeited.
    Over(DepositState),
}

/// `others`: (counted, required) of the same applicant's deposits held for other running lots.
pub fn standing(account: &SubAccount, counted: i64, others: &[(i64, i64)]) -> Standing {
    let required = account.required;
    if !account.state.is_open() {
        return Standing::Over(account.state);
    }
    if counted < required {
        return Standing::Short { counted, required };
    }
    let paid = others.iter().map(|(paid, _)| i128::from(*paid)).sum::<i128>() + i128::from(counted);
    let bound = others.iter().map(|(_, bound)| i128::from(*bound)).sum::<i128>() + i128::from(required);
    if paid < bound { Standing::OverCommitted } else { Standing::Qualified { counted, required } }
}

/// A payer as a clerk may see him: whose application it is stays hidden.
pub fn masked_name(name: &str) -> String {
    name.chars().next().map_or(String::new(), |first| format!("{first}***"))
}

pub fn masked_account(account: &str) -> String {
    let tail: String = account.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
    format!("****{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [DepositStep; 10] = [
        DepositStep::Credit,
        DepositStep::Hold,
        DepositStep::Win,
        DepositStep::Lose,
        DepositStep::Close,
        DepositStep::Send,
        DepositStep::Pay,
        DepositStep::Return,
        DepositStep::Forfeit,
        DepositStep::Empty,
    ];

    /// Every pair of state and step: those of the table lead on, all others are refused.
    #[test]
    fn a_deposit_moves_as_the_table_says_and_no_other_way() {
        use DepositState::*;
        let legal = [
            (Issued, DepositStep::Credit, Credited),
            (Issued, DepositStep::Close, Closed),
            (Credited, DepositStep::Credit, Credited),
            (Credited, DepositStep::Hold, Held),
            (Credited, DepositStep::Lose, RefundDue),
            (Credited, DepositStep::Empty, Issued),
            (Held, DepositStep::Credit, Held),
            (Held, DepositStep::Hold, Held),
            (Held, DepositStep::Win, Earnest),
            (Held, DepositStep::Lose, RefundDue),
            (Held, DepositStep::Close, Closed),
            (Held, DepositStep::Forfeit, Forfeited),
            (Earnest, DepositStep::Forfeit, Forfeited),
            (RefundDue, DepositStep::Send, RefundSent),
            (RefundSent, DepositStep::Pay, Refunded),
            (RefundSent, DepositStep::Return, RefundDue),
            (Refunded, DepositStep::Return, RefundDue),
            (RefundDue, DepositStep::Empty, Closed),
        ];
        let mut refused = 0;
        for state in DepositState::ALL {
            for step in STEPS {
                let expected = legal.iter().find(|(from, by, _)| from == state && *by == step).map(|(_, _, to)| *to);
                assert_eq!(state.after(step), expected, "{state:?} {step:?}");
                refused += usize::from(expected.is_none());
            }
        }
        assert_eq!(refused, 9 * STEPS.len() - legal.len());
    }

    #[test]
    fn a_refund_moves_as_the_table_says_and_no_other_way() {
        use RefundState::*;
        let legal = [
            (Due, RefundStep::Make, Made),
            (Returned, RefundStep::Make, Made),
            (Made, RefundStep::Check, Checked),
            (Checked, RefundStep::Send, Sent),
            (Sent, RefundStep::Pay, Paid),
            (Sent, RefundStep::Return, Returned),
            (Paid, RefundStep::Bounce, Returned),
            (Due, RefundStep::Withdraw, Withdrawn),
            (Made, RefundStep::Withdraw, Withdrawn),
            (Checked, RefundStep::Withdraw, Withdrawn),
            (Returned, RefundStep::Withdraw, Withdrawn),
        ];
        let (make, check, send) = (RefundStep::Make, RefundStep::Check, RefundStep::Send);
        let (pay, back, bounce) = (RefundStep::Pay, RefundStep::Return, RefundStep::Bounce);
        for state in RefundState::ALL {
            for step in [make, check, send, pay, back, bounce, RefundStep::Withdraw] {
                let expected = legal.iter().find(|(from, by, _)| from == state && *by == step).map(|(_, _, to)| *to);
                assert_eq!(state.after(step), expected, "{state:?} {step:?}");
            }
        }
    }

    fn account(state: DepositState) -> SubAccount {
        SubAccount {
            number: "1".into(),
            payer_name: "南山（集团）公司".into(),
            payer_account: "6222 0001".into(),
            required: 20_000,
            deadline_at: Moment(1_000),
            state,
        }
    }

    /// State, payer, payer's account, booked at, verdict.
    #[test]
    fn a_credit_counts_by_payer_and_booking_moment() {
        let (name, number) = ("南山(集团)公司", "62220001");
        for (state, payer, payer_account, at, verdict) in [
            (DepositState::Issued, name, number, 999, Verdict::Counted),
            (DepositState::Held, name, number, 1_000, Verdict::Counted),
            (DepositState::Issued, name, number, 1_001, Verdict::Late),
            (DepositState::Issued, "南山（集团） 公司", "6222-0001", 1, Verdict::Counted),
            (DepositState::Issued, "北山公司", number, 1, Verdict::WrongPayer),
            (DepositState::Issued, name, "62220002", 1, Verdict::WrongPayer),
            (DepositState::Issued, "北山公司", number, 1_001, Verdict::WrongPayer),
            (DepositState::RefundDue, name, number, 1, Verdict::ClosedAccount),
            (DepositState::Closed, name, number, 1, Verdict::ClosedAccount),
        ] {
            assert_eq!(account(state).verdict(payer, payer_account, Moment(at)), verdict, "{payer} {at}");
        }
    }

    #[test]
    fn the_same_money_never_serves_two_lots() {
        let qualified = Standing::Qualified { counted: 20_000, required: 20_000 };
        let account = account(DepositState::Credited);
        assert_eq!(standing(&account, 19_999, &[]), Standing::Short { counted: 19_999, required: 20_000 });
        assert_eq!(standing(&account, 20_000, &[]), qualified);
        assert_eq!(standing(&account, 20_000, &[(20_000, 20_000)]), qualified);
        assert_eq!(standing(&account, 20_000, &[(19_999, 20_000)]), Standing::OverCommitted);
        // Plenty elsewhere does not fill this one.
        let short = Standing::Short { counted: 0, required: 20_000 };
        assert_eq!(standing(&account, 0, &[(90_000, 20_000)]), short);
    }

    #[test]
    fn a_clerk_sees_little_of_a_payer() {
        assert_eq!(masked_name("南山公司"), "南***");
        assert_eq!(masked_account("62220001"), "****0001");
        assert_eq!(masked_name(""), "");
    }
}
