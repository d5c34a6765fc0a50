// One call, as the page shows it: what was asked, how it came out, and its receipt.
import { isProblem, orThrow, ProblemError, receipt, type Problem, type Receipt } from "samrad-client";

/** A call that was made. */
export interface Act {
  /** Method and path. */
  call: string;
  status: number;
  /** What the caller holds of the log's entry; a refusal leaves an entry, but hands out nothing. */
  receipt: Receipt | undefined;
  answer: unknown;
}

/** What an operation of the client promises. */
export type Asked<Data> = Promise<{
  data?: Data | undefined;
  error?: unknown;
  request?: Request | undefined;
  response?: Response | undefined;
}>;

function actOf(request: Request | undefined, response: Response, answer: unknown): Act {
  const call = `${request?.method ?? ""} ${new URL(response.url).pathname}`;
  return { call, status: response.status, receipt: receipt(response), answer };
}

/** What a call that must succeed answered with. */
export async function done<Data>(asked: Asked<Data>): Promise<{ data: Data; act: Act }> {
  const { data, response } = await orThrow(asked);
  const { request } = await asked;
  return { data, act: actOf(request, response, data) };
}

/** The no that a call got; nothing where it succeeded. */
export async function refused<Data>(asked: Asked<Data>): Promise<{ problem: Problem; act: Act } | undefined> {
  const { error, request, response } = await asked;
  if (response?.ok === true) {
    return undefined;
  }
  if (response === undefined || !isProblem(error)) {
    await orThrow(asked);
    return undefined;
  }
  return { problem: error, act: actOf(request, response, error) };
}

/** What happened is not what the story says must happen. */
export class Unexpected extends Error {}

/** What to tell the reader of anything that went wrong. */
export function faultWords(error: unknown): string {
  if (error instanceof ProblemError) {
    const { status, title, detail, traceId } = error.problem;
    return `Tjenesten sier nei (${status}, ${title}): ${detail} Sporingsnummer ${traceId}.`;
  }
  if (error instanceof TypeError) {
    return "Tjenesten svarer ikke, eller lar ikke denne siden kalle den. Går «make run», og er sidens adresse blant SAMRAD_CORS_ORIGINS?";
  }
  return error instanceof Error ? error.message : "Noe gikk galt.";
}
