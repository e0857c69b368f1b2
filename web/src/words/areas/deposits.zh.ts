// 竞买保证金.
export default {
  title: "我的保证金", empty: "尚无保证金子账号", ask: "开立子账号", ask_for: "标的 {lot} 通过银行收取保证金", payer_account: "付款账号", payer_account_hint: "本人名下账户，4至34位；从他人账户付款不计入", asking: "请填写付款账号",
  account: "收款子账号", payee: "收款户名", bank: "收款银行", required: "应缴", counted: "已计入", missing: "尚缺", deadline: "到账截止", deadline_over: "已截止", left: "剩余", payer: "付款人", copy: "复制账号", copied: "已复制",
  rule: "以银行入账时间为准，不以付款或通知时间为准；须由付款人本人账户转入。", reason: "不予退还原因", credits: "到账记录", credits_empty: "银行尚无到账通知", refunds: "退款", credited_at: "银行入账", amount: "金额", result: "结果", reference: "银行流水号",
  state: { issued: "待缴纳", credited: "已到账，未锁定", held: "已锁定", earnest: "已转定金", refund_due: "待退还", refund_sent: "退款中", refunded: "已退还", forfeited: "不予退还", closed: "已关闭" },
  verdict: { counted: "计入", late: "逾期到账，原路退回", wrong_payer: "错转款，原路退回", unknown_account: "子账号不存在，挂账", closed_account: "子账号已关闭，挂账" },
  refund_state: { due: "待经办", made: "待复核", checked: "待发送", sent: "银行处理中", paid: "已退还", returned: "银行退票" },
  refund_reason: { lost: "未竞得", late: "逾期到账", wrong_payer: "错转款", suspense: "挂账退回" },
  why: "退款事由", refund_by: "退还期限",
  promised: "承诺 {at} 前", due: "法定 {at} 前", overdue: "已超法定时限",
  ledger: { bank: "银行存款", held: "子账号保证金", suspense: "挂账", payable: "应退款", earnest: "定金", forfeited: "不予退还" },
  balances: "账簿余额", balances_hint: "借方为正，贷方为负", sum: "合计", sum_zero: "借贷平衡", sum_wrong: "借贷不平", alarms: "银行报文报警 {n} 起",
  terms: "保证金条款", terms_none: "本标的尚未约定通过银行收取保证金；不约定则由工作人员直接准入。", terms_save: "保存保证金条款", terms_missing: "请选择银行和到账截止时间", bank_choose: "请选择银行",
  view: "查看", view_accounts: "子账号", view_credits: "到账", view_refunds: "退款", lot: "标的编号", lot_hint: "标的编号，如 D-1", search: "查询", any: "全部状态", no: "申请号", held: "现有余额", received_at: "收到通知", to: "退往", batch: "批次", list_empty: "没有符合条件的记录",
  make: "经办", check: "复核", give_back: "退回付款人", own: "不能复核自己经办的退款", act: "操作",
};
