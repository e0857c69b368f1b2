// Every REST call of the contract by name.
import { download, get, post, postText, put, putFile, remove, take, upload } from "./client";
import type {
  Account, AccountPage, AccountStep, ActWords, Agency, AlertAct, AlertDetail, AlertPage, ApiError, Application, AuditPage, Balances, Bank, BankAlarmPage, BankKey, BidderMessage, BidderRow,
  BidPage, CaseAct, CaseCard, CaseFile, CaseForm, CaseLot, CaseView, Center, ConsentRow, Consistency, CreditPage, Decision, DepositPage, DepositTerms,
  DeskLot, FileDraft, HistoryRow, Import, Inbox, Item, ItemImport, ItemStatusName, LifeAct, ListedItem, ListedProfile, LogKey, LogWitness, LotCard, LotDetail,
  LotDraft, LotFile, LotLife, LotPage, MyDeposit, NewAccount, NewAgency, NewBank, NewProfile, NewShare, NewTerms, Notice, NoticeDraft, NoticePage,
  OpenAbout, PanelAsked, PanelExpert, PanelsOfLot, PanelWaiting, PrintedCheck, PrintedRow, ReadPage, RecordPage, RefundPage, RegisterView, Registration, Replay, ReserveEntry, ResetCode, RowHistory, RowPage, RuleRow, ScoreEntered, ScoreIn, ScoreWord, Session, Share, SigningKey,
  StaffChange, StaffProposal, DecreeProposal, KeptPage, OffersPage, OpenedRow, Unsealing, WatchReport, YearDecree, You,
  CardAct, CardBoard, CardDetail, CardFigures, Irregularity, CenterState, EvaluationTable, MyCards, NewOrder, NewScheme, OrderAct, OrderDetail, OrderPage, SchemeDraft, SchemeRefusal, SchemeVersion, UnitCosts, UnitKind,
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
  reset: (code: string, password: string) => post<void>("/api/session/reset", { code, password }),
  /** 修改密码: every other session of mine ends, this one goes on. */
  changePassword: (old: string, password: string) => post<Session>("/api/me/password", { old, password }),
};

export const lots = {
  list: (query: LotQuery) => get<LotPage>("/api/lots", { ...query }),
  one: (id: string) => get<LotDetail>(`/api/lots/${id}`),
  bids: (id: string, after_seq: number) => get<BidPage>(`/api/lots/${id}/bids`, { after_seq, limit: 500 }),
  /** All opened offers of a closed lot, and whether it was sold; nothing where none were opened. */
  opening: async (id: string) => {
    const { state } = await get<LotDetail>(`/api/lots/${id}`);
    // Of too few offers none is opened.
    if (!state?.room || !("opened" in state.room) || !state.room.opened) return undefined;
    const rows: OpenedRow[] = [];
    for (let from: number | undefined = 0; from !== undefined; ) {
      const page: OffersPage = await get<OffersPage>(`/api/lots/${id}/offers`, { from });
      rows.push(...page.items);
      from = page.next_from;
    }
    return { rows, sold: state.outcome?.kind === "sold" };
  },
  you: (id: string) => get<You>(`/api/lots/${id}/you`),
  /** Why my seat is barred; nothing where it is about to be mine again. */
  bar: (id: string) => get<ApiError | null>(`/api/lots/${id}/you/bar`),
  apply: (id: string) => post<Application>(`/api/lots/${id}/applications`),
  mine: () => get<Application[]>("/api/me/applications"),
  /** 撤回, for good. */
  withdraw: (id: string) => post<Application>(`/api/lots/${id}/applications/mine/withdraw`),
  centers: () => get<Center[]>("/api/centers"),
};

