// The contract's codes in bokmål. Total: a new code stops the build until it has a word.
import type { Category, EventKind, Outcome } from "samrad-client";

/** What an information category is called. */
export const CATEGORY: Record<Category, string> = {
  identity: "hvem det er",
  contact: "kontaktopplysninger",
  functionalAbility: "funksjonsevne",
  workReadiness: "arbeidsevne",
  treatmentTiming: "behandlingsløp",
  diagnosis: "diagnose",
  medication: "medisiner",
  substanceUse: "rus",
  benefits: "ytelser",
  economyAndDebt: "økonomi og gjeld",
  housing: "bolig",
  family: "familie",
  employmentHistory: "tidligere arbeid",
  employerFacts: "forhold hos arbeidsgiver",
  education: "utdanning",
  plan: "plan",
};

/** What a patient's own log calls the events of this story; others keep their code. */
const EVENT: Partial<Record<EventKind, string>> = {
  patientRegistered: "registrerte deg som pasient",
  informationRecorded: "informerte deg",
  consentDrafted: "foreslo et samtykke",
  consentGranted: "ga samtykke",
  consentRefused: "sa nei til samtykke",
  consentWithdrawn: "trakk samtykket",
  discussionRead: "leste drøftingen",
  ownLogRead: "leste loggen",
};

export const eventWords = (kind: EventKind): string => EVENT[kind] ?? kind;

/** How an event came out, where that is worth a word. */
export const outcomeWords = (outcome: Outcome): string => (outcome === "disclosed" ? " og fikk vite hvem du er" : "");

export const categories = (codes: Category[]): string => codes.map((code) => CATEGORY[code]).join(", ");
