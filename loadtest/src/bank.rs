//! A bank that sends what banks send: credits in time and late, from the payer and from others, twice,
//! out of order, to nobody, taken back again, also before they came, and once in a while not its own words. Then it pays the refunds out, and
//! the ledger's totals are held against what was sent.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Site;
use crate::chance::Chance;
use crate::client::Api;
use crate::clock;
use crate::fault::Fault;
use crate::iso20022::{Credit, credit, debits, end_to_end_ids, message, reversal};
use crate::settle::settled;
use crate::stage::Stage;

/// Of a hundred messages, how many are of each kind; the rest are sound and whole.
const RATES: [(Kind, u64); 8] = [
    (Kind::Duplicate, 12),
    (Kind::Reversal, 6),
    (Kind::ReversedAhead, 3),
    (Kind::WrongPayer, 8),
    (Kind::WrongAmount, 8),
    (Kind::Late, 8),
    (Kind::UnknownAccount, 6),
    (Kind::Tampered, 5),
];
/// Of a hundred sound messages, how many are held back and sent last, newest first.
const OUT_OF_ORDER: u64 = 15;
const DEPOSIT_FEN: i64 = 200_000;
const DEADLINE_MS: i64 = 3_600_000;
/// A refund list has pages of a hundred; more than this many is no run of ours.
const PAGES_MAX: u32 = 200;

#[derive(clap::Args)]
pub struct BankArgs {
    #[command(flatten)]
    site: Site,
    /// the bank's Ed25519 key (PKCS #8); drawn and written there if absent
    #[arg(long)]
    key: PathBuf,
    #[arg(long, default_value_t = 3)]
    lots: usize,
    #[arg(long, default_value_t = 10)]
    bidders: usize,
    #[arg(long, default_value_t = 500)]
    messages: usize,
    #[arg(long, default_value_t = 20_081_001)]
    seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Sound,
    /// A message sent before, word for word.
    Duplicate,
    WrongPayer,
    /// One fen short: it counts, and does not suffice.
    WrongAmount,
    Late,
    UnknownAccount,
    /// 冲正 of a credit sent before.
    Reversal,
    /// 冲正 sent before the credit it takes back.
    ReversedAhead,
    /// Altered after it was signed.
    Tampered,
}

impl Kind {
    fn drawn(chance: &mut Chance) -> Kind {
        let mut left = chance.within(0..100);
        for (kind, rate) in RATES {
            if left < rate {
                return kind;
            }
            left -= rate;
        }
        Kind::Sound
    }

    /// What the platform must say of it, and which account of its ledger is credited.
    fn expected(self) -> (&'static str, &'static str) {
        match self {
            Kind::Sound | Kind::WrongAmount | Kind::Duplicate => ("counted", "held"),
            Kind::WrongPayer => ("wrong_payer", "payable"),
            Kind::Late => ("late", "payable"),
            Kind::UnknownAccount => ("unknown_account", "suspense"),
            // What it moves is its credit's to say.
            Kind::Reversal => ("reversed", ""),
            Kind::ReversedAhead => ("reversal_waits", ""),
            Kind::Tampered => ("SIGNATURE_WRONG", ""),
        }
    }
}

#[derive(Serialize)]
pub struct BankReport {
    seed: u64,
    sent: BTreeMap<Kind, usize>,
    out_of_order: usize,
    refunds_paid: usize,
    refunds_fen: i64,
    /// Fen by ledger account: what it moved by, and what was sent.
    moved: BTreeMap<String, (i64, i64)>,
    /// What was not as it must be.
    wrong: Vec<String>,
}

impl BankReport {
    pub fn passed(&self) -> bool {
        self.wrong.is_empty()
    }
}

impl fmt::Display for BankReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}", self.seed)?;
        for (kind, count) in &self.sent {
            writeln!(f, "  {:<16}{count:>8}", format!("{kind:?}"))?;
        }
        writeln!(f, "  {:<16}{:>8}", "held back", self.out_of_order)?;
        writeln!(f, "refunds paid {} ({} fen)", self.refunds_paid, self.refunds_fen)?;
        for (ledger, (moved, expected)) in &self.moved {
            writeln!(f, "  {ledger:<10} moved {moved:>14} fen, expected {expected:>14}")?;
        }
        for wrong in &self.wrong {
            writeln!(f, "WRONG {wrong}")?;
        }
        writeln!(f, "{}", if self.passed() { "passed" } else { "FAILED" })
    }
}

/// The bank's own key and the line it speaks on.
struct Bank {
    id: String,
    pair: Ed25519KeyPair,
    api: Api,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let byte = |at: usize| text.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
    (0..text.len()).step_by(2).filter_map(byte).collect()
}