/** 透明日志: what anybody may check. */
export const log = {
  key: () => get<LogKey>("/api/log/key"),
  witnesses: () => get<LogWitness[]>("/api/log/witnesses"),
  checkpoint: async () => (await download("/checkpoint")).text(),
  consistency: (from: string) => get<Consistency>("/api/log/consistency", { from }),
  receipt: async (lot: string, seq: string) => (await download(`/api/lots/${encodeURIComponent(lot)}/bids/${encodeURIComponent(seq)}/receipt`)).text(),
  /** The receipts of what a lot kept secret until its close; none before. All are fetched: the question tells nothing. */
  kept: async (lot: string) => {
    const receipts: string[] = [];
    for (let from: number | undefined = 0; from !== undefined; ) {
      const page: KeptPage = await get<KeptPage>(`/api/lots/${lot}/kept`, { from });
      receipts.push(...page.receipts);
      from = page.next_from;
    }
    return receipts;
  },
  /** That a file or a text was in the record by its hash. */
  noted: async (sha256: string) => (await download(`/api/log/notes/${sha256}`)).text(),
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
  /** 不予受理: of an application without a paddle, for a reason its bidder reads. */
  refuse: (id: string, no: number, reason: string) => post<Application>(`/api/desk/lots/${id}/applications/${no}/refuse`, { reason }),
  history: (id: string) => get<HistoryRow[]>(`/api/desk/lots/${id}/history`),
  /** 底价录入: true once a second clerk has entered the same amount. */
  reserve: (id: string, amount: string) => post<ReserveEntry>(`/api/desk/lots/${id}/reserve`, { amount }),
  scores: (id: string) => get<ScoreIn[]>(`/api/desk/lots/${id}/scores`),
  score: (id: string, word: ScoreWord) => post<ScoreEntered>(`/api/desk/lots/${id}/scores`, word),
};

export interface LedgerQuery {
  lot?: string;
  state?: string;
  page?: number;
}

export const deposits = {
  /** Nothing for a lot that takes no deposit through a bank. */
  terms: (lot: string) => get<DepositTerms | undefined>(`/api/lots/${lot}/deposit`),
  banks: () => get<Bank[]>("/api/banks"),
  setTerms: (lot: string, terms: NewTerms) => put<DepositTerms>(`/api/desk/lots/${lot}/deposit`, terms),
  /** Another account to pay from, while nothing has come. */
  payFrom: (lot: string, payer_account: string) => put<MyDeposit>(`/api/lots/${lot}/applications/mine/account`, { payer_account }),
  open: (lot: string, payer_account: string) => post<MyDeposit>(`/api/lots/${lot}/applications/mine/account`, { payer_account }),
  mine: () => get<MyDeposit[]>("/api/me/deposits"),
  balances: () => get<Balances>("/api/desk/deposits/balances"),
  /** 了结: what the close of the lot makes of its deposits. Done again, it changes nothing. */
  settle: (lot: string) => post<void>(`/api/desk/lots/${lot}/deposit/settle`),
  accounts: (query: LedgerQuery) => get<DepositPage>("/api/desk/deposits", { ...query }),
  credits: (query: LedgerQuery) => get<CreditPage>("/api/desk/deposits/credits", { ...query }),
  giveBack: (n: number) => post<void>(`/api/desk/deposits/credits/${n}/return`),
  refunds: (query: LedgerQuery) => get<RefundPage>("/api/desk/refunds", { ...query }),
  make: (id: string) => post<void>(`/api/desk/refunds/${id}/make`),
  check: (id: string) => post<void>(`/api/desk/refunds/${id}/check`),
  /** 退票: where it shall go now, and the second clerk's word. */
  payee: (id: string, to_account: string, reason: string) => post<void>(`/api/desk/refunds/${id}/payee`, { to_account, reason }),
  checkPayee: (id: string, read: { to_account: string; reason: string }) => post<void>(`/api/desk/refunds/${id}/payee/check`, read),
  /** 不予退还: asked for, and granted by another. */
  forfeit: (lot: string, no: number, reason: string) => post<void>(`/api/desk/lots/${lot}/applications/${no}/forfeit`, { reason }),
  grantForfeit: (lot: string, no: number, reason: string) => post<void>(`/api/desk/lots/${lot}/applications/${no}/forfeit/grant`, { reason }),
  alarms: (query: LedgerQuery) => get<BankAlarmPage>("/api/desk/bank-alarms", { ...query }),
  explainAlarm: (n: number, explanation: string) => post<void>(`/api/desk/bank-alarms/${n}/explain`, { explanation }),
  closeAlarm: (n: number) => post<void>(`/api/desk/bank-alarms/${n}/close`),
};

/** 摇号: a clerk speaks for the center, a supervisor for supervision. */
export const draw = {
  commit: (id: string, digest: string) => post<LotDetail>(`/api/lots/${id}/draw/commit`, { digest }),
  reveal: (id: string, seed: string) => post<LotDetail>(`/api/lots/${id}/draw/reveal`, { seed }),
};

