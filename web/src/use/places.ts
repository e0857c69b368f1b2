// Where each role works: the first place is its home, all of them stand in the header.
import type { Role } from "@/api/types";

export interface Place {
  path: string;
  /** Key of its name. */
  name: string;
}

/** Where everybody may go; the header's first words. */
export const PUBLIC: Place[] = [
  { path: "/lots", name: "page.lots" },
  { path: "/notices", name: "page.notices" },
  { path: "/results", name: "page.results" },
  { path: "/items", name: "page.items" },
  { path: "/statistics", name: "page.statistics" },
  { path: "/search", name: "page.search" },
];

/** The ways in from the front page, each with a line on what is there. */
export const ENTRANCES: Place[] = [
  { path: "/lots", name: "page.lots" },
  { path: "/notices", name: "page.notices" },
  { path: "/items", name: "page.items" },
  { path: "/results", name: "page.results" },
  { path: "/statistics", name: "page.statistics" },
  { path: "/open", name: "page.open" },
  { path: "/subscriptions", name: "page.subscriptions" },
  { path: "/screen", name: "page.screen" },
];

/** The heading a path begins with before its page has come; a path that ends in "/" stands for what is below it. */
export const HEADINGS: [string, string][] = [
  ["/", "home"], ["/lots", "lots"], ["/lots/", "room"], ["/notices", "notices"], ["/notices/", "notice"], ["/items", "items"], ["/items/", "item"],
  ["/results", "results"], ["/results/", "result"], ["/statistics", "statistics"], ["/search", "search"], ["/screen", "screen"], ["/open", "open"], ["/subscriptions", "subscriptions"], ["/login", "login"], ["/developers", "developers"],
];

const PLACES: Partial<Record<Role, Place[]>> = {
  bidder: [
    { path: "/me", name: "page.me" },
    { path: "/cases", name: "page.cases" },
  ],
  clerk: [
    { path: "/desk", name: "page.desk" },
    { path: "/desk/notices", name: "page.desk-notices" },
    { path: "/desk/questions", name: "page.desk-questions" },
    { path: "/desk/deposits", name: "page.desk-deposits" },
    { path: "/desk/orders", name: "page.desk-orders" },
    { path: "/cards/mine", name: "page.my-cards" },
    { path: "/evaluation/own", name: "page.own-evaluation" },
    { path: "/cases", name: "page.cases" },
  ],
  officer: [
    { path: "/inbox", name: "page.inbox" },
    { path: "/enforcement", name: "page.enforcement" },
    { path: "/discretion", name: "page.discretion" },
    { path: "/cards/mine", name: "page.my-cards" },
    { path: "/evaluation/own", name: "page.own-evaluation" },
    { path: "/registers", name: "page.registers" },
    { path: "/register-shares", name: "page.register-shares" },
    { path: "/desk/items", name: "page.desk-items" },
  ],
  supervisor: [
    { path: "/wall", name: "page.wall" },
    { path: "/alerts", name: "page.alerts" },
    { path: "/enforcement", name: "page.enforcement" },
    { path: "/precision", name: "page.precision" },
    { path: "/discretion", name: "page.discretion" },
    { path: "/dispatch", name: "page.dispatch" },
    { path: "/cards", name: "page.cards" },
    { path: "/cards/mine", name: "page.my-cards" },
    { path: "/evaluation", name: "page.evaluation" },
    { path: "/supervision/screens", name: "page.screens" },
    { path: "/supervision/networks", name: "page.networks" },
    { path: "/bank-alarms", name: "page.bank-alarms" },
    { path: "/inbox", name: "page.inbox" },
    { path: "/registers", name: "page.registers" },
    { path: "/register-shares", name: "page.register-shares" },
    { path: "/proposals", name: "page.proposals" },
    { path: "/audit", name: "page.audit" },
  ],
  admin: [
    { path: "/admin", name: "page.admin" },
    { path: "/alerts", name: "page.alerts" },
    { path: "/enforcement", name: "page.enforcement" },
    { path: "/precision", name: "page.precision" },
    { path: "/dispatch", name: "page.dispatch" },
    { path: "/cards", name: "page.cards" },
    { path: "/cards/mine", name: "page.my-cards" },
    { path: "/evaluation", name: "page.evaluation" },
    { path: "/supervision/screens", name: "page.screens" },
    { path: "/supervision/networks", name: "page.networks" },
    { path: "/inbox", name: "page.inbox" },
    { path: "/audit", name: "page.audit" },
    { path: "/registers", name: "page.registers" },
    { path: "/desk/items", name: "page.desk-items" },
  ],
};

export function places(role: Role | undefined): Place[] {
  return (role && PLACES[role]) || [];
}

export function home(role: Role | undefined): string {
  return places(role)[0]?.path ?? "/";
}
