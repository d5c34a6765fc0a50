import type { Problem } from "./generated/index.js";

/** Whether `value` is a problem of the service (RFC 9457), not something on the way to it. */
export function isProblem(value: unknown): value is Problem {
  return (
    typeof value === "object" &&
    value !== null &&
    "code" in value &&
    typeof value.code === "string" &&
    "status" in value &&
    typeof value.status === "number"
  );
}

/** A problem as an exception. Decide by `problem.code`; `problem.title` and `detail` are for people. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";

  constructor(
    readonly problem: Problem,
    readonly response: Response,
  ) {
    super(`${problem.status} ${problem.code}: ${problem.title}`);
  }
}

interface Outcome<Data> {
  data?: Data | undefined;
  error?: unknown;
  response?: Response | undefined;
}

/**
 * What an operation answered with, and the answer itself for its headers.
 *
 * @throws {ProblemError} where the service says no
 * @throws {Error} where there was no answer, or one that isn't the service's
 */
export async function orThrow<Data>(
  asked: Promise<Outcome<Data>>,
): Promise<{ data: Data; response: Response }> {
  const { data, error, response } = await asked;
  if (response === undefined) {
    throw error instanceof Error ? error : new Error("no answer", { cause: error });
  }
  if (response.ok) {
    return { data: data as Data, response };
  }
  if (isProblem(error)) {
    throw new ProblemError(error, response);
  }
  throw new Error(`${response.status} from something that isn't the service`, { cause: error });
}
