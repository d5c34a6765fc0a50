// The package used the way a frontend would, by its published name. Compiled, not run: what must
// hold is that the contract gives a caller types precise enough to pass `tsc --strict`.
import {
  connect,
  correctPatient,
  etag,
  getPatient,
  listInbox,
  orThrow,
  pages,
  readDiscussion,
  registerPatient,
  searchPatients,
  type DiscussionItem,
  type DiscussionView,
  type NewPatient,
  type PatientFound,
} from "samrad-client";

const client = connect({ baseUrl: "http://127.0.0.1:8080", token: () => "…", language: "nb" });

/** A view is one of three, and each shows only what is its own. */
export async function whoIsIt(id: string): Promise<string> {
  const { data } = await orThrow(readDiscussion({ client, path: { id } }));
  return told(data);
}

function told(view: DiscussionView): string {
  switch (view.view) {
    case "identified":
      return view.identity.given;
    case "anonymised":
      return view.summary.question;
    case "sealed":
      // @ts-expect-error a sealed view has no summary
      return view.summary;
  }
}

/** The inbox, page by page. */
export const inbox = (): AsyncGenerator<DiscussionItem> =>
  pages((cursor) => listInbox({ client, query: { limit: 50, ...(cursor === undefined ? {} : { cursor }) } }));

/** Identity numbers go in a body; in a query they have no type. */
export async function findPatient(identityNumber: string): Promise<PatientFound[]> {
  // @ts-expect-error persons are never in a query
  void (() => searchPatients({ client, query: { identityNumber } }));
  const { data } = await orThrow(searchPatients({ client, body: { identityNumber } }));
  return data.items;
}

/** A repeat with the same key does it once. */
export async function register(body: NewPatient): Promise<string> {
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const { data } = await orThrow(registerPatient({ client, body, headers }));
  return data.id;
}

/** A change names the version that it is a change of. */
export async function move(id: string, municipality: string): Promise<void> {
  const { response } = await orThrow(getPatient({ client, path: { id } }));
  const headers = { "If-Match": etag(response) ?? "" };
  await orThrow(correctPatient({ client, path: { id }, headers, body: { municipality } }));
  // @ts-expect-error without If-Match it has no type
  void (() => correctPatient({ client, path: { id }, body: { municipality } }));
}