/** 专家抽取. */
export const panels = {
  list: (lot: string) => get<PanelsOfLot>(`/api/lots/${lot}/panels`),
  waiting: () => get<PanelWaiting[]>("/api/desk/panels/waiting"),
  ask: (lot: string, asked: PanelAsked) => post<PanelsOfLot>(`/api/desk/lots/${lot}/panels`, asked),
  commit: (lot: string, commitment: string) => post<PanelsOfLot>(`/api/lots/${lot}/panels/commit`, { commitment }),
  reveal: (lot: string, seed: string) => post<PanelsOfLot>(`/api/lots/${lot}/panels/reveal`, { seed }),
  experts: (lot: string, no: number) => get<PanelExpert[]>(`/api/desk/lots/${lot}/panels/${no}/experts`),
};

/** 解封: bidders by name. */
export const unsealing = {
  list: (lot: string) => get<Unsealing[]>(`/api/lots/${lot}/unsealings`),
  ask: (lot: string, reason: string) => post<Unsealing[]>(`/api/lots/${lot}/unsealings`, { reason }),
  grant: (lot: string, id: string) => post<Unsealing[]>(`/api/lots/${lot}/unsealings/${id}/grant`),
  bidders: (lot: string) => get<BidderRow[]>(`/api/lots/${lot}/bidders`),
};

export const supervision = {
  live: () => get<LotCard[]>("/api/supervision/live"),
  watch: () => get<WatchReport>("/api/supervision/watch"),
  alerts: (query: { rule?: string; level?: string; state?: string; lot?: string; number?: string; center?: string; page?: number }) => get<AlertPage>("/api/supervision/alerts", query),
  alert: (id: number) => get<AlertDetail>(`/api/supervision/alerts/${id}`),
  act: (id: number, act: AlertAct, text?: string) => post<AlertDetail>(`/api/supervision/alerts/${id}/acts`, { act, text }),
  replay: (id: number) => get<Replay>(`/api/supervision/alerts/${id}/replay`),
  rules: () => get<RuleRow[]>("/api/supervision/rules"),
  rulesFile: () => download("/api/supervision/rules/export", {}),
  record: (query: { lot: string; from_n: number; limit: number }) => get<RecordPage>("/api/supervision/record", query),
};

export interface RowQuery {
  q?: string;
  field?: string;
  value?: string;
  purpose?: string;
  page?: number;
  page_size?: number;
}

export interface ImportQuery {
  format: "csv" | "json";
  source: string;
  take_good: string;
  dry_run: string;
}

export const registers = {
  list: () => get<RegisterView[]>("/api/registers"),
  agencies: () => get<Agency[]>("/api/agencies"),
  own: (id: string, agency_id: string) => put<void>(`/api/registers/${id}/owner`, { agency_id }),
  rows: (id: string, query: RowQuery) => get<RowPage>(`/api/registers/${id}/rows`, { ...query }),
  row: (id: string, n: number, purpose: string) => get<RowHistory>(`/api/registers/${id}/rows/${n}`, { purpose }),
  export: (id: string, format: "csv" | "json", query: RowQuery) => download(`/api/registers/${id}/export`, { ...query, format }),
  import: (id: string, query: ImportQuery, file: Blob) => upload<Import>(`/api/registers/${id}/imports`, { ...query }, file),
  imports: (id: string) => get<Import[]>(`/api/registers/${id}/imports`),
  job: (id: string) => get<Import>(`/api/register-imports/${id}`),
  ask: (id: string, share: NewShare) => post<Share>(`/api/registers/${id}/shares`, share),
  shares: (side: string) => get<Share[]>("/api/register-shares", { side }),
  decide: (id: string, decision: Decision) => post<Share>(`/api/register-shares/${id}/decision`, decision),
  reads: (id: string, before_n?: number) => get<ReadPage>(`/api/registers/${id}/reads`, { before_n }),
};

