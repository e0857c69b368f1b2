import type zh from "./approval.zh";

const en: typeof zh = {
  optional: " (optional)", required: "required", if_any: "if any", two_persons: "two persons", wd: "{n} working days", wd_unit: "working days", months: "{n} months", choose: "Choose", colon: ": ", list_comma: ", ",
  form: "Application", materials: "Materials", materials_hint: "PDF, pictures, Word, Excel or ZIP, 20 MB each at most; drop a file on its line. Each is kept under the SHA-256 of its content.", opinions: "Opinions of other agencies", way: "Progress", agency: "Agency",
  to_correct: "Please correct the following", decision_word: "Reasons of the decision", asked_at: "asked {at}", opinion_waiting: "Not answered yet", not_filled: "not filled in", no_file: "none", download: "Download",
  file_more: "Add another", file_choose: "Choose a file", sending: "Uploading {name}, {n}%", too_large: "“{name}” is larger than {max} and was not sent", still: "Still needed: {what}", correct_note: "What was corrected", correct_note_missing: "Say what was corrected",
  none: "No cases", filed_at: "filed {at}", begun_at: "begun {at}", in_step: "now: {step}", last_word: "The office says", new_lead: "Read the guide, then fill in the form; it saves itself as you write.", no_items: "There is nothing you can apply for now", not_yours: "Your role does not file this item, or it is suspended", choose_item: "Choose what to apply for", begin: "Begin", application_no: "application no. {no}",
  colour: { green: "On time", blue: "Due", yellow: "Yellow", red: "Red" },
  colour_long: { green: "Within its limits", blue: "One working day or less of the promised limit is left", yellow: "Over the promised limit, or a step or the receipt is late", red: "Over the legal limit" },
  status: { draft: "Being written", filed: "To be received", returned: "To be corrected", handling: "In hand", proposed: "To be confirmed", decided: "Decided", withdrawn: "Withdrawn" },
  outcome: { granted: "Granted", refused: "Refused" },
  clock: {
    comma: ", ", not_filed: "not filed, no limit runs", with_applicant: "back with the applicant, no limit runs", receive_by: "to be received by {day}", promised_by: "promised by {day}", used: "{n} working days used", left: "{n} left", over: "{n} working days over",
    stopped: "clock stopped for a special procedure", extended: "extended by {n}", provisional: "a year without its decree: dates are provisional", took: "took {n} working days", step_by: "this step by {day}",
  },
  act: {
    file: "File", correct: "File again", withdraw: "Withdraw", accept: "Accept", return: "Return for correction", refuse_acceptance: "Refuse to receive", forward: "Hand on", decide: "Decide", propose: "Propose a decision", confirm: "Confirm", send_back: "Do not confirm",
    stop: "Begin a special procedure", resume: "Resume the clock", ask_extension: "Ask for more time", grant_extension: "Grant more time", refuse_extension: "Refuse more time", ask_opinion: "Ask an opinion", give_opinion: "Give the opinion",
  },
  act_text: {
    file: "Once filed, limits run and nothing can be changed.", correct: "It waits to be received again.", withdraw: "The case ends and cannot be taken up again; you may apply anew.", accept: "The promised limit runs from now on.", return: "Name everything that is to be corrected, at once; the applicant files it again.", refuse_acceptance: "It does not belong to this agency or item; the case ends here.",
    forward: "This step is done; the next begins.", decide: "The case ends and the applicant is told at once.", propose: "Another officer must confirm what you propose.", confirm: "The decision stands and the applicant is told at once.", send_back: "The deciding step goes on.",
    stop: "Limits stand still until the procedure ends.", resume: "The procedure has ended; limits run on.", ask_extension: "Another officer grants it; there is only one.", grant_extension: "The promised and the legal limit both move.", refuse_extension: "The limits stay.", ask_opinion: "This step cannot end before that agency has answered.", give_opinion: "An opinion cannot be changed once given.",
  },
  did: {
    begin: "Begun", file: "Filed", correct: "Filed again", withdraw: "Withdrawn", accept: "Accepted", return: "Returned for correction", refuse_acceptance: "Not received", forward: "Handed on", decide: "Decided", propose: "Decision proposed", confirm: "Decision confirmed", send_back: "Not confirmed",
    stop: "Special procedure, clock stopped", resume: "Clock resumed", ask_extension: "More time asked for", grant_extension: "More time granted", refuse_extension: "More time refused", ask_opinion: "Opinion asked", give_opinion: "Opinion given",
  },
  ask: { outcome: "Decision", agrees: "Opinion", special: "Special procedure", days: "Working days, {n} at most", agency: "Agency to be asked", note: "Reason or remark", corrections: "Everything that is to be corrected" },
  missing: { note: "Give the reason", outcome: "Choose granted or refused", special: "Choose the procedure", days: "Give the days", agency: "Choose an agency", agrees: "Choose an opinion" },
  carried: { granted: "granted", refused: "refused", proposed_granted: "to grant", proposed_refused: "to refuse", days: "{n} working days", agrees: "agrees", differs: "does not agree" },
  ahead: { write: "Writing", correct: "Correction by the applicant", receive: "Receipt", confirm: "Confirmation by another officer", now: "now" },
  waiting: {
    proposed: "{by} proposed “{outcome}”; it waits for you to confirm", proposed_mine: "You proposed “{outcome}”; another officer must confirm", proposed_other: "{by} proposed “{outcome}”; another officer must confirm",
    extension: "{by} asked for more time; it waits for you to grant", extension_mine: "You asked for more time; another officer must grant it", extension_other: "{by} asked for more time; another officer must grant it",
  },
  members: { name: "Name", code: "Credit code or identity number", share: "Share", name_n: "Name of member {n}", code_n: "Code of member {n}", share_n: "Share of member {n}", sum: "Shares together {sum}%", short: ", {n}% missing", over: ", {n}% too much", add: "Add a member", begin: "Joint bid: name the members", together: "Together" },
  hint: { number: "A number, e.g. 1200.50", date: "A date like 2026-10-01", code: "18 digits or capitals", code_n: "{n} of 18 characters", code_ok: "18 characters", choice: "Choose one", members_few: "A joint bid has two members at least; take them all out to bid alone", members_member: "A member has a name, a code of 18 characters and a share", members_twice: "A code stands once", members_sum: "The shares together are 100%" },
  save: { idle: "Saves itself as you write", saving: "Saving", saved: "Saved {at}", failed: "Not saved, it is still on this page:", held: "Unfinished, kept on this computer: {fields}" },
  tabs: { label: "State of cases", all: "All", mine: "My turn", office: "With the office", ended: "Ended" },
  subject: { lot: "About which lot", application: "About which application", missing: "Choose first", no_lot: "There is no lot to choose", no_application: "You have not applied for a lot yet; do so on the lot's page" },
  subject_kind: { applicant: "The applicant", lot: "A lot", application: "An application for a lot" },
  consent: { title: "A joint bid waits for your consent", lot: "See the lot", give: "Consent", given: "Consented to these shares", text: "You bid jointly with these members and shares. If the shares change, you are asked again." },
  inbox: { reading: "Read only: open cases of every agency; opening one is put on record.", walk: "move, ", open: "opens", colour: "Limit", status: "Status", any_status: "All statuses", item: "Item", any_item: "All items", no: "Case number", step: "Step", filed: "Filed", limit: "Time", empty: "No open cases" },
  kind: { licence: "Licence", benefit: "Benefit", confirmation: "Confirmation", reward: "Reward", ruling: "Ruling", levy: "Levy", coercion: "Coercion", penalty: "Penalty", inspection: "Inspection", other: "Other" },
  level: { nation: "Nation", province: "Province", city: "City", district: "District", street: "Street office" },
  object: { natural: "Natural persons", legal: "Legal persons" },
  depth: { 1: "Information online", 2: "Forms to download", 3: "Filed online", 4: "Done online" },
  field_kind: { text: "Text", number: "Number", date: "Date", choice: "Choice", credit_code: "Credit code", id_number: "Identity number", members: "Members of a joint bid" },
  item: {
    code: "Code", name: "Name", name_zh: "Name (Chinese)", name_en: "Name (English)", sub_item: "Sub-item", kind: "Kind", agency: "Agency", level: "Level", objects: "Serves", promised: "Promised", legal: "By law", extension_wd: "Extension (working days)", fees: "Fees", charged: "charged", free: "none", depth: "Online", state: "State", version: "Version",
    conditions: "Conditions", conditions_zh: "Conditions (Chinese)", conditions_en: "Conditions (English)", steps: "Steps", steps_sum: "{n} of the {of} working days promised", receive_wd: "within 5 working days", extension: "May be extended once, with approval, by {n} working days at most.", special_text: "Special procedure: {name}, {n} working days at most; limits stand still meanwhile.",
    legal_basis: "Legal basis", facts: "Facts", result: "Result", result_zh: "Result (Chinese)", result_en: "Result (English)", validity: "Valid for", annual_check: "Annual check", quantity_limit: "Limit of number", phone: "Complaints", effective_from: "In force from", filed_by: "Filed by", subject: "About", short: "{wd} working days · {materials} materials",
  },
  items: { lead: "Everything decided on request here: conditions, materials, steps and limits.", export: "Download the list", any_agency: "All agencies", any_kind: "All kinds", search: "Name, code or law", none: "No item matches", file: "Apply online", versions: "Versions", status: { draft: "Draft", in_force: "In force", suspended: "Suspended", cancelled: "No longer in force" } },
  desk: {
    lead: "Written by one, published by another; a published version does not change.", mine: "written by me", own: "Its author cannot publish it", publish: "Publish", in_force: "Restore", suspended: "Suspend", cancelled: "Cancel the item", publish_text: "It takes the place of the version in force at once; new cases follow it.", in_force_text: "It can be applied for again.", suspended_text: "No new cases meanwhile; those under way go on.", cancelled_text: "No new cases, for good; those under way go on.",
    code_hint: "Capitals, digits, hyphens", law_hint: "One a line", limits: "Limits", sum: "Steps together {steps} of {promised} working days promised", within: "Promised {promised} of {legal} by law", duty: "Done by", limit_wd: "Working days", key: "Key", field_kind: "Filled in as", special: "Special procedures", amount: "Amount", basis: "Basis", add: "Add a row", choice_add: "Add a choice", save: "Save as draft", next_version: "Saved, it becomes the draft of the next version; the one in force stays.",
  },
  import: { title: "Import", lead: "A CSV or JSON as it is exported; all of it becomes drafts, or with one fault none. Export one to begin with:", choose: "Choose a file and import", written: "{name}: {n} drafts written", faults: "{name}: {n} faults, nothing was written", line: "Line", field: "Field", fault: "Fault", nothing: "{name}: there is no item in the file" },
};
export default en;
