//! A hundred thousand messages against the ledger's judgement: credits, repeats, altered words, 冲正 of
//! money wherever it lies and before it was told of, refunds paid, refused and bounced; a plain count kept
//! beside must agree to the fen.

use super::ledger::{
    Booked, Credit, Heard, Judged, Kind, Ledger, Reversal, TakenBack, Transfer, judge, judge_reversal, set_off,
};
use super::model::{AlarmCode, DepositState, DepositStep, RefundState, RefundStep, SubAccount, Verdict};
use matching::Moment;
use std::collections::{BTreeMap, HashMap};

const MESSAGES: usize = 100_000;
const ACCOUNTS: u64 = 400;
/// Credits looked at each time for a refund of their own.
const CREDITS_ALONE: usize = 200;
const DEADLINE: Moment = Moment(1_000_000);

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

    fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }
}

/// What the platform keeps of a credit.
struct Kept {
    credit: Credit,
    heard: Heard,
    reversal: Option<Reversal>,
    /// By its own refund where it did not count.
    refund: Option<String>,
}

/// A refund on its way.
struct Owed {
    state: RefundState,
    amount: i64,
    /// Taken back by the bank while it was out or paid, and not set off yet.
    claimed: i64,
}

#[derive(Default)]
struct World {
    accounts: HashMap<String, SubAccount>,
    /// By sub-account for a settled deposit, by reference for a credit that goes back alone.
    refunds: BTreeMap<String, Owed>,
    kept: Vec<Kept>,
    /// Every account of the ledger, debits positive, and what each sub-account holds.
    of: HashMap<Ledger, i128>,
    held: HashMap<String, i128>,
    /// Counted by hand: what stands in each sub-account before it is settled.
    counted: HashMap<String, i128>,
    at_bank: i128,
    alarms: HashMap<AlarmCode, usize>,
    set_off: usize,
}

impl World {
    fn new() -> World {
        let account = |k| SubAccount {
            number: format!("A{k}"),
            payer_name: format!("人{k}"),
            payer_account: format!("P{k}"),
            required: 2_000_000,
            deadline_at: DEADLINE,
            state: DepositState::Issued,
        };
        let accounts = (0..ACCOUNTS).map(account).map(|account| (account.number.clone(), account)).collect();
        World { accounts, ..World::default() }
    }

    fn post(&mut self, transfer: &Transfer) {
        let (debit, credit) = transfer.kind.sides();
        for (ledger, amount) in [(debit, i128::from(transfer.amount)), (credit, -i128::from(transfer.amount))] {
            *self.of.entry(ledger).or_default() += amount;
            if let (Ledger::Held, Some(account)) = (ledger, &transfer.account) {
                *self.held.entry(account.clone()).or_default() -= amount;
            }
        }
        assert_eq!(self.of.values().sum::<i128>(), 0, "{transfer:?}");
    }

    fn at(&self, ledger: Ledger) -> i128 {
        self.of.get(&ledger).copied().unwrap_or(0)
    }

    fn holds(&self, account: &str) -> i128 {
        self.held.get(account).copied().unwrap_or(0)
    }

    fn step(&mut self, account: &str, step: DepositStep) -> bool {
        let account = self.accounts.get_mut(account).expect("an account");
        let next = account.state.after(step);
        account.state = next.unwrap_or(account.state);
        next.is_some()
    }

    fn take(&mut self, credit: Credit) {
        let judged = judge(&credit, None, self.accounts.get(&credit.account));
        let Judged::Moves(verdict, transfer) = judged else { panic!("{judged:?}") };
        self.post(&transfer);
        self.at_bank += i128::from(credit.amount);
        if verdict == Verdict::Counted {
            let account = &self.accounts[&credit.account];
            assert!(credit.credited_at <= DEADLINE && credit.payer_name == account.payer_name);
            *self.counted.entry(credit.account.clone()).or_default() += i128::from(credit.amount);
            assert!(self.step(&credit.account, DepositStep::Credit));
        }
        let goes_back = matches!(verdict, Verdict::Late | Verdict::WrongPayer);
        let heard = Heard { fingerprint: credit.fingerprint(), verdict };
        let refund = goes_back.then(|| credit.reference.clone());
        if let Some(name) = &refund {
            self.owe(name, credit.amount);
        }
        self.kept.push(Kept { credit, heard, reversal: None, refund });
    }

