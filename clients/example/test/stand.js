// A demo of its own, the page's server, and a browser: all that a test of the page needs.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { serve } from "../serve.js";

const TARGET = process.env.CARGO_TARGET_DIR ?? resolve(import.meta.dirname, "../../../target");
const SAMRAD = join(TARGET, "debug/samrad");

/** The browser of the machine; none is downloaded. */
function browserPath() {
  const places = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const found = places.filter(Boolean).find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (found === undefined) {
    throw new Error("no Chromium here: install it, or name it in CHROMIUM");
  }
  return found;
}

/** The demo in `directory`, once it has told its tokens. */
async function startDemo(directory, origin) {
  const child = spawn(SAMRAD, ["demo"], {
    cwd: directory,
    env: { PATH: process.env.PATH, SAMRAD_LISTEN: "127.0.0.1:0", SAMRAD_CORS_ORIGINS: origin, RUST_LOG: "warn" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const told = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.includes("Tokens for curl")) {
        child.stdout.resume();
        return;
      }
    }
    throw new Error("the demo ended before it told its tokens");
  })();
  const failed = once(child, "error").then(([error]) => {
    throw error;
  });
  await Promise.race([told, failed]);
  return child;
}

/** Everything started; `close` ends it. */
export async function stand() {
  const directory = mkdtempSync(join(tmpdir(), "samrad-example-"));
  const tokens = join(directory, ".samrad/tokens.env");
  const [page, stranger] = [await serve(0, tokens), await serve(0, tokens)];
  const originOf = (server) => `http://127.0.0.1:${server.address().port}`;
  const demo = await startDemo(directory, originOf(page));
  // Chromium's sandbox has no use of root.
  const browser = await chromium.launch({ executablePath: browserPath(), chromiumSandbox: process.getuid() !== 0 });
  const service = /^SAMRAD=(.*)\/api\/v1$/m.exec(readFileSync(tokens, "utf8"))[1];
  return {
    browser,
    service,
    origin: originOf(page),
    stranger: originOf(stranger),
    async stopDemo() {
      if (demo.exitCode === null && demo.signalCode === null) {
        demo.kill("SIGTERM");
        await once(demo, "exit");
      }
    },
    async close() {
      await browser.close();
      await this.stopDemo();
      for (const server of [page, stranger]) {
        server.closeAllConnections();
        server.close();
      }
      rmSync(directory, { recursive: true });
    },
  };
}
