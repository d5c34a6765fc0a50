/** What the caller holds in hand of the log entry that tells of an answer. */
export interface Receipt {
  /** The event: `getLogReceipt` gives the proof of it. */
  eventId: string;
  /** Its place in the log, from 0. */
  index: number;
  /** Its leaf hash: SHA-256, 64 hexadecimal digits. */
  leafHash: string;
}

const RECEIPT = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12});(\d{1,15});([0-9a-f]{64})$/;

/**
 * The `Disclosure-Receipt` of an answer; nothing where the answer has none.
 *
 * @throws where the header is there and is not a receipt: a log that can't be held to its word
 */
export function receipt(response: Response): Receipt | undefined {
  const header = response.headers.get("Disclosure-Receipt");
  if (header === null) {
    return undefined;
  }
  const [, eventId, index, leafHash] = RECEIPT.exec(header) ?? [];
  if (eventId === undefined || index === undefined || leafHash === undefined) {
    throw new Error(`not a receipt: ${header}`);
  }
  return { eventId, index: Number(index), leafHash };
}

/** The `ETag` of an answer, as `If-Match` wants it back: quotes and all. */
export function etag(response: Response): string | undefined {
  return response.headers.get("ETag") ?? undefined;
}

/** How many seconds to wait before asking again, after 429 and 503. */
export function retryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}
