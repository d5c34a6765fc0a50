import assert from "node:assert/strict";
import { test } from "node:test";
import {
  connect,
  etag,
  listInbox,
  orThrow,
  pages,
  ProblemError,
  readDiscussion,
  receipt,
  registerPatient,
  retryAfter,
} from "samrad-client";

const ID = "2907550a-b537-4277-9c9d-e51b59f066f9";
const EVENT = "01a201fb-0edb-7016-b07e-dafcef5d7314";
const LEAF = "64".repeat(32);
const NOT_FOUND = { type: "/problems/notFound", title: "Finnes ikke", status: 404, detail: "…", code: "notFound", traceId: "0" };

/** A service that answers so, and what it was asked. */
function answering(...answers: Response[]) {
  const asked: Request[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    asked.push(new Request(input, init));
    const answer = answers.shift();
    assert(answer, "asked more often than expected");
    return answer;
  };
  return { asked, fetch };
}

test("a request says who calls, as what, in which language, and keeps nothing", async () => {
  const { asked, fetch } = answering(Response.json({ view: "sealed" }));
  const client = connect({ baseUrl: "http://samrad.test", token: async () => "fresh", affiliation: ID, language: "nn", fetch });
  await orThrow(readDiscussion({ client, path: { id: ID } }));
  const request = asked[0];
  assert(request);
  assert.equal(request.url, `http://samrad.test/api/v1/discussions/${ID}`);
  assert.equal(request.headers.get("Authorization"), "Bearer fresh");
  assert.equal(request.headers.get("Samrad-Affiliation"), ID);
  assert.equal(request.headers.get("Accept-Language"), "nn");
  assert.equal(request.cache, "no-store");
  assert.equal(request.credentials, "omit");
});

test("a key for repeats goes in its header, and the identity number in the body alone", async () => {
  const { asked, fetch } = answering(Response.json({ id: ID }, { status: 201 }));
  const client = connect({ baseUrl: "http://samrad.test", token: "t", fetch });
  const body = { name: { given: "Ylva", family: "Testpasient" }, identityNumber: "14839402253", birthDate: "1994-03-14", municipality: "0301" };
  await orThrow(registerPatient({ client, body, headers: { "Idempotency-Key": "k1" } }));
  const request = asked[0];
  assert(request);
  assert.equal(request.headers.get("Idempotency-Key"), "k1");
  assert.deepEqual(await request.json(), body);
  assert(!request.url.includes("14839402253"));
});

test("a no of the service is a problem with its code", async () => {
  const { fetch } = answering(Response.json(NOT_FOUND, { status: 404 }));
  const client = connect({ baseUrl: "http://samrad.test", fetch });
  await assert.rejects(orThrow(readDiscussion({ client, path: { id: ID } })), (error) => {
    assert(error instanceof ProblemError);
    assert.equal(error.problem.code, "notFound");
    assert.equal(error.response.status, 404);
    return true;
  });
});

test("what a proxy says is no problem of the service", async () => {
  const { fetch } = answering(new Response("<h1>Bad gateway</h1>", { status: 502 }));
  const client = connect({ baseUrl: "http://samrad.test", fetch });
  await assert.rejects(orThrow(readDiscussion({ client, path: { id: ID } })), (error) => {
    assert(error instanceof Error && !(error instanceof ProblemError));
    assert.match(error.message, /^502 /);
    return true;
  });
});

test("no answer is an error, not an empty one", async () => {
  const fetch = async () => Promise.reject(new TypeError("fetch failed"));
  const client = connect({ baseUrl: "http://samrad.test", fetch });
  await assert.rejects(orThrow(readDiscussion({ client, path: { id: ID } })), TypeError);
});

test("pages follow the cursor to the end", async () => {
  const { asked, fetch } = answering(
    Response.json({ items: [{ id: "a" }, { id: "b" }], nextCursor: "c1" }),
    Response.json({ items: [{ id: "c" }], nextCursor: null }),
  );
  const client = connect({ baseUrl: "http://samrad.test", fetch });
  const seen: string[] = [];
  for await (const item of pages((cursor) => listInbox({ client, query: cursor === undefined ? {} : { cursor } }))) {
    seen.push(item.id);
  }
  assert.deepEqual(seen, ["a", "b", "c"]);
  assert.deepEqual(asked.map((request) => new URL(request.url).search), ["", "?cursor=c1"]);
});

test("a receipt is read whole, or not at all", () => {
  const of = (value: string) => receipt(new Response(null, { headers: { "Disclosure-Receipt": value } }));
  assert.deepEqual(of(`${EVENT};66;${LEAF}`), { eventId: EVENT, index: 66, leafHash: LEAF });
  assert.equal(receipt(new Response(null)), undefined);
  for (const broken of ["", EVENT, `${EVENT};66`, `${EVENT};-1;${LEAF}`, `${EVENT};66;${LEAF}0`, `${EVENT};66;${LEAF};`]) {
    assert.throws(() => of(broken), /not a receipt/);
  }
});

test("an ETag keeps its quotes; a wait is in seconds or unknown", () => {
  const response = new Response(null, { headers: { ETag: '"7"', "Retry-After": "30" } });
  assert.equal(etag(response), '"7"');
  assert.equal(retryAfter(response), 30);
  assert.equal(retryAfter(new Response(null)), undefined);
  assert.equal(retryAfter(new Response(null, { headers: { "Retry-After": "soon" } })), undefined);
});