impl Bank {
    fn open(args: &BankArgs, api: &Api) -> Result<Bank, Fault> {
        let local = |why: String| Fault::Local(format!("{}: {why}", args.key.display()));
        let drawn = || -> Result<Vec<u8>, Fault> {
            let pair = Ed25519KeyPair::generate().map_err(|_| local("no key could be drawn".into()))?;
            let pkcs8 = pair.to_pkcs8().map_err(|_| local("the key cannot be written".into()))?;
            std::fs::write(&args.key, pkcs8.as_ref()).map_err(|why| local(why.to_string()))?;
            Ok(pkcs8.as_ref().to_vec())
        };
        let pkcs8 = std::fs::read(&args.key).or_else(|_| drawn())?;
        let pair = Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(|_| local("no Ed25519 key".into()))?;
        let id = format!("lt-{}", &hex(pair.public_key().as_ref())[..12]);
        Ok(Bank { id, pair, api: api.clone() })
    }

    fn registration(&self) -> Value {
        let key = hex(self.pair.public_key().as_ref());
        json!({"id": self.id, "name": "模拟银行", "payee": "模拟收款户", "public_key": key})
    }

    /// The result of a message's first entry, or the code of its refusal.
    async fn send(&self, xml: &str, signed: &str) -> Result<String, Fault> {
        let headers =
            [("x-bank", self.id.clone()), ("x-bank-signature", hex(self.pair.sign(signed.as_bytes()).as_ref()))];
        let (_, _, body) = self.api.raw(Method::POST, "/api/bank/notices", &headers, xml.to_owned()).await?;
        let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        let result = answer["entries"][0]["result"].as_str().or_else(|| answer["code"].as_str());
        Ok(result.unwrap_or("no answer").to_owned())
    }

    /// The batch after `after` and its number, its signature found good.
    async fn fetch(&self, after: i64, asked_at: i64) -> Result<Option<(i64, String)>, Fault> {
        let path = format!("/api/bank/refunds?after={after}");
        let signature = hex(self.pair.sign(format!("GET {path}\n{asked_at}").as_bytes()).as_ref());
        let headers =
            [("x-bank", self.id.clone()), ("x-bank-at", asked_at.to_string()), ("x-bank-signature", signature)];
        let (status, told, body) = self.api.raw(Method::GET, &path, &headers, String::new()).await?;
        if status.as_u16() == 204 {
            return Ok(None);
        }
        let strange = |why: &str| Fault::Strange { what: path.clone(), why: format!("{status}: {why}") };
        let header = |name: &str| told.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let key = UnparsedPublicKey::new(&ED25519, unhex(header("x-sunbid-key")));
        key.verify(&body, &unhex(header("x-sunbid-signature"))).map_err(|_| strange("not signed"))?;
        let no = header("x-batch-no").parse().map_err(|_| strange("no batch number"))?;
        Ok(Some((no, String::from_utf8_lossy(&body).into_owned())))
    }
}

/// Who pays into what.
struct Target {
    account: String,
    name: String,
    from: String,
}

struct Message {
    kind: Kind,
    xml: String,
    paid: Credit,
}

impl Message {
    /// 冲正 of the credit this message tells of.
    fn reversal(&self, kind: Kind) -> Message {
        let (paid, id) = (self.paid.clone(), format!("V{}", self.paid.reference));
        Message { kind, xml: message(&id, clock::wall_us() / 1000, &reversal(&paid)), paid }
    }
}

#[derive(Deserialize)]
struct BalanceRow {
    ledger: String,
    amount: String,
}

#[derive(Deserialize)]
struct Balances {
    items: Vec<BalanceRow>,
    sum: String,
}

async fn balances(stage: &Stage) -> Result<(BTreeMap<String, i64>, String), Fault> {
    let path = "/api/desk/deposits/balances";
    let all: Balances = stage.clerk().get(path).await?;
    let fen = |text: &str| {
        let strange = || Fault::Strange { what: path.into(), why: format!("{text} is no amount") };
        text.replace('.', "").parse::<i64>().map_err(|_| strange())
    };
    let items =
        all.items.iter().map(|row| Ok((row.ledger.clone(), fen(&row.amount)?))).collect::<Result<_, Fault>>()?;
    Ok((items, all.sum))
}

