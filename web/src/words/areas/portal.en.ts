export default {
  search_hint: "Find lots, notices and guides, in Chinese or English", entrances: "Ways in", all: "All", leads: "No. {n} leads · {bids} bids", by_hand: "to be set",
  live: "Bidding now", live_none: "Nothing is being bid for now.", next: "Coming next", next_none: "No lot has been announced.", notices: "Newest notices", deals: "Newest deals", deals_none: "Nothing has been sold yet.",
  entrance: { items: "How to apply, with what, in how many days", notices: "Grant, supplement, suspension, result", developers: "The documented doors and live frames", lots: "Every lot as a list, map or calendar", results: "Prices, premiums and every bid" },
  views: "View as", view: { list: "List", map: "Map", calendar: "Calendar" },
  weekday: { 1: "Mon", 2: "Tue", 3: "Wed", 4: "Thu", 5: "Fri", 6: "Sat", 7: "Sun" },
  what: { opens: "bidding opens", applications_close: "applications close", ends: "bidding ends" }, shape: { opens: "▷", applications_close: "◇", ends: "■" },
  month_before: "Month before", month_after: "Month after", this_month: "This month", today: "today", month_empty: "Nothing is set for this month.", more_n: "{n} more", more_dates: "This month holds more than is listed; choose a kind or a center.",
  parcels: "Parcels", map_label: "Map of lots, {n} parcels", map_none: "No lot with a boundary.", to_lot: "See the lot",
  results_lead: "Every closed lot: price, premium and the winner's paddle; names come with the notice of the result", results_none: "No result matches.", outcome: "Outcome", any_outcome: "All outcomes", from: "From", to: "To",
  winner: "Winner", name_later: "name follows with the notice", closed_at: "Closed", read: "Read", shown_of: "{n} of {of} shown", more: "Show more",
};