/** 标的全程: what stands before and after the auction. */
export const life = {
  one: (id: string) => get<LotLife>(`/api/desk/lots/${id}/life`),
  act: (id: string, act: LifeAct, words: ActWords) => post<LotLife>(`/api/desk/lots/${id}/life/${act}`, words),
  saveFile: (id: string, file: FileDraft) => put<LotLife>(`/api/desk/lots/${id}/file`, file),
  addDocument: (id: string, title: string, file: Blob) => upload<LotLife>(`/api/desk/lots/${id}/documents`, { title }, file),
  removeDocument: (id: string, no: number) => take<LotLife>(`/api/desk/lots/${id}/documents/${no}`),
  /** What everybody may know; nothing for a lot without a file. */
  file: (id: string) => get<LotFile | undefined>(`/api/lots/${id}/file`),
  messages: () => get<BidderMessage[]>("/api/me/messages"),
};

export const documents = {
  ofLot: (lot: string) => get<PrintedRow[]>(`/api/lots/${lot}/printed`),
  print: (row: PrintedRow) => download(`/api/printed/${row.kind}/${row.subject}`),
  check: (fingerprint: string) => get<PrintedCheck>(`/api/documents/${fingerprint}`),
  take: (fingerprint: string, what: "file" | "signature" | "cosigned") => download(`/api/documents/${fingerprint}/${what}`),
};

export const open = {
  about: () => get<OpenAbout>("/api/open"),
};

export const notices = {
  list: (query: { kind?: string; page?: number; page_size?: number }) => get<NoticePage>("/api/notices", query),
  one: (id: string) => get<Notice>(`/api/notices/${id}`),
  ofLot: (id: string) => get<Notice[]>(`/api/lots/${id}/notices`),
  desk: (query: { kind?: string; page?: number; page_size?: number }) => get<NoticePage>("/api/desk/notices", query),
  ofDeskLot: (id: string) => get<Notice[]>(`/api/desk/lots/${id}/notices`),
  write: (lot: string, draft: NoticeDraft) => post<Notice>(`/api/desk/lots/${lot}/notices`, draft),
  rewrite: (id: string, draft: NoticeDraft) => put<Notice>(`/api/desk/notices/${id}`, draft),
  publish: (notice: Notice) => post<Notice>(`/api/desk/notices/${notice.id}/publish`, { written_at: notice.written_at }),
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
  /** The lot it is about, for who may see the case. */
  lot: (id: string) => get<CaseLot>(`/api/cases/${id}/lot`),
  write: (id: string, form: CaseForm) => put<CaseView>(`/api/cases/${id}`, { form }),
  act: (id: string, act: CaseAct) => post<CaseView>(`/api/cases/${id}/acts`, act),
  upload: (id: string, material: string, file: File, told: (share: number) => void) =>
    putFile<CaseFile>(`/api/cases/${id}/materials/${material}`, file, { name: file.name }, told),
  file: (id: string, sha256: string) => download(`/api/cases/${id}/files/${sha256}`),
  consents: () => get<ConsentRow[]>("/api/me/consents"),
  /** 竞买人登记: mine, as it stands. */
  registration: () => get<Registration | null>("/api/me/registration"),
  /** 撤销登记. */
  proposeRevocation: (id: string, reason: string) => post<void>(`/api/cases/${id}/revocation`, { reason }),
  /** `proposed_at` names what was read: another proposal made meanwhile is not confirmed. */
  confirmRevocation: (id: string, proposed_at: number) => post<void>(`/api/cases/${id}/revocation/confirm`, { proposed_at }),
  refuseRevocation: (id: string, reason: string) => post<void>(`/api/cases/${id}/revocation/refuse`, { reason }),
  consent: (id: string) => post<void>(`/api/cases/${id}/consent`),
};

export interface CardQuery {
  level?: string;
  state?: string;
  unit?: string;
  q?: string;
  page?: number;
}

/** 红黄牌. */
export const cards = {
  board: (query: CardQuery) => get<CardBoard>("/api/cards", { ...query }),
  figures: () => get<CardFigures>("/api/cards/figures"),
  one: (no: number) => get<CardDetail>(`/api/cards/${no}`),
  raise: (number: string, reason: Irregularity, words: string) => post<CardDetail>("/api/cards", { number, reason, words }),
  act: (no: number, act: CardAct, note: string) => post<CardDetail>(`/api/cards/${no}/acts`, { act, note }),
  mine: () => get<MyCards>("/api/me/cards"),
};

