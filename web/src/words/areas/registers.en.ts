import type zh from "./registers.zh";

const en: typeof zh = {
  lead: "Nine shared bases; every version of every row is kept", open: "open", owner: "Owning agency", no_owner: "not set", set_owner: "Choose its agency", rows: "Rows", access: "My access", name: "Register",
  mine: "ours", all_fields: "all fields", some_fields: "{n} of {of} fields", no_fields: "not shared", search: "Search", import: "Import", reads: "Read log", ask: "Ask for it", back: "All registers",
  q: "Words", q_hint: "In the fields you may read", field: "Field", value: "Value", any_field: "Any field", any_value: "Any", purpose: "Purpose", purpose_hint: "Shows personal fields; the reading is recorded",
  purpose_first: "All you may read is personal: give a purpose first", not_shared: "This register is not shared with your agency", empty: "No row matches", shown: "Fields shown", withheld: "{n} personal fields are not shown: give a purpose to see them",
  export_csv: "Export CSV", export_json: "Export JSON", row: "Row {n}", open_row: "Open", close: "Close", version: "Version {n}", now: "today", from: "from {source}", by: "imported by {by}", changed: "changed", first: "first version", gone: "emptied",
  personal: "personal", key: "key", required: "required",
  file: "File", file_hint: "CSV or JSON in UTF-8, at most 16 MiB and 100,000 rows", file_missing: "Choose a file", file_large: "Above 16 MiB: import it in parts", file_kind: "Its name ends in .csv or .json", source: "Source", source_hint: "An exchange or the number of a letter", source_missing: "Say where it comes from",
  take_good: "Take the good lines of a file that has bad ones", dry_run: "Check only, write nothing", begin: "Import", template: "Empty heading", columns: "Fields", not_owner: "Only the owning agency's data officer imports",
  status: { checking: "Checking", writing: "Writing", done: "Done", refused: "Nothing taken", stopped: "Cut short by a restart, nothing taken" }, dry_done: "Checked, nothing written",
  job: "This import", job_rows: "Rows read", job_good: "Good", job_bad: "Bad", job_added: "Added", job_changed: "Changed", job_same: "As before", digest: "SHA-256 of the file",
  errors: "{n} error | {n} errors", doubts: "{n} doubts (no reason to refuse; compare them)", first_shown: "the first {n} are listed", line: "Line", what: "What", whole_line: "the line", no_errors: "No errors", earlier: "Earlier imports", no_imports: "Nothing was imported yet", began: "Began", by_short: "By", result: "Result",
  side_asked: "Our requests", side_owned: "To decide", ask_title: "Ask for fields", which: "Register", fields: "Fields", fields_missing: "Choose a field at least", basis: "Legal basis", basis_missing: "Name the legal basis", purpose_missing: "Say what it is for", until: "Last day", until_hint: "That day included, 366 days at most", until_missing: "Choose the last day",
  send: "Send the request", agency: "Asked by", asked: "Asked", decision: "Decision", approve: "Approve", refuse: "Refuse", approve_title: "Approve the request", refuse_title: "Refuse the request", reason: "Reason", reason_missing: "Give the reason", own_request: "You asked for it: another officer decides", granted: "Fields granted", no_shares: "No requests",
  share: { asked: "waiting", approved: "in use", refused: "refused", expired: "over" },
  reads_lead: "Who read personal data, when and why; a chained record that does not change", reader: "Reader", read_what: "Fields and rows", no_reads: "Nobody has read personal data yet", older: "Earlier", at: "Time",
};
export default en;
