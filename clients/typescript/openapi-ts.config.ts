import { defineConfig } from "@hey-api/openapi-ts";

/** The contract, and where what is made of it goes; `check-drift` names another place. */
export default defineConfig({
  input: "../../openapi/openapi.json",
  output: {
    path: process.env["SAMRAD_GENERATED"] ?? "src/generated",
    importFileExtension: ".js",
  },
  plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
});
