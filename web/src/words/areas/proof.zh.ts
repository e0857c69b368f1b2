// 存证：回执的核对.
export default {
  verified: "已验证", refused: "未通过核对",
  fault: {
    no_entry: "回执中没有记录原文", other_log: "检查点出自另一个日志，与所给公钥不是同一来源", not_signed: "检查点上没有该公钥的签名", wrong_signature: "检查点的签名与内容不符：内容被改动，或不是该公钥所签",
    wrong_cosignature: "见证签名与检查点内容不符", index_outside: "记录号超出检查点所含的记录数", path_too_long: "校验路径多于应有的长度", path_too_short: "校验路径少于应有的长度", wrong_root: "由记录原文推算的根与所签的根不符：原文、记录号或路径被改动",
    empty_tree: "原检查点不含任何记录，无从比较", log_shrank: "日志的记录数比先前少：有记录被删去", log_split: "日志与先前所签的不一致：先前的记录被改动或另有一套记录", no_checkpoint: "回执不完整：缺少检查点", not_a_receipt: "不是回执：首行应为 c2sp.org/tlog-proof@v1",
    no_index: "回执缺少记录号", bad_checkpoint: "检查点格式不正确", bad_note: "签名行格式不正确", too_many_signatures: "签名行过多", bad_key: "公钥格式不正确，或其各部分不相符", too_long: "文件过大，不是回执", not_text: "含有不可见字符，或不是 UTF-8 文本", bad_number: "数字格式不正确",
    bad_hash: "校验路径或根的长度不正确", bad_base64: "Base64 编码不正确", no_crypto: "浏览器只在安全连接（https）下提供密码功能，请改用 https 或下载核对页后离线打开", other_entry: "回执所证的不是这一次报价", other_key: "平台更换了日志公钥：先前的签名不再由它作证", unproven: "平台不能证明日志包含先前所签的记录：有记录被删去或替换", no_ed25519: "此浏览器不能核对 Ed25519 签名，请换用较新的浏览器，或用 openssl 核对",
  },
  entry: { paddle: "号牌", amount: "金额（元）", at: "服务器受理时间（北京时间）", lot: "标的", seq: "标的内序号", index: "日志记录号", size: "检查点所含记录数", origin: "日志", witnesses: "见证签名", no_witness: "无", seen: "{name}，{at}", line: "记录原文", offered: "申报" },
  verify: {
    title: "核对回执", lead: "本页是一个独立的文件，可另存后离线使用；不连接网络，所填内容不离开本机。", receipt: "回执", receipt_hint: "粘贴回执全文，或把文件拖到此处", choose: "选择文件", key: "日志公钥", key_hint: "形如 名称+编号+Base64，请从平台以外的途径取得，例如公告、公证机构或监督机构", witnesses: "见证公钥（可不填，每行一个）",
    check: "核对", from_file: "公钥取自回执文件本身：这只说明文件前后一致。请与另行取得的公钥逐字核对。", no_key: "请填写日志公钥", means: "所示记录确在该日志中，且自签名之时起未被改动。", code: "代码",
  },
  mark: { checking: "核对中", verified: "已验证", refused: "未通过核对", save: "下载回执", title: "本机已核对：这一报价在日志中，且由日志公钥签名" },
  banner: { title: "日志与平台先前所签不一致", text: "平台的交易记录与您的浏览器先前收到并核对过的不一致。请保存证据，立即联系监督机构；在查明之前，不要以平台显示的内容为准。", save: "保存证据", more: "查看", since: "发现于 {at}" },
  room: { grew: "日志连续性已核对，至第 {size} 条，{at}", unproven: "自 {at} 起平台未能证明日志连续，正在重试；请保存回执", open: "这份记录任何人都可核对" },
  page: {
    lead: "每一次公开报价、开启、中止与结果都是透明日志中的一条记录。平台对日志整体签名，签过的内容不能再改而不被发现；任何人不必信任平台即可核对。",
    newest: "最新检查点", size: "记录数", root: "根", origin: "日志", cosigned: "见证签名", cosigned_none: "尚无见证人签名", cosigned_hint: "须以见证人的公钥核对", signed: "签名", text: "检查点原文",
    key: "日志公钥", key_hint: "请与公告、公证机构或监督机构处的公钥核对；从本页得到的公钥，只能证明平台前后一致。", key_raw: "Ed25519 公钥（Base64）", copy: "复制", copied: "已复制",
    box: "核对一份回执", box_hint: "粘贴回执全文，或选择文件；在您的浏览器内核对，不上传。", check: "核对", empty: "请粘贴回执或选择文件", fetched: "标的 {lot} 第 {seq} 号事件的回执，取自平台",
    offline: "离线核对", offline_text: "下面的文件是一个独立的网页，保存后不联网也能核对；它与本页使用同一段程序。", offline_file: "下载核对页 verify.html", offline_open: "打开",
    shell: "用命令行核对", shell_text: "只需 openssl 3、sha256sum 与 base64：", shell_file: "下载 check.sh", own: "本机保存的回执", own_none: "您在此浏览器中尚无回执。报价被受理后，回执会自动保存并核对。", own_hint: "只保存在此浏览器中，最多 {n} 份，请下载留存。",
    forget: "清除本机保存的回执与核对记录", forget_sure: "清除后，此浏览器不再能发现日志与先前不一致。请先下载回执与证据。", forget_yes: "确认清除", evidence: "证据",
  },
  file: { title: "阳光竞价 报价回执", warning: "随文件而来的公钥不足为凭，请与另行取得的公钥核对。" },
};
