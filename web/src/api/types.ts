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
export type Method = Schemas["Method"];
/** The rules of one method, as a phase holds them. */
export type MethodOf<Name extends MethodName> = Extract<Phase, { kind: "method"; method: Name }>;
export type EntryName = Schemas["EntryName"];
export type PublicTerms = Schemas["PublicTerms"];
export type TermsDraft = Schemas["TermsDraft"];
export type Profile = Schemas["Profile"];
export type ListedProfile = Schemas["ListedProfile"];
export type NewProfile = Schemas["NewProfile"];
export type ReserveEntry = Schemas["ReserveEntry"];
export type ScoreWord = Schemas["ScoreWord"];
export type LogKey = Schemas["LogKey"];
export type LogWitness = Schemas["LogWitness"];
export type Consistency = Schemas["Consistency"];
export type BidRow = Schemas["BidRow"];
export type BidPage = Schemas["BidPage"];
export type You = Schemas["You"];
export type Application = Schemas["Application"];
export type HistoryRow = Schemas["HistoryRow"];
export type Panel = Schemas["Panel"];
export type PanelAsked = Schemas["PanelAsked"];
export type PanelExpert = Schemas["PanelExpert"];
export type PanelsOfLot = Schemas["PanelsOfLot"];
export type Drawn = Schemas["Drawn"];
export type Registration = Schemas["Registration"];
export type Unsealing = Schemas["Unsealing"];
export type BidderRow = Schemas["BidderRow"];
export type TraceRow = Schemas["TraceRow"];
export type RecordPage = Schemas["RecordPage"];
export type Alert = Schemas["Alert"];
export type AlertPage = Schemas["AlertPage"];
export type AlertDetail = Schemas["AlertDetail"];
export type AlertAct = Schemas["AlertAct"];
export type Measure = Schemas["Measure"];
export type Replay = Schemas["Replay"];
export type ReplayRow = Schemas["ReplayRow"];
export type BidderEdge = Schemas["BidderEdge"];
export type RuleRow = Schemas["RuleRow"];
export type ClientFrame = Schemas["ClientFrame"];
export type ServerFrame = Schemas["ServerFrame"];
export type Offer = Schemas["Offer"];
export type OwnOffers = Schemas["OwnOffers"];
export type OwnOrder = Schemas["OwnOrder"];
export type OpenedRow = Schemas["OpenedRow"];
export type LevelRow = Schemas["LevelRow"];
export type AwardRow = Schemas["AwardRow"];
export type OfficeRow = Schemas["OfficeRow"];
export type OfficeName = Schemas["OfficeName"];
export type TextRow = Schemas["TextRow"];
export type SideName = Schemas["SideName"];
export type MethodName = Schemas["Method"]["method"];
/** The rules of one selling method, as published. */
export type Rules<M extends MethodName = MethodName> = Extract<Schemas["Method"], { method: M }>;
/** What everyone sees of one method as it runs. */
export type View<M extends MethodName = MethodName> = Extract<Schemas["RoomView"], { method: M }>;
export type Agency = Schemas["Agency"];
export type RegisterView = Schemas["RegisterView"];
export type RegisterField = Schemas["FieldView"];
export type RegisterRow = Schemas["RegisterRow"];
export type RowPage = Schemas["RowPage"];
export type RowHistory = Schemas["RowHistory"];
export type RowVersion = Schemas["RowVersion"];
export type Import = Schemas["Import"];
export type Finding = Schemas["Finding"];
export type Share = Schemas["Share"];
export type NewShare = Schemas["NewShare"];
export type Decision = Schemas["Decision"];
export type ReadPage = Schemas["ReadPage"];

export type NotYet = Schemas["NotYet"];
export type LotLife = Schemas["LotLife"];
export type CaseLot = Schemas["CaseLot"];
export type LifeAct = Schemas["LifeAct"];
export type LifeActRow = Schemas["LifeActRow"];
export type LifeWinner = Schemas["LifeWinner"];
export type LifeStep = Schemas["LifeStep"];
export type ActWords = Schemas["ActWords"];
export type LotFile = Schemas["LotFile"];
export type FileDraft = Schemas["FileDraft"];
export type Boundary = Schemas["Boundary"];
export type LotDocument = Schemas["Document"];
export type Instalment = Schemas["Instalment"];
export type PrintedRow = Schemas["PrintedRow"];
export type PrintedCheck = Schemas["PrintedCheck"];
export type Notice = Schemas["Notice"];
export type NoticeKind = Schemas["NoticeKind"];
export type NoticeDraft = Schemas["NoticeDraft"];
export type OpenAbout = Schemas["OpenAbout"];
export type NoticePage = Schemas["NoticePage"];
export type BidderMessage = Schemas["BidderMessage"];

export type MyDeposit = Schemas["MyDeposit"];
export type DepositTerms = Schemas["DepositTerms"];
export type DepositPage = Schemas["DepositPage"];
export type CreditPage = Schemas["CreditPage"];
export type RefundPage = Schemas["RefundPage"];
export type Balances = Schemas["Balances"];
export type BankAlarm = Schemas["BankAlarm"];
export type BankAlarmPage = Schemas["BankAlarmPage"];
export type Bank = Schemas["Bank"];
export type NewBank = Schemas["NewBank"];
export type BankKey = Schemas["BankKey"];
export type NewBankKey = Schemas["NewBankKey"];
export type SigningKey = Schemas["SigningKey"];
export type AccountRow = Schemas["AccountRow"];
export type AccountPage = Schemas["AccountPage"];
export type ResetCode = Schemas["ResetCode"];
export type DepositRow = Schemas["DepositRow"];
export type RefundRow = Schemas["RefundRow"];
export type NewTerms = Schemas["NewTerms"];

