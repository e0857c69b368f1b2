// 竞买保证金.
export default {
  title: "My deposits", empty: "No deposit account yet", ask: "Open a sub-account", ask_for: "Lot {lot} takes its deposit through a bank", payer_account: "Account I pay from", payer_account_hint: "In your own name, 4 to 34 characters; money from another's account does not count", asking: "Give the account you pay from",
  account: "Sub-account", payee: "Payee", bank: "Bank", required: "To pay", counted: "Counted", missing: "Missing", deadline: "Booked by", deadline_over: "Over", left: "Left", payer: "Payer", copy: "Copy number", copied: "Copied",
  rule: "The bank's booking time decides, not the time of payment or notice; pay from the payer's own account.", reason: "Why it is kept", credits: "Credits", credits_empty: "The bank has told of no credit yet", refunds: "Refunds", credited_at: "Booked", amount: "Amount", result: "Result", reference: "Bank reference",
  state: { issued: "to be paid", credited: "credited, not bound", held: "held", earnest: "earnest money", refund_due: "to be refunded", refund_sent: "refund sent", refunded: "refunded", forfeited: "forfeited", closed: "closed" },
  verdict: { counted: "counted", late: "late, goes back", wrong_payer: "wrong payer, goes back", unknown_account: "no such sub-account, in suspense", closed_account: "sub-account closed, in suspense" },
  refund_state: { due: "to be made", made: "to be checked", checked: "to be sent", sent: "with the bank", paid: "refunded", returned: "returned by the bank" },
  refund_reason: { lost: "not won", late: "credited late", wrong_payer: "wrong payer", suspense: "out of suspense" },
  why: "Ground", refund_by: "To be returned",
  promised: "promised by {at}", due: "by law until {at}", overdue: "past the legal limit",
  ledger: { bank: "Money at banks", held: "Sub-accounts", suspense: "Suspense", payable: "Refunds payable", earnest: "Earnest money", forfeited: "Forfeited" },
  balances: "Balances", balances_hint: "Debits positive, credits negative", sum: "Sum", sum_zero: "in balance", sum_wrong: "out of balance", alarms: "{n} bank messages raised an alarm",
  terms: "Deposit terms", terms_none: "This lot takes no deposit through a bank yet; without terms, a clerk admits by hand.", terms_save: "Save deposit terms", terms_missing: "Choose the bank and the moment", bank_choose: "Choose a bank",
  view: "Show", view_accounts: "Sub-accounts", view_credits: "Credits", view_refunds: "Refunds", lot: "Lot number", lot_hint: "Lot number, such as D-1", search: "Search", any: "Any state", no: "Application", held: "Holds", received_at: "Heard", to: "Goes to", batch: "Batch", list_empty: "Nothing matches",
  make: "Make", check: "Check", give_back: "Give back", own: "Another clerk checks the refund you made", act: "Action",
};
