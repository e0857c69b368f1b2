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
  ],
  clerk: [
    { path: "/desk", name: "page.desk" },
    { path: "/desk/notices", name: "page.desk-notices" },
    { path: "/desk/deposits", name: "page.desk-deposits" },
  ],
  officer: [
    { path: "/registers", name: "page.registers" },
    { path: "/register-shares", name: "page.register-shares" },
  ],
  supervisor: [
    { path: "/wall", name: "page.wall" },
    { path: "/registers", name: "page.registers" },
  ],
  admin: [
    { path: "/registers", name: "page.registers" },
  ],
};

export function places(role: Role | undefined): Place[] {
  return (role && PLACES[role]) || [];
}

export function home(role: Role | undefined): string {
  return places(role)[0]?.path ?? "/";
}