pub async fn run(args: &BankArgs) -> Result<BankReport, Fault> {
    eprintln!("seed {}", args.seed);
    let api = Api::at(&args.site.url)?;
    let bank = Bank::open(args, &api)?;
    let stage = Stage::build(&api, args.site.admins(), &args.site.password, args.bidders).await?;
    stage.register_bank(&args.site.admin, bank.registration()).await?;
    let deadline_ms = clock::wall_us() / 1000 + DEADLINE_MS;
    let (mut lots, mut targets) = (Vec::new(), Vec::new());
    for n in 0..args.lots {
        let lot = stage.deposit_lot(&format!("BANK-{n}"), DEPOSIT_FEN, &bank.id, deadline_ms).await?;
        for (k, bidder) in stage.bidders.iter().enumerate() {
            let _: Value = bidder.post(&format!("/api/lots/{}/applications", lot.id), json!({})).await?;
            let from = format!("6222{k:08}");
            let ask = format!("/api/lots/{}/applications/mine/account", lot.id);
            let opened: Value = bidder.post(&ask, json!({"payer_account": from})).await?;
            let text = |name: &str| opened[name].as_str().unwrap_or_default().to_owned();
            targets.push(Target { account: text("account"), name: text("payer_name"), from });
        }
        lots.push(lot);
    }
    let mut report = BankReport {
        seed: args.seed,
        sent: BTreeMap::new(),
        out_of_order: 0,
        refunds_paid: 0,
        refunds_fen: 0,
        moved: BTreeMap::new(),
        wrong: Vec::new(),
    };
    let (before, _) = balances(&stage).await?;
    let mut expected = send_all(args, &bank, &targets, deadline_ms, &mut report).await?;

    // The lots end without a winner: all that is owed goes back.
    let mut paid_back = 0;
    for lot in &lots {
        stage.end_without_winner(&lot.id).await?;
        paid_back += release(&stage, &lot.number).await?;
    }
    pay_out(&bank, &mut report).await?;
    let owed = -expected.get("held").copied().unwrap_or(0) - expected.get("payable").copied().unwrap_or(0);
    if (report.refunds_paid, report.refunds_fen) != (paid_back, owed) {
        report.wrong.push(format!("{} refunds of {owed} fen were due, see above for those paid", paid_back));
    }
    *expected.entry("bank").or_default() -= owed;
    for ledger in ["held", "payable"] {
        expected.insert(ledger, 0);
    }
    let (after, sum) = balances(&stage).await?;
    if sum != "0.00" {
        report.wrong.push(format!("the ledger sums to {sum}"));
    }
    for (ledger, amount) in after {
        let moved = amount - before.get(&ledger).copied().unwrap_or(0);
        let should = expected.get(ledger.as_str()).copied().unwrap_or(0);
        if moved != should {
            report.wrong.push(format!("{ledger} moved by {moved} fen, not {should}"));
        }
        report.moved.insert(ledger, (moved, should));
    }
    Ok(report)
}

/// Sends the messages; by how much each ledger account must have moved, debits positive.
async fn send_all(
    args: &BankArgs,
    bank: &Bank,
    targets: &[Target],
    deadline_ms: i64,
    report: &mut BankReport,
) -> Result<BTreeMap<&'static str, i64>, Fault> {
    let mut chance = Chance::new(args.seed);
    // References are a bank's own for ever, so each run has its mark in them.
    let run = format!("{:x}", clock::wall_us());
    let (mut said, mut late) = (Vec::<Message>::new(), Vec::<Message>::new());
    let mut expected = BTreeMap::new();
    for n in 0..args.messages {
        let mut kind = Kind::drawn(&mut chance);
        if matches!(kind, Kind::Duplicate | Kind::Reversal) && said.is_empty() {
            kind = Kind::Sound;
        }
        if matches!(kind, Kind::Duplicate | Kind::Reversal) {
            let at = chance.within(0..said.len() as u64) as usize;
            *report.sent.entry(kind).or_default() += 1;
            if kind == Kind::Duplicate {
                tell(bank, &said[at], report).await?;
            } else {
                // Told once more it would be a repeat: what is taken back is said no more.
                let known = said.swap_remove(at);
                tell(bank, &known.reversal(kind), report).await?;
                record(&known, &mut expected, -1);
            }
            continue;
        }
        let target = &targets[chance.within(0..targets.len() as u64) as usize];
        let fen = DEPOSIT_FEN - i64::from(kind == Kind::WrongAmount);
        let paid = Credit {
            reference: format!("{run}-{n}"),
            account: if kind == Kind::UnknownAccount { "0000" } else { &target.account }.to_owned(),
            fen,
            booked_ms: if kind == Kind::Late { deadline_ms + 1 } else { deadline_ms - chance.within(0..1000) as i64 },
            payer_name: if kind == Kind::WrongPayer { "somebody else" } else { &target.name }.to_owned(),
            payer_account: target.from.clone(),
        };
        let xml = message(&format!("{run}-{n}"), clock::wall_us() / 1000, &credit(&paid));
        let one = Message { kind, xml, paid };
        if kind == Kind::ReversedAhead {
            // Both are sent, and nothing has moved.
            *report.sent.entry(kind).or_default() += 1;
            tell(bank, &one.reversal(kind), report).await?;
            tell(bank, &Message { kind: Kind::Sound, ..one }, report).await?;
            continue;
        }
        *report.sent.entry(kind).or_default() += 1;
        if kind == Kind::Sound && chance.within(0..100) < OUT_OF_ORDER {
            late.push(one);
            continue;
        }
        tell(bank, &one, report).await?;
        record(&one, &mut expected, 1);
        if kind != Kind::Tampered {
            said.push(one);
        }
    }
    report.out_of_order = late.len();
    for one in late.iter().rev() {
        tell(bank, one, report).await?;
        record(one, &mut expected, 1);
    }
    Ok(expected)
}