    fn owe(&mut self, name: &str, amount: i64) {
        let owed = Owed { state: RefundState::Due, amount, claimed: 0 };
        assert!(self.refunds.insert(name.to_string(), owed).is_none(), "{name} is owed twice");
    }

    /// What the refund `name` carries is less by so much.
    fn less(&mut self, name: &str, by: i64) {
        let owed = self.refunds.get_mut(name).expect("a refund");
        owed.amount -= by;
        if owed.amount == 0 {
            owed.state = owed.state.after(RefundStep::Withdraw).expect("not out");
            if self.accounts.contains_key(name) {
                assert!(self.step(name, DepositStep::Empty));
            }
        }
    }

    /// The next word of clerks or bank about a refund.
    fn refund(&mut self, name: &str, step: RefundStep) {
        let of_deposit = self.accounts.contains_key(name);
        let owed = self.refunds.get_mut(name).expect("a refund");
        let Some(next) = owed.state.after(step) else { return };
        owed.state = next;
        let (amount, claimed) = (owed.amount, owed.claimed);
        let account = of_deposit.then(|| name.to_string());
        let post = |kind, amount| Transfer { kind, amount, account: account.clone(), cause: name.to_string() };
        let moved = match step {
            RefundStep::Pay => Some((Kind::Paid, DepositStep::Pay)),
            RefundStep::Bounce => Some((Kind::Bounced, DepositStep::Return)),
            _ => None,
        };
        let of_deposit_too = match step {
            RefundStep::Send => Some(DepositStep::Send),
            RefundStep::Return => Some(DepositStep::Return),
            _ => moved.map(|(_, step)| step),
        };
        if let Some((kind, _)) = moved {
            self.post(&post(kind, amount));
            self.at_bank += if kind == Kind::Paid { -i128::from(amount) } else { i128::from(amount) };
        }
        if let (true, Some(step)) = (of_deposit, of_deposit_too) {
            assert!(self.step(name, step), "{name} {step:?}");
        }
        if next == RefundState::Returned {
            let off = set_off(amount, claimed);
            if off > 0 {
                self.post(&post(Kind::SetOff, off));
                self.refunds.get_mut(name).expect("a refund").claimed -= off;
                self.less(name, off);
                self.set_off += 1;
            }
        }
    }

    fn booked(&self, kept: &Kept) -> Booked {
        let account = self.accounts.get(&kept.credit.account).map(|account| (account.number.clone(), account.state));
        let refund = self.refund_of(kept).and_then(|name| self.refunds.get(name)).map(|owed| owed.state);
        Booked { amount: kept.credit.amount, verdict: kept.heard.verdict, account, refund }
    }

