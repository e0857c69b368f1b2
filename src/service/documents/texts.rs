//! 文书用语: the fixed words of each kind around the facts it tells. Pure.

use super::amount::{capitals, grouped};
use super::kinds::PrintedKind;
use super::paper::{Paper, moment_zh};
use crate::trading::deposits::model::RefundReason;
use crate::trading::deposits::views::PaidRefund;
use crate::trading::life::notices::Notice;
use matching::Moment;

/// A lot as papers name it.
pub struct LotWords {
    pub office: String,
    pub number: String,
    pub title: String,
    pub location: String,
    pub area_m2: Option<String>,
    pub grantor: String,
    pub land_use: Option<&'static str>,
    pub term_years: Option<u32>,
}

/// A sale to one winner.
pub struct Sale {
    pub lot: LotWords,
    pub winner: String,
    /// 统一社会信用代码 or identity number.
    pub code: Option<String>,
    pub paddle: u32,
    pub price: String,
    pub hammered_at: Moment,
}

/// Money a bank booked for a bidder's deposit.
pub struct Receipt {
    pub lot: LotWords,
    pub no: i64,
    pub account: String,
    pub payee: String,
    pub bank_name: String,
    pub payer_name: String,
    pub payer_account: String,
    pub required: String,
    /// Of the credits below.
    pub sum: String,
    /// Reference, amount, when the bank booked it.
    pub credits: Vec<(String, String, Moment)>,
}

fn blank(kind: PrintedKind, lot: &LotWords, at: Moment) -> Paper {
    Paper {
        kind,
        office: lot.office.clone(),
        title: kind.zh().into(),
        number: None,
        body: Vec::new(),
        evidence: Vec::new(),
        at,
    }
}

impl Paper {
    fn lot(self, lot: &LotWords) -> Paper {
        self.row("标的编号", &lot.number)
            .row("标的名称", &lot.title)
            .row("坐落", &lot.location)
            .row_if("面积", lot.area_m2.as_ref().map(|area| format!("{}平方米", grouped(area))))
            .row_if("土地用途", lot.land_use.map(String::from))
            .row_if("出让年限", lot.term_years.map(|years| format!("{years}年")))
            .row_if("出让（转让）方", Some(lot.grantor.clone()))
    }

    fn sum(self, label: &str, amount: &str) -> Paper {
        self.row(label, format!("人民币{}元", grouped(amount)))
            .row_if("大写", capitals(amount).map(|words| format!("人民币{words}")))
    }

    fn sale(self, sale: &Sale) -> Paper {
        self.lot(&sale.lot)
            .row("竞得人", &sale.winner)
            .row_if("证件号码", sale.code.clone())
            .row("号牌", format!("{}号", sale.paddle))
            .sum("成交价", &sale.price)
            .row("成交时间", moment_zh(sale.hammered_at))
    }
}

/// 成交确认书. `number`: as two clerks recorded it.
pub fn confirmation(sale: &Sale, number: &str, at: Moment) -> Paper {
    let Sale { lot, winner, .. } = sale;
    Paper { number: Some(number.into()), ..blank(PrintedKind::Confirmation, lot, at) }
        .text(&format!(
            "{winner}在{}组织的{}号标的网上交易中，按照公开、公平、公正和诚实信用的原则竞得该标的。现对成交结果确认如下：",
            lot.office, lot.number
        ))
        .sale(sale)
        .text("本确认书对出让（转让）方和竞得人具有法律效力。竞得人应当在公告规定的期限内签订合同并缴纳价款；拒绝签订合同的，其竞买保证金不予退还。")
}

/// 网上竞得证明.
pub fn win_letter(sale: &Sale) -> Paper {
    blank(PrintedKind::WinLetter, &sale.lot, sale.hammered_at)
        .text(&format!("兹证明{}经网上竞价竞得下列标的：", sale.winner))
        .sale(sale)
        .text("本证明由竞得人自行打印，用于办理后续手续。成交结果以签发的成交确认书为准。")
}

/// 中标通知书.
pub fn award_notice(sale: &Sale) -> Paper {
    blank(PrintedKind::AwardNotice, &sale.lot, sale.hammered_at)
        .text(&format!("{}：", sale.winner))
        .text(&format!("经评审，你单位为{}（{}）的中标人，中标事项如下：", sale.lot.title, sale.lot.number))
        .sale(sale)
        // 招标投标法 art. 46; 政府采购法 art. 46.
        .text("请自本通知书发出之日起三十日内，按照招标文件和你单位的投标文件与采购人（招标人）订立书面合同。")
}

/// 公告, as it was published; its English text is printed with it.
pub fn notice(office: &str, notice: &Notice, at: Moment) -> Paper {
    Paper {
        kind: PrintedKind::Notice,
        office: office.into(),
        title: notice.title_zh.clone(),
        number: notice.number.clone(),
        body: Vec::new(),
        evidence: Vec::new(),
        at,
    }
    .text(&notice.text_zh)
    .heading(&notice.title_en)
    .text(&notice.text_en)
}

/// 保证金退款凭单.
pub fn refund_slip(lot: &LotWords, refund: &PaidRefund) -> Paper {
    let reason = match refund.reason {
        RefundReason::Lost => "未竞得标的",
        RefundReason::Late => "逾期到账",
        RefundReason::WrongPayer => "付款人与申请人不符",
        RefundReason::Suspense => "无法入账",
        RefundReason::Withdrawn => "撤回竞买申请",
        RefundReason::Refused => "竞买申请未予受理",
    };
    blank(PrintedKind::RefundSlip, lot, refund.settled_at)
        .text("下列竞买保证金已由开户银行退还：")
        .row("标的编号", &lot.number)
        .row("标的名称", &lot.title)
        .row("竞买申请", format!("第{}号", refund.no))
        .row("保证金子账号", &refund.account)
        .row("开户银行", &refund.bank_name)
        .row("收款人", &refund.to_name)
        .row("收款账号", &refund.to_account)
        .sum("退款金额", &refund.amount)
        .row("退款原因", reason)
        .row("银行办结时间", moment_zh(refund.settled_at))
}

/// 竞买保证金到账证明. `at`: when the last of it was booked.
pub fn deposit_receipt(receipt: &Receipt, at: Moment) -> Paper {
    let paper = blank(PrintedKind::DepositReceipt, &receipt.lot, at)
        .text("下列竞买保证金已由开户银行记账并计入申请人名下：")
        .row("标的编号", &receipt.lot.number)
        .row("标的名称", &receipt.lot.title)
        .row("竞买申请", format!("第{}号", receipt.no))
        .row("付款人", &receipt.payer_name)
        .row("付款账号", &receipt.payer_account)
        .row("收款单位", &receipt.payee)
        .row("开户银行", &receipt.bank_name)
        .row("保证金子账号", &receipt.account)
        .row("应缴金额", format!("人民币{}元", grouped(&receipt.required)))
        .sum("到账金额", &receipt.sum)
        .heading("到账明细");
    let add = |paper: Paper, (reference, amount, at): &(String, String, Moment)| {
        paper.row(&format!("流水{reference}"), format!("人民币{}元，{}", grouped(amount), moment_zh(*at)))
    };
    receipt.credits.iter().fold(paper, add)
}