/** 指挥调度. */
export const dispatch = {
  centers: () => get<CenterState[]>("/api/dispatch/centers"),
  orders: (query: { state?: string; center?: string; page?: number }) => get<OrderPage>("/api/dispatch/orders", query),
  one: (no: number) => get<OrderDetail>(`/api/dispatch/orders/${no}`),
  issue: (order: NewOrder) => post<OrderDetail>("/api/dispatch/orders", order),
  act: (no: number, act: OrderAct, note: string) => post<OrderDetail>(`/api/dispatch/orders/${no}/acts`, { act, note }),
};

/** 绩效评估. */
export const evaluation = {
  table: (query: { period: string; version?: string }) => get<EvaluationTable>("/api/evaluation", query),
  unit: (id: string, query: { period: string; version?: string; indicator: string }) => get<UnitCosts>(`/api/evaluation/units/${id}`, query),
  own: (query: { period: string; version?: string; indicator: string }) => get<UnitCosts>("/api/me/evaluation", query),
  export: (query: { period: string; version?: string }) => download("/api/evaluation/export", query),
  schemes: () => get<SchemeVersion[]>("/api/evaluation/schemes"),
  schemeDrafts: () => get<SchemeDraft[]>("/api/evaluation/scheme-drafts"),
  writeScheme: (scheme: NewScheme) => post<SchemeDraft[]>("/api/evaluation/schemes", scheme),
  /** `written_at` names what was read: a draft written anew meanwhile is refused. */
  publishScheme: (kind: UnitKind, written_at: number) => post<SchemeVersion[]>(`/api/evaluation/scheme-drafts/${kind}/publish`, { written_at }),
  refuseScheme: (kind: UnitKind, written_at: number, reason: string) => post<SchemeDraft[]>(`/api/evaluation/scheme-drafts/${kind}/refuse`, { written_at, reason }),
  schemeRefusals: () => get<SchemeRefusal[]>("/api/evaluation/scheme-refusals"),
};

export const admin = {
  add: (account: NewAccount) => post<AccountStep>("/api/accounts", account),
  accounts: (query: { q?: string; role?: string; disabled?: string; page?: number }) => get<AccountPage>("/api/accounts", query),
  disable: (id: string, reason: string) => post<AccountStep>(`/api/accounts/${id}/disable`, { reason }),
  enable: (id: string, reason: string) => post<AccountStep>(`/api/accounts/${id}/enable`, { reason }),
  change: (id: string, change: StaffChange) => post<AccountStep>(`/api/accounts/${id}/change`, change),
  staffProposals: () => get<StaffProposal[]>("/api/staff-proposals"),
  grantStaff: (id: string) => post<Account>(`/api/staff-proposals/${id}/grant`),
  refuseStaff: (id: string, reason: string) => post<void>(`/api/staff-proposals/${id}/refuse`, { reason }),
  decreeProposals: () => get<DecreeProposal[]>("/api/calendar/proposals"),
  grantDecree: (id: string) => post<YearDecree>(`/api/calendar/proposals/${id}/grant`),
  refuseDecree: (id: string, reason: string) => post<void>(`/api/calendar/proposals/${id}/refuse`, { reason }),
  reset: (id: string, reason: string) => post<void>(`/api/accounts/${id}/reset`, { reason }),
  grantReset: (id: string) => post<ResetCode>(`/api/accounts/${id}/reset/grant`),
  registerBank: (bank: NewBank) => post<Bank>("/api/banks", bank),
  bankKeys: (bank: string) => get<BankKey[]>(`/api/banks/${bank}/keys`),
  addKey: (bank: string, public_key: string) => post<void>(`/api/banks/${bank}/keys`, { public_key }),
  confirmKey: (bank: string, n: number) => post<void>(`/api/banks/${bank}/keys/${n}/confirm`),
  revokeKey: (bank: string, n: number, reason: string) => post<void>(`/api/banks/${bank}/keys/${n}/revoke`, { reason }),
  signingKeys: () => get<SigningKey[]>("/api/signing-keys"),
  rotateSigningKey: () => post<SigningKey>("/api/signing-keys"),
  agencies: () => get<Agency[]>("/api/agencies"),
  found: (agency: NewAgency) => post<Agency>("/api/agencies", agency),
  decrees: () => get<YearDecree[]>("/api/calendar"),
  decree: (year: YearDecree) => post<DecreeProposal>("/api/calendar", year),
  trail: (query: { before_n?: number; account?: string }) => get<AuditPage>("/api/audit", query),
};
export { portal, questions, subscriptions } from "./portal";
