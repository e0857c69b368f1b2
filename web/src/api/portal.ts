// The doors of public service by name.
import { addressOf, get, post, remove } from "./client";
import type {
  ComingMonth, MailSubscription, NewSubscription, NewWebhook, ParcelMap, Question, QuestionPage, ResultPage, ResultRow, SearchPage, Statistics, SubscriptionAsked,
  Webhook, WebhookMade,
} from "./types";

export interface ResultQuery {
  q?: string;
  kind?: string;
  center_id?: string;
  outcome?: string;
  from?: string;
  to?: string;
  page?: number;
  page_size?: number;
}

interface Among {
  kind?: string;
  center_id?: string;
}

export interface StatisticsQuery extends Among {
  by?: string;
  from?: string;
  to?: string;
}

interface Paged {
  page?: number;
  page_size?: number;
}

export const portal = {
  results: (query: ResultQuery) => get<ResultPage>("/api/results", { ...query }),
  result: (id: string) => get<ResultRow>(`/api/results/${id}`),
  coming: (query: Among & { month?: string }) => get<ComingMonth>("/api/coming", { ...query }),
  map: (query: Among) => get<ParcelMap>("/api/map", { ...query }),
  statistics: (query: StatisticsQuery) => get<Statistics>("/api/statistics", { ...query }),
  /** Where the same figures lie as a file, for a link. */
  statisticsFile: (query: StatisticsQuery) => addressOf("/api/statistics/csv", { ...query }),
  search: (query: Paged & { q: string; kind?: string }) => get<SearchPage>("/api/search", { ...query }),
};

/** 问答: a bidder asks about a lot, its center answers, everybody reads. */
export const questions = {
  ofLot: (lot: string, query: Paged) => get<QuestionPage>(`/api/lots/${lot}/questions`, { ...query }),
  ask: (lot: string, text: string) => post<Question>(`/api/lots/${lot}/questions`, { text }),
  mine: (query: Paged) => get<QuestionPage>("/api/me/questions", { ...query }),
  desk: (query: Paged & { unanswered?: string }) => get<QuestionPage>("/api/desk/questions", { ...query }),
  answer: (id: string, version: number, text: string) => post<Question>(`/api/desk/questions/${id}/answers`, { version, text }),
};

/** 订阅. */
export const subscriptions = {
  ask: (wanted: NewSubscription) => post<SubscriptionAsked>("/api/subscriptions", wanted),
  confirm: (token: string) => post<MailSubscription>("/api/subscriptions/confirm", { token }),
  cancel: (token: string) => post<void>(addressOf("/api/subscriptions/cancel", { token })),
  webhooks: () => get<Webhook[]>("/api/me/webhooks"),
  addWebhook: (wanted: NewWebhook) => post<WebhookMade>("/api/me/webhooks", wanted),
  enableWebhook: (id: string) => post<void>(`/api/me/webhooks/${id}/enable`),
  removeWebhook: (id: string) => remove(`/api/me/webhooks/${id}`),
};
