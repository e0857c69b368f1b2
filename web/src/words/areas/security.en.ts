import type zh from "./security.zh";

const en: typeof zh = {
  lead: "Accounts, agencies and the calendar; every change is on record.",
  duty: { receive: "Receives", review: "Reviews", decide: "Decides", own_data: "Answers for data" },
  account: { title: "New account", role: "Role", login: "Login", name: "Name", password: "First password", password_hint: "8 to 256 characters", center: "Trading center", agency: "Agency", duties: "Duties", make: "Make the account", made: "{login} is made ({role})" },
  agency: { title: "Agencies", name: "Name", name_zh: "Name (Chinese)", name_en: "Name (English)", code: "Credit code", region: "Region", make: "Found the agency" },
  calendar: { title: "Calendar", year: "Year", decree: "Decree", decree_hint: "Number of the State Council's notice", off: "Days off", on: "Worked instead", off_hint: "A day or a range a line, like 2027-10-01..2027-10-07; or paste the whole as JSON", on_hint: "A day a line, weekends only", import: "Import the year", done: "{year} is imported; limits follow it at once" },
  audit: { lead: "Every change and every reading of personal data, newest first; rows are chained by hash.", n: "No.", who: "Account", only: "This account only", of: "{login} only", everybody: "Everybody", action: "Act", subject: "On", status: "Answer", purpose: "Purpose", hash: "Hash", newest: "Newest" },
  action: { "sign in": "Sign in", "read case": "Read a case" },
  purpose: { "case handling": "case handling" },
};
export default en;
