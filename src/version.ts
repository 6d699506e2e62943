import { readFileSync } from "node:fs";

/** Version of the package this file belongs to, whether it runs from dist/ or from the test build. */
export function packageVersion(): string {
  for (let folder = new URL(".", import.meta.url); ; folder = new URL("..", folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8")) as Record<
        string,
        string
      >;
      if (name === "flowtap" && version !== undefined) return version;
    } catch {
      // Not in this folder: look one higher.
    }
    if (folder.pathname === "/") return "unknown";
  }
}
