// The doors of public service by name.
import { get } from "./client";
import type { ComingMonth, ParcelMap, ResultPage, ResultRow } from "./types";

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

export const portal = {
  results: (query: ResultQuery) => get<ResultPage>("/api/results", { ...query }),
  result: (id: string) => get<ResultRow>(`/api/results/${id}`),
  coming: (query: Among & { month?: string }) => get<ComingMonth>("/api/coming", { ...query }),
  map: (query: Among) => get<ParcelMap>("/api/map", { ...query }),
};
