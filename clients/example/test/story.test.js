// The page, walked through in a browser against a demo: every step, and what a reader must be told
// where consent is lacking or the service says no.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { stand } from "./stand.js";

const BEFORE = [
  ["Askil registrerer Ylva", "done", /Ylva/],
  ["Askil åpner en sak", "done", /ingen snoking/],
  ["Askil skriver to opplysninger i saken", "done", /kategori/],
  ["Askil nevner Ylva i sammendraget", "refused", /^Avvist etter R3/],
  ["Askil skriver sammendraget uten navn", "done", /^Godtatt/],
  ["Askil legger saken fram for NAV Nordstrand", "done", /«Case /],
  ["Eldbjørg leser drøftingen", "lacking", /^Samtykke mangler/],
  ["Askil spør: kan jeg dele?", "lacking", /^Nei\. Samtykke mangler/],
  ["Askil informerer Ylva", "done", /R1/],
  ["Askil ber Ylva om samtykke", "done", /^Et forslag/],
  ["Eldbjørg leser en gang til", "lacking", /^Samtykke mangler/],
];
const YES = [
  ...BEFORE,
  ["Ylva samtykker", "done", /^Samtykket gjelder/],
  ["Eldbjørg ser hvem det er", "identified", /^Samtykket dekker/],
  ["Kollegaen Fridtjof leser også", "lacking", /^Samtykke mangler/],
  ["Ylva trekker samtykket", "done", /^Trukket/],
  ["Eldbjørg leser etter at det er trukket", "sealed", /^Forseglet/],
  ["Ylva leser hvem som har sett hva", "done", /hvem som fikk vite hva/],
];
const NO = [
  ...BEFORE,
  ["Ylva sier nei", "done", /^Svaret er nei/],
  ["Eldbjørg leser etter at Ylva har sagt nei", "lacking", /^Samtykke mangler/],
  ["Askil spør igjen: kan jeg dele?", "lacking", /^Nei\. Samtykke mangler/],
  ["Ylva leser hvem som har sett hva", "done", /^Ingen har fått vite/],
];
const RECEIPT = /^Kvittering[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}Plass i loggen\d+Bladhash[0-9a-f]{64}$/;
const IDENTITY = /Ylva|Testpasient|14839402253|1994/;

let here;
before(async () => {
  here = await stand();
});
after(() => here?.close());

/** The page as a reader opens it, and what its console said. */
async function open(origin = here.origin) {
  const page = await here.browser.newPage({ locale: "nb-NO" });
  const said = [];
  page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => said.push(`error: ${error.message}`));
  await page.goto(origin);
  return { page, said };
}

/** Tells the whole story, and waits until the page says that it is over or stopped. */
async function tell(page) {
  await page.getByRole("button", { name: "Fortell hele historien" }).click();
  await page.getByRole("status").filter({ hasText: /^Historien (er slutt|stoppet)\.$/ }).waitFor({ timeout: 60_000 });
}

/** What each step on the page says. */
const shown = (page) =>
  page.locator("#story > li").evaluateAll((items) =>
    items.map((item) => ({
      title: item.querySelector("h2").textContent.replace(/^\d+\. /, ""),
      ending: item.dataset.ending,
      verdict: item.querySelector(".verdict").textContent,
      facts: [...item.querySelectorAll(":scope > dl:not(.receipt)")].map((list) => list.textContent).join(),
      receipts: [...item.querySelectorAll(".receipt")].map((receipt) => receipt.textContent),
      calls: [...item.querySelectorAll("summary")].map((summary) => summary.textContent),
      answers: [...item.querySelectorAll("pre")].map((answer) => answer.textContent),
    })),
  );

function holds(steps, expected) {
  assert.deepEqual(steps.map(({ title, ending }) => [title, ending]), expected.map(([title, ending]) => [title, ending]));
  for (const [place, [title, ending, verdict]] of expected.entries()) {
    const step = steps[place];
    assert.match(step.verdict, verdict, title);
    assert.equal(step.receipts.length, step.calls.length, title);
    for (const [nth, receipt] of step.receipts.entries()) {
      const succeeded = / → 20[01]$/.test(step.calls[nth]);
      assert.match(receipt, succeeded ? RECEIPT : /^Ingen kvittering/, `${title}: ${step.calls[nth]}`);
    }
    if (ending === "lacking" || ending === "sealed") {
      assert.doesNotMatch(step.answers.join() + step.facts, IDENTITY, `${title}: nothing may tell who it is`);
    }
  }
}

const of = (steps, title) => steps.find((step) => step.title === title);

