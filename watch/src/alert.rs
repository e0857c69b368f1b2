//! What the watch says: a question with its evidence, never an accusation.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A sign somebody should look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    pub rule: Rule,
    pub level: Level,
    pub lot: Uuid,
    /// The entry that made the rule speak, and its moment.
    pub n: u64,
    pub at_ms: i64,
    /// Whom it is about, ascending; none where it is about the lot or its staff.
    pub paddles: Vec<u32>,
    /// What it is about beside them, where a rule tells things of one kind apart: a kind of relation, a reading. With
    /// lot, entry, rule, level and paddles it makes an alert one of its own.
    #[serde(default)]
    pub about: u64,
    /// The lot's own entries that show it, ascending; none where it is shown beside the record, which the words name.
    pub evidence: Vec<u64>,
    /// Entries of earlier lots, where a rule looks over several, each with its lot; ascending.
    #[serde(default)]
    pub earlier: Vec<Entry>,
    pub measured: Measured,
    pub zh: String,
    pub en: String,
}

/// An entry of the record, and of which lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub lot: Uuid,
    pub n: u64,
}

/// What was found beside what is usual.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    pub found: f64,
    pub baseline: f64,
    pub unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Of paddles, bids, turns, lots.
    Count,
    Milliseconds,
    /// Calendar days.
    Days,
    Percent,
    Steps,
    /// The chance of at least this by accident; `found` is the chance, `baseline` where the rule begins to speak.
    Chance,
    /// Standard deviations.
    Deviations,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// A fact to be noted and, where law says so, reported; nobody is asked anything.
    Blue,
    Yellow,
    Red,
}

impl Level {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Blue => "blue",
            Self::Yellow => "yellow",
            Self::Red => "red",
        }
    }
}

macro_rules! rules {
    ($($(#[$why:meta])* $rule:ident $name:literal $zh:literal $en:literal;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Rule { $($(#[$why])* $rule,)* }

        impl Rule {
            pub const ALL: &[Rule] = &[$(Rule::$rule,)*];

            /// The name it has in tables and on the wire; the same as serde's.
            pub const fn name(self) -> &'static str {
                match self { $(Rule::$rule => $name,)* }
            }

            /// What it looks for, in Chinese and English.
            pub const fn title(self) -> (&'static str, &'static str) {
                match self { $(Rule::$rule => ($zh, $en),)* }
            }
        }
    };
}

rules! {
    SharedDevice "shared_device" "多个号牌使用同一设备" "paddles on one device";
    SharedNetwork "shared_network" "多个号牌使用同一网络" "paddles on one network";
    /// Deemed collusion: regulations on tendering, article 40.
    SharedPayer "shared_payer" "保证金出自同一账户" "deposits from one account";
    DepositsTogether "deposits_together" "保证金集中缴纳" "deposits paid together";
    RelatedParties "related_parties" "竞买人之间有关联关系" "related bidders";
    StaffBidding "staff_bidding" "工作人员参与竞买" "staff among the bidders";
    AlternatingPair "alternating_pair" "两号牌交替报价" "two paddles taking turns";
    MachineSpeed "machine_speed" "应价速度异常" "answers at machine speed";
    TempoChange "tempo_change" "报价节奏突变" "sudden change of tempo";
    OneStepNeverWins "one_step_never_wins" "始终只加一个幅度且从未竞得" "always one step, never wins";
    SilentPayers "silent_payers" "缴纳保证金而不报价" "deposits paid, nobody bids";
    ReserveHugged "reserve_hugged" "报价紧贴底价" "price hugging the secret reserve";
    ShillForGrantor "shill_for_grantor" "多次为同一出让人抬价" "raises for one grantor, never wins";
    WithdrawnTogether "withdrawn_together" "集中退出" "withdrawals at one moment";
    WinnerGaveUp "winner_gave_up" "竞得人放弃成交" "winner gave up";
    PremiumOverHalf "premium_over_half" "溢价率超过50%" "premium over one half";
    RegularSpacing "regular_spacing" "报价呈规律性差异" "prices at regular distances";
    FixedRatio "fixed_ratio" "两家报价长期保持固定比例" "two bidders' prices in one ratio, lot after lot";
    CoverGroup "cover_group" "疑似陪标" "bidders who only keep each other company";
    IdenticalPrices "identical_prices" "报价完全相同" "identical sealed prices";
    OnlyOneLeft "only_one_left" "审查后仅剩一家" "only one left after review";
    SameWinnerAgain "same_winner_again" "异议后结果不变" "same winner after an objection";
    ShortPeriod "short_period" "公告期限不足" "period shorter than asked for";
    SealedReadEarly "sealed_read_early" "密封数据被提前查看" "sealed data read before opening";
    /// Raised by whoever runs a trained model beside the rules; none of them does.
    Model "model" "模型提示报价形态异常" "prices a trained model asks about";
    /// What a bound of the watch kept it from saying, or from looking at.
    LeftOut "left_out" "提示过多，未逐条发出" "more signs than are told one by one";
    NotAnswered "not_answered" "旁证资料未能读取" "what stands beside the record could not be read";
    /// Something stood in the record that the watch fell over.
    NotLookedAt "not_looked_at" "监督程序未能核查" "what the watch could not look at";
    /// Several weak signs about the same paddles.
    SignsTogether "signs_together" "多种迹象指向相同号牌" "several signs about the same paddles";
}
