export default {
  title: "竞买人身份", sealed: "标的结束前保密。一名监督人员写明理由提出，另一名同意后，两人可在一小时内查看，每次查看均留痕。",
  reason: "理由", reason_missing: "请先写明理由", ask: "申请查看", grant: "同意", own: "由您提出，须另一名监督人员同意", granted: "{name} 已同意", waiting: "等待同意", open: "可查看",
  show: "查看竞买人", no: "申请号", paddle: "号牌", account: "账号", name: "登记名称", code: "登记代码", none: "没有竞买申请", unregistered: "未登记",
};
