import manifest from "../../package.json" with { type: "json" };

/** Put in by `scripts/build`; a run from source has none. */
declare const BUILD_COMMIT: string | undefined;

export const version: string = manifest.version;
export const commit: string = typeof BUILD_COMMIT === "undefined" ? "source" : BUILD_COMMIT;
export const VERSION_FLAGS = ["-V", "--version"];

/** What these print. */
export const versionLine = `scale-chat ${version} (${commit})`;
/** The Bun that it is made for and tested with. */
export const wantedBun: string = manifest.devDependencies.bun;
