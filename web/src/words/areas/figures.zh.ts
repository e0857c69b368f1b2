export default {
  lead: "已结束标的的成交额、溢价与流拍，精确到分", csv: "下载 CSV", by: "统计方式", bys: { month: "按月份", district: "按交易中心", kind: "按类别" },
  amount: "成交额", sold: "成交宗数", unsold: "流拍宗数", unsold_percent: "流拍率", premium: "溢价率", mean: "平均溢价率", median: "溢价率中位数", lots: "宗数", none: "这段时间没有结束的标的。",
  rules: "流拍率 = 流拍 /（成交 + 流拍），终止的不计；溢价率只计由一人竞得的标的。金额单位为元。", chart_label: "{what}图，{n} 组", screen_title: "公共资源交易实况", full: "全屏",
};
