import { describe, expect, test } from "vitest";
import { bodyOf, buttons, missing, twoPersons, type ActName, type Answers } from "./caseActs";
import type { CaseEvent } from "@/api/types";

test.each<[ActName, Partial<Answers>, string | undefined]>([
  ["accept", {}, undefined],
  ["return", {}, "note"],
  ["return", { note: " " }, "note"],
  ["return", { note: "缺材料" }, undefined],
  ["forward", {}, undefined],
  ["decide", {}, "outcome"],
  ["decide", { outcome: "granted" }, undefined],
  ["decide", { outcome: "refused" }, "note"],
  ["propose", { outcome: "refused", note: "不符合" }, undefined],
  ["confirm", {}, undefined],
  ["send_back", {}, "note"],
  ["stop", { note: "x" }, "special"],
  ["stop", { note: "x", special: "hearing" }, undefined],
  ["ask_extension", { note: "x" }, "days"],
  ["ask_extension", { note: "x", days: 0 }, "days"],
  ["ask_extension", { note: "x", days: 1.5 }, "days"],
  ["ask_extension", { days: 3 }, "note"],
  ["ask_opinion", { note: "x", agency: "" }, "agency"],
  ["give_opinion", { note: "x" }, "agrees"],
  ["give_opinion", { note: "x", agrees: false }, undefined],
])("%s with %j lacks %j", (act, answers, what) => expect(missing(act, { note: "", ...answers })).toBe(what));

test("an act is sent with what it needs and nothing else", () => {
  expect(bodyOf("accept", { note: "left over" })).toEqual({ act: "accept" });
  expect(bodyOf("decide", { note: " ok ", outcome: "granted", days: 3 })).toEqual({ act: "decide", note: "ok", outcome: "granted" });
  expect(bodyOf("give_opinion", { note: "无", agrees: false })).toEqual({ act: "give_opinion", note: "无", agrees: false });
});

test("what goes on stands first, and only what the server allows", () => {
  expect(buttons(["withdraw", "return", "accept", "unheard_of"])).toEqual(["accept", "withdraw", "return"]);
  expect(buttons(["file", "withdraw"], ["file"])).toEqual(["withdraw"]);
});

describe("two persons", () => {
  const event = (act: ActName, by: string): CaseEvent => ({ at: 0, by, act, step: 0, note: "", data: {} });
  const keys = (status: "handling" | "proposed" | "decided", events: CaseEvent[], may: ActName[], me = "me") => twoPersons({ status, events, may }, me).map(({ key }) => key);

  test("a proposal waits for another, and says for whom", () => {
    const proposed = [event("propose", "one")];
    expect(keys("proposed", proposed, ["confirm"])).toEqual(["proposed"]);
    expect(keys("proposed", proposed, [], "one")).toEqual(["proposed_mine"]);
    expect(keys("proposed", proposed, [])).toEqual(["proposed_other"]);
    expect(keys("decided", proposed, [])).toEqual([]);
  });

  test("an extension is waited for until it is answered", () => {
    expect(keys("handling", [event("ask_extension", "one")], ["grant_extension"])).toEqual(["extension"]);
    expect(keys("handling", [event("ask_extension", "one"), event("grant_extension", "two")], [])).toEqual([]);
  });
});