    fn refund_of<'a>(&self, kept: &'a Kept) -> Option<&'a String> {
        if kept.heard.verdict == Verdict::Counted { Some(&kept.credit.account) } else { kept.refund.as_ref() }
    }

    /// Whether money moved.
    fn take_back(&mut self, at: usize, reversal: Reversal) -> bool {
        let kept = &self.kept[at];
        let told = kept.reversal.as_ref().map(Reversal::fingerprint);
        let booked = self.booked(kept);
        let (number, amount) = (kept.credit.account.clone(), i128::from(kept.credit.amount));
        let refund = self.refund_of(kept).cloned().unwrap_or_default();
        let (transfer, alarm) = match judge_reversal(&reversal, told.as_deref(), Some(&booked)) {
            TakenBack::Again => {
                assert_eq!(kept.reversal.as_ref(), Some(&reversal));
                return false;
            }
            TakenBack::Moves(transfer, alarm) => (transfer, alarm),
            judged => panic!("{judged:?}"),
        };
        self.post(&transfer);
        self.at_bank -= amount;
        let bound = booked.account.as_ref().map(|(_, state)| *state);
        if booked.verdict == Verdict::Counted && !matches!(bound, Some(DepositState::Issued | DepositState::Credited)) {
            // Money somebody bids with, or that has gone on from there, is never taken in silence.
            let before_it_left = transfer.kind == Kind::Reversal(Ledger::Payable);
            assert_eq!(alarm.is_none(), before_it_left, "{booked:?}");
        }
        if let Some(alarm) = alarm {
            *self.alarms.entry(alarm).or_default() += 1;
        }
        if transfer.kind == Kind::Reversal(Ledger::Held) {
            *self.counted.get_mut(&number).expect("counted") -= amount;
            if self.holds(&number) == 0 && self.accounts[&number].state == DepositState::Credited {
                assert!(self.step(&number, DepositStep::Empty));
            }
        }
        if transfer.kind == Kind::Reversal(Ledger::Payable) {
            self.less(&refund, transfer.amount);
        }
        if transfer.kind == Kind::Reversal(Ledger::Claims) {
            self.refunds.get_mut(&refund).expect("a refund").claimed += transfer.amount;
        }
        self.kept[at].reversal = Some(reversal);
        true
    }

    /// A lot ends, or its deposits are bound, or a refund is paid.
    fn go_on(&mut self, chance: &mut Chance) {
        let number = format!("A{}", chance.below(ACCOUNTS));
        let holds = i64::try_from(self.holds(&number)).expect("in range");
        let transfer = |kind| Transfer { kind, amount: holds, account: Some(number.clone()), cause: number.clone() };
        match chance.below(3) {
            0 => drop(self.step(&number, DepositStep::Hold)),
            1 if holds > 0 && self.step(&number, DepositStep::Lose) => {
                self.post(&transfer(Kind::Release));
                self.counted.remove(&number);
                self.owe(&number, holds);
            }
            2 if holds > 0 && self.step(&number, DepositStep::Win) => {
                self.post(&transfer(Kind::Earnest));
                self.counted.remove(&number);
            }
            _ => {}
        }
        // The clerks let some refunds out; the bank pays some, refuses some, and some that were paid bounce.
        let of_deposits = self.refunds.keys().filter(|name| self.accounts.contains_key(*name)).cloned();
        let mut names: Vec<String> = of_deposits.collect();
        for _ in 0..CREDITS_ALONE {
            let at = chance.below(self.kept.len() as u64) as usize;
            names.extend(self.kept[at].refund.clone());
        }
        for name in names {
            match chance.below(8) {
                0 | 1 => [RefundStep::Make, RefundStep::Check, RefundStep::Send]
                    .into_iter()
                    .for_each(|step| self.refund(&name, step)),
                2 => self.refund(&name, RefundStep::Pay),
                3 => self.refund(&name, RefundStep::Return),
                4 if chance.one_in(8) => self.refund(&name, RefundStep::Bounce),
                _ => {}
            }
        }
    }
}

fn random_credit(chance: &mut Chance, n: usize) -> Credit {
    let k = chance.below(ACCOUNTS + 20);
    let stranger = chance.one_in(12);
    Credit {
        reference: format!("R{n}"),
        // Some name no sub-account of ours.
        account: format!("A{k}"),
        amount: 1 + chance.below(5_000_000) as i64,
        credited_at: Moment(chance.below(1_100_000) as i64),
        payer_name: if stranger { "路人".into() } else { format!("人{k}") },
        payer_account: format!("P{k}"),
        branch: None,
    }
}

fn reversal_of(credit: &Credit) -> Reversal {
    Reversal {
        credit: credit.reference.clone(),
        reference: format!("V{}", credit.reference),
        amount: credit.amount,
        booked_at: credit.credited_at,
    }
}

