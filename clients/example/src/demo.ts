// Whom the demo has tokens for, and the clients that call as them.
import { connect } from "samrad-client";

type Client = ReturnType<typeof connect>;

/** What the page's server tells of the demo: where it is, its tokens, its ids. */
export interface Demo {
  service: string;
  values: Record<string, string>;
}

/** Somebody of the story. */
export interface Person {
  name: string;
  /** Who that is, in a few words. */
  who: string;
  client: Client;
}

/** Everybody of the story, and the ids of the demo's world that it needs. */
export interface Cast {
  clinician: Person;
  adviser: Person;
  colleague: Person;
  patient: Person;
  dpsId: string;
  navId: string;
  adviserId: string;
}

/** The demo isn't there, or isn't one. The message is for the reader. */
export class NoDemo extends Error {}

/** Asks the page's server for the demo's tokens. */
export async function cast(): Promise<Cast> {
  const answer = await fetch("/demo.json", { cache: "no-store" });
  if (!answer.ok) {
    throw new NoDemo("Demoen er ikke i gang. Kjør «make run», og last siden på nytt.");
  }
  return castOf((await answer.json()) as Demo);
}

function castOf({ service, values }: Demo): Cast {
  const value = (name: string): string => {
    const found = values[name];
    if (found === undefined) {
      throw new NoDemo(`Demoen har ingen ${name}. Stopp den, slett .samrad, og kjør «make run» på nytt.`);
    }
    return found;
  };
  const person = (name: string, who: string, token: string): Person => ({
    name,
    who,
    client: connect({ baseUrl: service, token: value(token), language: "nb" }),
  });
  return {
    clinician: person("Askil", "behandler, Søndre Oslo DPS", "CLINICIAN"),
    adviser: person("Eldbjørg", "veileder, NAV Nordstrand", "NAV_ADVISER"),
    colleague: person("Fridtjof", "kollega av Eldbjørg, NAV Nordstrand", "NAV_COLLEAGUE"),
    patient: person("Ylva", "pasienten", "PATIENT"),
    dpsId: value("DPS_ID"),
    navId: value("NAV_ID"),
    adviserId: value("NAV_ADVISER_ID"),
  };
}
