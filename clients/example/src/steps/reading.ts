// What each reader sees, decided anew each time.
import { readDiscussion, readMyLog, type OwnLogEntry } from "samrad-client";
import { done, Unexpected } from "../act.js";
import type { Person } from "../demo.js";
import type { Made, Told } from "../story.js";
import { CATEGORY, categories, eventWords, outcomeWords } from "../words.js";

const read = ({ client }: Person, made: Made) => done(readDiscussion({ client, path: { id: made.discussionId } }));

/** Reads without a consent that covers the reader: nothing that tells who it is may be in the answer. */
export async function readAnonymised(reader: Person, made: Made, verdict: string): Promise<Told> {
  const { data, act } = await read(reader, made);
  if (data.view !== "anonymised") {
    throw new Unexpected(`${reader.name} skal se det anonymt, og ser det ${data.view}.`);
  }
  const facts: [string, string][] = [
    ["Drøfting", data.label],
    ["Alder", `${data.summary.ageBand ?? ""} år`],
    ["Spørsmål", data.summary.question],
  ];
  return { ending: "lacking", verdict, facts, acts: [act] };
}

/** Reads with a consent: who it is, and what it covers. */
export async function readIdentified(reader: Person, made: Made): Promise<Told> {
  const { data, act } = await read(reader, made);
  if (data.view !== "identified") {
    throw new Unexpected(`${reader.name} skal se hvem det er, og ser det ${data.view}.`);
  }
  if (!data.notCovered.includes("diagnosis") || data.statements.some(({ category }) => category === "diagnosis")) {
    throw new Unexpected("Diagnosen dekkes ikke av samtykket, og skal ikke vises.");
  }
  const facts: [string, string][] = [
    ["Hvem", `${data.identity.given} ${data.identity.family}, født ${day(data.identity.birthDate)}`],
    ...data.statements.map(({ category, text }): [string, string] => [CATEGORY[category], text]),
    ["Ikke dekket", categories(data.notCovered)],
  ];
  const verdict = "Samtykket dekker hvem det er og arbeidsevnen. Diagnosen får hun ikke se.";
  return { ending: "identified", verdict, facts, acts: [act] };
}

/** Reads after the consent has ended, having known: label and status alone. */
export async function readSealed(reader: Person, made: Made): Promise<Told> {
  const { data, act } = await read(reader, made);
  if (data.view !== "sealed") {
    throw new Unexpected(`Drøftingen skal være forseglet for ${reader.name}, og er ${data.view}.`);
  }
  const verdict = "Forseglet. Samtykke mangler nå, og hun får heller ikke det anonyme: hun vet jo hvem det gjelder.";
  return { ending: "sealed", verdict, facts: [["Drøfting", data.label]], acts: [act] };
}

/** The patient's own log, which must tell of a disclosure exactly where there was one. */
export async function ownLog({ client }: Person, made: Made, disclosed: boolean): Promise<Told> {
  const { data, act } = await done(readMyLog({ client, query: { limit: 50 } }));
  const ours = data.items.filter(({ consents }) => consents.includes(made.consentId));
  if (ours.some(({ outcome }) => outcome === "disclosed") !== disclosed) {
    throw new Unexpected("Loggen forteller ikke det som skjedde.");
  }
  const verdict = disclosed
    ? "Loggen viser hvem som fikk vite hva, og når. Også denne lesningen er skrevet ned."
    : "Ingen har fått vite hvem hun er. Også denne lesningen er skrevet ned.";
  return { ending: "done", verdict, facts: ours.map(line), acts: [act] };
}

/** A date as people say it. */
const day = (date: string): string =>
  new Intl.DateTimeFormat("nb", { dateStyle: "long", timeZone: "UTC" }).format(new Date(date));

function line({ actor, kind, outcome, recordedAt }: OwnLogEntry): [string, string] {
  const time = new Intl.DateTimeFormat("nb", { timeStyle: "medium", timeZone: "Europe/Oslo" });
  const who = actor?.name ?? (actor?.kind === "citizen" ? "Du" : "Ukjent");
  return [time.format(new Date(recordedAt)), `${who} ${eventWords(kind)}${outcomeWords(outcome)}`];
}