test("with a yes she is seen by whom she named, and by nobody once she has withdrawn", async () => {
  const { page, said } = await open();
  await tell(page);
  const steps = await shown(page);
  assert.equal(await page.getByRole("alert").textContent(), "");
  holds(steps, YES);
  const seen = of(steps, "Eldbjørg ser hvem det er");
  assert.match(seen.facts, /Ylva Testpasient, født 14\. mars 1994/);
  assert.match(seen.facts, /Kan arbeide to dager i uka/);
  assert.doesNotMatch(seen.answers.join(), /depressiv/, "the diagnosis is not covered");
  assert.match(of(steps, "Ylva leser hvem som har sett hva").facts, /Eldbjørg Testveileder leste drøftingen og fikk vite hvem du er/);
  assert.equal(await page.getByRole("status").textContent(), "Historien er slutt.");
  // The one refusal of the story is all that the browser may complain of.
  assert.equal(said.filter((line) => !/422 \(Unprocessable/.test(line)).join("\n"), "");
});

test("with a no the page says that consent is lacking, to the end", async () => {
  const { page } = await open();
  await page.getByRole("radio", { name: "Nei" }).check();
  await tell(page);
  const steps = await shown(page);
  assert.equal(await page.getByRole("alert").textContent(), "");
  holds(steps, NO);
  assert(steps.every(({ ending }) => ending !== "identified"));
});

test("a telling broken off with the consent in force is followed by one that begins without it", async () => {
  const { page } = await open();
  const next = page.getByRole("button", { name: "Ta neste steg" });
  for (let step = 1; step <= 13; step += 1) {
    await next.click();
    await page.getByRole("status").filter({ hasText: `Steg ${step} av 17` }).waitFor();
  }
  assert.equal((await shown(page)).at(-1).ending, "identified");
  await page.getByRole("button", { name: "Begynn på nytt" }).click();
  assert.equal(await page.locator("#story > li").count(), 0);
  await tell(page);
  const steps = await shown(page);
  holds(steps, YES);
  assert(steps[0].calls.some((call) => call.includes("/withdrawal")), "what was left in force is withdrawn");
});

test("it is read and worked without a mouse, in bokmål, with headings and names", async () => {
  const { page } = await open();
  assert.equal(await page.locator("html").getAttribute("lang"), "nb");
  assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1);
  assert.equal(await page.getByRole("main").count(), 1);
  assert.equal(await page.getByRole("group", { name: "Hva svarer Ylva når hun blir spurt om samtykke?" }).count(), 1);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Hopp til historien");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "next");
  await page.keyboard.press("Enter");
  await page.getByRole("listitem").getByRole("heading", { level: 2, name: "1. Askil registrerer Ylva" }).waitFor();
  assert.equal(await page.getByRole("list", { name: "Stegene i historien" }).getByRole("listitem").count(), 1);
  assert.match(await page.getByRole("status").textContent(), /^Steg 1 av 17/);
  await page.keyboard.press("Enter");
  await page.getByRole("listitem").getByRole("heading", { level: 2, name: "2. Askil åpner en sak" }).waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("status").filter({ hasText: "Historien er slutt." }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "again");
});

test("a token that the service doesn't believe is told as a no, and the story stops", async () => {
  const { page } = await open();
  await page.route("**/demo.json", async (route) => {
    const response = await route.fetch();
    const demo = await response.json();
    demo.values.CLINICIAN = `${demo.values.CLINICIAN.slice(0, -8)}AAAAAAAA`;
    await route.fulfill({ response, json: demo });
  });
  await tell(page);
  assert.match(await page.getByRole("alert").textContent(), /^Tjenesten sier nei \(401, .+ Sporingsnummer [0-9a-f]{32}\.$/);
  assert.equal(await page.locator("#story > li").count(), 0);
});

test("an identity without consent is told as what must not happen, and not shown", async () => {
  const { page } = await open();
  await page.route(/\/api\/v1\/discussions\/[0-9a-f-]+$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), view: "identified", identity: { given: "Ylva" } } });
  });
  await tell(page);
  assert.equal(await page.getByRole("alert").textContent(), "Eldbjørg skal se det anonymt, og ser det identified.");
  assert.equal((await shown(page)).at(-1).title, "Askil legger saken fram for NAV Nordstrand");
});

test("a page of an origin that isn't allowed gets nothing from the service", async () => {
  const { page } = await open(here.stranger);
  await tell(page);
  assert.match(await page.getByRole("alert").textContent(), /lar ikke denne siden kalle den/);
  assert.equal(await page.locator("#story > li").count(), 0);
});

test("the tokens are for who asks this machine by its own name", async () => {
  const { port } = new URL(here.origin);
  const { request } = await import("node:http");
  const status = await new Promise((answered, failed) => {
    request({ host: "127.0.0.1", port, path: "/demo.json", headers: { Host: `elsewhere.test:${port}` } }, (response) => {
      response.resume();
      answered(response.statusCode);
    })
      .on("error", failed)
      .end();
  });
  assert.equal(status, 421);
  for (const path of ["/js/../package.json", "/client/../package.json", "/js/%2e%2e/serve.js", "/serve.js", "/js/"]) {
    assert.equal((await fetch(here.origin + path)).status, 404, path);
  }
});

test("with the service gone the page says so", async () => {
  const { page } = await open();
  await here.stopDemo();
  await tell(page);
  assert.match(await page.getByRole("alert").textContent(), /^Tjenesten svarer ikke/);
});
