export default {
  title: "专家抽取", text: "中心与监督部门各自先提交种子的哈希，随后固定可抽专家名单；双方公开种子后由两个种子共同抽出，任何人可以复算。",
  field: "专业", wanted: "人数", employers: "回避单位（信用代码，可填多个）", experts: "回避专家（编号，可填多个）", applicants: "竞买申请人及其联合体成员单位的专家自动回避。", reason: "重新抽取的理由",
  none: "本标的尚未发起抽取。交易中心发起后，双方在这里提交种子的哈希。",
  ask: "发起抽取", ask_again: "重新抽取", choose_field: "请选择专业", no: "第 {no} 次", persons: "{n} 人", because: "理由：", pool: "可抽名单",
  commit_text: "取一个种子，提交其哈希；对方提交前后您都无法更改。种子只保存在本标签页，公开前请勿透露。", noting: "承诺正在写入透明日志，稍候即可公开",
  office: { clerk: "交易中心", supervisor: "监督部门" }, sealed: "已抽取；结果在标的结束后公布。",
  expert: "专家编号", ticket: "抽取号", name: "姓名、职称", employer: "单位", phone: "电话", names: "查看姓名与电话（留痕）", aged: "已满65岁", short: "还缺 {n} 人",
  place: { title: "结果", drawn: "抽中", substitute: "候补", recused_for_employer: "单位回避", recused_oneself: "本人回避" },
  fits: "本浏览器已复算：种子、名单与结果相符", fits_not: "复算结果与公布的不符",
  waiting: { title: "专家组待办", for: { our_hash: "待本中心提交种子哈希", their_hash: "待监督部门提交种子哈希", our_seed: "待本中心公开种子", their_seed: "待监督部门公开种子", another_clerk: "{n} 项评分待另一人复录", me: "{n} 项评分待您复录" } },
};
