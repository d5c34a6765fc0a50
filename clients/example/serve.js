// Serves the page, the client that it uses, and the demo's tokens: to this machine alone.
//
//   node serve.js [port] [tokens.env]
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = import.meta.dirname ?? fileURLToPath(new URL(".", import.meta.url));
const HOST = "127.0.0.1";
const PORT = 8081;
const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript" };
/** Where what is asked for lies. */
const ROOTS = [
  ["/js/", resolve(HERE, "dist")],
  ["/client/", resolve(HERE, "../typescript/dist")],
];

/** The file that `path` names; nothing where it names none of ours. */
function fileOf(path) {
  if (path === "/") {
    return resolve(HERE, "index.html");
  }
  if (path === "/style.css") {
    return resolve(HERE, "style.css");
  }
  const [prefix, root] = ROOTS.find(([prefix]) => path.startsWith(prefix)) ?? [];
  const file = root && resolve(root, path.slice(prefix.length));
  return file?.startsWith(root + sep) && extname(file) === ".js" ? file : undefined;
}

/** Where the demo is and what it told, from its file of tokens. */
async function demoOf(tokens) {
  const lines = (await readFile(tokens, "utf8")).split("\n").filter((line) => line.includes("="));
  const values = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s, 2)));
  return { service: new URL(values.SAMRAD).origin, values };
}

/** What the page may load: its own, the import map that it says itself, and the service. */
function policyOf(html, service) {
  const map = /<script type="importmap">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
  const hash = createHash("sha256").update(map).digest("base64");
  return `default-src 'none'; script-src 'self' 'sha256-${hash}'; style-src 'self'; img-src data:; connect-src 'self' ${service}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}

async function answer(path, tokens) {
  if (path === "/demo.json") {
    const demo = await demoOf(tokens).catch(() => undefined);
    return demo ? [200, "application/json", JSON.stringify(demo)] : [503, "text/plain", "the demo isn't running"];
  }
  const file = fileOf(path);
  const body = file && (await readFile(file, "utf8").catch(() => undefined));
  return body === undefined ? [404, "text/plain", "not found"] : [200, TYPES[extname(file)], body];
}

/** Starts the server of the page, which reads the demo's tokens from the file `tokens`. */
export function serve(port, tokens) {
  const server = createServer(async (request, response) => {
    const { port } = server.address();
    // Another name for this address would be another site's way to the tokens.
    if (![`${HOST}:${port}`, `localhost:${port}`].includes(request.headers.host)) {
      response.writeHead(421).end();
      return;
    }
    const { pathname } = new URL(request.url, `http://${HOST}`);
    const [status, type, body] = await answer(pathname, tokens);
    const service = await demoOf(tokens).then((demo) => demo.service, () => "");
    response.writeHead(status, {
      "Content-Type": type,
      "Content-Security-Policy": policyOf(pathname === "/" ? body : "", service),
      "Cache-Control": "no-store",
      "Referrer-Policy": "no-referrer",
      "X-Content-Type-Options": "nosniff",
    });
    response.end(body);
  });
  return new Promise((listening, failed) => {
    server.once("error", failed);
    server.listen(port, HOST, () => listening(server));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [port = String(PORT), tokens = resolve(HERE, "../../.samrad/tokens.env")] = process.argv.slice(2);
  await serve(Number(port), tokens);
  console.log(`The story of a consent: http://${HOST}:${port}  (with 'make run' beside it)`);
}