/// `sign` -1: the message was taken back.
fn record(message: &Message, expected: &mut BTreeMap<&'static str, i64>, sign: i64) {
    let (_, ledger) = message.kind.expected();
    if !ledger.is_empty() {
        *expected.entry("bank").or_default() += sign * message.paid.fen;
        *expected.entry(ledger).or_default() -= sign * message.paid.fen;
    }
}

async fn tell(bank: &Bank, message: &Message, report: &mut BankReport) -> Result<(), Fault> {
    let signed = message.xml.clone();
    let sent = match message.kind {
        Kind::Tampered => message.xml.replace("<Amt Ccy=\"CNY\">", "<Amt Ccy=\"CNY\">9"),
        _ => message.xml.clone(),
    };
    let (result, (expected, _)) = (bank.send(&sent, &signed).await?, message.kind.expected());
    if result != expected {
        report.wrong.push(format!("{:?} was answered {result}, not {expected}", message.kind));
    }
    Ok(())
}

/// Two clerks let out every refund of a lot; how many.
async fn release(stage: &Stage, number: &str) -> Result<usize, Fault> {
    let mut ids = Vec::new();
    for page in 1..=PAGES_MAX {
        let path = format!("/api/desk/refunds?lot={number}&state=due&page={page}");
        let rows: Value = stage.clerk().get(&path).await?;
        let rows = rows["items"].as_array().cloned().unwrap_or_default();
        if rows.is_empty() {
            break;
        }
        ids.extend(rows.iter().filter_map(|row| row["id"].as_str().map(str::to_owned)));
    }
    for id in &ids {
        stage.release(id).await?;
    }
    Ok(ids.len())
}

/// Fetches batch after batch and confirms each refund by a debit.
async fn pay_out(bank: &Bank, report: &mut BankReport) -> Result<(), Fault> {
    let (mut after, mut asked_at) = (0, clock::wall_us() / 1000);
    loop {
        asked_at = (asked_at + 1).max(clock::wall_us() / 1000);
        let Some((no, batch)) = bank.fetch(after, asked_at).await? else { return Ok(()) };
        after = no;
        let orders = end_to_end_ids(&batch);
        let now = clock::wall_us();
        let xml = message(&format!("D{now:x}"), now / 1000, &debits(&orders));
        let result = bank.send(&xml, &xml).await?;
        // Of an earlier run with the same key, they are paid already.
        if result != "paid" {
            report.wrong.push(format!("batch {no} was answered {result}"));
        }
        report.refunds_paid += orders.len();
        report.refunds_fen += orders.iter().map(|(_, fen)| fen).sum::<i64>();
    }
}

/// Tries again what the platform's readers will allow in a moment.
pub async fn soon(act: impl AsyncFn() -> Result<(), Fault>) -> Result<(), Fault> {
    let done = settled(async || match act().await {
        Ok(()) => Ok(Ok(())),
        Err(Fault::Refused { what, code, text }) => Ok(Err(format!("{what}: {code} ({text})"))),
        Err(fault) => Err(fault),
    });
    done.await?.map_err(|why| Fault::Strange { what: "settling".into(), why })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_drawn_at_about_its_rate() {
        let mut chance = Chance::new(1);
        let mut drawn = BTreeMap::<Kind, u64>::new();
        for _ in 0..10_000 {
            *drawn.entry(Kind::drawn(&mut chance)).or_default() += 1;
        }
        for (kind, rate) in RATES {
            let share = drawn[&kind];
            assert!((rate * 80..rate * 120).contains(&share), "{kind:?} {share}");
        }
        assert_eq!(unhex(&hex(&[0, 171, 255])), [0, 171, 255]);
    }
}
