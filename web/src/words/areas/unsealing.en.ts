import type zh from "./unsealing.zh";

const en: typeof zh = {
  title: "Who the bidders are", sealed: "Sealed until the close. One supervisor asks with a reason, another grants; then both may look for an hour, and each look is on record.",
  reason: "Reason", reason_missing: "write the reason first", ask: "Ask to see", grant: "Grant", own: "You asked; another supervisor grants", granted: "granted by {name}", waiting: "waiting", open: "open to you",
  show: "Show the bidders", no: "Application", paddle: "Paddle", account: "Account", name: "Registered name", code: "Registered code", none: "Nobody applied", unregistered: "not registered",
};
export default en;
