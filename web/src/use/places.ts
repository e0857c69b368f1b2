// Where each role works: the first place is its home, all of them stand in the header.
import type { Role } from "@/api/types";

export interface Place {
  path: string;
  /** Key of its name. */
  name: string;
}

const PLACES: Partial<Record<Role, Place[]>> = {
  bidder: [
    { path: "/me", name: "page.me" },
    { path: "/cases", name: "page.cases" },
  ],
  clerk: [
    { path: "/desk", name: "page.desk" },
    { path: "/desk/notices", name: "page.desk-notices" },
    { path: "/desk/deposits", name: "page.desk-deposits" },
    { path: "/cases", name: "page.cases" },
  ],
  officer: [
    { path: "/inbox", name: "page.inbox" },
    { path: "/registers", name: "page.registers" },
    { path: "/register-shares", name: "page.register-shares" },
    { path: "/desk/items", name: "page.desk-items" },
  ],
  supervisor: [
    { path: "/wall", name: "page.wall" },
    { path: "/bank-alarms", name: "page.bank-alarms" },
    { path: "/inbox", name: "page.inbox" },
    { path: "/registers", name: "page.registers" },
    { path: "/audit", name: "page.audit" },
  ],
  admin: [
    { path: "/admin", name: "page.admin" },
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
