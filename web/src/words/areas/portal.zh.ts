export default {
  search_hint: "搜索标的、公告、事项，中文或英文", entrances: "入口", all: "全部", leads: "{n} 号领先 · {bids} 次报价", by_hand: "待定",
  live: "正在竞价", live_none: "现在没有正在竞价的标的。", next: "即将开始", next_none: "暂无已公告的标的。", notices: "最新公告", deals: "最新成交", deals_none: "还没有成交。",
  entrance: { items: "怎样申请，需要什么，几天办结", notices: "出让、补充、中止与结果公告", developers: "接口文档与实时消息", lots: "全部标的，按类别与中心筛选" },
};
