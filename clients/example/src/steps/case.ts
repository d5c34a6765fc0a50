// What the therapist does: the patient, the case, its summary, and putting it before NAV.
import {
  addStatement,
  createCase,
  listMyConsents,
  mayIShare as askMayIShare,
  openDiscussion,
  pages,
  registerPatient,
  searchPatients,
  withdrawConsent,
  writeSummary,
  type SummaryText,
} from "samrad-client";
import { done, refused, Unexpected, type Act } from "../act.js";
import type { Cast, Person } from "../demo.js";
import type { Made, Told } from "../story.js";
import { categories } from "../words.js";

const YLVA = {
  name: { given: "Ylva", family: "Testpasient" },
  identityNumber: "14839402253",
  birthDate: "1994-03-14",
  municipality: "0301",
};
const NAMED = "Hva kan NAV tilby Ylva?";
const UNNAMED = "Hva kan NAV tilby?";

/** Registers her; where a telling before this one did, finds her, and ends what it left in force. */
export async function register({ clinician, patient }: Cast, made: Made): Promise<Told> {
  const { client } = clinician;
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const registering = registerPatient({ client, body: YLVA, headers });
  const conflict = await refused(registering);
  if (conflict === undefined) {
    const { data, act } = await done(registering);
    made.patientId = data.id;
    return { ending: "done", verdict: "Ylva er registrert hos Søndre Oslo DPS.", facts: [], acts: [act] };
  }
  if (conflict.problem.code !== "conflict") {
    await done(registering);
  }
  const { data, act } = await done(searchPatients({ client, body: { identityNumber: YLVA.identityNumber } }));
  const [found] = data.items;
  if (found === undefined) {
    throw new Unexpected("Ylva er registrert, men ikke å finne.");
  }
  made.patientId = found.id;
  const left = await withdrawWhatIsLeft(patient);
  const verdict = "Ylva var registrert fra før; Askil finner henne igjen på fødselsnummeret.";
  return { ending: "done", verdict, facts: [], acts: [conflict.act, act, ...left] };
}

async function withdrawWhatIsLeft({ client }: Person): Promise<Act[]> {
  const acts: Act[] = [];
  const inForce = pages((cursor) =>
    listMyConsents({ client, query: { state: "active", ...(cursor === undefined ? {} : { cursor }) } }),
  );
  for await (const { consent } of inForce) {
    const withdrawing = withdrawConsent({ client, path: { id: consent.id }, body: { form: "electronic" } });
    const already = await refused(withdrawing);
    acts.push(already?.act ?? (await done(withdrawing)).act);
  }
  return acts;
}

/** Opens a case about her. */
export async function begin({ client }: Person, made: Made): Promise<Told> {
  const { data, act } = await done(createCase({ client, body: { patientId: made.patientId } }));
  made.caseId = data.id;
  const verdict = "Saken er åpen for Askil alene. Andre ved samme DPS ser den ikke: ingen snoking.";
  return { ending: "done", verdict, facts: [], acts: [act] };
}

/** Writes two statements, of which the consent will cover one. */
export async function write({ client }: Person, made: Made): Promise<Told> {
  const path = { id: made.caseId };
  const first = await done(
    addStatement({ client, path, body: { category: "workReadiness", text: "Kan arbeide to dager i uka." } }),
  );
  const second = await done(
    addStatement({ client, path, body: { category: "diagnosis", text: "Moderat depressiv episode." } }),
  );
  const facts: [string, string][] = [
    ["Arbeidsevne", "Kan arbeide to dager i uka."],
    ["Diagnose", "Moderat depressiv episode."],
  ];
  return { ending: "done", verdict: "Hver opplysning har sin kategori.", facts, acts: [first.act, second.act] };
}

const summary = (question: string): SummaryText => ({
  ageBand: "30-39",
  question,
  questionDrawsOn: ["workReadiness"],
  attested: true,
});

/** Nobody else writes in this story. Who shares a case sends the ETag that they read. */
const whichever = (made: Made) => ({ path: { id: made.caseId }, headers: { "If-Match": "*" } });

/** Tries a summary that names her, which must be refused (R3). */
export async function nameThePatient({ client }: Person, made: Made): Promise<Told> {
  const no = await refused(writeSummary({ client, ...whichever(made), body: summary(NAMED) }));
  if (no?.problem.rule !== "R3") {
    throw new Unexpected("Et sammendrag med navn skal avvises etter R3.");
  }
  const where = (no.problem.errors ?? []).map(({ start, end }) => NAMED.slice(start ?? 0, end ?? undefined));
  return {
    ending: "refused",
    verdict: "Avvist etter R3: teksten røper hvem det gjelder.",
    facts: [["Tekst", NAMED], ["Det som røper", where.join(", ")]],
    acts: [no.act],
  };
}

/** Writes a summary that strangers may read. */
export async function summarise({ client }: Person, made: Made): Promise<Told> {
  const { data, act } = await done(writeSummary({ client, ...whichever(made), body: summary(UNNAMED) }));
  const facts: [string, string][] = [
    ["Alder", `${data.summary.ageBand ?? ""} år`],
    ["Spørsmål", data.summary.question],
    ["Bygger på", categories(data.summary.drawsOn)],
  ];
  return { ending: "done", verdict: "Godtatt: ingen kan kjenne henne igjen.", facts, acts: [act] };
}

/** Puts the case before the NAV office. */
export async function present({ clinician, navId }: Cast, made: Made): Promise<Told> {
  const body = { audienceUnitId: navId, purpose: "caseDiscussion" as const, attested: true };
  const { data, act } = await done(openDiscussion({ client: clinician.client, path: { id: made.caseId }, body }));
  made.discussionId = data.id;
  const verdict = `Drøftingen heter «${data.label}». Navnet er tilfeldig, og sier ingenting om hvem det gjelder.`;
  return { ending: "done", verdict, facts: [], acts: [act] };
}

/** Asks whether the adviser may hear who it is, to which the answer must be no (R2). */
export async function mayIShare({ clinician, adviserId, navId }: Cast, made: Made): Promise<Told> {
  const body = {
    recipients: [{ personId: adviserId, unitId: navId }],
    purpose: "caseDiscussion" as const,
    discussionId: made.discussionId,
  };
  const { data, act } = await done(askMayIShare({ client: clinician.client, path: { id: made.caseId }, body }));
  const [answer] = data.items;
  if (answer === undefined || answer.view !== "anonymised" || answer.rule !== "R2") {
    throw new Unexpected("Uten samtykke skal svaret være nei, etter R2.");
  }
  const facts: [string, string][] = [
    ["Grunn", answer.reason],
    ["Regel", answer.rule],
    ["Eldbjørg kan se", "det anonyme sammendraget"],
  ];
  return { ending: "lacking", verdict: "Nei. Samtykke mangler.", facts, acts: [act] };
}
