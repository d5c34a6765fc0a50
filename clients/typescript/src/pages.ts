import { orThrow } from "./problem.js";

/** A page of a list. */
export interface Page<Item> {
  items: Item[];
  nextCursor?: string | null;
}

/**
 * Every item of a list, page by page, as they are asked for.
 *
 * @param page - asks for the page at a cursor, and for the first without one
 * @throws {ProblemError} as the operation does
 */
export async function* pages<Item>(
  page: (cursor: string | undefined) => Promise<{
    data?: Page<Item> | undefined;
    error?: unknown;
    response?: Response | undefined;
  }>,
): AsyncGenerator<Item, void, undefined> {
  let cursor: string | undefined;
  do {
    const { data } = await orThrow(page(cursor));
    yield* data.items;
    cursor = data.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
