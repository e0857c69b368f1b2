// Short names for the wire's schemas; the shapes live in schema.ts, generated from openapi.json.
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Role = Schemas["Role"];
export type Account = Schemas["Account"];
export type Session = Schemas["Session"];
export type ApiError = Schemas["ApiError"];
export type Center = Schemas["Center"];
export type LotKind = Schemas["LotKind"];
export type Stage = Schemas["Stage"];
export type PhaseKind = Schemas["PhaseKind"];
export type LotCard = Schemas["LotCard"];
export type LotPage = Schemas["LotPage"];
export type LotDetail = Schemas["LotDetail"];
/** The form always holds a list of facts, be it empty. */
export type LotDraft = Schemas["LotDraft"] & { facts: Schemas["Fact"][] };
export type DeskLot = Schemas["DeskLot"];
export type LotState = Schemas["LotState"];
export type Fact = Schemas["Fact"];
export type Step = Schemas["Step"];
export type Extension = Schemas["Extension"];
export type Phase = Schemas["Phase"];
export type PublicTerms = Schemas["PublicTerms"];
export type TermsDraft = Schemas["TermsDraft"];
export type Profile = Schemas["Profile"];
export type BidRow = Schemas["BidRow"];
export type BidPage = Schemas["BidPage"];
export type You = Schemas["You"];
export type Application = Schemas["Application"];
export type HistoryRow = Schemas["HistoryRow"];
export type TraceRow = Schemas["TraceRow"];
export type RecordPage = Schemas["RecordPage"];
export type Alert = Schemas["Alert"];
export type AlertPage = Schemas["AlertPage"];
export type ClientFrame = Schemas["ClientFrame"];
export type ServerFrame = Schemas["ServerFrame"];

/** Any text the server says in both languages. */
export interface Said {
  zh: string;
  en: string;
}
