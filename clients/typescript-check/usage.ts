// Uses the generated types the way a frontend would. It is compiled, never run: what must hold is
// that the OpenAPI document gives a caller types precise enough to pass `tsc --strict`.
import createClient from "openapi-fetch";
import type { operations, paths } from "./generated/samrad.js";

const samrad = createClient<paths>({
  baseUrl: "http://127.0.0.1:8080",
  headers: { Authorization: "Bearer …" },
});

/** Any of what an operation may answer with, by its operationId. */
type Answers<Operation extends keyof operations> = operations[Operation]["responses"];

/** Reading a discussion gives a view or a problem; an identity in a query string has no type. */
export async function readDiscussion(id: string): Promise<Answers<"readDiscussion">[200]["content"]["application/json"]> {
  const { data, error, response } = await samrad.GET("/api/v1/discussions/{id}", { params: { path: { id } } });
  if (data === undefined) {
    throw new Error(`${response.status} ${error.code}: ${error.title}`);
  }
  return data;
}

/** The inbox, page by page. */
export async function* inbox() {
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? { limit: 50 } : { limit: 50, cursor };
    const { data } = await samrad.GET("/api/v1/discussions", { params: { query } });
    yield* data?.items ?? [];
    cursor = data?.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

/** Identity numbers go in a body, never in a path. */
export async function findPatient(identityNumber: string) {
  const { data } = await samrad.POST("/api/v1/patients/search", { body: { identityNumber } });
  return data?.items ?? [];
}

/** What the caller is, as the registry says. */
export const me = () => samrad.GET("/api/v1/me");
