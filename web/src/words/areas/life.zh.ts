export default {
  title: "标的全程", none: "本标的没有标的档案，按普通流程发布和交易。", none_hint: "填写档案后，须经报批、公告方可挂出；已发布的标的不能补建。",
  rehearsal: "演练环境：法定最短期限只作提示，不强制执行。", foreign: "其他交易中心的标的，只可查看。", relisted: "已重新上市", follows: "承接标的", due: "应于 {day} 前", overdue: "已逾期", later: "待办", now: "当前", number: "文号 {n}",
  by: "{by}", by_two: "{asked} 提出，{by} 确认", two: "双人", warnings: "期限提示", asked_mine: "您已提出，待另一位工作人员确认", asked_other: "{by} 已提出，待您确认", messages: "消息",
  file_case: "提交出让方案审核", contract_case: "提交出让合同备案", case_lot: "所涉标的", review_file: "提交资格材料",
  state: {
    draft: "编制", checked: "复核", filing_asked: "报批", filed: "批准", announced: "公告挂出", bidding: "挂牌竞价", hammered: "落槌", post_review: "资格后审", confirmed: "成交确认", publicity: "成交公示",
    contracted: "签订合同", paid: "价款缴清", registered: "登记办结", void: "成交无效", defaulted: "悔拍", unsold: "未成交", terminated: "终止",
  },
  act: {
    ask_filing: "报批", withdraw_filing: "撤回报批", file: "登记批准结果", announce: "发布并挂出", ask_review: "提请资格后审", void: "宣布成交无效", confirm: "签发成交确认书", publish_result: "开始公示",
    contract: "登记合同", pay: "登记到账", register: "登记办结", default: "认定悔拍", relist: "重新上市",
  },
  act_text: {
    ask_filing: "提交审批后，标的内容和档案锁定；审批由审批人员办理。", withdraw_filing: "撤回后可修改，再次报批前须重新复核。", file: "审批已获批准时登记。", announce: "交易条件自此冻结并记入交易记录。",
    ask_review: "请审批人员审核竞得人资格。", void: "资格审核未通过：成交无效，保证金不予退还，须两人确认；之后可重新上市。", confirm: "两人所填文号须一致。", publish_result: "成交公示已发布，自公示起计算公示期。",
    contract: "登记后按规定列出各期价款和期限。", pay: "两人所填内容须一致，以银行入账为准。", register: "填写不动产登记或办结文号。", default: "竞得人保证金不予退还，即时记入信用记录，自此不得参加竞买；两人所填理由须一致。多人竞得的，只影响该竞得人。", relist: "以新编号建立承接标的，底价和开始时间须重新设定。",
  },
  field: { number_confirm: "成交确认书编号", number_contract: "合同编号", number_register: "登记文号", number_relist: "新标的编号", ground: "理由", winner: "违约的竞得人", instalment: "期次", paid_on: "到账日期", receipt: "收据号" },
  winner: "{paddle} 号牌（第 {no} 号申请）", instalments: "分期价款", share: "比例", amount: "金额", due_on: "期限", paid: "到账", unpaid: "未缴",
  money: { settle: "保证金：竞得人转定金，其余退还", forfeit: "保证金：竞得人不予退还，其余退还", refund_all: "保证金：全部退还" }, money_due: "待办资金事项（保证金不在本平台，尚未划转）", money_moved: "资金事项（已记入保证金台账）",
  did: { file: "编制档案", document: "上传附件", document_removed: "移除附件", postpone: "推迟开始" },
  file: {
    title: "标的档案", write: "填写标的档案", locked: "已报批，档案不可修改", save: "保存档案", saved: "已保存，须经另一位工作人员复核", basis: "交易依据", parcel_code: "宗地代码", parcel_hint: "19位，GB/T 37346-2019", plot_ratio: "容积率", land_use: "用途", term_years: "出让年限（年）",
    review: "资格审核", deadline: "竞买申请截止", area_note: "面积差异说明", area_hint: "界址面积与所填面积相差超过1%时必填", boundary: "宗地界址", computed: "界址面积", stated: "所填面积", unsaved: "（未保存，仅供参考）", none: "未选择", grantor: "出让人", years: "{n} 年",
    basis_of: { land_grant: "国有建设用地使用权出让", property_rights: "国有产权转让", mining: "矿业权出让", auction: "公物拍卖", judicial_movable: "司法拍卖（动产）", judicial_immovable: "司法拍卖（不动产）", other: "其他" },
    use: { residential: "居住", industrial: "工业", social: "教科文卫体", commercial: "商业、旅游、娱乐", mixed: "综合或其他" }, review_of: { pre: "资格前审", post: "资格后审" },
  },
  map: {
    label: "宗地图，CGCS2000 平面坐标", draw: "绘制", redraw: "重新绘制", clear: "清除", import: "导入坐标", hint: "逐点单击，双击结束；拖动界址点可修改。也可导入 GeoJSON，或每行“序号,北坐标,东坐标”的界址点表。", paste: "粘贴 GeoJSON 或界址点坐标", use: "采用", grid: "网格 {n} 米",
    fault: { empty: "没有读到坐标", kind: "须为 GeoJSON 多边形或坐标行", system: "坐标须为 2000 国家大地坐标：经纬度或中央经线114度平面坐标" }, lonlat: "经纬度坐标（EPSG 4490），保存后显示",
  },
  document: { title: "附件", name: "附件名称", add: "上传", hint: "PDF、JPEG、PNG、DOCX、ZIP，每个不超过 20 MiB", none: "没有附件", remove: "移除", bytes: "大小", file: "选择文件", sha: "SHA-256" },
  notice: {
    title: "公告", write: "编写公告", edit: "修改", correct: "更正", publish: "复核并发布", publish_title: "复核并发布公告", own: "不能发布自己编写的公告", none: "没有公告", draft: "待发布", all: "全部类别", material: "重大变更：已有报价全部作废，标的终止，可重新上市", material_mark: "重大变更",
    opens_at: "推迟至", title_zh: "标题（中文）", title_en: "标题（英文）", text_zh: "正文（中文）", text_en: "正文（英文）", kind: "类别", number: "文号", at: "发布时间", lot: "标的", save: "保存草稿", cancel: "取消", corrects: "更正下列公告，原公告保留", back: "全部公告", floor: "中止、恢复、终止公告随操作自动发布。",
    kinds: { grant: "出让公告", supplementary: "补充公告", suspension: "中止公告", resumption: "恢复公告", termination: "终止公告", result: "成交公示" },
  },
};
