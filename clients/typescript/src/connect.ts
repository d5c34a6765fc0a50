import { createClient, createConfig, type Client } from "./generated/client/index.js";

/** Where the service is, and as whom to call it. */
export interface Connection {
  /** The service's base URL, without `/api/v1`: `https://samrad.example.no`. */
  baseUrl: string;
  /** The bearer token, or what fetches a fresh one; asked before every request. */
  token?: string | (() => string | Promise<string>);
  /** The affiliation to act in, for who has several. */
  affiliation?: string;
  /** The language of problems: `nb`, `nn` or `en`. */
  language?: "nb" | "nn" | "en";
  /** What fetches, where it isn't the platform's own. */
  fetch?: typeof fetch;
}

/**
 * A client for one caller, to be given to each operation as `client`. It keeps nothing between
 * requests but what is said here: no cookies, no cache.
 */
export function connect({ baseUrl, token, affiliation, language, fetch }: Connection): Client {
  return createClient(
    createConfig({
      baseUrl,
      cache: "no-store",
      credentials: "omit",
      headers: {
        ...(affiliation === undefined ? {} : { "Samrad-Affiliation": affiliation }),
        ...(language === undefined ? {} : { "Accept-Language": language }),
      },
      ...(token === undefined ? {} : { auth: () => (typeof token === "string" ? token : token()) }),
      ...(fetch === undefined ? {} : { fetch }),
    }),
  );
}
