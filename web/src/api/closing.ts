// 成交后筛查 and 竞买人关系网络: a supervisor's calls.
import { get, post } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type ClosingPage = Schemas["ClosingPage"];
export type ClosingRow = Schemas["ClosingRow"];
export type ClosingDetail = Schemas["ClosingDetail"];
export type ScreenFigure = Schemas["ScreenFigure"];
export type ScoreDriver = Schemas["ScoreDriver"];
export type BidderNetwork = Schemas["BidderNetwork"];
export type NetworkGroup = Schemas["NetworkGroup"];

export interface ClosingsQuery {
  sort?: string;
  order?: string;
  segment?: string;
  called?: "true";
  q?: string;
  page?: number;
}

export const closings = {
  list: (query: ClosingsQuery) => get<ClosingPage>("/api/supervision/screens", { ...query }),
  one: (lot: string) => get<ClosingDetail>(`/api/supervision/screens/${lot}`),
};

export const networks = {
  last: () => get<BidderNetwork>("/api/supervision/networks"),
  compute: () => post<BidderNetwork>("/api/supervision/networks", {}),
};
