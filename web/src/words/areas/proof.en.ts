import type zh from "./proof.zh";

const en: typeof zh = {
  verified: "Verified", refused: "Does not hold",
  fault: {
    no_entry: "the receipt does not carry the entry itself", other_log: "the checkpoint is another log's than the key's", not_signed: "this key has not signed the checkpoint", wrong_signature: "the signature does not fit the checkpoint: it was altered, or another key signed it",
    wrong_cosignature: "a witness' signature does not fit the checkpoint", index_outside: "the entry's number is beyond the signed tree", path_too_long: "the path has more hashes than it should", path_too_short: "the path has fewer hashes than it should", wrong_root: "the entry does not lead to the signed root: entry, number or path was altered",
    empty_tree: "the older checkpoint holds no entry to compare", log_shrank: "the log has fewer entries than before: entries were removed", log_split: "the log is not the one signed before: earlier entries were altered, or it shows two stories", no_checkpoint: "the receipt is not whole: it ends before the checkpoint", not_a_receipt: "not a receipt: it should begin with c2sp.org/tlog-proof@v1",
    no_index: "the receipt names no entry number", bad_checkpoint: "the checkpoint is not of the documented form", bad_note: "a signature line is not of the documented form", too_many_signatures: "too many signature lines", bad_key: "not a key, or its parts do not belong together", too_long: "too long for a receipt", not_text: "holds characters that are not seen, or is no UTF-8 text", bad_number: "a number is not of the documented form",
    bad_hash: "a hash does not have its length", bad_base64: "a line is not Base64 to the letter", no_crypto: "browsers offer cryptography over https alone: use https, or save the page and open it from your disk", other_entry: "the receipt is not that of this bid", bad_promise: "the promise is not of the documented form", wrong_commitment: "the promise is not of this line: line or salt was altered", not_kept: "what the platform promised this browser is not among the commitments told at the close: an accepted offer was left out", opened_other: "the opened offer is not the one that was taken and promised", not_opened: "an offer that was taken and promised is not among those opened", other_key: "the platform changed its log's key: it no longer answers for what it signed", unproven: "the platform cannot prove that its log holds what it signed before: entries were removed or replaced", no_ed25519: "this browser cannot check Ed25519: use a newer one, or openssl",
  },
  entry: { paddle: "Paddle", amount: "Amount (yuan)", at: "Taken by the server (UTC+8)", lot: "Lot", seq: "Number in the lot", index: "Entry in the log", size: "Entries signed", origin: "Log", witnesses: "Cosigned by", no_witness: "nobody", seen: "{name}, {at}", line: "The entry itself", offered: "Offer" },
  verify: {
    title: "Check a receipt", lead: "This page is one file: save it and use it offline. It makes no connection, and nothing you enter leaves this computer.", receipt: "Receipt", receipt_hint: "paste all of it, or drop the file here", choose: "Choose a file", key: "Public key of the log", key_hint: "name+id+Base64; get it some other way than from the platform: a notice, a notary, a supervisor", witnesses: "Keys of witnesses (may stay empty; one a line)",
    check: "Check", from_file: "The key was taken from the receipt's own file, which only shows that the file agrees with itself. Compare it, letter by letter, with one you got another way.", no_key: "give the public key of the log", means: "This entry is in that log and has not changed since it was signed.", code: "Code",
  },
  mark: { checking: "Checking", held: "Promised, checked at the opening", promise: "The platform has signed that it keeps this offer; at the opening this browser holds what is shown against it", save_promise: "Save the promise", verified: "Verified", refused: "Does not hold", save: "Save the receipt", title: "Checked by this browser: the bid is in the log, and the log's key signed it" },
  banner: { title: "The log contradicts what was signed before", text: "The record shown now is not the one this browser was given and checked before. Save the evidence and call the supervisor at once; until this is cleared up, do not rely on what is shown here.", save: "Save the evidence", more: "See more", since: "found at {at}" },
  room: { grew: "The log was checked to have only grown, up to entry {size}, {at}", unproven: "Unproven since {at}: the platform has not shown that its log only grew; asking again. Save your receipts", open: "Anybody can check this record" },
  page: {
    witnesses: "Witnesses",
    witnesses_none: "No witness is named yet",
    witnesses_hint: "Witnesses are run by others, a supervisor or a notary, on machines of their own: they remember how the log last looked and cosign only what continues it. Ask a witness itself for its key.",
    witness_seen: "Last cosigned {at}",
    witness_silent: "Has not cosigned the newest checkpoint",
    fetched_hash: "Receipt fetched for the hash {sha256}",
    lead: "Every public bid, opening, suspension and result is an entry of a transparent log. The platform signs the log as a whole: what was signed cannot be changed unseen, and nobody has to trust the platform to check it.",
    newest: "Newest checkpoint", size: "Entries", root: "Root", origin: "Log", cosigned: "Cosigned by", cosigned_none: "No witness has signed it yet", cosigned_hint: "to be checked with the witness' own key", signed: "Signature", text: "The checkpoint itself",
    key: "Public key of the log", key_hint: "Compare it with the one in a notice, at the notary or the supervisor: a key learned here only shows that the platform agrees with itself.", key_raw: "Ed25519 key (Base64)", copy: "Copy", copied: "Copied",
    box: "Check a receipt", box_hint: "Paste all of it or choose a file; it is checked in your browser and sent nowhere.", check: "Check", empty: "paste a receipt or choose a file", fetched: "Receipt of event {seq} of lot {lot}, as the platform gives it",
    offline: "Check offline", offline_text: "This file is a page of its own: save it and check without a network. It runs the same program as this page.", offline_file: "Save verify.html", offline_open: "Open",
    shell: "Check in a shell", shell_text: "openssl 3, sha256sum and base64 are all it takes:", shell_file: "Save check.sh", own: "Receipts kept in this browser", own_none: "No receipt in this browser yet. Once a bid is taken, its receipt is kept and checked here.", own_hint: "Kept in this browser alone, at most {n}; save the files.",
    forget: "Forget the receipts and what was checked", forget_sure: "This browser will then no longer notice that the log contradicts what it signed. Save receipts and evidence first.", forget_yes: "Forget them", evidence: "Evidence",
  },
  file: { title: "Receipt of a bid", warning: "A key that comes with a receipt proves nothing by itself: compare it with one you got another way." },
};

export default en;
