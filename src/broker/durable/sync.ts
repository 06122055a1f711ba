/** How hard a commit presses the disk: `normal` survives the death of the process, `full` that of the machine. */
export const DATA_SYNCS = ["normal", "full"] as const;
export type DataSync = (typeof DATA_SYNCS)[number];
