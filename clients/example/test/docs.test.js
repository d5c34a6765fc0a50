// `/docs` in a browser: nothing is asked of anybody but the service, its policy stops nothing that
// the page needs, and a person of the demo is a click away from a call.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { stand } from "./stand.js";

let here;
before(async () => {
  here = await stand();
});
after(() => here?.close());

/** The page, what it asked for, and what the browser complained of. */
async function open() {
  const page = await here.browser.newPage();
  const [asked, said] = [[], []];
  page.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  await page.goto(`${here.service}/docs`);
  await page.locator(".opblock").first().waitFor({ timeout: 60_000 });
  return { page, asked, said };
}

/** Opens an operation and calls it. */
async function call(page, id) {
  const operation = page.locator(`.opblock[id$="-${id}"]`);
  await operation.locator(".opblock-summary-control").click();
  await operation.getByRole("button", { name: "Execute" }).click();
  const answer = operation.locator(".live-responses-table .response").first();
  await answer.waitFor();
  return { status: await answer.locator(".response-col_status").innerText(), body: await answer.innerText() };
}

const elsewhere = (asked) => asked.filter((url) => !url.startsWith(`${here.service}/`) && !url.startsWith("data:"));

test("a person of the demo is a click away from a call", async () => {
  const { page, asked, said } = await open();
  await page.getByRole("button", { name: "CLINICIAN", exact: true }).click();
  const { status, body } = await call(page, "getMe");
  assert.match(status, /^200/);
  assert.match(body, /Askil Testbehandler/);
  assert.deepEqual(elsewhere(asked), []);
  assert.deepEqual(said, [], "no complaint, of the policy neither");
});

test("without a person nothing is told", async () => {
  const { page, asked } = await open();
  const { status, body } = await call(page, "getMe");
  assert.match(status, /^401/);
  assert.doesNotMatch(body, /Testbehandler/);
  assert.deepEqual(elsewhere(asked), []);
});
