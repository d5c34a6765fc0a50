// Fails where src/generated is not what the contract gives, naming the files.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Every file under `root`, and what it says. */
function contents(root) {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((file) => {
      const path = join(file.parentPath ?? file.path, file.name);
      return [path.slice(root.length + 1), readFileSync(path, "utf8")];
    }),
  );
}

const scratch = mkdtempSync(join(tmpdir(), "samrad-client-"));
try {
  const fresh = join(scratch, "generated");
  execFileSync("npm", ["run", "--silent", "generate"], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, SAMRAD_GENERATED: fresh },
  });
  const expected = contents(fresh);
  const committed = contents("src/generated");
  const names = new Set([...expected.keys(), ...committed.keys()]);
  const drifted = [...names].filter((name) => expected.get(name) !== committed.get(name));
  if (drifted.length > 0) {
    console.error(`src/generated is not what openapi/openapi.json gives: ${drifted.sort().join(", ")}`);
    console.error("Run 'make client-generate' and commit it.");
    process.exitCode = 1;
  }
} finally {
  rmSync(scratch, { recursive: true });
}
