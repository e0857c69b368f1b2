// Words in Chinese: the platform's first language. en.ts must have the same shape.
import registers from "./areas/registers.zh";
import approval from "./areas/approval.zh";
import deposits from "./areas/deposits.zh";
import documents from "./areas/documents.zh";
import life from "./areas/life.zh";
import panels from "./areas/panels.zh";
import unsealing from "./areas/unsealing.zh";
import figures from "./areas/figures.zh";
import portal from "./areas/portal.zh";
import proof from "./areas/proof.zh";
import security from "./areas/security.zh";
import open from "./areas/open.zh";
import closing from "./areas/closing.zh";
import enforcement from "./areas/enforcement.zh";
import cards from "./areas/cards.zh";
import dispatch from "./areas/dispatch.zh";
import evaluation from "./areas/evaluation.zh";
import watch from "./areas/watch.zh";

export default {
  watch, enforcement, cards, dispatch, evaluation, closing, open, panels, unsealing, registers, approval, deposits, documents, life, figures, portal, security, proof,
  product: { name: "阳光竞价", line: "公共资源网上交易", footer: "价格、时间与规则以服务器记录为准；全部时间为北京时间（UTC+8）。" },
  common: { skip: "跳到正文", navigation: "主导航", desk_navigation: "工作台导航", again: "重试", cancel: "取消", yes: "是", no: "否" },
  page: { alerts: "预警", alert: "预警", enforcement: "执法案件", "enforcement-case": "执法案件", "enforcement-new": "立案", standard: "起草裁量基准", precision: "规则精确率", discretion: "裁量基准", complaint: "投诉", "complaint-followed": "投诉", cards: "红黄牌", card: "红黄牌", "my-cards": "我的红黄牌", dispatch: "指挥调度", "order-new": "下达指令", order: "监督指令", "desk-orders": "监督指令", evaluation: "绩效评估", "evaluation-unit": "绩效评估", "own-evaluation": "本单位评估", "evaluation-weights": "评估权重", screens: "成交后筛查", networks: "竞买人关系", subscriptions: "订阅", search: "搜索", screen: "交易大屏", "desk-questions": "提问答复", home: "公共资源网上交易", results: "成交结果", result: "成交结果", statistics: "统计", lots: "交易标的", room: "竞价大厅", login: "登录", me: "我的竞买", desk: "中心工作台", "desk-new": "新建标的", "desk-profiles": "规则模板", "desk-lot": "标的管理", wall: "监督大屏", record: "交易记录", open: "开放数据", developers: "程序接口", missing: "未找到", registers: "共享数据库", register: "数据库查询", "register-import": "数据导入", "register-reads": "读取记录", "register-shares": "共享申请", notices: "公告公示", notice: "公告", document: "文书核验", "desk-notices": "公告管理", "desk-deposits": "保证金账簿", reset: "设置新密码", password: "修改密码", items: "办事指南", item: "办事指南", cases: "我的办件", "case-new": "申请办理", case: "办件", inbox: "审批待办", "desk-items": "事项清单", "desk-item-new": "编写事项", "desk-item": "编写事项", audit: "审计记录", proposals: "待第二人批准", admin: "系统管理", "bank-alarms": "银行报警", proof: "存证核对" },
  clock: {
    zone: "北京时间 UTC+8", title: "服务器时间", server: "服务器时间", board: "时间", days: "{n} 天", opens: "距开始", left: "距结束", paused: "暂停中，距恢复报价",
    at_opens: "开始", at_left: "截止", at_paused: "恢复", at_next: "时刻", ended: "已结束", since: "中止于", freeze: "停止报价", extensions: "已延时 {n} 次", opens_short: "开始时间",
    measured: "比本机时钟快 {s} 秒，往返 {rtt} 毫秒",
  },
  link: { open: "已连接", silent: "等待数据", lost: "连接中断" },
  stage: { draft: "草稿", checked: "已复核", announced: "公告中", bidding: "竞价中", suspended: "已中止", ceiling: "已触最高限价", sold: "成交", unsold: "未成交", terminated: "已终止", void: "成交无效", defaulted: "悔拍", fallen: "成交后落空" },
  phase: { open: "公开竞价", free: "自由报价", inquiry: "询问期", preparation: "准备期", timed: "限时竞价", ceiling_inquiry: "限价询问", reserve_offer: "底价确认", sealed: "一次报价", dutch: "荷兰式", rounds: "轮流报价", lottery: "摇号", area: "竞面积", weighted: "权重报价", scored: "专家评审", call: "集合竞价", rising: "时钟拍卖", exchange: "双向竞价" },
  kind: { housing_land: "住宅用地", industrial_land: "工业用地", commercial_land: "商服用地", vehicle: "车辆", equipment: "设备", property_right: "产权", mineral_right: "矿业权", plate_quota: "小汽车指标", carbon_allowance: "碳排放配额", procurement: "采购招标" },
  role: { bidder: "竞买人", clerk: "中心工作人员", officer: "审批人员", supervisor: "监督人员", notary: "公证员", transferor: "转让方", admin: "系统管理员" },
  session: { in: "登录", out: "退出", title: "登录阳光竞价", login: "账号", password: "密码", need: "该页面须以{role}身份登录", hint: "无需登录即可查看全部标的与实时价格。" },
  money: { yuan: "元" },
  price: { start: "起始价", current: "当前价", sold: "成交价", now: "当前价", premium: "溢价率", discount: "下浮率", bids: "报价次数", large: "大额单位" },
  paddle: { n: "{n} 号", suffix: "号" },
  lots: {
    title: "交易标的", lead: "价格实时公开，以号牌公布出价", all: "全部", stage: "状态", kind: "类别", center: "交易中心", sort: "排序", search: "搜索", search_hint: "编号、名称或位置",
    any_kind: "全部类别", any_center: "全部交易中心", bids: "{n} 次报价", empty: "没有符合条件的标的",
    stages: { bidding: "竞价中", announced: "即将开始", halted: "中止或熔断", closed: "已结束" },
    sorts: { default: "默认排序", ends_at: "按结束时间", opens_at: "按开始时间", price: "按价格", number: "按编号" },
  },
  developers: { lead: "网页能做的，程序都能做：下列为 REST 接口；实时消息走 GET /api/socket（见 ClientFrame 与 ServerFrame）。金额为十进制字符串，时刻为 1970 UTC 起的毫秒数。", document: "接口文档原文" },
  notice: { loading: "正在读取", empty: "暂无内容", error: "未能读取", missing: "没有这个页面，或该内容已不公开", code: "代码" },
  pager: { label: "分页", previous: "上一页", next: "下一页", place: "第 {page} / {pages} 页，共 {total} 项" },
  lead: {
    board: "领先者与我的位置", leader: "领先号牌", winner: "竞得号牌", none: "暂无报价", mine: "我的位置", last: "我的最近报价", proxy: "委托最高价", priority: "优先顺序", confirmed: "已确认参加",
    watching: "旁观", watching_hint: "未取得本标的号牌，可实时查看价格", seated: "已入场，尚未报价", leading: "您领先", outbid: "您已被超过", unknown: "位置未知", over: "已结束", won: "您已竞得",
  },
  stale: { title: "连接中断，显示的价格可能已过时", text: "超过 5 秒未收到服务器数据，正在重新连接；恢复前不能报价。", again: "立即重连" },
  bid: {
    title: "报价", amount: "报价金额（元）", minimum: "下一口最低报价", maximum: "下一口最高报价", step: "加价幅度", step_down: "减价幅度", to_minimum: "最低价", to_maximum: "最高价", one_step: "一档",
    plus_long: "增加一个加价幅度", minus_long: "减少一个加价幅度", submit: "提交报价", waiting: "等待服务器答复", passed: "价格已变动，此金额低于现在的最低报价", passed_down: "价格已变动，此金额高于现在的最高报价",
    empty: "请填写金额", not_a_number: "请填写数字，例如 1050000 或 105万", too_precise: "金额最多保留 {n} 位小数",
  },
  confirm: {
    bid_title: "确认报价", bid: "确认报价", bid_binding: "报价一经服务器受理即不可撤回。若提交时价格已变动，服务器将不受理本次报价。",
    proxy_title: "确认委托报价", proxy: "确认委托", proxy_binding: "系统将在最高价以内自动为您报价，最高价对他人保密，只可提高，不可撤回。",
    capitals: "大写", large: "合", moved: "当前价刚刚变动，请核对后再确认", passed: "此金额已低于现在的最低报价",
  },
  proxy: { title: "委托报价（最高价）", hint: "服务器按加价幅度自动代为报价，不超过您设定的最高价。", placeholder: "例如 1.2亿 或 120000000", submit: "设定委托" },
  inquiry: {
    title: "询问", enter_question: "是否参加限时竞价？", enter_hint: "请在倒计时结束前答复；未答复视为不参加。", ceiling_question: "已达到最高限价，是否接受并进入下一环节？",
    ceiling_hint: "请在倒计时结束前答复；未答复视为不接受。", yes: "参加", no: "不参加", answered: "您的答复：{answer}",
    reserve_question: "最高报价未达底价，是否按底价成交？", reserve_hint: "在倒计时结束前，第一个答“按底价成交”的竞买人竞得；无人应答则不成交。", reserve_price: "底价", reserve_yes: "按底价成交", reserve_no: "不接受",
  },
  answers: { title: "服务器答复", refused: "未受理", accepted: "已受理", waiting: "等待答复", receipt: "记录号", bid: "报价", proxy: "委托", cancel: "撤单 第 {n} 号", demand: "申报数量", seed: "提交文本", marks: "报价" },
  history: { title: "报价记录", paddle: "号牌", amount: "报价（元）", time: "时间", phase: "阶段", proxy: "委托", me: "我", empty: "还没有报价", more: "显示最近 {shown} 次，共 {count} 次" },
  curve: { title: "价格曲线", label: "价格曲线，共 {n} 次报价" },
  spoken: { price: "当前价 {price} 元，{paddle} 号牌领先。{mine}" },
  outcome: {
    sold: "成交", unsold: "未成交", ceiling: "熔断", terminated: "终止", sold_to: "由 {n} 号牌竞得", yours: "——即您本人", sold_next: "成交结果以成交确认书及公示为准。",
    no_bid: "截止时无人报价。", below_reserve: "最高报价未达到底价。", too_few: "有效报价不足规定数量。", allotted: "已分配", traded: "交易结束", second_area: "承诺面积", second_score: "得分", allotted_to: "共 {count} 笔，成交数量 {quantity}", own_price: "各按自己的报价付款", mine_n: "您获配 {n}，合计 {sum} 元", mine_none: "您没有获配", mine_unknown: "您的结果请见成交分配全表", traded_n: "共成交 {trades} 笔，数量 {volume}；未成交的挂单已失效。", reserve_was: "底价", ground: "终止原因：", ceiling_next: "报价已达最高限价，转入公告规定的下一环节。",
  },
  stand: {
    suspended: "本标的已中止", ground: "原因：", resume: "恢复时间：", resume_unknown: "另行通知", suspended_hint: "中止期间不接受报价，已受理的报价仍然有效。",
    announced: "公告中，尚未开始", opens: "开始时间：", announced_hint: "可先提交竞买申请；开始后方可报价。",
  },
  application: {
    apply: "申请竞买", no: "申请编号", lot: "标的", status: "状态", paddle: "号牌", at: "申请时间", title: "竞买申请", empty: "暂无申请",
    submitted: "待审核", admitted: "已取得号牌", refused: "未通过", submitted_hint: "申请 {no} 已提交，等待中心审核", admitted_hint: "申请 {no} 已通过，正在等候入场", refused_hint: "申请 {no} 未通过", withdrawn: "已撤回", withdrawn_hint: "申请 {no} 已撤回",
    admit: "准予入场", admit_title: "准予申请 {no} 入场", admit_text: "系统将随机抽取号牌。审核人员看不到竞买人身份。", priority: "优先购买权顺序（没有则留空）",
  },
  facts: {
    title: "标的情况", grantor: "出让人", location: "位置", area: "面积", deposit: "竞买保证金", ceiling: "最高限价", reserve: "底价", reserve_yes: "设有底价（保密）", reserve_no: "不设底价", rules: "竞价规则",
  },
  reason: {
    stale: "连接中断，暂不能操作", sign_in: "请先登录", not_bidder: "仅竞买人可以操作", no_seat: "您尚未取得本标的号牌", loading: "正在读取标的状态", announced: "尚未开始", suspended: "已中止，暂不接受报价",
    ceiling: "已达最高限价，不再接受报价", closed: "已结束", inquiry: "询问期内不接受报价", preparation: "准备期内不接受报价", paused: "暂停中，请稍候", frozen: "已到停止报价时间", not_now: "现在不接受报价",
    barred: "信用记录禁止您继续竞买", not_asked: "现在没有询问", no_proxy: "本标的不接受委托报价", not_entered: "您不在本阶段的参加者之中", reserve_offer: "底价确认期间不接受报价",
  },
  method: {
    rank: "名次", changes_left: "剩余修改次数", offered: "已报价", allotted: "您已获配", allotted_n: "您获配 {n}", your_turn: "轮到您", wait_turn: "等待轮次",
    side: { label: "方向", buy: "买入", sell: "卖出" },
    order: { no: "编号", price: "单价（元）", quantity: "数量", left: "剩余数量", total: "合计", whole: "请填写整数" },
    awards: { title: "成交分配", count: "共 {n} 笔", more: "显示前 {shown} 笔，共 {count} 笔" },
    sealed: {
      opens: "开启时间", mine: "我的报价", amount: "密封报价（元）", submit: "提交密封报价", change: "修改密封报价", spent: "修改次数已用完", all_but_first: "荷兰式竞得人在本阶段等候", first_only: "本阶段只有一人可以报价，其他人的报价服务器不受理。",
      secret: "报价在开启前对所有人保密，也不公布已有多少人报价；以最后一次报价为准。", binding: "报价到时开启，不可撤回；还可修改 {n} 次，以最后一次为准。", again: "并列者再报一次：仅并列的竞买人可报价。",
      opened: "开启结果", opened_before: "上一阶段开启结果", closed_until: "{at} 开启，此前任何人都看不到报价", never_opened: "没有可以开启的报价", mean: "平均值", distance: "与平均值相差", band: "报价区间", band_text: "高于 {low}，至 {high}",
      second_price: "最优者成交，按次优报价付款。",
    },
    dutch: {
      now: "现在的价格", last: "最后显示的价格", falls_in: "距下次降价", rises_in: "距下次升价", drop: "每次降", rise: "每次升", step: "已显示价格档数", taken_by: "接受者", taken_at: "接受价格", take: "以此价成交", hint: "第一个接受的人得到标的；价格由服务器按时变动。",
      course: "价格进程", bar: "第 {step} 档，共 {steps} 档", shown: "现在（第 {step} / {steps} 档）", next: "下一价格", no_next: "没有下一价格", confirm: "确认以此价成交", binding: "一经受理即不可撤回。若送达时价格已变动，服务器不受理，您可再次接受新价格。",
    },
    rounds: {
      best: "目前最优报价", round: "轮次", round_n: "第 {n} 轮，共 {of} 轮", turn: "轮到", pause: "轮间休息", next_in: "距下一位开始", turn_left: "{n} 号报价剩余", standing_mine: "我的现有报价", amount: "本轮报价（元）", submit: "提交本轮报价",
      between: "轮间休息，请等待", not_yours: "现在轮到 {n} 号", now_yours: "现在轮到您报价；不报价则保留现有报价。", pending: "本轮已报，轮到您的时间结束后公布：", binding: "在您的时间内可再改，结束后公布并生效。",
      rule_up: "须在本人现有报价 {own} 元之上至少提高 {step} 元。", rule_down: "须在本人现有报价 {own} 元之下至少降低 {step} 元。", order: "本轮顺序（较差者先）", standing: "现有报价（优者在前）", speaking: "正在报价", spoken: "已结束", waiting: "等待",
    },
    lottery: {
      given_n: "已提交文本", drawn: "抽中号牌", stage: "进行到", stage_0: "等待指纹", stage_1: "收集文本", stage_2: "公布种子", stage_3: "已抽出", mine: "我的文本", gave: "已提交文本", not_yet: "尚未提交文本",
      step_0: "中心与监督人员各提交种子指纹", step_1: "竞买人提交自己的文本", step_2: "双方公布种子", step_3: "计算并抽出", collects_for: "距停止提交文本", text: "文本", text_hint: "任意文字，公开显示，参与计算结果；谁也不能单独决定结果。",
      give: "提交文本", given: "您已提交文本", collected: "已停止提交文本", unbound: "等待双方提交种子指纹", binding: "提交后立即公开，不能更改。", blank: "（空白）", offices: "双方种子", office: { center: "交易中心", supervisor: "监督人员" },
      commitment: "指纹", seed: "种子", awaited: "等待提交", hidden: "尚未公布", texts: "竞买人的文本", no_texts: "还没有人提交文本；不提交也参加摇号",
    },
    draw: {
      title: "自行核验", how: "下列各行连同换行一起计算 SHA-256，前 16 字节作为一个整数，除以人数的余数即抽中的位次。", run: "在本机重新计算", cannot: "浏览器仅在加密连接下提供 SHA-256；可复制下列各行自行计算。", same: "本机计算结果与服务器公布的一致", differs: "本机计算结果与服务器公布的不一致",
      lines: "参与计算的各行", own: "本机计算", head: "前 16 字节", rest: "余数", sum: "除以 {count}，余 {nth}", place: "位次", placed: "{list} 中第 {nth} 位：{drawn} 号", comma: "、", bound: "种子与事先提交的指纹相符", unbound: "种子与事先提交的指纹不符",
    },
    area: {
      from: "起始面积", best: "最高面积", price: "地价", max: "最高可报", minimum: "最低", leader: "领先号牌", mine: "我的面积", amount: "承诺面积（m²）", submit: "提交面积", binding: "地价为 {price} 元不变；面积一经受理即不可撤回。", hint: "地价不再变动，承诺面积最多者竞得。",
      history: "面积报价记录", column: "面积（m²）",
    },
    weighted: {
      best: "最高得分", points: "分", least: "新报价至少", no_score: "尚无得分", mine: "我的最近报价", price: "价格（元）", price_rule: "满分 {points}：{from} 起 0 分，{full} 得满分", mark_rule: "满分 {points}：{low} 为 0 分，{high} 得满分",
      preview: "按公布规则试算", preview_hint: "试算仅供参考，以服务器计算的得分为准。",
    },
    scored: {
      offers: "报价份数", experts: "评审专家", people: "人", wait: "专家正在评审，竞买人无需操作。", how: "评审办法", by_points: "价格分最高 {price} 分（最低有效报价得满分，其余按比例），评审分最高 {panel} 分取专家平均；总分最高者得。", by_lowest: "报价加上专家调整额的平均，为评标价；评标价最低者得。",
      pass_rule: "过半数专家认定合格方为有效。", opened: "已开启的报价", result: "评审结果", none: "没有报价", pass: "资格", passed: "合格", failed: "不合格", price_points: "价格分", panel_points: "评审分", total: "总分", added: "调整额", evaluated: "评标价",
    },
    call: {
      uniform: "统一成交价", least_won: "最低成交价", mean: "最近公布的均价", from: "最低申报价", supply: "供给数量", unit: "整批单位", cap: "每人上限", sold: "成交数量", next_mean: "下次公布均价", orders: "我的申报", orders_left: "还可申报", spent: "申报次数已用完", change: "修改申报",
      submit: "提交申报", binding: "申报一经受理即不可撤回，到时统一成交。", binding_single: "以最后一次申报为准；修改后按新的时间排队。", hint: "数量为 {unit} 的整数倍，单价按 {step} 元一档，每人合计不超过 {cap}。", no_orders: "还没有申报", ladder: "需求阶梯", up_to: "累计数量", within: "与供给相比",
      inside: "供给以内", margin: "边际", outside: "供给以外", told: "公布的信息", no_mean: "尚未公布", pays: "付款价格", pays_uniform: "全体按最低成交价", pays_own: "各按自己的报价", ties: "同价先后", ties_time: "时间在前者优先", ties_drawn: "按事先公布的种子摇号", curve: "需求曲线", demand: "需求：价格与累计数量",
    },
    rising: {
      round: "轮次", last_round: "最后轮次", products: "品种", product: "品种", over_before: "上轮供不应求", rounds_max: "最多轮数", points: "使用 / 可用活跃点数", points_used: "本次使用点数", price: "本轮价格（元）", demand: "上轮需求", weight: "每件点数", wanted: "我要的数量", wanted_of: "{name}：我要的数量",
      risen: "已上涨", over: "超出 {n}", round_left: "第 {n} 轮剩余", said: "本轮已申报", unsaid: "本轮未申报", silence: "本轮尚未申报；不申报视为什么都不要，且以后不能再增加。", told: "本轮已申报", too_active: "使用 {used} 点，超过可用的 {points} 点，服务器将不受理", submit: "申报第 {n} 轮数量",
      hint: "需求大于供给的品种下一轮涨价；下一轮使用的点数不能多于本轮。没有品种供不应求时结束。", confirm: "确认第 {n} 轮数量", confirm_short: "确认申报", at_price: "{units} 件，每件 {price} 元", binding: "本轮结束前可再改，以最后一次为准；结束后按本轮价格具有约束力。",
    },
    exchange: {
      reference: "起始价", last: "最新成交价", best_bid: "最高买价", best_ask: "最低卖价", trades: "成交笔数", volume: "成交数量", standing_n: "挂单 {n} 笔", none: "没有挂单", confirm: "确认委托", binding: "与对方价格相合的部分立即成交且不可撤销，其余挂单，可随时撤单。", hint: "数量为 {unit} 的整数倍，每笔不超过 {max}；价格按 {step} 元一档。",
      mine: "我的挂单", mine_void: "收盘时未成交的挂单（已失效）", cancel: "撤单", cancel_long: "撤销单价 {price}、剩余 {n} 的挂单", no_orders: "没有挂单", ladder: "买卖盘", ladder_last: "收盘时的买卖盘", empty: "还没有挂单", bid: "买盘", ask: "卖盘", bids: "买盘：累计数量", asks: "卖盘：累计数量", pick: "以 {price} 填入单价", recent: "最近成交", no_trades: "还没有成交",
      taker: "主动方", depth: "市场深度", depth_label: "市场深度：买盘合计 {bids}，卖盘合计 {asks}",
    },
  },
  me: { paddle: "您的号牌 {n}", running: "我参加的标的", running_empty: "您还没有正在进行的标的", applications: "我的竞买申请", applications_empty: "您还没有提交过申请" },
  desk: { new: "新建标的", empty: "没有符合条件的标的", any_stage: "全部状态", room: "查看竞价大厅", history: "操作记录", form: "标的与交易条件" },
  lot: { number: "标的编号", title_zh: "名称（中文）", title_en: "名称（英文）", description_zh: "说明（中文）", description_en: "说明（英文）" },
  form: {
    profile: "交易方式预设", profile_first: "请先选择一种交易方式预设", lot: "基本情况", facts: "补充指标", label_zh: "名称（中文）", label_en: "名称（英文）", value: "内容", fact_add: "添加指标", remove: "删除", up: "上移",
    save: "保存", saved: "已保存", locked: "已公告的标的不能修改", price: "价格与幅度", direction: "竞价方向", ascending: "增价", descending: "减价", scale: "小数位数", reserve: "底价",
    proxy: "委托报价", proxy_none: "不接受", proxy_step: "须为有效的下一口价", proxy_visible: "达到当前价即可", self_outbid: "允许领先者继续加价",
    step: "加价幅度", step_rule: "幅度规则", step_multiple: "幅度的整数倍", step_at_least: "不少于一个幅度", step_own: "高于本人上次报价", band_from: "价格从", band_step: "幅度", band_add: "添加分段",
    has_ceiling: "设最高限价", ceiling_then: "达到限价后", then_sell_to_single: "仅一人接受则成交", then_hand_over: "转入下一环节", inquiry_ms: "询问时长", phases: "竞价阶段", opens_at: "开始时间", opens_hint: "留空则由工作人员手动开始",
    phase_n: "阶段 {n}", phase_kind: "阶段类型", phase_add: "添加阶段", length_ms: "时长", freeze_ms: "提前停止报价", entrants_min: "最少参加人数", freeze_bidders_min: "停止报价所需人数", quoted_min: "询问所需报价人数", quoted_min_hint: "留空同最少参加人数", recent_ms: "近期报价时段", recent_bidders_min: "近期最少报价人数",
    period_ms: "计时周期", entry: "可参加者", entry_qualified: "全部合格竞买人", entry_quoted: "已报价者", entry_confirmed: "询问期确认者", entry_quoted_and_confirmed: "已报价且确认者", entry_quoted_or_confirmed: "已报价或确认者", extension: "延时方式", window_ms: "触发窗口", pause_ms: "每次暂停", hard_stop_at: "最迟结束时间",
    add_ms: "每次延长", extra_ms_max: "最多延长", count_max: "最多次数", own_step: "本阶段使用单独的加价幅度", resume: "中止后的恢复", quick_ms: "快速恢复时限", notice_ms: "恢复预告时长", restart: "恢复后重新开始于",
  },
  unit: { label: "单位", days: "天", hours: "小时", minutes: "分钟", seconds: "秒" },
  extension: { none: "不延时", sliding: "尾段报价顺延", restart: "每次报价重新计时", restart_paused: "重新计时并暂停", add_on: "每次报价加时", sliding_capped: "顺延（有上限）" },
  action: {
    not_in_stage: "当前为{stage}", own: "编制人不得自行复核", ground: "原因（将公开）", ground_missing: "请填写原因", at: "恢复时间（留空为立即恢复）",
    check: "复核", check_title: "复核标的", check_text: "确认标的与交易条件无误。复核人与编制人不得为同一人。",
    publish: "发布公告", publish_title: "发布公告", publish_text: "发布后内容公开，交易条件不可再修改。",
    open: "开始竞价", open_title: "开始竞价", open_text: "立即开始第一阶段竞价。",
    suspend: "中止", suspend_title: "中止竞价", suspend_text: "中止立即生效，倒计时停止，原因向所有人公布。",
    resume: "恢复", resume_title: "恢复竞价", resume_text: "恢复时间须符合预告时长，过早的时间服务器将不受理。",
    terminate: "终止", terminate_title: "终止交易", terminate_text: "终止后不可恢复，原因向所有人公布。",
  },
  did: { draft: "编制", check: "复核", publish: "发布公告", open: "开始竞价", suspend: "中止", resume: "恢复", terminate: "终止", admit: "准予入场", refuse: "不予受理申请", score_first: "评分首次录入", score_differs: "评分两次录入不一致", reserve_first: "第一人录入底价", reserve: "底价录入生效", score: "录入评分", commit: "提交摇号承诺", reveal: "公布摇号种子", panel_asked: "发起专家抽取", panel_committed: "提交专家抽取承诺", panel_seed_shown: "公布专家抽取种子", deposit_terms: "设定保证金条款", deposits_settled: "保证金结清", deposit_forfeited: "保证金不予退还" },
  wall: { leader: "领先", lots: "正在竞价", unit: "价格单位：元；±% 为溢价率", empty: "现在没有正在竞价的标的。标的开始竞价后自动出现。", alerts: "预警", alerts_empty: "暂无预警。规则命中时立即出现在这里。", stream: "报价与拒绝", stream_empty: "等待第一条记录。报价和被拒绝的报价实时列出。", pulse: "最近一分钟 {n} 次报价", pace: "{n} 次/分 · 共 {bids} 次" },
  trace: {
    bid: "报价", proxy: "委托", answer: "答复", refused: "拒绝", suspended: "中止", resumed: "恢复", published: "公告", opened: "开始", deadline: "到时", admitted: "入场", barred: "禁止竞买", readmitted: "恢复竞买", closed: "结束", terminated: "终止",
    offer: "申报", offered: "申报", cancelled: "撤单", stood: "领先变动", traded: "成交", told: "公布", done: "机构公开", duty: "机构履职", reserve_set: "底价录入", scheduled: "排期", reserve_offered: "按底价询问",
    began: "进入阶段", ceiling: "触及限价", resume_set: "定恢复时间", resume_dropped: "取消原定恢复",
  },
  record: { evidence: "标出 {n} 条作为预警依据的记录", mark: "依据", n: "记录号", what: "事项", seq: "序号", said: "答复", device: "设备", empty: "没有记录", earlier: "更早", later: "更晚" },
  method_form: {
    ladder: "公开竞价阶段", methods: "其他交易方式", start_hint: "仅用于列表显示，本方式不以此计价", step_own_step: "逐轮最小改善幅度", step_grid: "价格单位", grid: "报价须为其整数倍",
    who: "谁可报价", who_everyone: "全部入场者", who_all_but_first: "当前领先者以外", who_first_only: "仅当前领先者", wins: "如何定成交", wins_best: "最优报价，付其所报", wins_second_price: "最优报价，付次优价", wins_nearest_mean: "最接近平均值",
    ties: "并列时", ties_first: "先到者", ties_again: "并列者再报一次", ties_time: "时间先者", ties_drawn: "按预先公布的种子抽签", ties_seed: "抽签种子", ties_seed_hint: "随公告公布，最多 64 字",
    offer_unit: "报价单位", offer_unit_hint: "报价须为其整数倍", changes_max: "可修改次数", changes_hint: "只限一份申报时；修改后按新时间排队", offers_min: "最少报价份数", offers_min_hint: "不足则流标；0 为不限", unique: "不得与他人报价相同",
    band: "限定报价区间", band_low: "高于", band_high: "不高于", drop: "每档变动", every_ms: "每档时长", steps: "档数（含起始价）", rounds: "轮数", turn_ms: "每人每轮时长", lead_ms: "首轮前等候", round_pause_ms: "轮间间歇",
    collect_ms: "竞买人提交内容时长", reveal_ms: "公布种子时长", area_start: "起始面积（m²）", area_max: "面积上限（m²）", area_max_hint: "达到即结束；不设则留空", area_step: "面积幅度规则", area_from: "面积从",
    price_points: "价格分", panel_points: "评审分", full_price: "价格满分价", full_price_hint: "起始价为零分，达到此价为满分", step_points: "每次至少提高（分）", indicators: "报价指标", indicator_add: "添加指标", indicator_low: "零分值", indicator_high: "满分值", points: "满分", points_sum: "合计 {n} 分",
    experts: "专家人数", experts_hint: "单数", by: "评定方法", by_points: "综合评分：价格分＋评审分", by_lowest_evaluated: "最低评标价",
    supply: "总量", quantity_unit: "申报单位", quantity_unit_hint: "数量须为其整数倍", cap: "每人最多", orders_max: "每人申报份数", pays: "结算价", pays_uniform: "统一价（最低成交价）", pays_own: "各按其报价", short: "申报不足时", short_partial: "按申报成交", short_void: "全部不成交",
    broadcasts: "平均报价公布", broadcast_n: "第 {n} 次，开始后", broadcast_add: "添加一次公布", trim_percent: "首尾各去掉（%）", round_ms: "每轮时长", rounds_max: "最多轮数", points_first: "首轮活跃度（点）", points_first_hint: "每人首轮可用的活跃点数",
    products: "标的清单", product_add: "添加标的", product_supply: "数量", product_step: "每轮加价", product_points: "每件点数", order_max: "单笔最多",
    reserve_mode: "设定方式", reserve_none: "不设底价", reserve_now: "现在填写（保密）", reserve_later: "竞价中由两人录入", opens_before_ms: "录入开始", closes_before_ms: "录入截止", before_hint: "第一阶段结束前", reserve_offer: "低于底价时按底价询问", reserve_offer_ms: "按底价询问时长",
    after_ceiling: "达到限价后的环节", follows: "逐宗交易：前一标的结束后开始", follows_lot: "前一标的编号", follows_gap: "间隔", lot_unknown: "本中心没有该编号的标的",
  },
  profiles: {
    lead: "模板规定交易方式；内置模板不可改，可另存为本中心模板，经另一人发布后使用", search: "搜索名称、编号或规则", none: "没有符合的模板", choose: "请在列表中选择一个模板", change: "换一种交易方式",
    group_own: "本中心模板", group_land: "土地", group_other: "其他资源", group_methods: "各类方式", preset: "内置模板", version: "第 {n} 版", published: "已发布", draft: "待发布", mine: "我编制的",
    published_already: "已发布，不再变动", own: "编制人不得自行发布", unpublished: "尚未发布，不能使用", use: "用此模板新建标的", write: "改后另存", writing: "正在下方编辑", write_title: "改后另存为新版本", publish: "发布", publish_title: "发布模板", publish_text: "发布后全体工作人员可用，此版本不可再修改。",
    json: "模板原文（JSON）", json_hint: "时长为毫秒，金额为十进制字符串，分值为百分之一分", id: "模板编号", id_hint: "小写字母、数字、下划线；同编号自动成为新版本", save: "保存为新版本",
  },
  duties: {
    reserve: "底价录入", reserve_unopened: "竞价开始后，在第一阶段结束前的规定时段内由两人录入。", reserve_early: "录入时段自 {at} 开始。", reserve_late: "不在底价录入时段。", reserve_entered: "底价已录入（{by}，{at}），不可更改，至揭晓前保密。",
    reserve_first: "您是第一人：录入底价后，须由另一位工作人员独立录入相同金额才生效。", reserve_second: "您是第二人：{by} 已于 {at} 录入。请独立录入，两次一致即生效；不一致则两人重新录入。", reserve_waiting: "您已于 {at} 录入，等待另一位工作人员独立录入相同金额；两次不一致时须重新录入。",
    reserve_until: "距录入截止", reserve_enter_first: "录入底价", reserve_enter_second: "录入并核对", reserve_enter_again: "重新录入",
    score: "专家评审", score_hint: "评审分 0 至 {max}，最多两位小数。每位专家对每份报价的意见由两人各自录入，一致即生效，不可更改；多数专家不通过的报价无效。", score_lowest_hint: "填写评审加价金额，计入评标价。每位专家对每份报价的意见由两人各自录入，一致即生效，不可更改；多数专家不通过的报价无效。", score_no_offers: "没有可评审的报价。",
    offer: "报价", expert: "专家 {n}", score_pass: "通过", score_failed: "不通过", score_in: "已生效", score_waits: "待另一人录入", score_expert: "专家 {n} 的编号", score_expert_choose: "选择专家", score_expert_missing: "请选择抽取的评审专家", score_label: "专家 {expert} 对 {paddle} 号的评分", score_send: "录入", score_final: "按列录入，两人一致即生效", score_sent: "您已全部录入", score_missing: "还差 {n} 项", score_not_running: "评审未在进行", total: "总分",
    draw: "摇号", draw_later: "摇号环节开始后，在此提交与公布监督方种子。", draw_not_running: "摇号未在进行", draw_late: "提交时段已过而承诺未齐，竞买人已不能提交内容；请中止后重新开始", draw_insecure: "本页未经 https 打开，浏览器不能计算摘要", draw_no_seed: "请先生成种子", draw_other_missing: "须待双方都已提交承诺", draw_collecting: "竞买人提交中，{at} 起可公布", draw_type_seed: "请填写种子",
    office: "机构", office_center: "交易中心", office_supervisor: "监督方", mine: "本方", commitment: "承诺（SHA-256）", seed: "种子", not_yet: "尚未提交", texts: "竞买人已提交 {n} 份内容", collected_at: "{at} 起公布种子", drawn: "摇出 {n} 号（{count} 名中）",
    commit_text: "本方先生成随机种子，只提交其摘要作为承诺；竞买人提交完毕后再公布种子。任何人可据此复算结果。", keep_secret: "公布前请对此种子保密，并抄存备用：关闭本标签页后浏览器不再保留", seed_new: "生成随机种子", seed_again: "重新生成", commit: "提交承诺", copy: "复制", copied: "已复制",
    seed_field: "本方种子", seed_strange: "与已提交的承诺不符，请填写当时的种子", seed_fits: "与承诺相符", reveal: "公布种子", revealed: "本方已公布种子，等待另一方。",
  },
  wall_method: {
    sealed: "密封报价中", sealed_until: "密封，{at} 开启", sealed_again: "并列者再报一次", opened: "已开启 {n} 份", best: "最优 {paddle} {price}", mean: "均值 {price}", shown: "显示价 {price}", step: "第 {n}/{of} 档", next_price: "下一档 {price}（{at}）",
    round_of: "第 {n}/{of} 轮", round: "第 {n} 轮", turn: "轮到 {paddle}", no_turn: "间歇", draw: "承诺 {commitments}/2 · 种子 {seeds}/2 · 内容 {texts} 份", collected: "{at} 起公布种子", drawn: "摇出 {paddle}（{n} 名中）",
    area: "面积 {area} m²（{paddle}）", area_none: "尚无面积报价", area_next: "下一口不少于 {area} m²", score: "最高 {score} 分（{paddle}）", score_none: "尚无报价", score_next: "下一口不低于 {score} 分", panel: "{experts} 名专家评审 {offers} 份报价",
    call: "总量 {supply}", next_mean: "{at} 公布均值", demand: "上轮需求/供给 {list}", bid: "买 {level}", ask: "卖 {level}", traded: "最新 {last} · {trades} 笔 · {volume}", more: "另 {n} 项",
  },
};
