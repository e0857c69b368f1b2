import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteLocationRaw, type RouteRecordRaw } from "vue-router";
import type { Role } from "./api/types";
import { session } from "./use/session";

declare module "vue-router" {
  interface RouteMeta {
    /** Whose page this is; nobody named means everybody's. */
    role?: Role | Role[];
    /** For anybody with an account. */
    signed_in?: boolean;
    /** Uses the whole width of the screen. */
    wide?: boolean;
    /** Shows live prices, so it must say when they are not. */
    live?: boolean;
  }
}

const routes: RouteRecordRaw[] = [
  { path: "/lots/:id", name: "room", component: () => import("./pages/public/RoomPage.vue"), props: true, meta: { live: true } },
  { path: "/reset", name: "reset", component: () => import("./pages/public/ResetPage.vue") },
  { path: "/password", name: "password", component: () => import("./pages/public/PasswordPage.vue"), meta: { signed_in: true } },
  { path: "/login", name: "login", component: () => import("./pages/public/LoginPage.vue") },
  { path: "/me", name: "me", component: () => import("./pages/bidder/MePage.vue"), meta: { role: "bidder" } },
  { path: "/desk", name: "desk", component: () => import("./pages/clerk/DeskPage.vue"), meta: { role: "clerk", wide: true } },
  { path: "/desk/new", name: "desk-new", component: () => import("./pages/clerk/DeskNewPage.vue"), meta: { role: "clerk" } },
  { path: "/desk/profiles", name: "desk-profiles", component: () => import("./pages/clerk/ProfilesPage.vue"), meta: { role: "clerk" } },
  { path: "/desk/:id", name: "desk-lot", component: () => import("./pages/clerk/DeskLotPage.vue"), props: true, meta: { role: "clerk" } },
  { path: "/wall", name: "wall", component: () => import("./pages/supervisor/WallPage.vue"), meta: { role: "supervisor", wide: true, live: true } },
  { path: "/wall/lots/:id", name: "record", component: () => import("./pages/supervisor/RecordPage.vue"), props: true, meta: { role: "supervisor" } },
  { path: "/alerts", name: "alerts", component: () => import("./pages/supervisor/AlertsPage.vue"), meta: { role: ["supervisor", "admin"], wide: true } },
  { path: "/alerts/:id(\\d+)", name: "alert", component: () => import("./pages/supervisor/AlertPage.vue"), props: true, meta: { role: ["supervisor", "admin"], wide: true } },
  // Closed lots and the networks of bidders.
  { path: "/supervision/screens", name: "screens", component: () => import("./pages/supervisor/ScreensPage.vue"), meta: { role: ["supervisor", "admin"], wide: true } },
  { path: "/supervision/networks", name: "networks", component: () => import("./pages/supervisor/NetworksPage.vue"), meta: { role: ["supervisor", "admin"], wide: true } },
  // Registers.
  { path: "/registers", name: "registers", component: () => import("./pages/officer/RegistersPage.vue"), meta: { role: ["officer", "supervisor", "admin"] } },
  { path: "/registers/:id", name: "register", component: () => import("./pages/officer/RegisterPage.vue"), props: true, meta: { role: ["officer", "supervisor"], wide: true } },
  { path: "/registers/:id/import", name: "register-import", component: () => import("./pages/officer/RegisterImportPage.vue"), props: true, meta: { role: ["officer", "supervisor"] } },
  { path: "/registers/:id/reads", name: "register-reads", component: () => import("./pages/officer/RegisterReadsPage.vue"), props: true, meta: { role: ["officer", "supervisor"] } },
  { path: "/register-shares", name: "register-shares", component: () => import("./pages/officer/RegisterSharesPage.vue"), meta: { role: ["officer", "supervisor"] } },
  // Approval.
  { path: "/items", name: "items", component: () => import("./pages/public/ItemsPage.vue") },
  { path: "/items/:code", name: "item", component: () => import("./pages/public/ItemPage.vue"), props: true },
  { path: "/cases", name: "cases", component: () => import("./pages/cases/CasesPage.vue"), meta: { role: ["bidder", "clerk"] } },
  { path: "/cases/new", name: "case-new", component: () => import("./pages/cases/CaseNewPage.vue"), meta: { role: ["bidder", "clerk"] } },
  { path: "/cases/:id", name: "case", component: () => import("./pages/cases/CasePage.vue"), props: true, meta: { role: ["bidder", "clerk", "officer", "supervisor", "admin"] } },
  { path: "/inbox", name: "inbox", component: () => import("./pages/officer/InboxPage.vue"), meta: { role: ["officer", "supervisor", "admin"], wide: true } },
  { path: "/desk/items", name: "desk-items", component: () => import("./pages/officer/DeskItemsPage.vue"), meta: { role: ["officer", "admin"], wide: true } },
  { path: "/desk/items/new", name: "desk-item-new", component: () => import("./pages/officer/DeskItemPage.vue"), meta: { role: ["officer", "admin"] } },
  { path: "/desk/items/:code/:version", name: "desk-item", component: () => import("./pages/officer/DeskItemPage.vue"), props: true, meta: { role: ["officer", "admin"] } },
  { path: "/audit", name: "audit", component: () => import("./pages/supervisor/AuditPage.vue"), meta: { role: ["supervisor", "admin"], wide: true } },
  { path: "/proposals", name: "proposals", component: () => import("./pages/supervisor/ProposalsPage.vue"), meta: { role: "supervisor" } },
  { path: "/admin", name: "admin", component: () => import("./pages/admin/AdminPage.vue"), meta: { role: "admin" } },
  // Enforcement.
  { path: "/enforcement", name: "enforcement", component: () => import("./pages/officer/EnforcementPage.vue"), meta: { role: ["officer", "supervisor", "admin"], wide: true } },
  { path: "/enforcement/cases/:id", name: "enforcement-case", component: () => import("./pages/officer/EnforcementCasePage.vue"), props: true, meta: { role: ["officer", "supervisor", "admin"] } },
  { path: "/enforcement/new", name: "enforcement-new", component: () => import("./pages/officer/EnforcementNewPage.vue"), meta: { role: "officer" } },
  { path: "/precision", name: "precision", component: () => import("./pages/supervisor/PrecisionPage.vue"), meta: { role: ["supervisor", "admin"], wide: true } },
  { path: "/discretion", name: "discretion", component: () => import("./pages/public/DiscretionPage.vue") },
  { path: "/discretion/write", name: "standard", component: () => import("./pages/officer/StandardPage.vue"), meta: { role: "officer" } },
  { path: "/lots/:lot/complain", name: "complaint", component: () => import("./pages/public/ComplaintPage.vue"), props: true },
  { path: "/complaints/:id", name: "complaint-followed", component: () => import("./pages/public/ComplaintPage.vue"), props: true },
  // Cards, dispatch, evaluation.
  { path: "/cards", name: "cards", component: () => import("./pages/supervisor/CardsPage.vue"), meta: { role: ["supervisor", "admin"], wide: true } },
  { path: "/cards/mine", name: "my-cards", component: () => import("./pages/officer/MyCardsPage.vue"), meta: { role: ["officer", "clerk", "supervisor", "admin"] } },
  { path: "/cards/:no(\\d+)", name: "card", component: () => import("./pages/supervisor/CardPage.vue"), props: true, meta: { role: ["officer", "clerk", "supervisor", "admin"] } },
  { path: "/dispatch", name: "dispatch", component: () => import("./pages/supervisor/DispatchPage.vue"), meta: { role: ["supervisor", "admin"], wide: true } },
  { path: "/dispatch/new", name: "order-new", component: () => import("./pages/supervisor/OrderNewPage.vue"), meta: { role: "supervisor" } },
  { path: "/orders/:no(\\d+)", name: "order", component: () => import("./pages/supervisor/OrderPage.vue"), props: true, meta: { role: ["clerk", "supervisor", "admin"] } },
  { path: "/desk/orders", name: "desk-orders", component: () => import("./pages/clerk/DeskOrdersPage.vue"), meta: { role: "clerk" } },
  { path: "/evaluation", name: "evaluation", component: () => import("./pages/supervisor/EvaluationPage.vue"), meta: { role: ["supervisor", "admin"], wide: true } },
  { path: "/evaluation/weights", name: "evaluation-weights", component: () => import("./pages/supervisor/EvaluationWeightsPage.vue"), meta: { role: ["supervisor", "admin"] } },
  { path: "/evaluation/own", name: "own-evaluation", component: () => import("./pages/supervisor/EvaluationUnitPage.vue"), meta: { role: ["officer", "clerk"] } },
  { path: "/evaluation/:id", name: "evaluation-unit", component: () => import("./pages/supervisor/EvaluationUnitPage.vue"), props: true, meta: { role: ["supervisor", "admin"] } },
  // Deposits.
  { path: "/desk/deposits", name: "desk-deposits", component: () => import("./pages/clerk/DepositsPage.vue"), meta: { role: "clerk", wide: true } },
  { path: "/bank-alarms", name: "bank-alarms", component: () => import("./pages/supervisor/BankAlarmsPage.vue"), meta: { role: "supervisor", wide: true } },
  // The life of a lot.
  { path: "/notices", name: "notices", component: () => import("./pages/public/NoticesPage.vue") },
  { path: "/notices/:id", name: "notice", component: () => import("./pages/public/NoticePage.vue"), props: true },
  { path: "/desk/notices", name: "desk-notices", component: () => import("./pages/clerk/DeskNoticesPage.vue"), meta: { role: "clerk" } },
  // Public service.
  { path: "/", name: "home", component: () => import("./pages/public/HomePage.vue"), meta: { live: true } },
  { path: "/lots", name: "lots", component: () => import("./pages/public/LotsPage.vue") },
  { path: "/results", name: "results", component: () => import("./pages/public/ResultsPage.vue") },
  { path: "/results/:id", name: "result", component: () => import("./pages/public/ResultPage.vue"), props: true },
  { path: "/search", name: "search", component: () => import("./pages/public/SearchPage.vue") },
  { path: "/statistics", name: "statistics", component: () => import("./pages/public/StatisticsPage.vue") },
  { path: "/subscriptions", name: "subscriptions", component: () => import("./pages/public/SubscriptionsPage.vue") },
  { path: "/screen", name: "screen", component: () => import("./pages/public/ScreenPage.vue"), meta: { wide: true } },
  { path: "/desk/questions", name: "desk-questions", component: () => import("./pages/clerk/DeskQuestionsPage.vue"), meta: { role: "clerk" } },
  // Open data.
  { path: "/open", name: "open", component: () => import("./pages/public/OpenDataPage.vue") },
  // Proof.
  { path: "/proof", name: "proof", component: () => import("./pages/public/ProofPage.vue") },
  // Printed documents.
  { path: "/documents/:fingerprint", name: "document", component: () => import("./pages/public/DocumentPage.vue"), props: true },
  { path: "/developers", name: "developers", component: () => import("./pages/public/DevelopersPage.vue") },
  { path: "/:rest(.*)*", name: "missing", component: () => import("./pages/public/MissingPage.vue") },
];

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
});

/** Where whoever is here now must go instead, if this page is not open to him. */
export function elsewhere({ name, meta, fullPath }: RouteLocationNormalized): RouteLocationRaw | undefined {
  if (session.password_to_change.value && name !== "password") return { name: "password", query: { next: fullPath } };
  if (meta.signed_in && !session.account.value) return { name: "login", query: { next: fullPath } };
  const roles = [meta.role ?? []].flat();
  if (!roles.length || roles.some((one) => session.role.value === one)) return undefined;
  return { name: "login", query: { next: fullPath, role: roles[0] } };
}

router.beforeEach((to) => elsewhere(to) ?? true);
