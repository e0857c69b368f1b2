import type zh from "./open.zh";

const en: typeof zh = {
  lead: "The whole course of every published lot in the Open Contracting Data Standard (OCDS 1.1.5), for anyone to download, mirror and check. No account, no application.",
  count: { lots: "lots", releases: "releases", last: "Last change", none: "No lot has been published yet" },
  has: {
    title: "What there is",
    before: "Before the close: the lot, its conditions, times, notices and documents, and the count and best price of open bids. No bidder appears, and no sealed offer before it is opened.",
    after: "After it: each bidder's last offer by paddle number, the price, the contract. The winner's name is public from the notice of the result on.",
    log: "Bid by bid, beside the releases: order, time, paddle and amount of every visible bid.",
    never: "Never: names of those who did not win, identity numbers, the reserve of a lot that was not sold.",
  },
  rules: {
    title: "The rules of the feed",
    order: "Every change has a number that rises by one with each commit: none is missing and none comes late. Who has read n has read everything up to n.",
    read: "Read on after the last number you have (after): nothing is missed and nothing comes twice. After a break, go on from the number you saved.",
    stays: "A release is never changed once written. A correction is a new one beside the old; both versions of a corrected notice stay.",
    whole: "Each release tells all there is to tell of a lot at that moment; the newest is how it stands. A lot that is being bid on is published at most ten times a second.",
  },
  files: { title: "Whole downloads", jsonl: "All releases (JSON, one a line)", lots: "Lots (CSV)", bids: "Bids (CSV)" },
  doors: { title: "Addresses", address: "Address", gives: "Gives", changes: "the feed of changes", releases: "releases in the feed's order", of: "all releases of a lot", one: "one release", records: "all lots as they stand", record: "a lot as it stands", bids: "a lot's bids one by one" },
  lines: { title: "Examples", mirror: "A mirror: keep the last number, read on after it", record: "One lot", all: "Everything" },
  notice: { corrected: "This notice was corrected; read the correction", before: "Before the correction" },
  license: { title: "Licence", text: "Free to use, pass on and build upon; name the source (CC BY 4.0)." },
};
export default en;
