// The doors of enforcement by name.
import { download, get, post, putFile } from "./client";
import type {
  AlertCase, CaseTransfers, ComplaintAct, ComplaintPage, ComplaintView, CriminalTransfer, DiscretionRule, EnforcementAct, EnforcementCase,
  EnforcementPage, EnforcementTask, Handover, NewComplaint, NewEnforcementCase, NewTask, OfficerName, OpenStep, ReceivedTransfer, StandardVersion, TaskAct, TaskWhole, TransferAct, TransferPaper, WatchedDeviation,
} from "./types";

const root = "/api/enforcement";

export const cases = {
  list: (query: { status?: string; open?: string; page?: number }) => get<EnforcementPage>(`${root}/cases`, query),
  one: (id: string) => get<EnforcementCase>(`${root}/cases/${id}`),
  file: (new_case: NewEnforcementCase) => post<EnforcementCase>(`${root}/cases`, new_case),
  act: (id: string, act: EnforcementAct) => post<EnforcementCase>(`${root}/cases/${id}/acts`, act),
  clocks: () => get<OpenStep[]>(`${root}/clocks`),
  officers: () => get<OfficerName[]>(`${root}/officers`),
};

export const transfers = {
  of: (id: string) => get<CaseTransfers>(`${root}/cases/${id}/transfers`),
  suspect: (id: string, note: string) => post<CriminalTransfer>(`${root}/cases/${id}/transfers`, { note }),
  received: () => get<ReceivedTransfer[]>(`${root}/transfers`),
  attach: (id: string, kind: TransferPaper["kind"], file: File) => putFile<CriminalTransfer>(`${root}/transfers/${id}/papers/${kind}`, file, { name: file.name }, () => undefined),
  paper: (id: string, sha256: string) => download(`${root}/transfers/${id}/files/${sha256}`),
  act: (id: string, act: TransferAct) => post<CriminalTransfer>(`${root}/transfers/${id}/acts`, act),
  handOver: (id: string, agency: string, note: string) => post<void>(`${root}/cases/${id}/handovers`, { agency, note }),
  incoming: () => get<Handover[]>(`${root}/handovers`),
  answer: (id: string, acknowledges: boolean, note: string) => post<void>(`${root}/handovers/${id}/answer`, { acknowledges, note }),
};

export const tasks = {
  list: (query: { mine?: string; all?: string; case?: string }) => get<EnforcementTask[]>(`${root}/tasks`, query),
  one: (id: string) => get<TaskWhole>(`${root}/tasks/${id}`),
  dispatch: (task: NewTask) => post<TaskWhole>(`${root}/tasks`, task),
  act: (id: string, act: TaskAct) => post<TaskWhole>(`${root}/tasks/${id}/acts`, act),
};

export const complaints = {
  list: (query: { all?: string; page?: number }) => get<ComplaintPage>(`${root}/complaints`, query),
  act: (id: string, act: ComplaintAct) => post<ComplaintView>(`${root}/complaints/${id}/acts`, act),
  handOn: (id: string, agency: string, note: string) => post<void>(`${root}/complaints/${id}/handovers`, { agency, note }),
  make: (lot: string, complaint: NewComplaint) => post<ComplaintView>(`/api/lots/${lot}/complaints`, complaint),
  follow: (id: string) => get<ComplaintView>(`/api/complaints/${id}`),
};

export const discretion = {
  published: () => get<StandardVersion[]>("/api/discretion"),
  write: (rule: DiscretionRule) => post<StandardVersion>(`${root}/discretion`, rule),
  drafts: () => get<StandardVersion[]>(`${root}/discretion`),
  /** `written_at` names what was read: a draft written anew meanwhile is refused. */
  publish: (code: string, written_at: number) => post<void>(`${root}/discretion/${encodeURIComponent(code)}/publish`, { written_at }),
};

export const feedback = {
  open: (alert: number, note: string, paddle?: number) => post<AlertCase>(`/api/supervision/alerts/${alert}/case`, { note, paddle }),
  deviations: () => get<WatchedDeviation[]>("/api/supervision/deviations"),
  answerDeviation: (id: number, note: string) => post<void>(`/api/supervision/deviations/${id}/answer`, { note }),
};
