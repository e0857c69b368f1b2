export default {
  lead: "Amounts, premiums and unsold shares of closed lots, exact to the cent", csv: "Download CSV", by: "Count", bys: { month: "By month", district: "By center", kind: "By kind" },
  amount: "Amount", sold: "Sold", unsold: "Unsold", unsold_percent: "Unsold share", premium: "Premium", mean: "Mean premium", median: "Median premium", lots: "Lots", none: "No lot closed in this time.",
  rules: "Unsold share = unsold / (sold + unsold); lots called off count in neither. Premiums are of lots one bidder took. Amounts are in yuan.", chart_label: "Chart of {what}, {n} group | Chart of {what}, {n} groups", screen_title: "Public-resource trading, live", full: "Full screen",
};
