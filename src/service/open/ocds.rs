//! The words of the Open Contracting Data Standard 1.1.5 that a lot needs, with its lots, bids, techniques
//! and auction extensions. Closed code lists are enums; amounts are exact numbers, never floats.

use serde::Serialize;
use serde_json::value::RawValue;

/// Where the extensions' files are published. `lots` and `bids` stand at v1.1.5: what came later drops the
/// closed code lists.
pub const EXTENSIONS: [&str; 4] = [
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_lots_extension/v1.1.5/extension.json",
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_bid_extension/v1.1.5/extension.json",
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_techniques_extension/master/extension.json",
    "https://raw.githubusercontent.com/openprocurement/ocds_auction_extension/master/extension.json",
];

/// Whoever may use these data, and how: attribution is all that is asked.
pub const LICENSE: &str = "https://creativecommons.org/licenses/by/4.0/";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Release<'a> {
    pub ocid: &'a str,
    pub id: String,
    pub date: String,
    pub tag: Vec<Tag>,
    pub initiation_type: &'static str,
    pub language: &'static str,
    #[serde(flatten)]
    pub body: &'a Body,
}

#[derive(Serialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Tag {
    Tender,
    TenderUpdate,
    TenderCancellation,
    Award,
    AwardUpdate,
    AwardCancellation,
    Contract,
    ContractUpdate,
}

/// What a release says, whatever its number.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    pub parties: Vec<Party>,
    pub tender: Tender,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bids: Option<Bids>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub awards: Vec<Award>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contracts: Vec<Contract>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related_processes: Vec<RelatedProcess>,
}

#[derive(Serialize)]
pub struct Party {
    pub id: String,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<Identifier>,
    pub roles: Vec<Role>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Identifier {
    pub scheme: &'static str,
    pub id: String,
    pub legal_name: String,
}

#[derive(Serialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    ProcuringEntity,
    /// Who pays in a purchase.
    Buyer,
    /// Who is paid in a sale.
    Payee,
    Payer,
    Tenderer,
    Supplier,
}

#[derive(Serialize, Clone)]
pub struct Reference {
    pub id: String,
    pub name: String,
}

#[derive(Serialize, Clone)]
pub struct Value {
    pub amount: Box<RawValue>,
    pub currency: &'static str,
}

#[derive(Serialize, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Period {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date: Option<String>,
}

#[derive(Serialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum TenderStatus {
    Active,
    Cancelled,
    Unsuccessful,
    Complete,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tender {
    pub id: String,
    pub title: String,
    #[serde(rename = "title_en")]
    pub title_en: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    #[serde(rename = "description_en", skip_serializing_if = "String::is_empty")]
    pub description_en: String,
    pub status: TenderStatus,
    pub procuring_entity: Reference,
    pub items: Vec<Item>,
    /// The lowest price a sale starts from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_value: Option<Value>,
    /// The highest price of a purchase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    pub procurement_method: &'static str,
    pub procurement_method_details: String,
    pub award_criteria: &'static str,
    pub submission_method: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tender_period: Option<Period>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number_of_tenderers: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tenderers: Vec<Reference>,
    pub documents: Vec<Document>,
    pub lots: [Lot; 1],
    pub techniques: Techniques,
    pub auctions: [Auction; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    pub id: String,
    pub description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    pub related_lot: String,
}

#[derive(Serialize)]
pub struct Unit {
    pub name: &'static str,
    pub value: Value,
}

#[derive(Serialize)]
pub struct Lot {
    pub id: String,
    pub title: String,
    pub status: TenderStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    pub techniques: Techniques,
}

#[derive(Serialize, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Techniques {
    pub has_electronic_auction: bool,
    pub electronic_auction: ElectronicAuction,
}

#[derive(Serialize, Clone)]
pub struct ElectronicAuction {
    pub url: String,
    pub description: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Auction {
    pub url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    pub minimal_step: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    pub id: String,
    pub document_type: &'static str,
    pub title: String,
    pub url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_published: Option<String>,
    pub format: &'static str,
    pub related_lots: [String; 1],
}

#[derive(Serialize)]
pub struct Bids {
    pub statistics: Vec<Statistic>,
    /// None before the close.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Bid>,
}

#[derive(Serialize)]
pub struct Statistic {
    pub id: &'static str,
    pub measure: &'static str,
    pub value: Box<RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bid {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    pub status: &'static str,
    pub tenderers: [Reference; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    pub related_lots: [String; 1],
}

#[derive(Serialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum AwardStatus {
    /// Hammered; not yet confirmed by the center.
    Pending,
    Active,
    Cancelled,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Award {
    pub id: String,
    pub title: String,
    pub status: AwardStatus,
    pub date: String,
    pub value: Value,
    pub suppliers: [Reference; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    pub related_bid: String,
    pub related_lots: [String; 1],
}

#[derive(Serialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum ContractStatus {
    Active,
    Cancelled,
    /// Done: paid and registered.
    Terminated,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Contract {
    pub id: String,
    #[serde(rename = "awardID")]
    pub award_id: String,
    pub status: ContractStatus,
    pub date_signed: String,
    pub value: Value,
}

#[derive(Serialize)]
pub struct RelatedProcess {
    pub id: String,
    pub relationship: [&'static str; 1],
    pub scheme: &'static str,
    pub identifier: String,
    pub uri: String,
}
