// 印制文书.
export default {
  title: "Documents", print: "Save PDF", waiting: "Being issued…", version: "Version {n}", hint: "A document is issued when it is first asked for and never changes; when its facts do, a new version stands beside it. Anyone can check a paper by its QR code.",
  kinds: { confirmation: "Deal confirmation", win_letter: "Win letter", award_notice: "Award notice", notice: "Notice", refund_slip: "Refund slip", deposit_receipt: "Deposit receipt" },
  check: "Check of a document", ours: "Issued by this platform", newest: "This is the newest version.", newer: "A newer version stands beside this one; the newer counts.", newer_see: "See the newest",
  foreign: "No document of this platform", foreign_hint: "Nothing with this fingerprint was ever issued here. See that the code or the fingerprint is whole, and beware of a forgery.",
  nothing: { void: "The sale was declared void: this document counts no longer.", defaulted: "The winner defaulted: this document counts no longer." },
  kind: "Kind", name: "Title", number: "Number", of_version: "Version", lot: "Lot", at: "When it happened", issued_at: "Issued", fingerprint: "Fingerprint of the words (SHA-256)", signature: "Signature over the words (Ed25519)", key: "Signed with the key", file_hash: "SHA-256 of the file",
  file: "Save the file", file_signature: "Save the file's signature", closed: "Its words are shown to its owner, the center and supervisors only; compare the fingerprint on your paper with this page.", compare: "Fingerprint and signature on the paper must be these, letter by letter. The file's signature is a detached Ed25519 signature, not a PAdES one.",
  noted: "In the log", noted_at: "The file's hash is leaf {n} of the public log", noted_soon: "On its way into the public log",
  cosigned: "Cosigned by", cosigned_none: "No witness has cosigned yet", cosigned_file: "Save the cosigned proof",
};
