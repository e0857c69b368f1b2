// Every REST call of the contract by name.
import { get, getFile, post, postText, put, putFile, remove } from "./client";
import type {
  Account, Agency, AlertPage, Application, AuditPage, BidPage, CaseAct, CaseCard, CaseFile, CaseForm, CaseView, Center, ConsentRow, DeskLot, HistoryRow, Inbox, Item,
  ItemImport, ItemStatusName, ListedItem, ListedProfile, LotCard, LotDetail, LotDraft, LotPage, NewAccount, NewAgency, NewProfile, RecordPage, ReserveEntry,
  ScoreWord, Session, YearDecree, You,
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

export type FileFormat = "json" | "csv";

/** 事项清单. */
export const items = {
  list: () => get<ListedItem[]>("/api/items"),
  versions: (code: string) => get<ListedItem[]>(`/api/items/${code}`),
  desk: () => get<ListedItem[]>("/api/desk/items"),
  write: (item: Item) => post<ListedItem>("/api/items", item),
  publish: (code: string, version: number) => post<ListedItem>(`/api/items/${code}/${version}/publish`),
  stand: (code: string, to: ItemStatusName) => post<void>(`/api/items/${code}/status`, { to }),
  read: (text: string, format: FileFormat) => postText<ItemImport>("/api/items/import", text, { format }),
  /** Where a file of all items lies, for a link. */
  exported: (format: FileFormat) => `/api/items/export?format=${format}`,
};

export interface InboxQuery {
  status?: string;
  colour?: string;
  item?: string;
  q?: string;
  page?: number;
}

/** 网上审批. */
export const cases = {
  mine: () => get<CaseCard[]>("/api/me/cases"),
  inbox: (query: InboxQuery) => get<Inbox>("/api/inbox", { ...query }),
  begin: (item: string, subject?: string) => post<CaseView>("/api/cases", { item, subject }),
  one: (id: string) => get<CaseView>(`/api/cases/${id}`),
  write: (id: string, form: CaseForm) => put<CaseView>(`/api/cases/${id}`, { form }),
  act: (id: string, act: CaseAct) => post<CaseView>(`/api/cases/${id}/acts`, act),
  upload: (id: string, material: string, file: File, told: (share: number) => void) =>
    putFile<CaseFile>(`/api/cases/${id}/materials/${material}`, file, { name: file.name }, told),
  file: (id: string, sha256: string) => getFile(`/api/cases/${id}/files/${sha256}`),
  consents: () => get<ConsentRow[]>("/api/me/consents"),
  consent: (id: string) => post<void>(`/api/cases/${id}/consent`),
};

export const admin = {
  add: (account: NewAccount) => post<Account>("/api/accounts", account),
  agencies: () => get<Agency[]>("/api/agencies"),
  found: (agency: NewAgency) => post<Agency>("/api/agencies", agency),
  decrees: () => get<YearDecree[]>("/api/calendar"),
  decree: (year: YearDecree) => post<YearDecree>("/api/calendar", year),
  trail: (query: { before_n?: number; account?: string }) => get<AuditPage>("/api/audit", query),
};
