/**
 * How summaries of runs can be written. Their own file, so that a command can list them without loading what
 * draws them; `report/render/render.ts` does not compile when it lacks one of them.
 */
export const SUMMARY_FORMATS = ["table", "json", "csv", "markdown"] as const;
export type SummaryFormat = (typeof SUMMARY_FORMATS)[number];
