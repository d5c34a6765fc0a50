// The page: a step at a time, or all of them. What is shown is text, never markup.
import { faultWords, type Act } from "./act.js";
import { cast } from "./demo.js";
import { story, type Step, type Told } from "./story.js";

/** The element of the page with that id, which index.html has. */
function part<E extends HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (found === null) {
    throw new Error(`the page has no #${id}`);
  }
  return found as E;
}

const choice = part<HTMLFormElement>("choice");
const [next, all, again] = [part<HTMLButtonElement>("next"), part<HTMLButtonElement>("all"), part<HTMLButtonElement>("again")];
const [status, fault, list] = [part("status"), part("fault"), part("story")];

let steps: Step[] | undefined;
let told = 0;
let busy = false;

function element(name: string, text = "", className = ""): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

function pairs(facts: [string, string][], className = ""): HTMLElement {
  const terms = element("dl", "", className);
  terms.append(...facts.flatMap(([term, description]) => [element("dt", term), element("dd", description)]));
  return terms;
}

function receiptOf({ receipt }: Act): HTMLElement {
  return receipt === undefined
    ? element("p", "Ingen kvittering: et avslag røper ingenting, men står i loggen.", "receipt")
    : pairs([["Kvittering", receipt.eventId], ["Plass i loggen", String(receipt.index)], ["Bladhash", receipt.leafHash]], "receipt");
}

function callOf(act: Act): HTMLElement {
  const shown = element("details");
  shown.append(element("summary", `${act.call} → ${act.status}`), element("pre", JSON.stringify(act.answer, null, 2)));
  return shown;
}

function itemOf(step: Step, { ending, verdict, facts, acts }: Told): HTMLElement {
  const item = element("li", "", "step");
  item.dataset["ending"] = ending;
  item.append(
    element("h2", `${told + 1}. ${step.title}`),
    element("p", `${step.who.name}: ${step.who.who}`, "who"),
    element("p", verdict, "verdict"),
    ...(facts.length === 0 ? [] : [pairs(facts)]),
    ...acts.flatMap((act) => [receiptOf(act), callOf(act)]),
  );
  return item;
}

/** Takes the next step. False where there is none, or it went wrong. */
async function takeStep(): Promise<boolean> {
  fault.textContent = "";
  try {
    steps ??= story(await cast(), part<HTMLInputElement>("no").checked ? "no" : "yes");
    const step = steps[told];
    if (step === undefined) {
      return false;
    }
    const item = itemOf(step, await step.tell());
    told += 1;
    list.append(item);
    const over = told === steps.length;
    status.textContent = over ? "Historien er slutt." : `Steg ${told} av ${steps.length}: ${step.title}.`;
    return !over;
  } catch (error) {
    fault.textContent = faultWords(error);
    status.textContent = "Historien stoppet.";
    return false;
  }
}

/** Does `work` unless some is going on, and then offers what can be done next. */
async function alone(work: () => Promise<unknown>): Promise<void> {
  if (busy) {
    return;
  }
  busy = true;
  choose(false);
  await work();
  busy = false;
  offer();
}

/** Whether the reader may choose how the story goes. */
function choose(may: boolean): void {
  choice.querySelectorAll("input").forEach((input) => (input.disabled = !may));
}

/** Offers what can be done now. Focus stays where it is, or goes to what is left to do. */
function offer(): void {
  const begun = told > 0;
  const over = begun && told === steps?.length;
  choose(!begun);
  [next.disabled, all.disabled, again.disabled] = [over, over, !begun];
  if (over) {
    again.focus();
  }
}

next.addEventListener("click", () => void alone(takeStep));
choice.addEventListener("submit", (event) => {
  event.preventDefault();
  void alone(async () => {
    while (await takeStep());
  });
});
choice.addEventListener("reset", (event) => {
  if (busy) {
    event.preventDefault();
    return;
  }
  [steps, told] = [undefined, 0];
  list.replaceChildren();
  [fault.textContent, status.textContent] = ["", "Klar til å begynne."];
  next.disabled = false;
  next.focus();
  offer();
});
