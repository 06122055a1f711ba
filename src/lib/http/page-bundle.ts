import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A page's files as they are served. */
export interface PageFiles {
  html: string;
  css: string;
  script: string;
  icon: string;
}

/**
 * Bundles the page in `folder`, a path below `src/`. This is a macro: it runs when its caller is built (or loaded from source) and leaves its
 * result there, so that the executable holds the page and needs no files. In a process of its own, because the
 * bundler waits for its macros.
 */
export function bundlePage(folder: string): PageFiles {
  const path = (file: string) => join(import.meta.dir, "../..", folder, file);
  return {
    html: readFileSync(path("index.html"), "utf8"),
    css: bundle(path("style.css")),
    script: bundle(path("app.ts")),
    icon: readFileSync(path("favicon.svg"), "utf8"),
  };
}

function bundle(entry: string): string {
  const { success, stdout, stderr } = Bun.spawnSync([
    process.execPath,
    ...["build", entry, "--target=browser", "--minify"],
  ]);
  if (!success) throw new Error(`${entry} cannot be bundled: ${stderr}`);
  return stdout.toString();
}
