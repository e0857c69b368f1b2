import type zh from "./panels.zh";

const en: typeof zh = {
  title: "Draw of experts", text: "The center and supervision each put down the hash of a seed; then who may be drawn is fixed. When both seeds are shown, the two together draw, and anybody can do it again.",
  field: "Field", wanted: "Persons", employers: "Employers whose people take no part (credit codes)", experts: "Experts who take no part (numbers)", applicants: "The applicants' own people, and those of their joint bidders, are left out by themselves.", reason: "Why it is drawn anew",
  none: "No panel was asked for. Once the center asks, both offices give the hashes of their seeds here.",
  ask: "Ask for a panel", ask_again: "Draw anew", choose_field: "choose a field", no: "No. {no}", persons: "{n} person | {n} persons", because: "Because: ", pool: "Who may be drawn:",
  commit_text: "Draw a seed and put down its hash; it cannot be changed after. The seed stays in this tab; tell nobody before it is shown.", noting: "the commitments are on their way into the log; a moment",
  office: { clerk: "Trading center", supervisor: "Supervision" }, sealed: "Drawn; the result is told when the lot is over.",
  expert: "Expert", ticket: "Ticket", name: "Name, title", employer: "Employer", phone: "Telephone", names: "Names and telephones (on record)", aged: "65 or older", short: "{n} are missing",
  place: { title: "Result", drawn: "drawn", substitute: "substitute", recused_for_employer: "left out for the employer", recused_oneself: "left out oneself" },
  fits: "Done again by this browser: seeds, pool and result fit", fits_not: "Done again, the result is another than the one told",
  waiting: { title: "Panels that wait", for: { our_hash: "the center puts down its hash", their_hash: "supervision puts down its hash", our_seed: "the center shows its seed", their_seed: "supervision shows its seed", another_clerk: "{n} scores for another clerk to enter", me: "{n} scores for you to enter again" } },
};

export default en;
