// Every REST call of the contract by name.
import { get, post, put, remove } from "./client";
import type {
  Account, AlertPage, Application, Balances, Bank, BidPage, Center, CreditPage, DepositPage, DepositTerms, DeskLot, HistoryRow, ListedProfile, LotCard, LotDetail, LotDraft, LotPage, MyDeposit, NewProfile, NewTerms, RecordPage, RefundPage, ReserveEntry,
  ScoreWord, Session, You,
} from "./types";

export interface LotQuery {
  q?: string;
  kind?: string;
  center_id?: string;
  stage?: string;
  sort?: string;
  page?: number;
  page_size?: number;
}

export const session = {
  open: (login: string, password: string) => post<Session>("/api/session", { login, password }),
  refresh: () => post<Session>("/api/session/refresh"),
  close: () => remove("/api/session"),
  me: () => get<Account>("/api/me"),
};

export const lots = {
  list: (query: LotQuery) => get<LotPage>("/api/lots", { ...query }),
  one: (id: string) => get<LotDetail>(`/api/lots/${id}`),
  bids: (id: string, after_seq: number) => get<BidPage>(`/api/lots/${id}/bids`, { after_seq, limit: 500 }),
  you: (id: string) => get<You>(`/api/lots/${id}/you`),
  apply: (id: string) => post<Application>(`/api/lots/${id}/applications`),
  mine: () => get<Application[]>("/api/me/applications"),
  centers: () => get<Center[]>("/api/centers"),
};

export const profiles = {
  list: () => get<ListedProfile[]>("/api/profiles"),
  save: (profile: NewProfile) => post<ListedProfile>("/api/profiles", profile),
  publish: (id: string, version: number) => post<ListedProfile>(`/api/profiles/${id}/${version}/publish`),
};

export type DeskAction = "check" | "publish" | "open" | "suspend" | "resume" | "terminate";

export const desk = {
  list: (query: LotQuery) => get<LotPage>("/api/desk/lots", { ...query }),
  one: (id: string) => get<DeskLot>(`/api/desk/lots/${id}`),
  create: (draft: LotDraft) => post<LotDetail>("/api/desk/lots", draft),
  save: (id: string, draft: LotDraft) => put<LotDetail>(`/api/desk/lots/${id}`, draft),
  act: (id: string, action: DeskAction, body?: { ground: string } | { at?: number }) => post<LotDetail>(`/api/desk/lots/${id}/${action}`, body),
  applications: (id: string) => get<Application[]>(`/api/desk/lots/${id}/applications`),
  admit: (id: string, no: number, priority?: number) =>
    post<Application>(`/api/desk/lots/${id}/applications/${no}/admit`, { priority }),
  history: (id: string) => get<HistoryRow[]>(`/api/desk/lots/${id}/history`),
  /** 底价录入: true once a second clerk has entered the same amount. */
  reserve: (id: string, amount: string) => post<ReserveEntry>(`/api/desk/lots/${id}/reserve`, { amount }),
  score: (id: string, word: ScoreWord) => post<LotDetail>(`/api/desk/lots/${id}/scores`, word),
};

export interface LedgerQuery {
  lot?: string;
  state?: string;
  page?: number;
}

export const deposits = {
  terms: (lot: string) => get<DepositTerms>(`/api/lots/${lot}/deposit`),
  banks: () => get<Bank[]>("/api/banks"),
  setTerms: (lot: string, terms: NewTerms) => put<DepositTerms>(`/api/desk/lots/${lot}/deposit`, terms),
  open: (lot: string, payer_account: string) => post<MyDeposit>(`/api/lots/${lot}/applications/mine/account`, { payer_account }),
  mine: () => get<MyDeposit[]>("/api/me/deposits"),
  balances: () => get<Balances>("/api/desk/deposits/balances"),
  accounts: (query: LedgerQuery) => get<DepositPage>("/api/desk/deposits", { ...query }),
  credits: (query: LedgerQuery) => get<CreditPage>("/api/desk/deposits/credits", { ...query }),
  giveBack: (n: number) => post<void>(`/api/desk/deposits/credits/${n}/return`),
  refunds: (query: LedgerQuery) => get<RefundPage>("/api/desk/refunds", { ...query }),
  make: (id: string) => post<void>(`/api/desk/refunds/${id}/make`),
  check: (id: string) => post<void>(`/api/desk/refunds/${id}/check`),
};

/** 摇号: a clerk speaks for the center, a supervisor for supervision. */
export const draw = {
  commit: (id: string, digest: string) => post<LotDetail>(`/api/lots/${id}/draw/commit`, { digest }),
  reveal: (id: string, seed: string) => post<LotDetail>(`/api/lots/${id}/draw/reveal`, { seed }),
};

export const supervision = {
  live: () => get<LotCard[]>("/api/supervision/live"),
  alerts: (query: { lot?: string; page?: number }) => get<AlertPage>("/api/supervision/alerts", query),
  record: (query: { lot: string; from_n: number; limit: number }) => get<RecordPage>("/api/supervision/record", query),
};
