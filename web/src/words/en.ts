import registers from "./areas/registers.en";
import approval from "./areas/approval.en";
import deposits from "./areas/deposits.en";
import documents from "./areas/documents.en";
import life from "./areas/life.en";
import panels from "./areas/panels.en";
import unsealing from "./areas/unsealing.en";
import figures from "./areas/figures.en";
import proof from "./areas/proof.en";
import portal from "./areas/portal.en";
import security from "./areas/security.en";
import open from "./areas/open.en";
import closing from "./areas/closing.en";
import enforcement from "./areas/enforcement.en";
import cards from "./areas/cards.en";
import dispatch from "./areas/dispatch.en";
import evaluation from "./areas/evaluation.en";
import watch from "./areas/watch.en";
import type zh from "./zh-CN";

const en: typeof zh = {
  watch, enforcement, cards, dispatch, evaluation, closing, open, panels, unsealing, registers, approval, deposits, documents, life, figures, portal, security, proof,
  product: { name: "Sunbid", line: "Online public-resource trading", footer: "Prices, times and rules are those of the server's record; all times are Beijing time (UTC+8)." },
  common: { skip: "Skip to content", navigation: "Main", desk_navigation: "Desk", again: "Try again", cancel: "Cancel", yes: "yes", no: "no" },
  page: { alerts: "Alerts", alert: "Alert", enforcement: "Enforcement", "enforcement-case": "Case", "enforcement-new": "File a case", standard: "Write a discretion standard", precision: "Precision", discretion: "Discretion standards", complaint: "Complaint", "complaint-followed": "Complaint", cards: "Cards", card: "Card", "my-cards": "My cards", dispatch: "Dispatch", "order-new": "New order", order: "Order", "desk-orders": "Orders", evaluation: "Evaluation", "evaluation-unit": "Evaluation", "own-evaluation": "Our evaluation", "evaluation-weights": "Weights of evaluation", screens: "Closed lots", networks: "Bidder networks", subscriptions: "Subscriptions", search: "Search", screen: "Hall screen", "desk-questions": "Questions", home: "Public-resource trading", results: "Results", result: "Result", statistics: "Statistics", lots: "Lots", room: "Live room", login: "Sign in", me: "My bids", desk: "Center desk", "desk-new": "New lot", "desk-profiles": "Rule profiles", "desk-lot": "Lot", wall: "Supervision wall", record: "Record", open: "Open data", developers: "Interface for programs", missing: "Not found", registers: "Registers", register: "Register", "register-import": "Import", "register-reads": "Read log", "register-shares": "Sharing requests", notices: "Notices", notice: "Notice", document: "Check of a document", "desk-notices": "Write notices", "desk-deposits": "Deposits", reset: "A new password", password: "Change my password", items: "Guide", item: "Guide", cases: "My cases", "case-new": "Apply", case: "Case", inbox: "Inbox", "desk-items": "Items", "desk-item-new": "Write an item", "desk-item": "Write an item", audit: "Audit", proposals: "Second word", admin: "Administration", "bank-alarms": "Bank alarms", proof: "Proof of the record" },
  clock: {
    zone: "Beijing, UTC+8", title: "Server time", server: "Server time", board: "Time", days: "{n} d", opens: "Opens in", left: "Time left", paused: "Paused, bids resume in",
    at_opens: "opens", at_left: "ends", at_paused: "resumes", at_next: "at", ended: "Ended", since: "Suspended at", freeze: "Quotes stop at", extensions: "extended {n} time | extended {n} times", opens_short: "Opens",
    measured: "{s} s ahead of this computer, round trip {rtt} ms",
  },
  link: { open: "Connected", silent: "Waiting for data", lost: "Disconnected" },
  stage: { draft: "Draft", checked: "Checked", announced: "Announced", bidding: "Bidding", suspended: "Suspended", ceiling: "Ceiling reached", sold: "Sold", unsold: "Unsold", terminated: "Terminated", void: "Sale void", defaulted: "Winner withdrew", fallen: "Fell through" },
  phase: { open: "Open bidding", free: "Free bidding", inquiry: "Inquiry", preparation: "Preparation", timed: "Timed bidding", ceiling_inquiry: "Ceiling inquiry", reserve_offer: "Offered at the reserve", sealed: "Sealed offers", dutch: "Dutch", rounds: "Rounds of turns", lottery: "Draw", area: "Bidding for area", weighted: "Weighted bidding", scored: "Panel", call: "Call auction", rising: "Rising clock", exchange: "Double auction" },
  kind: { housing_land: "Housing land", industrial_land: "Industrial land", commercial_land: "Commercial land", vehicle: "Vehicle", equipment: "Equipment", property_right: "Property right", mineral_right: "Mineral right", plate_quota: "Car plates", carbon_allowance: "Carbon allowances", procurement: "Procurement" },
  role: { bidder: "bidder", clerk: "center clerk", officer: "officer", supervisor: "supervisor", notary: "notary", transferor: "transferor", admin: "administrator" },
  session: { in: "Sign in", out: "Sign out", title: "Sign in to Sunbid", login: "Account", password: "Password", need: "Sign in as {role} to see this page", hint: "All lots and live prices can be seen without signing in." },
  money: { yuan: "yuan" },
  price: { start: "Start price", current: "Current price", sold: "Sold for", now: "Current price", premium: "Premium", discount: "Discount", bids: "Bids", large: "Large unit" },
  paddle: { n: "No. {n}", suffix: "paddle" },
  lots: {
    title: "Lots", lead: "Prices are public and live; bids are shown by paddle number", all: "All", stage: "Stage", kind: "Kind", center: "Center", sort: "Sort", search: "Search", search_hint: "Number, title or place",
    any_kind: "All kinds", any_center: "All centers", bids: "{n} bid | {n} bids", empty: "No lot matches",
    stages: { bidding: "Bidding", announced: "Opening soon", halted: "Halted", closed: "Ended" },
    sorts: { default: "Default order", ends_at: "By end", opens_at: "By opening", price: "By price", number: "By number" },
  },
  developers: { lead: "Everything a page of this site can do, a program can do: REST below, live frames over the socket at GET /api/socket (schemas ClientFrame and ServerFrame). Money is a decimal string, a moment is milliseconds since 1970 UTC.", document: "The document itself" },
  notice: { loading: "Loading", empty: "Nothing here yet", error: "Could not be read", missing: "There is no such page, or it is no longer public", code: "code" },
  pager: { label: "Pages", previous: "Previous", next: "Next", place: "page {page} of {pages}, {total} in all" },
  lead: {
    board: "Leader and my position", leader: "Leading", winner: "Winner", none: "no bid yet", mine: "My position", last: "My last bid", proxy: "Proxy maximum", priority: "Priority", confirmed: "Confirmed",
    watching: "Watching", watching_hint: "No paddle for this lot; prices are live", seated: "Seated, no bid yet", leading: "You lead", outbid: "You are outbid", unknown: "Position unknown", over: "Ended", won: "You won",
  },
  stale: { title: "connection lost; the price shown may be out of date", text: "Nothing heard from the server for 5 seconds. Reconnecting; no bid can be made until then.", again: "Reconnect now" },
  bid: {
    title: "Bid", amount: "Amount in yuan", minimum: "Next bid at least", maximum: "Next bid at most", step: "Step", step_down: "Step down", to_minimum: "Min", to_maximum: "Max", one_step: "step",
    plus_long: "Add one step", minus_long: "Subtract one step", submit: "Bid", waiting: "Waiting for the server", passed: "The price moved: this is below the minimum now", passed_down: "The price moved: this is above the maximum now",
    empty: "Enter an amount", not_a_number: "Enter a number, such as 1050000", too_precise: "At most {n} decimals",
  },
  confirm: {
    bid_title: "Confirm bid", bid: "Confirm bid", bid_binding: "A bid the server accepts cannot be withdrawn. If the price has moved by then, the server refuses it.",
    proxy_title: "Confirm proxy", proxy: "Confirm proxy", proxy_binding: "The server bids for you up to the maximum. It is kept secret, may be raised, and cannot be withdrawn.",
    capitals: "In words", large: "That is", moved: "The price has just moved; check before you confirm", passed: "This amount is below the minimum now",
  },
  proxy: { title: "Proxy bid (maximum)", hint: "The server bids for you step by step, never above your maximum.", placeholder: "e.g. 120000000", submit: "Set proxy" },
  inquiry: {
    title: "Inquiry", enter_question: "Do you enter timed bidding?", enter_hint: "Answer before the countdown ends; no answer means no.", ceiling_question: "The ceiling price is reached. Do you accept it?",
    ceiling_hint: "Answer before the countdown ends; no answer means no.", yes: "Yes", no: "No", answered: "Your answer: {answer}",
    reserve_question: "The best bid is below the reserve. Do you take the lot at the reserve?", reserve_hint: "Until the countdown ends the first to say yes has it; if nobody does, it stays unsold.", reserve_price: "Reserve", reserve_yes: "Take it at the reserve", reserve_no: "No",
  },
  answers: { title: "Server replies", refused: "Refused", accepted: "Accepted", waiting: "Waiting for", receipt: "record no.", bid: "bid", proxy: "proxy", cancel: "cancel order {n}", demand: "units", seed: "text", marks: "offer" },
  history: { title: "Bids", paddle: "Paddle", amount: "Amount (yuan)", time: "Time", phase: "Phase", proxy: "proxy", me: "me", empty: "No bid yet", more: "Last {shown} of {count}" },
  curve: { title: "Price curve", label: "Price curve of {n} bid | Price curve of {n} bids" },
  spoken: { price: "Price {price} yuan, paddle {paddle} leads. {mine}" },
  outcome: {
    sold: "Sold", unsold: "Unsold", ceiling: "Ceiling", terminated: "Terminated", sold_to: "to paddle {n}", yours: "— that is you", sold_next: "The confirmation letter and the public notice are decisive.",
    no_bid: "Nobody had bid when time ended.", below_reserve: "The highest bid did not reach the reserve.", too_few: "There were fewer valid offers than required.", allotted: "Allotted", traded: "Session over", second_area: "Area", second_score: "Score", allotted_to: "{count} awards, {quantity} units", own_price: "each pays his own price", mine_n: "You get {n}, {sum} yuan in all", mine_none: "You get nothing", mine_unknown: "See the full list of awards for yours", traded_n: "{trades} trades, {volume} units; orders left standing are void.", reserve_was: "Reserve", ground: "Ground: ", ceiling_next: "The ceiling is reached; the lot goes on as its notice says.",
  },
  stand: {
    suspended: "This lot is suspended", ground: "Ground: ", resume: "Resumes: ", resume_unknown: "to be announced", suspended_hint: "No bids during the suspension; accepted bids stand.",
    announced: "Announced, not yet open", opens: "Opens: ", announced_hint: "You may apply now and bid once it opens.",
  },
  application: {
    apply: "Apply to bid", no: "Application no.", lot: "Lot", status: "Status", paddle: "Paddle", at: "Submitted", title: "Applications", empty: "No applications",
    submitted: "Under review", admitted: "Admitted", refused: "Refused", submitted_hint: "Application {no} is under review", admitted_hint: "Application {no} is admitted; the seat is being prepared", refused_hint: "Application {no} was refused", withdrawn: "Withdrawn", withdrawn_hint: "Application {no} was withdrawn",
    admit: "Admit", admit_title: "Admit application {no}", admit_text: "A paddle is drawn at random. The desk does not see who the bidder is.", priority: "Pre-emption rank (empty if none)",
  },
  facts: {
    title: "The lot", grantor: "Grantor", location: "Location", area: "Area", deposit: "Deposit", ceiling: "Ceiling price", reserve: "Reserve", reserve_yes: "set, kept secret", reserve_no: "none", rules: "Rules",
  },
  reason: {
    stale: "Disconnected", sign_in: "Sign in first", not_bidder: "Only bidders can do this", no_seat: "You have no paddle for this lot", loading: "Reading the lot's state", announced: "Not open yet", suspended: "Suspended, no bids now",
    ceiling: "Ceiling reached, no more bids", closed: "Ended", inquiry: "No bids during the inquiry", preparation: "No bids during preparation", paused: "Paused, please wait", frozen: "Quotes have stopped", not_now: "No bid is taken now",
    barred: "A credit record bars you", not_asked: "Nothing is asked now", no_proxy: "This lot takes no proxy bids", not_entered: "You are not among those in this phase", reserve_offer: "No bids while the lot is offered at its reserve",
  },
  method: {
    rank: "Rank", changes_left: "Changes left", offered: "Offer made", allotted: "You are allotted", allotted_n: "You get {n}", your_turn: "Your turn", wait_turn: "Wait for your turn",
    side: { label: "Side", buy: "Buy", sell: "Sell" },
    order: { no: "No.", price: "Price each (yuan)", quantity: "Quantity", left: "Left", total: "In all", whole: "Enter a whole number" },
    awards: { title: "Awards", count: "{n} in all", more: "First {shown} of {count}" },
    sealed: {
      opens: "Opened at", mine: "My offer", amount: "Sealed offer (yuan)", submit: "Seal offer", change: "Change sealed offer", spent: "No changes left", all_but_first: "Who took the Dutch price waits in this phase", first_only: "One bidder alone may offer in this phase; the server refuses the others.",
      secret: "Until the opening nobody sees an offer, nor how many there are; the last one counts.", binding: "It is opened when time is up and cannot be withdrawn; {n} changes are left, the last one counts.", again: "A second run: only those who tied may offer.",
      opened: "Opened offers", opened_before: "Opened in the phase before", closed_until: "Opened at {at}; nobody sees an offer before", never_opened: "There was no offer to open", mean: "Mean", distance: "From the mean", band: "Offers within", band_text: "above {low}, up to {high}",
      second_price: "The best offer wins and pays the second best.",
    },
    dutch: {
      now: "Price now", last: "Last price shown", falls_in: "Falls in", rises_in: "Rises in", drop: "Each drop", rise: "Each rise", step: "Prices shown", taken_by: "Taken by", taken_at: "Taken at", take: "Take it", hint: "The first to take it has it; the server moves the price by the clock.",
      course: "Course of the price", bar: "Price {step} of {steps}", shown: "Now ({step} of {steps})", next: "Next price", no_next: "No further price", confirm: "Take the lot at this price", binding: "Once accepted it cannot be withdrawn. If the price has moved on the way, the server refuses and you may take the new one.",
    },
    rounds: {
      best: "Best offer so far", round: "Round", round_n: "{n} of {of}", turn: "Turn of", pause: "pause", next_in: "Next turn in", turn_left: "No. {n} has", standing_mine: "My standing offer", amount: "Offer of this turn (yuan)", submit: "Offer",
      between: "A pause between turns", not_yours: "It is the turn of no. {n}", now_yours: "It is your turn; without an offer your standing one stays.", pending: "Said in this turn, shown when it is over:", binding: "You may change it during your turn; then it is shown and counts.",
      rule_up: "At least {step} yuan above your own {own}.", rule_down: "At least {step} yuan below your own {own}.", order: "Turns of this round, worst first", standing: "Standing offers, best first", speaking: "speaking", spoken: "over", waiting: "waiting",
    },
    lottery: {
      given_n: "Texts given", drawn: "Drawn", stage: "Stage", stage_0: "Commitments awaited", stage_1: "Texts collected", stage_2: "Seeds revealed", stage_3: "Drawn", mine: "My text", gave: "Text given", not_yet: "No text yet",
      step_0: "Center and supervision commit to a seed each", step_1: "Bidders add texts of their own", step_2: "Both reveal their seeds", step_3: "The draw", collects_for: "Texts taken for", text: "Text", text_hint: "Any words; shown to all and part of the draw, so that nobody alone can steer it.",
      give: "Give text", given: "You gave your text", collected: "Texts are no longer taken", unbound: "Both offices must commit to their seeds first", binding: "Shown at once and cannot be changed.", blank: "(blank)", offices: "Seeds of the two offices", office: { center: "Center", supervisor: "Supervision" },
      commitment: "Digest", seed: "Seed", awaited: "awaited", hidden: "not revealed yet", texts: "Texts of the bidders", no_texts: "No text yet; the silent are drawn among as well",
    },
    draw: {
      title: "Check it yourself", how: "The SHA-256 of these lines, each with its newline; its first 16 bytes as one number, divided by the count of entrants: the remainder names the place.", run: "Compute again in this browser", cannot: "Browsers offer SHA-256 over encrypted connections only; copy the lines and compute it elsewhere.", same: "This browser finds what the server published", differs: "This browser finds something else than the server published",
      lines: "The lines", own: "Computed here", head: "First 16 bytes", rest: "Remainder", sum: "over {count} leaves {nth}", place: "Place", placed: "place {nth} of {list}: no. {drawn}", comma: ", ", bound: "the seed fits its commitment", unbound: "the seed does not fit its commitment",
    },
    area: {
      from: "Area from", best: "Most area", price: "Price", max: "At most", minimum: "Least", leader: "Leading", mine: "My area", amount: "Area offered (m²)", submit: "Offer area", binding: "The price stays {price} yuan; an accepted area cannot be withdrawn.", hint: "The price stands; the most area wins.",
      history: "Areas offered", column: "Area (m²)",
    },
    weighted: {
      best: "Best score", points: "points", least: "A new offer needs", no_score: "no score yet", mine: "My last price", price: "Price (yuan)", price_rule: "up to {points}: none at {from}, all at {full}", mark_rule: "up to {points}: none at {low}, all at {high}",
      preview: "By the published rules", preview_hint: "A preview; the server's score counts.",
    },
    scored: {
      offers: "Offers", experts: "Experts", people: "people", wait: "The panel is at work; bidders have nothing to do.", how: "How it is decided", by_points: "Up to {price} points for the price (all for the lowest valid one, in proportion for the others) and up to {panel} for the panel's mean; most points win.", by_lowest: "The price plus the mean of what the panel adds; the lowest wins.",
      pass_rule: "An offer is valid if most experts pass it.", opened: "Opened offers", result: "Scores", none: "No offers", pass: "Valid", passed: "passed", failed: "failed", price_points: "Price", panel_points: "Panel", total: "Total", added: "Added", evaluated: "Evaluated price",
    },
    call: {
      uniform: "Uniform price", least_won: "Lowest price that won", mean: "Last mean told", from: "Orders from", supply: "Supply", unit: "Whole lots of", cap: "Cap each", sold: "Sold", next_mean: "Next mean", orders: "My orders", orders_left: "Orders left", spent: "No orders left", change: "Change order",
      submit: "Place order", binding: "An accepted order cannot be withdrawn; all are cleared when time is up.", binding_single: "The last order counts; a change takes a new place in time.", hint: "Whole lots of {unit}, prices by {step} yuan, at most {cap} each.", no_orders: "No orders yet", ladder: "Demand ladder", up_to: "Up to here", within: "Supply",
      inside: "within", margin: "margin", outside: "beyond", told: "What is told", no_mean: "not told yet", pays: "Who pays what", pays_uniform: "all the lowest accepted price", pays_own: "each his own price", ties: "Equal prices", ties_time: "the earlier first", ties_drawn: "by a lottery fixed before, seed", curve: "Demand curve", demand: "Demand: price against quantity up to it",
    },
    rising: {
      round: "Round", last_round: "Last round", products: "Products", product: "Product", over_before: "Over-demanded before", rounds_max: "Rounds at most", points: "Activity points used / mine", points_used: "Points used", price: "Price now (yuan)", demand: "Demand before", weight: "Points each", wanted: "I want", wanted_of: "{name}: units I want",
      risen: "risen", over: "{n} over", round_left: "Round {n} ends in", said: "Told this round", unsaid: "Not told yet", silence: "Nothing told in this round: silence wants nothing, and what is given up cannot be had back.", told: "Told this round", too_active: "{used} points, more than the {points} you have; the server will refuse", submit: "Tell round {n}",
      hint: "Prices rise where demand passes supply; nobody may be more active than in the round before. It ends when nothing is over-demanded.", confirm: "Confirm round {n}", confirm_short: "Confirm", at_price: "{units} at {price} yuan each", binding: "May be changed until the round ends, the last one counts; then it binds at this round's prices.",
    },
    exchange: {
      reference: "Start price", last: "Last price", best_bid: "Best bid", best_ask: "Best ask", trades: "Trades", volume: "Volume", standing_n: "{n} order standing | {n} orders standing", none: "No orders standing", confirm: "Confirm order", binding: "What meets the other side trades at once and is final; the rest stands and can be taken back.", hint: "Whole lots of {unit}, at most {max} an order; prices by {step} yuan.",
      mine: "My standing orders", mine_void: "My orders left at the end (void)", cancel: "Cancel", cancel_long: "Cancel the order of {n} at {price}", no_orders: "No orders standing", ladder: "Bids and asks", ladder_last: "Bids and asks at the end", empty: "No orders yet", bid: "bid", ask: "ask", bids: "Bids: quantity up to here", asks: "Asks: quantity up to here", pick: "Use {price} as the price", recent: "Last trades", no_trades: "No trades yet",
      taker: "Taker", depth: "Market depth", depth_label: "Market depth: {bids} bid, {asks} asked",
    },
  },
  me: { paddle: "Your paddle {n}", running: "My lots", running_empty: "You have no running lot", applications: "My applications", applications_empty: "You have not applied yet" },
  desk: { new: "New lot", empty: "No lot matches", any_stage: "All stages", room: "Live room", history: "Action history", form: "Lot and terms" },
  lot: { number: "Number", title_zh: "Title (Chinese)", title_en: "Title (English)", description_zh: "Description (Chinese)", description_en: "Description (English)" },
  form: {
    profile: "Preset", profile_first: "Choose a preset first", lot: "The lot", facts: "Further facts", label_zh: "Label (Chinese)", label_en: "Label (English)", value: "Value", fact_add: "Add fact", remove: "Remove", up: "Up",
    save: "Save", saved: "Saved", locked: "A published lot cannot be changed", price: "Price and step", direction: "Direction", ascending: "Ascending", descending: "Descending", scale: "Decimals", reserve: "Reserve price",
    proxy: "Proxy bids", proxy_none: "Not taken", proxy_step: "Must be a valid next bid", proxy_visible: "Must reach the visible price", self_outbid: "The leader may raise himself",
    step: "Step", step_rule: "Step rule", step_multiple: "Whole multiples of the step", step_at_least: "At least one step", step_own: "Above one's own last bid", band_from: "Price from", band_step: "Step", band_add: "Add band",
    has_ceiling: "Ceiling price", ceiling_then: "At the ceiling", then_sell_to_single: "Sell if one accepts", then_hand_over: "Hand over", inquiry_ms: "Inquiry length", phases: "Phases", opens_at: "Opens at", opens_hint: "Empty: opened by hand",
    phase_n: "Phase {n}", phase_kind: "Kind", phase_add: "Add phase", length_ms: "Length", freeze_ms: "Quotes stop before the end", entrants_min: "Entrants at least", freeze_bidders_min: "Quotes stop only with bidders", quoted_min: "Asked only with quoters", quoted_min_hint: "Empty: as many as entrants", recent_ms: "Recent span", recent_bidders_min: "Recent bidders at least",
    period_ms: "Period", entry: "Who may enter", entry_qualified: "All qualified", entry_quoted: "Those who quoted", entry_confirmed: "Those who confirmed", entry_quoted_and_confirmed: "Those who quoted and confirmed", entry_quoted_or_confirmed: "Those who quoted or confirmed", extension: "Extension", window_ms: "Window", pause_ms: "Pause", hard_stop_at: "Hard stop",
    add_ms: "Added each time", extra_ms_max: "Added at most", count_max: "Times at most", own_step: "This phase has its own step", resume: "After a suspension", quick_ms: "Quick resume within", notice_ms: "Resume notice", restart: "Restarts at",
  },
  unit: { label: "Unit", days: "days", hours: "hours", minutes: "min", seconds: "s" },
  extension: { none: "None", sliding: "Sliding", restart: "Restart at each bid", restart_paused: "Restart with pause", add_on: "Add at each bid", sliding_capped: "Sliding, capped" },
  action: {
    not_in_stage: "Now: {stage}", own: "The author cannot check it", ground: "Ground (made public)", ground_missing: "Give the ground", at: "Resume at (empty: at once)",
    check: "Check", check_title: "Check the lot", check_text: "You confirm lot and terms. The author cannot check his own lot.",
    publish: "Publish", publish_title: "Publish the notice", publish_text: "The lot becomes public and its terms can no longer be changed.",
    open: "Open", open_title: "Open bidding", open_text: "The first phase begins at once.",
    suspend: "Suspend", suspend_title: "Suspend bidding", suspend_text: "Takes effect at once: the clock stops and the ground is told to everybody.",
    resume: "Resume", resume_title: "Resume bidding", resume_text: "The time must keep the notice; the server refuses one that is too soon.",
    terminate: "Terminate", terminate_title: "Terminate the sale", terminate_text: "This cannot be undone; the ground is told to everybody.",
  },
  did: { draft: "written", check: "checked", publish: "published", open: "opened", suspend: "suspended", resume: "resumed", terminate: "terminated", admit: "admitted", refuse: "application refused", score_first: "score, first person", score_differs: "scores differed", reserve_first: "reserve, first person", reserve: "reserve set", score: "score entered", commit: "committed to a seed", reveal: "seed shown", panel_asked: "panel of experts asked for", panel_committed: "panel: committed to a seed", panel_seed_shown: "panel: seed shown", deposit_terms: "deposit terms set", deposits_settled: "deposits settled", deposit_forfeited: "deposit forfeited" },
  wall: { leader: "Lead", lots: "Live lots", unit: "Prices in yuan; ±% over the start price", empty: "No lot is live now. One appears here by itself as it opens.", alerts: "Alerts", alerts_empty: "No alerts. What a rule finds appears here at once.", stream: "Bids and refusals", stream_empty: "Waiting for the first entry. Bids and refusals are listed as they happen.", pulse: "{n} bid in the last minute | {n} bids in the last minute", pace: "{n}/min · {bids} in all" },
  trace: {
    bid: "bid", proxy: "proxy", answer: "answer", refused: "refused", suspended: "suspended", resumed: "resumed", published: "published", opened: "opened", deadline: "time up", admitted: "admitted", barred: "barred", readmitted: "readmitted", closed: "closed", terminated: "terminated",
    offer: "offer", offered: "offer", cancelled: "taken back", stood: "new leader", traded: "trade", told: "told", done: "office act", duty: "office act", reserve_set: "reserve entered", scheduled: "scheduled", reserve_offered: "offered at reserve",
    began: "phase began", ceiling: "ceiling reached", resume_set: "resume set", resume_dropped: "announced resumption dropped",
  },
  record: { evidence: "{n} rows the alert rests on are marked", mark: "evidence", n: "No.", what: "What", seq: "Seq", said: "Reply", device: "Device", empty: "No entries", earlier: "Earlier", later: "Later" },
  method_form: {
    ladder: "Open bidding", methods: "Other methods", start_hint: "Shown in lists only; this method does not price by it", step_own_step: "Least improvement a round", step_grid: "Price grid", grid: "Prices are multiples of",
    who: "Who may offer", who_everyone: "Everyone inside", who_all_but_first: "All but the leader", who_first_only: "The leader only", wins: "Who wins", wins_best: "Best offer, pays it", wins_second_price: "Best offer, pays the second", wins_nearest_mean: "Nearest to the mean",
    ties: "On a tie", ties_first: "The earlier", ties_again: "The tied offer again", ties_time: "The earlier", ties_drawn: "By lot with a published seed", ties_seed: "Seed of the lot", ties_seed_hint: "Published with the notice, at most 64 characters",
    offer_unit: "Unit of offers", offer_unit_hint: "Offers are whole multiples of it", changes_max: "Changes at most", changes_hint: "With a single order; a change queues anew", offers_min: "Offers at least", offers_min_hint: "Fewer and the sale fails; 0 for any", unique: "No price equal to another's",
    band: "Offers within a band", band_low: "Above", band_high: "Up to", drop: "Change a step", every_ms: "Length of a step", steps: "Steps, the start included", rounds: "Rounds", turn_ms: "Turn of each bidder", lead_ms: "Before the first round", round_pause_ms: "Between rounds",
    collect_ms: "Entrants add their texts", reveal_ms: "Offices show their seeds", area_start: "Least area (m²)", area_max: "Most area (m²)", area_max_hint: "Reaching it ends the phase; empty if none", area_step: "Rule of area steps", area_from: "Area from",
    price_points: "Price points", panel_points: "Panel points", full_price: "Price of full points", full_price_hint: "None at the start price, all at this one", step_points: "Points to pass the best by", indicators: "Indicators", indicator_add: "Add indicator", indicator_low: "No points at", indicator_high: "All points at", points: "Points", points_sum: "{n} points in all",
    experts: "Experts", experts_hint: "An odd number", by: "Decided by", by_points: "Price points + panel points", by_lowest_evaluated: "Lowest evaluated price",
    supply: "Supply", quantity_unit: "Unit of orders", quantity_unit_hint: "Quantities are whole multiples of it", cap: "At most for one bidder", orders_max: "Orders of one bidder", pays: "Price paid", pays_uniform: "One for all: the lowest accepted", pays_own: "Each his own", short: "Demand below supply", short_partial: "Sell what is wanted", short_void: "Sell nothing",
    broadcasts: "The mean is told", broadcast_n: "No. {n}, after the start", broadcast_add: "Add a time", trim_percent: "Cut at each end (%)", round_ms: "Length of a round", rounds_max: "Rounds at most", points_first: "Activity in round one", points_first_hint: "Points each bidder begins with",
    products: "Products", product_add: "Add product", product_supply: "Units", product_step: "Rise a round", product_points: "Points a unit", order_max: "One order at most",
    reserve_mode: "How it is set", reserve_none: "None", reserve_now: "Written here, kept secret", reserve_later: "Entered by two during the sale", opens_before_ms: "Entry begins", closes_before_ms: "Entry ends", before_hint: "before the end of the first phase", reserve_offer: "Offer the lot at its reserve if not met", reserve_offer_ms: "Offered for",
    after_ceiling: "After the ceiling", follows: "Opens after another lot has closed", follows_lot: "Number of the lot before", follows_gap: "Gap", lot_unknown: "The center has no lot of this number",
  },
  profiles: {
    lead: "A profile is a way of selling. Presets do not change; a changed copy is used once another person has published it", search: "Name, id or rule", none: "No profile matches", choose: "Choose a profile from the list", change: "Choose another",
    group_own: "Our own", group_land: "Land", group_other: "Other resources", group_methods: "Methods", preset: "Preset", version: "Version {n}", published: "Published", draft: "Draft", mine: "Written by me",
    published_already: "Published; it does not change", own: "Its author cannot publish it", unpublished: "Not published yet", use: "New lot from it", write: "Change a copy", writing: "Being changed below", write_title: "A changed copy as a new version", publish: "Publish", publish_title: "Publish the profile", publish_text: "Every clerk may use it, and this version no longer changes.",
    json: "The profile itself (JSON)", json_hint: "Durations in milliseconds, money as decimal strings, points in hundredths", id: "Id", id_hint: "Lowercase letters, digits, underscores; a known id gets a new version", save: "Save as a new version",
  },
  duties: {
    reserve: "Reserve", reserve_unopened: "Two clerks enter it once bidding runs, within the window before the end of the first phase.", reserve_early: "The window opens at {at}.", reserve_late: "Outside the window in which the reserve is entered.", reserve_entered: "The reserve is entered ({by}, {at}); it is final, and secret until shown.",
    reserve_first: "You are the first person: it stands once another clerk enters the same amount unseen.", reserve_second: "You are the second person: {by} entered it at {at}. Enter it unseen; equal amounts set it, otherwise both begin again.", reserve_waiting: "You entered it at {at}; another clerk must now enter the same amount unseen. If the two differ, it is entered again.",
    reserve_until: "Window ends in", reserve_enter_first: "Enter the reserve", reserve_enter_second: "Enter and compare", reserve_enter_again: "Enter it again",
    score: "Panel", score_hint: "0 to {max} points, two places. One word an expert on each offer, entered by two clerks and then final; an offer most experts do not pass is out.", score_lowest_hint: "The amount added to the price. One word an expert on each offer, entered by two clerks and then final; an offer most experts do not pass is out.", score_no_offers: "There is no offer to score.",
    offer: "Offer", expert: "Expert {n}", score_pass: "pass", score_failed: "no pass", score_in: "stands", score_waits: "waits for another clerk", score_expert: "Number of expert {n}", score_expert_choose: "Choose", score_expert_missing: "Say which of the experts drawn it is", score_label: "Expert {expert} on paddle {paddle}", score_send: "Enter", score_final: "Entered by column; what two enter alike stands", score_sent: "You have entered all", score_missing: "{n} missing", score_not_running: "The panel is not at work", total: "Total",
    draw: "Draw", draw_later: "Once the draw begins, supervision commits to its seed and shows it here.", draw_not_running: "No draw is running", draw_late: "Commitments are missing and the time to add texts is over; suspend, and begin again", draw_insecure: "Not opened over https: the browser cannot compute the digest", draw_no_seed: "Draw a seed first", draw_other_missing: "Both offices must have committed", draw_collecting: "Entrants add their texts; from {at} on", draw_type_seed: "Type the seed",
    office: "Office", office_center: "Center", office_supervisor: "Supervision", mine: "ours", commitment: "Commitment (SHA-256)", seed: "Seed", not_yet: "not yet", texts: "{n} texts by entrants", collected_at: "seeds are shown from {at}", drawn: "Paddle {n} is drawn, of {count}",
    commit_text: "Our office draws a random seed and sends only its digest; the seed is shown after the entrants have added their texts. Anybody can then redo the draw.", keep_secret: "Keep this secret until the reveal, and keep a copy: the browser forgets it when this tab closes", seed_new: "Draw a random seed", seed_again: "Draw another", commit: "Commit", copy: "Copy", copied: "Copied",
    seed_field: "Our seed", seed_strange: "Not the seed we committed to; type that one", seed_fits: "Fits the commitment", reveal: "Show the seed", revealed: "Our seed is shown; the other office is awaited.",
  },
  wall_method: {
    sealed: "Sealed", sealed_until: "Sealed, opened at {at}", sealed_again: "second run of the tied", opened: "{n} opened", best: "Best {paddle} {price}", mean: "mean {price}", shown: "Shown {price}", step: "step {n}/{of}", next_price: "Next {price} at {at}",
    round_of: "Round {n}/{of}", round: "Round {n}", turn: "turn of {paddle}", no_turn: "pause", draw: "Commitments {commitments}/2 · seeds {seeds}/2 · {texts} texts", collected: "Seeds are shown from {at}", drawn: "{paddle} is drawn, of {n}",
    area: "Area {area} m² ({paddle})", area_none: "No area offered yet", area_next: "Next at least {area} m²", score: "Best {score} points ({paddle})", score_none: "No offer yet", score_next: "Next at least {score} points", panel: "{experts} experts on {offers} offers",
    call: "Supply {supply}", next_mean: "mean told at {at}", demand: "Demand/supply before {list}", bid: "Bid {level}", ask: "Ask {level}", traded: "Last {last} · {trades} trades · {volume}", more: "{n} more",
  },
};

export default en;
