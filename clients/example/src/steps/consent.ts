// Information, the question, and the patient's own word.
import {
  draftConsent,
  grantConsent,
  recordInformation,
  refuseConsent,
  withdrawConsent,
  type Category,
  type ConsentState,
  type ConsentView,
} from "samrad-client";
import { done, Unexpected } from "../act.js";
import type { Cast, Person } from "../demo.js";
import type { Made, Told } from "../story.js";
import { categories } from "../words.js";

const COVERED: Category[] = ["identity", "workReadiness"];

/** Records what she was told, and how (R1). */
export async function inform({ client }: Person, made: Made): Promise<Told> {
  const body = { purpose: "caseDiscussion", language: "nb", textVersion: "2026-01", form: "oral" } as const;
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const { data, act } = await done(recordInformation({ client, path: { id: made.patientId }, body, headers }));
  made.informationId = data.id;
  const verdict = "Ylva vet hva det vil si å samtykke. Uten det gjelder ikke et samtykke (R1).";
  return { ending: "done", verdict, facts: [], acts: [act] };
}

/** Drafts what she may consent to. */
export async function ask({ clinician, dpsId, adviserId }: Cast, made: Made): Promise<Told> {
  const body = {
    purpose: "caseDiscussion" as const,
    grants: [
      {
        source: { kind: "unit" as const, id: dpsId },
        recipient: { kind: "person" as const, id: adviserId },
        categories: COVERED,
      },
    ],
    informationRecordId: made.informationId,
  };
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const { data, act } = await done(
    draftConsent({ client: clinician.client, path: { id: made.patientId }, body, headers }),
  );
  made.consentId = data.id;
  const facts: [string, string][] = [
    ["Fra", "Søndre Oslo DPS"],
    ["Til", "Eldbjørg, NAV Nordstrand"],
    ["Om", categories(COVERED)],
  ];
  return { ending: "done", verdict: "Et forslag, som Ylva svarer på selv.", facts, acts: [act] };
}

/** She says yes. */
export async function answerYes({ client }: Person, made: Made): Promise<Told> {
  const body = { form: "electronic", givenBy: "self" } as const;
  const { data, act } = await done(grantConsent({ client, path: { id: made.consentId }, body }));
  expectState(data, "active");
  return { ending: "done", verdict: "Samtykket gjelder fra nå. Hun kan trekke det når som helst.", facts: [], acts: [act] };
}

/** She says no. */
export async function answerNo({ client }: Person, made: Made): Promise<Told> {
  const { data, act } = await done(refuseConsent({ client, path: { id: made.consentId }, body: { form: "electronic" } }));
  expectState(data, "refused");
  return { ending: "done", verdict: "Svaret er nei, og det trenger ingen begrunnelse.", facts: [], acts: [act] };
}

/** She takes it back, in a word. */
export async function withdraw({ client }: Person, made: Made): Promise<Told> {
  const { data, act } = await done(withdrawConsent({ client, path: { id: made.consentId }, body: { form: "electronic" } }));
  expectState(data, "withdrawn");
  return { ending: "done", verdict: "Trukket. Det virker fra neste gang noen leser.", facts: [], acts: [act] };
}

function expectState(consent: ConsentView, state: ConsentState): void {
  if (consent.view !== "whole" || consent.state !== state) {
    throw new Unexpected(`Ylvas samtykke skal være ${state}.`);
  }
}
