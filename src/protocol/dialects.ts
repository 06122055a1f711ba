import type { Dialect, DialectName } from "./dialect.ts";
import { native } from "./native.ts";
import { plain } from "./plain.ts";
import { register } from "./register.ts";

/** All dialects by name. */
export const dialects: Readonly<Record<DialectName, Dialect>> = { native, plain, register };
