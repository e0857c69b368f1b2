export default {
  search_hint: "Find lots, notices and guides, in Chinese or English", entrances: "Ways in", all: "All", leads: "No. {n} leads · {bids} bids", by_hand: "to be set",
  live: "Bidding now", live_none: "Nothing is being bid for now.", next: "Coming next", next_none: "No lot has been announced.", notices: "Newest notices", deals: "Newest deals", deals_none: "Nothing has been sold yet.",
  entrance: { items: "How to apply, with what, in how many days", notices: "Grant, supplement, suspension, result", developers: "The documented doors and live frames", lots: "Every lot, by kind and center" },
};
