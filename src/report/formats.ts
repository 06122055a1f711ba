/** How a report can be written. Apart from the renderers, so that `--help` loads none of them. */
export const FORMATS = ["table", "json", "csv", "markdown"] as const;

export type Format = (typeof FORMATS)[number];
