//! 复式账: double entry in minor units. A transfer debits one account and credits another by the same
//! sum, so the ledger sums to zero by its form. Pure.

use crate::trading::deposits::model::{SubAccount, Verdict};
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
}

impl Ledger {
    pub const ALL: [Ledger; 6] =
        [Ledger::Bank, Ledger::Held, Ledger::Suspense, Ledger::Payable, Ledger::Earnest, Ledger::Forfeited];

    pub fn name(self) -> &'static str {
        match self {
            Ledger::Bank => "bank",
            Ledger::Held => "held",
            Ledger::Suspense => "suspense",
            Ledger::Payable => "payable",
            Ledger::Earnest => "earnest",
            Ledger::Forfeited => "forfeited",
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
}

impl Credit {
    /// What must be the same when the same reference comes again.
    pub fn fingerprint(&self) -> Vec<u8> {
        let mut hash = Sha256::new();
        let numbers = [self.amount.to_string(), self.credited_at.0.to_string()];
        for text in [&self.reference, &self.account, &self.payer_name, &self.payer_account].into_iter().chain(&numbers)
        {
            hash.update(text.as_bytes());
            hash.update([0xFF]);
        }
        hash.finalize().to_vec()
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trading::deposits::model::{DepositState, DepositStep};
    use std::collections::HashMap;

    /// splitmix64.
    struct Chance(u64);

    impl Chance {
        fn below(&mut self, bound: u64) -> u64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (mixed ^ (mixed >> 31)) % bound
        }
    }

    const MESSAGES: usize = 100_000;
    const ACCOUNTS: u64 = 400;
    const DEADLINE: Moment = Moment(1_000_000);

    /// The balance of every account, debits positive, and what each sub-account holds.
    #[derive(Default)]
    struct Balances {
        of: HashMap<Ledger, i128>,
        held: HashMap<String, i128>,
    }

    impl Balances {
        fn post(&mut self, transfer: &Transfer) {
            let (debit, credit) = transfer.kind.sides();
            for (ledger, amount) in [(debit, i128::from(transfer.amount)), (credit, -i128::from(transfer.amount))] {
                *self.of.entry(ledger).or_default() += amount;
                if let (Ledger::Held, Some(account)) = (ledger, &transfer.account) {
                    *self.held.entry(account.clone()).or_default() -= amount;
                }
            }
        }

        fn at(&self, ledger: Ledger) -> i128 {
            self.of.get(&ledger).copied().unwrap_or(0)
        }
    }

    fn random_credit(chance: &mut Chance, n: usize) -> Credit {
        let k = chance.below(ACCOUNTS + 20);
        let stranger = chance.below(12) == 0;
        Credit {
            reference: format!("R{n}"),
            // Some name no sub-account of ours.
            account: format!("A{k}"),
            amount: 1 + chance.below(5_000_000) as i64,
            credited_at: Moment(chance.below(1_100_000) as i64),
            payer_name: if stranger { "路人".into() } else { format!("人{k}") },
            payer_account: format!("P{k}"),
        }
    }

    fn run(seed: u64) {
        println!("seed {seed}");
        let mut chance = Chance(seed);
        let mut accounts: HashMap<String, SubAccount> = (0..ACCOUNTS)
            .map(|k| {
                let account = SubAccount {
                    number: format!("A{k}"),
                    payer_name: format!("人{k}"),
                    payer_account: format!("P{k}"),
                    required: 2_000_000,
                    deadline_at: DEADLINE,
                    state: DepositState::Issued,
                };
                (account.number.clone(), account)
            })
            .collect();
        let (mut sent, mut heard) = (Vec::<Credit>::new(), HashMap::<String, Heard>::new());
        let mut balances = Balances::default();
        // What a plain count expects, kept apart from the ledger.
        let (mut paid_in, mut counted, mut again, mut altered) = (0_i128, HashMap::<String, i128>::new(), 0, 0);
        for n in 0..MESSAGES {
            let (credit, twist) = match chance.below(10) {
                0 if !sent.is_empty() => (sent[chance.below(sent.len() as u64) as usize].clone(), "again"),
                1 if !sent.is_empty() => {
                    let known = sent[chance.below(sent.len() as u64) as usize].clone();
                    (Credit { amount: known.amount + 1, ..known }, "altered")
                }
                _ => (random_credit(&mut chance, n), "new"),
            };
            let before = balances.of.clone();
            match (twist, judge(&credit, heard.get(&credit.reference), accounts.get(&credit.account))) {
                ("again", Judged::Again(verdict)) => {
                    assert_eq!(verdict, heard[&credit.reference].verdict);
                    assert_eq!(before, balances.of);
                    again += 1;
                }
                ("altered", Judged::Altered) => altered += 1,
                ("new", Judged::Moves(verdict, transfer)) => {
                    balances.post(&transfer);
                    paid_in += i128::from(credit.amount);
                    if verdict == Verdict::Counted {
                        *counted.entry(credit.account.clone()).or_default() += i128::from(credit.amount);
                        let account = accounts.get_mut(&credit.account).expect("a counted credit has its account");
                        assert!(credit.credited_at <= DEADLINE && credit.payer_name == account.payer_name);
                        account.state = account.state.after(DepositStep::Credit).expect("open");
                    }
                    heard.insert(credit.reference.clone(), Heard { fingerprint: credit.fingerprint(), verdict });
                    sent.push(credit);
                }
                (twist, judged) => panic!("{twist}: {judged:?}"),
            }
            // Now and then an account is settled, and later money to it waits in suspense.
            if chance.below(2_000) == 0 {
                let account = accounts.get_mut(&format!("A{}", chance.below(ACCOUNTS))).expect("an account");
                let holds = balances.held.get(&account.number).copied().unwrap_or(0);
                if let (Some(next), 1..) = (account.state.after(DepositStep::Lose), holds) {
                    account.state = next;
                    let amount = i64::try_from(holds).expect("in range");
                    let (number, cause) = (account.number.clone(), account.number.clone());
                    balances.post(&Transfer { kind: Kind::Release, amount, account: Some(number), cause });
                    counted.remove(&account.number);
                }
            }
            assert_eq!(balances.of.values().sum::<i128>(), 0, "after message {n}");
        }
        assert_eq!(balances.at(Ledger::Bank), paid_in);
        assert_eq!(-balances.at(Ledger::Held), counted.values().sum::<i128>());
        for account in accounts.keys() {
            let holds = balances.held.get(account).copied().unwrap_or(0);
            assert_eq!(holds, counted.get(account).copied().unwrap_or(0), "{account}");
        }
        assert!(again > 1_000 && altered > 1_000, "{again} {altered}");
        for verdict in Verdict::ALL {
            assert!(heard.values().any(|heard| heard.verdict == *verdict), "no {verdict:?}");
        }
    }

    #[test]
    fn the_ledger_balances_after_a_hundred_thousand_messages_with_repeats() {
        for seed in [7, 20_081_001] {
            run(seed);
        }
    }

    #[test]
    fn no_transfer_stays_on_its_account() {
        let verdicts = Verdict::ALL.iter().map(|verdict| Kind::Credit(*verdict));
        let others =
            [Kind::Release, Kind::Earnest, Kind::ForfeitHeld, Kind::ForfeitEarnest, Kind::GiveBack, Kind::Paid];
        for kind in verdicts.chain(others) {
            let (debit, credit) = kind.sides();
            assert_ne!(debit, credit, "{kind:?}");
        }
    }

    #[test]
    fn every_word_of_a_credit_is_in_its_fingerprint() {
        let credit = random_credit(&mut Chance(1), 1);
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
}
