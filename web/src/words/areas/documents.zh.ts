// 印制文书.
export default {
  title: "文书打印", print: "下载 PDF", waiting: "正在签发…", version: "第 {n} 版", hint: "文书首次下载时签发并保存，以后不再改动；内容变更时另发新版本。每份文书印有二维码，任何人可扫码核验。",
  kinds: { confirmation: "成交确认书", win_letter: "网上竞得证明", award_notice: "中标通知书", notice: "公告", refund_slip: "退款凭单", deposit_receipt: "保证金到账证明" },
  check: "文书核验", ours: "本平台签发的文书", newest: "这是最新版本。", newer: "该文书已有新版本，请以新版本为准。", newer_see: "查看最新版本",
  foreign: "不是本平台签发的文书", foreign_hint: "本平台从未签发过此指纹的文书。请核对二维码或指纹是否完整，谨防伪造。",
  nothing: { void: "该成交已宣布无效，本文书不再有效。", defaulted: "竞得人已被认定悔拍，本文书不再有效。" },
  kind: "种类", name: "名称", number: "编号", of_version: "版本", lot: "标的", at: "事项时间", issued_at: "签发时间", fingerprint: "全文指纹（SHA-256）", signature: "全文签名（Ed25519）", key: "签发公钥", file_hash: "文件 SHA-256",
  file: "下载文件", file_signature: "下载文件签名", closed: "文书内容仅本人、交易中心和监督人员可见；请将手中文书的指纹与本页核对。", compare: "纸面所印指纹和签名须与本页逐字一致。文件签名为 Ed25519 分离签名，不是 PAdES 签名。",
  noted: "存证", noted_at: "文件哈希已记入公开日志第 {n} 条", noted_soon: "正在记入公开日志",
  cosigned: "见证共签", cosigned_none: "尚无见证人共签", cosigned_file: "下载共签存证",
};