// Online approval.
export type Item = Schemas["Item"];
export type ListedItem = Schemas["ListedItem"];
export type ItemKind = Schemas["ItemKind"];
export type ItemStep = Schemas["ItemStep"];
export type ItemImport = Schemas["ItemImport"];
export type ItemStatusName = Schemas["ItemStatusName"];
export type Field = Schemas["FormField"];
export type Member = Schemas["Member"];
export type Material = Schemas["ItemMaterial"];
/** What stands in a form, by the field's name. */
export type CaseForm = Record<string, string | Member[]>;
export type CaseStatus = Schemas["Status"];
export type CaseOutcome = Schemas["CaseOutcome"];
export type CaseAct = Schemas["CaseAct"];
export type CaseCard = Schemas["CaseCard"];
export type CaseFile = Schemas["CaseFile"];
export type CaseOpinion = Schemas["CaseOpinion"];
export type Clocks = Schemas["Clocks"];
export type Colour = Schemas["Colour"];
export type Inbox = Schemas["Inbox"];
export type ConsentRow = Schemas["ConsentRow"];
/** What an act carried besides its words. */
export type EventData = { outcome?: CaseOutcome; days?: number; special?: string; agency?: string; agrees?: boolean };
export type CaseEvent = Omit<Schemas["CaseEvent"], "data"> & { data: EventData };
export type CaseView = Omit<Schemas["CaseView"], "form" | "events"> & { form: CaseForm; events: CaseEvent[] };

// Accounts, agencies, the calendar and the audit trail.
export type Duty = Schemas["Duty"];
export type NewAgency = Schemas["NewAgency"];
export type NewAccount = Schemas["NewAccount"];
export type YearDecree = Schemas["YearDecree"];
export type AuditRow = Schemas["AuditRow"];
export type AuditPage = Schemas["AuditPage"];

/** Any text the server says in both languages. */
export interface Said {
  zh: string;
  en: string;
}

// Public service.
export type ResultOutcome = Schemas["ResultOutcome"];
export type ResultRow = Schemas["ResultRow"];
export type ResultPage = Schemas["ResultPage"];
export type ComingRow = Schemas["ComingRow"];
export type ComingMonth = Schemas["ComingMonth"];
export type ParcelMap = Schemas["ParcelMap"];
export type ParcelFeature = Schemas["ParcelFeature"];
export type Statistics = Schemas["Statistics"];
export type StatisticsRow = Schemas["StatisticsRow"];
export type SearchHit = Schemas["SearchHit"];
export type SearchPage = Schemas["SearchPage"];
export type SearchPiece = Schemas["SearchPiece"];
export type Question = Schemas["Question"];
export type QuestionPage = Schemas["QuestionPage"];
export type Topic = Schemas["Topic"];
export type NewSubscription = Schemas["NewSubscription"];
export type SubscriptionAsked = Schemas["SubscriptionAsked"];
export type MailSubscription = Schemas["MailSubscription"];
export type Webhook = Schemas["Webhook"];
export type NewWebhook = Schemas["NewWebhook"];
export type WebhookMade = Schemas["WebhookMade"];
// Enforcement.
export type AlertCase = Schemas["AlertCase"];
export type CaseHandover = Schemas["CaseHandover"];
export type CaseTransfers = Schemas["CaseTransfers"];
export type ComplaintAct = Schemas["ComplaintAct"];
export type ComplaintView = Schemas["ComplaintView"];
export type CriminalTransfer = Schemas["CriminalTransfer"];
export type DeskComplaint = Schemas["DeskComplaint"];
export type WatchedDeviation = Schemas["WatchedDeviation"];
export type EnforcementAct = Schemas["EnforcementAct"];
export type EnforcementCase = Schemas["EnforcementCase"];
export type EnforcementPage = Schemas["EnforcementPage"];
export type EnforcementRow = Schemas["EnforcementRow"];
export type EnforcementTask = Schemas["EnforcementTask"];
export type Grade = Schemas["DiscretionGrade"];
export type GradeRow = Schemas["GradeRow"];
export type NewComplaint = Schemas["NewComplaint"];
export type NewTask = Schemas["NewTask"];
export type OfficerName = Schemas["OfficerName"];
export type OpenStep = Schemas["OpenStep"];
export type StandardVersion = Schemas["StandardVersion"];
export type TaskAct = Schemas["TaskAct"];
export type TaskWhole = Schemas["TaskWhole"];
export type TransferAct = Schemas["TransferAct"];
export type TransferPaper = Schemas["TransferPaper"];

// Cards, dispatch, evaluation.
export type Card = Schemas["SupervisionCard"];
export type CardAct = Schemas["CardAct"];
export type CardLevel = Schemas["CardLevel"];
export type CardState = Schemas["CardState"];
export type CardDetail = Schemas["CardDetail"];
export type CardBoard = Schemas["CardBoard"];
export type CardFigures = Schemas["CardFigures"];
export type MyCards = Schemas["MyCards"];
export type Order = Schemas["DispatchOrder"];
export type OrderAct = Schemas["OrderAct"];
export type OrderKind = Schemas["OrderKind"];
export type OrderState = Schemas["OrderState"];
export type OrderDetail = Schemas["OrderDetail"];
export type OrderPage = Schemas["OrderPage"];
export type NewOrder = Schemas["NewOrder"];
export type CenterState = Schemas["CenterState"];
export type EvaluationTable = Schemas["EvaluationTable"];
export type UnitScore = Schemas["UnitScore"];
export type UnitCosts = Schemas["UnitCosts"];
export type IndicatorValue = Schemas["IndicatorValue"];
