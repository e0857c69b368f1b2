export default {
  search_hint: "搜索标的、公告、事项，中文或英文", entrances: "入口", all: "全部", leads: "{n} 号领先 · {bids} 次报价", by_hand: "待定",
  live: "正在竞价", live_none: "现在没有正在竞价的标的。", next: "即将开始", next_none: "暂无已公告的标的。", notices: "最新公告", deals: "最新成交", deals_none: "还没有成交。",
  entrance: { items: "怎样申请，需要什么，几天办结", notices: "出让、补充、中止与结果公告", developers: "接口文档与实时消息", lots: "全部标的，列表、地图与日历", results: "成交价、溢价与全部报价记录", statistics: "成交额、溢价率、流拍率，可下载", screen: "交易大厅的实时大屏", subscriptions: "Atom、邮件与推送", open: "OCDS 数据与逐条变更" },
  views: "查看方式", view: { list: "列表", map: "地图", calendar: "日历" },
  weekday: { 1: "一", 2: "二", 3: "三", 4: "四", 5: "五", 6: "六", 7: "日" },
  what: { opens: "开始竞价", applications_close: "申请截止", ends: "竞价截止" }, shape: { opens: "▷", applications_close: "◇", ends: "■" },
  month_before: "上个月", month_after: "下个月", this_month: "回到本月", today: "今天", month_empty: "本月没有安排。", more_n: "另有 {n} 项", more_dates: "本月安排较多，仅列出最早的一部分；请用类别或中心筛选。",
  parcels: "宗地", map_label: "标的地图，共 {n} 宗", map_other: "未在竞价", map_none: "没有绘有边界的标的。", to_lot: "查看标的",
  results_lead: "每宗结束的标的：成交价、溢价与得主号牌；姓名以成交公示为准", results_none: "没有符合条件的结果。", outcome: "结果", any_outcome: "全部结果", from: "自", to: "至",
  winner: "竞得人", name_later: "姓名待成交公示", closed_at: "结束时间", read: "查看", shown_of: "已显示 {n} / {of}", more: "继续显示",
  found: { lot: "标的", notice: "公告", item: "办事指南", answer: "问答" }, search_lead: "可查全部标的、公告、办事指南与已答复的提问；多个词之间用空格，须全部出现。", search_none: "没有找到“{q}”。",
  qa: {
    title: "提问与答复", q: "问", a: "答", question: "提问", answer: "答复", waits: "待答复；答复后与提问一并公开，不显示提问人。", none: "还没有提问。", corrected: "更正过 {n} 次，查看原答复", ask: "提问", hint: "向交易中心提问；提问与答复公开，不显示您的姓名",
    empty: "请先填写问题", unanswered: "待答复", all_answered: "没有待答复的提问。", answer_hint: "答复公开，之后只能更正，不能撤回", publish: "公开答复", correct: "更正答复", publish_correction: "公开更正",
  },
  follow: {
    lead: "标的、公告与结果一公布就告诉您", topics: "订阅内容", topic: { lot: "新标的", notice: "公告公示", result: "成交结果" }, atom: "用任何阅读器订阅，地址长期不变；上面的类别与中心同样适用。",
    mail: "邮件", mail_lead: "先发一封确认信，点击其中链接后才开始；每封邮件都可退订。", address: "邮箱地址", ask: "发送确认信", asked: "确认信已寄出，请在 {at} 前点击其中的链接。", no_email: "请填写邮箱地址", no_topic: "请至少选择一类内容",
    confirm: "确认订阅", confirm_text: "您的邮箱申请了订阅，确认后开始发送。", confirm_done: "订阅已生效。", cancel: "退订", cancel_text: "退订后不再收到此项邮件。", cancel_done: "已退订。",
    hook_lead: "登录后可登记 https 地址，公布时即推送，附 HMAC-SHA256 签名（Standard Webhooks）。", url: "推送地址", no_url: "请填写推送地址", hook_add: "登记推送", hook_on: "推送中", hook_off: "连续失败 {n} 次，已停用", hook_enable: "重新启用", hook_remove: "删除", secret: "签名密钥，仅显示这一次，请妥善保存：",
  },
};