fn run(seed: u64) {
    println!("seed {seed}");
    let (mut chance, mut world) = (Chance(seed), World::new());
    let (mut again, mut altered, mut reversed, mut before_its_credit) = (0, 0, 0, 0);
    for n in 0..MESSAGES {
        let known = (!world.kept.is_empty()).then(|| chance.below(world.kept.len() as u64) as usize);
        match (chance.below(10), known) {
            (0, Some(at)) => {
                let Kept { credit, heard, .. } = &world.kept[at];
                let judged = judge(credit, Some(heard), world.accounts.get(&credit.account));
                assert_eq!(judged, Judged::Again(heard.verdict));
                again += 1;
            }
            (1, Some(at)) => {
                let Kept { credit, heard, reversal, .. } = &world.kept[at];
                let other = Credit { amount: credit.amount + 1, ..credit.clone() };
                assert_eq!(judge(&other, Some(heard), None), Judged::Altered);
                let other = Reversal { amount: credit.amount + 1, ..reversal_of(credit) };
                let told = reversal.as_ref().map(Reversal::fingerprint);
                let booked = world.booked(&world.kept[at]);
                assert_eq!(judge_reversal(&other, told.as_deref(), Some(&booked)), TakenBack::Altered);
                altered += 1;
            }
            (2, Some(at)) => {
                let reversal = reversal_of(&world.kept[at].credit);
                reversed += usize::from(world.take_back(at, reversal));
            }
            _ => {
                let credit = random_credit(&mut chance, n);
                let early = chance.one_in(50).then(|| reversal_of(&credit));
                if let Some(reversal) = &early {
                    assert_eq!(judge_reversal(reversal, None, None), TakenBack::Waits);
                }
                world.take(credit);
                if let Some(reversal) = early {
                    assert!(world.take_back(world.kept.len() - 1, reversal));
                    before_its_credit += 1;
                }
            }
        }
        if chance.one_in(200) {
            world.go_on(&mut chance);
        }
    }
    assert_eq!(world.at(Ledger::Bank), world.at_bank);
    assert_eq!(-world.at(Ledger::Held), world.counted.values().sum::<i128>());
    for account in world.accounts.keys() {
        assert_eq!(world.holds(account), world.counted.get(account).copied().unwrap_or(0), "{account}");
    }
    // What is payable is what the refunds not paid yet carry; what is claimed is what they do not make good.
    let unpaid = |owed: &&Owed| !matches!(owed.state, RefundState::Paid | RefundState::Withdrawn);
    let payable = world.refunds.values().filter(unpaid).map(|owed| i128::from(owed.amount)).sum::<i128>();
    assert_eq!(-world.at(Ledger::Payable), payable);
    let claimed = world.refunds.values().map(|owed| i128::from(owed.claimed)).sum::<i128>();
    assert_eq!(world.at(Ledger::Claims), claimed);
    for (name, owed) in &world.refunds {
        // Whoever holds a claim against a payee owes him nothing: the claim stands against what was paid.
        let is_out = matches!(owed.state, RefundState::Sent | RefundState::Paid);
        assert!(owed.claimed == 0 || is_out, "{name}: {} claimed of a refund {:?}", owed.claimed, owed.state);
    }
    assert!(world.set_off > 100, "{} set off", world.set_off);
    assert!(again > 1_000 && altered > 1_000 && reversed > 1_000 && before_its_credit > 1_000);
    for verdict in Verdict::ALL {
        assert!(world.kept.iter().any(|kept| kept.heard.verdict == *verdict), "no {verdict:?}");
    }
    for alarm in [AlarmCode::ReversalAfterHold, AlarmCode::ReversalAfterRefund] {
        assert!(world.alarms.contains_key(&alarm), "no {alarm:?}");
    }
}

#[test]
fn the_ledger_balances_after_a_hundred_thousand_messages_with_repeats_and_reversals() {
    for seed in [7, 20_081_001] {
        run(seed);
    }
}
