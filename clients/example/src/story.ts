// The story, step by step. A step makes its calls, checks that what happened is what must happen,
// and says so in words; where it isn't, it throws, and the page doesn't go on.
import type { Act } from "./act.js";
import type { Cast, Person } from "./demo.js";
import { answerNo, answerYes, ask, inform, withdraw } from "./steps/consent.js";
import { begin, mayIShare, nameThePatient, present, register, summarise, write } from "./steps/case.js";
import { ownLog, readAnonymised, readIdentified, readSealed } from "./steps/reading.js";

/** How a step came out, for the eye; the verdict says it in words. */
export type Ending = "done" | "lacking" | "identified" | "sealed" | "refused";

/** What a step has to tell. */
export interface Told {
  ending: Ending;
  /** It in one or two sentences. */
  verdict: string;
  /** What somebody got to see, by name. */
  facts: [string, string][];
  acts: Act[];
}

/** What the steps leave for those that follow. */
export interface Made {
  patientId: string;
  caseId: string;
  discussionId: string;
  informationId: string;
  consentId: string;
}

/** A step of the story. */
export interface Step {
  title: string;
  who: Person;
  tell(): Promise<Told>;
}

/** The story with `cast`, as it goes when the patient says yes or no. */
export function story(cast: Cast, answer: "yes" | "no"): Step[] {
  const made: Made = { patientId: "", caseId: "", discussionId: "", informationId: "", consentId: "" };
  const { clinician, adviser, colleague, patient } = cast;
  const noConsent = "Samtykke mangler. Hun får sammendraget, men ikke vite hvem det gjelder.";
  const before: Step[] = [
    { title: "Askil registrerer Ylva", who: clinician, tell: () => register(cast, made) },
    { title: "Askil åpner en sak", who: clinician, tell: () => begin(clinician, made) },
    { title: "Askil skriver to opplysninger i saken", who: clinician, tell: () => write(clinician, made) },
    { title: "Askil nevner Ylva i sammendraget", who: clinician, tell: () => nameThePatient(clinician, made) },
    { title: "Askil skriver sammendraget uten navn", who: clinician, tell: () => summarise(clinician, made) },
    { title: "Askil legger saken fram for NAV Nordstrand", who: clinician, tell: () => present(cast, made) },
    { title: "Eldbjørg leser drøftingen", who: adviser, tell: () => readAnonymised(adviser, made, noConsent) },
    { title: "Askil spør: kan jeg dele?", who: clinician, tell: () => mayIShare(cast, made) },
    { title: "Askil informerer Ylva", who: clinician, tell: () => inform(clinician, made) },
    { title: "Askil ber Ylva om samtykke", who: clinician, tell: () => ask(cast, made) },
    {
      title: "Eldbjørg leser en gang til",
      who: adviser,
      tell: () => readAnonymised(adviser, made, "Samtykke mangler. At noen har spurt, er ikke et samtykke."),
    },
  ];
  const yes: Step[] = [
    { title: "Ylva samtykker", who: patient, tell: () => answerYes(patient, made) },
    { title: "Eldbjørg ser hvem det er", who: adviser, tell: () => readIdentified(adviser, made) },
    {
      title: "Kollegaen Fridtjof leser også",
      who: colleague,
      tell: () => readAnonymised(colleague, made, "Samtykke mangler for ham. Samtykket gjelder Eldbjørg, ikke kontoret."),
    },
    { title: "Ylva trekker samtykket", who: patient, tell: () => withdraw(patient, made) },
    { title: "Eldbjørg leser etter at det er trukket", who: adviser, tell: () => readSealed(adviser, made) },
    { title: "Ylva leser hvem som har sett hva", who: patient, tell: () => ownLog(patient, made, true) },
  ];
  const no: Step[] = [
    { title: "Ylva sier nei", who: patient, tell: () => answerNo(patient, made) },
    {
      title: "Eldbjørg leser etter at Ylva har sagt nei",
      who: adviser,
      tell: () => readAnonymised(adviser, made, "Samtykke mangler. Ylva har sagt nei, og NAV får ikke vite hvem hun er."),
    },
    { title: "Askil spør igjen: kan jeg dele?", who: clinician, tell: () => mayIShare(cast, made) },
    { title: "Ylva leser hvem som har sett hva", who: patient, tell: () => ownLog(patient, made, false) },
  ];
  return [...before, ...(answer === "yes" ? yes : no)];
}
