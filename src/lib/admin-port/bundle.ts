import { join } from "node:path";

/**
 * The program of the thread, as text. This is a macro, as that of `http/page-bundle.ts`: a compiled executable has no
 * files from which a thread could start.
 */
export function bundleThread(): string {
  const { success, stdout, stderr } = Bun.spawnSync([
    process.execPath,
    ...["build", join(import.meta.dir, "thread.ts"), "--target=bun", "--minify"],
  ]);
  if (!success) throw new Error(`the thread of the admin port cannot be bundled: ${stderr}`);
  return stdout.toString();
}
