// The client: what the contract gives, and the few words that the contract's headers need.
export * from "./generated/index.js";
export { connect, type Connection } from "./connect.js";
export { etag, receipt, retryAfter, type Receipt } from "./headers.js";
export { pages, type Page } from "./pages.js";
export { isProblem, orThrow, ProblemError } from "./problem.js";
