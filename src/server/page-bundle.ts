import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The chat page's files as they are served. */
export interface PageFiles {
  html: string;
  css: string;
  script: string;
  icon: string;
}

/**
 * Bundles the page. This is a macro: it runs when its caller is built (or loaded from source) and leaves its
 * result there, so that the executable holds the page and needs no files. In a process of its own, because the
 * bundler waits for its macros.
 */
export function bundlePage(): PageFiles {
  const folder = join(import.meta.dir, "web");
  return {
    html: readFileSync(join(folder, "index.html"), "utf8"),
    css: bundle(join(folder, "style.css")),
    script: bundle(join(folder, "app.ts")),
    icon: readFileSync(join(folder, "favicon.svg"), "utf8"),
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
