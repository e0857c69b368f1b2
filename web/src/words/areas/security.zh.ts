// Accounts, agencies, the calendar and the audit trail.
export default {
  lead: "账号、机关与工作日历；每一次改动都记入审计。",
  duty: { receive: "受理", review: "审核", decide: "决定", own_data: "数据管理" },
  account: { title: "新建账号", role: "角色", login: "登录名", name: "姓名或名称", password: "初始密码", password_hint: "8 至 256 个字符", center: "交易中心", agency: "所属机关", duties: "岗位职责", make: "建立账号", made: "已建立 {login}（{role}）" },
  agency: { title: "行政机关", name: "名称", name_zh: "名称（中文）", name_en: "名称（英文）", code: "统一社会信用代码", region: "行政区划", make: "登记机关" },
  calendar: { title: "工作日历", year: "年份", decree: "文号", decree_hint: "国务院办公厅放假通知的文号", off: "放假", on: "调休上班", off_hint: "每行一天或一段，如 2027-10-01..2027-10-07；也可直接粘贴整份 JSON", on_hint: "每行一天，只能是周末", import: "导入该年安排", done: "{year} 年已导入，办理时限立即按新安排计算" },
  audit: { lead: "每一次改动与对个人信息的读取，最新在前；逐行哈希相连，抽改可查。", n: "序号", who: "账号", only: "只看此账号", of: "只看 {login}", everybody: "查看全部", action: "行为", subject: "对象", status: "答复", purpose: "目的", hash: "哈希", newest: "最新" },
  action: { "sign in": "登录", "read case": "查阅办件" },
  purpose: { "case handling": "办理案件" },
};
