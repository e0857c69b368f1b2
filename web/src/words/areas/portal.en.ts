export default {
  search_hint: "Find lots, notices and guides, in Chinese or English", entrances: "Ways in", all: "All", leads: "No. {n} leads · {bids} bids", by_hand: "to be set",
  live: "Bidding now", live_none: "Nothing is being bid for now.", next: "Coming next", next_none: "No lot has been announced.", notices: "Newest notices", deals: "Newest deals", deals_none: "Nothing has been sold yet.",
  entrance: { items: "How to apply, with what, in how many days", notices: "Grant, supplement, suspension, result", developers: "The documented doors and live frames", lots: "Every lot as a list, map or calendar", results: "Prices, premiums and every bid", statistics: "Amounts, premiums, unsold shares, as CSV", screen: "The trading hall's live screen", subscriptions: "Atom, e-mail and webhooks", open: "OCDS data, change by change" },
  views: "View as", view: { list: "List", map: "Map", calendar: "Calendar" },
  weekday: { 1: "Mon", 2: "Tue", 3: "Wed", 4: "Thu", 5: "Fri", 6: "Sat", 7: "Sun" },
  what: { opens: "bidding opens", applications_close: "applications close", ends: "bidding ends" }, shape: { opens: "▷", applications_close: "◇", ends: "■" },
  month_before: "Month before", month_after: "Month after", this_month: "This month", today: "today", month_empty: "Nothing is set for this month.", more_n: "{n} more", more_dates: "This month holds more than is listed; choose a kind or a center.",
  parcels: "Parcels", map_label: "Map of lots, {n} parcel | Map of lots, {n} parcels", map_other: "Not bidding", map_none: "No lot with a boundary.", to_lot: "See the lot",
  results_lead: "Every closed lot: price, premium and the winner's paddle; names come with the notice of the result", results_none: "No result matches.", outcome: "Outcome", any_outcome: "All outcomes", from: "From", to: "To",
  winner: "Winner", name_later: "name follows with the notice", closed_at: "Closed", read: "Read", shown_of: "{n} of {of} shown", more: "Show more",
  found: { lot: "Lot", notice: "Notice", item: "Guide", answer: "Question" }, search_lead: "Searches every lot, notice, guide and answered question; all words must be found.", search_none: "Nothing found for “{q}”.",
  qa: {
    title: "Questions and answers", q: "Q", a: "A", question: "Question", answer: "Answer", waits: "Not answered yet; it becomes public with its answer, without the asker.", none: "No questions yet.", corrected: "Corrected {n} times: see what it was", ask: "Ask", hint: "Ask the center; question and answer become public without your name",
    empty: "Write a question first", unanswered: "Unanswered", all_answered: "Every question is answered.", answer_hint: "The answer is public; it can be corrected, not withdrawn", publish: "Publish the answer", correct: "Correct", publish_correction: "Publish the correction",
  },
  follow: {
    lead: "Told of lots, notices and results as they become public", topics: "What to follow", topic: { lot: "New lots", notice: "Notices", result: "Results" }, atom: "For any reader; addresses never change. The kind and center above hold here too.",
    mail: "E-mail", mail_lead: "A mail asks for your yes first; every mail has a way out.", address: "E-mail address", ask: "Send the asking mail", asked: "The mail is on its way; use its link before {at}.", no_email: "Give an e-mail address", no_topic: "Choose at least one topic",
    confirm: "Confirm", confirm_text: "Somebody asked for news to this address. It begins once you confirm.", confirm_done: "You are subscribed.", cancel: "Unsubscribe", cancel_text: "You will get no more of these mails.", cancel_done: "You are unsubscribed.",
    hook_lead: "Sign in to register an https address; news is posted to it, signed by HMAC-SHA256 (Standard Webhooks).", url: "Address", no_url: "Give an address", hook_add: "Add", hook_on: "sending", hook_off: "stopped after {n} failure | stopped after {n} failures", hook_enable: "Enable again", hook_remove: "Remove", secret: "The signing secret, shown this once; keep it:",
  },
};
