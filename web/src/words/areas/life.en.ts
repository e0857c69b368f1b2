import type zh from "./life.zh";

const en: typeof zh = {
  title: "Life of the lot", none: "This lot has no file; it is published and sold the plain way.", none_hint: "A lot with a file is filed and announced before it goes on the floor. A published lot cannot get one.",
  rehearsal: "A rehearsal: legal minimum periods are shown and not enforced.", foreign: "Another center's lot: it can only be read.", relisted: "Relisted as", follows: "In the place of", due: "due by {day}", overdue: "overdue", later: "to come", now: "now", number: "no. {n}",
  by: "{by}", by_two: "asked by {asked}, confirmed by {by}", two: "two persons", warnings: "Periods", asked_mine: "asked by you; another clerk confirms", asked_other: "asked by {by}; yours to confirm", messages: "Messages",
  contract_case: "File the signed contract", case_lot: "The lot it is about", file_case: "File the plan for approval", review_file: "Send proofs",
  state: {
    draft: "Written", checked: "Checked", filing_asked: "Filing asked for", filed: "Approved", announced: "Announced", bidding: "On the floor", hammered: "Hammer", post_review: "Review of the winner", confirmed: "Confirmed", publicity: "Result public",
    contracted: "Contract", paid: "Paid", registered: "Registered", void: "Void", defaulted: "Default", unsold: "Unsold", terminated: "Terminated",
  },
  act: {
    ask_filing: "Ask for filing", withdraw_filing: "Withdraw filing", file: "Note the approval", announce: "Put on the floor", ask_review: "Ask for the review", void: "Declare void", confirm: "Issue the confirmation", publish_result: "Begin publicity",
    contract: "Record the contract", pay: "Record a payment", register: "Record registration", default: "Declare a default", relist: "Relist",
  },
  act_text: {
    ask_filing: "Lot and file are locked while officers decide.", withdraw_filing: "It may then be changed, and is checked anew before it is filed again.", file: "Once the filing was granted.", announce: "From here on the terms are frozen and on record.",
    ask_review: "Officers review the winner.", void: "The review was not passed: the sale is void, the deposit is kept, the lot may be relisted.", confirm: "Both persons give the same number.", publish_result: "The notice of the result is out; publicity runs from it.",
    contract: "Instalments and their days follow from it.", pay: "Both persons say the same, as the bank credited it.", register: "The number of the registration.", default: "The winner's deposit is kept and he may not bid on the lot again. Both persons give the same ground.", relist: "A new lot takes its place; reserve and hour are set anew.",
  },
  field: { number_confirm: "Number of the confirmation", number_contract: "Number of the contract", number_register: "Number of the registration", number_relist: "Number of the new lot", ground: "Ground", winner: "Winner in default", instalment: "Instalment", paid_on: "Credited on", receipt: "Receipt" },
  winner: "paddle {paddle} (application {no})", instalments: "Instalments", share: "Share", amount: "Amount", due_on: "Due", paid: "Paid", unpaid: "open",
  money: { settle: "Deposits: the winner's becomes earnest, the others' go back", forfeit: "Deposits: the winner's is kept, the others' go back", refund_all: "Deposits: all go back" }, money_due: "Money due (deposits are kept elsewhere; nothing has moved)", money_moved: "Money (booked in the deposit ledger)",
  did: { file: "wrote the file", document: "added a document", document_removed: "took a document out", postpone: "postponed" },
  file: {
    title: "File of the lot", write: "Write the lot's file", locked: "filed; the file is locked", save: "Save the file", saved: "Saved; another clerk checks it", basis: "Sold under", parcel_code: "Parcel code", parcel_hint: "19 characters, GB/T 37346-2019", plot_ratio: "Plot ratio", land_use: "Use", term_years: "Term in years",
    review: "Review of bidders", deadline: "Applications until", area_note: "Why the areas differ", area_hint: "needed when they are more than 1 % apart", boundary: "Boundary", computed: "Inside the boundary", stated: "Stated", unsaved: "(unsaved, a guide only)", none: "not chosen", grantor: "Grantor", years: "{n} year | {n} years",
    basis_of: { land_grant: "Grant of land-use rights", property_rights: "Transfer of state property", mining: "Grant of mining rights", auction: "Auction of public assets", judicial_movable: "Judicial sale, movables", judicial_immovable: "Judicial sale, immovables", other: "Other" },
    use: { residential: "Residential", industrial: "Industrial", social: "Education, culture, health, sport", commercial: "Commerce, tourism", mixed: "Mixed or other" }, review_of: { pre: "before the sale", post: "the winner, after the sale" },
  },
  map: {
    label: "Plan of the parcel in the plane of CGCS2000", draw: "Draw", redraw: "Draw anew", clear: "Clear", import: "Import", hint: "Click point by point, double-click to end; drag a corner to move it. GeoJSON can be imported, and tables of one corner a line: number, north, east.", paste: "Paste GeoJSON or a table of corners", use: "Use it", grid: "grid {n} m",
    fault: { empty: "no coordinates found", kind: "a GeoJSON polygon or lines of coordinates", system: "coordinates are of CGCS2000: degrees, or the plane of 114°E" }, lonlat: "in degrees (EPSG 4490); drawn once saved",
  },
  document: { title: "Documents", name: "Title", add: "Upload", hint: "PDF, JPEG, PNG, DOCX or ZIP, at most 20 MiB each", none: "No documents", remove: "Remove", bytes: "Size", file: "Choose a file", sha: "SHA-256" },
  notice: {
    title: "Notices", write: "Write a notice", edit: "Change", correct: "Correct", publish: "Check and publish", publish_title: "Check and publish this notice", own: "another clerk publishes what you wrote", none: "No notices", draft: "draft", all: "All kinds", material: "A material change: bids are void, the lot ends and may be relisted", material_mark: "material change",
    opens_at: "Opens instead", title_zh: "Title (Chinese)", title_en: "Title (English)", text_zh: "Text (Chinese)", text_en: "Text (English)", kind: "Kind", number: "Number", at: "Published", lot: "Lot", save: "Save the draft", cancel: "Cancel", corrects: "Corrects the notice below, which stays", back: "All notices", floor: "Notices of suspension, resumption and termination go out with the act itself.",
    kinds: { grant: "Notice of sale", supplementary: "Supplementary", suspension: "Suspension", resumption: "Resumption", termination: "Termination", result: "Result" },
  },
};
export default en;
