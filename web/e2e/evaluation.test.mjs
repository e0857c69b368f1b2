// 评估权重: proposed by one administrator, published by another, and the month they begin in is measured by them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { complaints, DESKTOP, openHouse, PHONE, SMALL_PHONE, soon } from "./house.mjs";

let house;
before(async () => {
  house = await openHouse();
  await house.person("supervisor", "supervisor");
});
after(() => house?.close());

/** The first month that has not begun, in Beijing. */
function nextMonth() {
  const [year, month] = new Date(Date.now() + 8 * 3_600_000).toISOString().split("-").map(Number);
  return new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 7);
}

test("weights are proposed by one administrator and published by another", { timeout: 180_000 }, () => house.story("evaluation-weights", async () => {
  const [first, second, supervisor] = await Promise.all(["admin", "admin2", "supervisor"].map((login) => house.member(login)));
  const heard = [first, second, supervisor].map(complaints);
  await first.goto("/evaluation");
  await first.getByTestId("evaluation-weights").click();
  await first.getByTestId("weights-no-draft").waitFor();
  await first.getByTestId("weights-kind-center").click();
  assert.equal(await first.getByTestId("weights-from").inputValue(), nextMonth());

  // What the weights must come to is the server's word, said beside them.
  await first.getByTestId("weight-orders").fill("60");
  assert.match(await first.getByTestId("weights-sum").innerText(), /110/);
  await first.getByTestId("weights-propose").click();
  await first.locator('[data-field="scheme.weights"]').getByText("权重之和须为100").waitFor();
  assert.match(heard[0].splice(0).join("\n"), /^400 POST .*\/api\/evaluation\/schemes$/m, "the refusal is all that is complained of");

  await first.getByTestId("weight-corrected").fill("");
  assert.match(await first.getByTestId("weights-sum").innerText(), /100/);
  await first.getByTestId("weights-propose").click();
  const own = first.locator("[data-testid=weights-draft][data-kind=center]");
  await own.getByText("须由另一名管理员发布").waitFor();
  assert.ok(await own.getByTestId("weights-publish").isDisabled());

  // A supervisor sees what waits and whose word it waits for.
  await supervisor.goto("/proposals");
  await supervisor.getByTestId("weights-proposals").getByRole("link").click();
  await supervisor.getByText("等待另一名管理员发布").waitFor();

  await second.goto("/admin");
  await second.getByTestId("weights-proposals").getByRole("link").click();
  const draft = second.locator("[data-testid=weights-draft][data-kind=center]");
  await draft.getByText("→ 60").waitFor();
  await draft.getByTestId("weights-publish").click();
  await second.getByTestId("weights-no-draft").waitFor();

  // The month they begin in is measured by them, this one is not.
  await second.getByTestId("weights-center").getByRole("link", { name: "权重版本 1" }).click();
  const head = second.getByRole("columnheader", { name: /指令按期答复率/ });
  await soon(async () => /60/.test(await head.innerText()), "the new weight");
  assert.equal(await second.getByTestId("period").inputValue(), nextMonth());
  await second.goto("/evaluation");
  await soon(async () => /50/.test(await head.innerText()), "the old weight");
  assert.deepEqual(heard, [[], [], []]);
  for (const page of [first, second, supervisor]) await page.context().close();
}));

test("weights open on a desk and on a phone", { timeout: 120_000 }, () => house.story("evaluation-pages", async () => {
  const sizes = [DESKTOP, PHONE, SMALL_PHONE];
  for (const login of ["admin", "supervisor"]) await house.openAll(login, [["/evaluation/weights", sizes], [`/evaluation?period=${nextMonth()}`, sizes]]);
}));
