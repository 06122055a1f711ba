import { InvalidArgumentError } from "commander";
import { UsageError } from "../lib/errors.ts";
import type { Parser, SettingParser } from "./parsers.ts";

/**
 * An option that may be given several times, each time with one value or several between semicolons, as a variable
 * has to hold them. What `parse` refuses with a `UsageError` is told with the option's name.
 */
export function listOf<T>(parse: Parser<T>): SettingParser<T[]> {
  return (text, before = []) => [...before, ...text.split(";").map((part) => told(parse, part.trim()))];
}

/** An option's parser for a value that stands within another option: what it refuses is a `UsageError`. */
export function within<T>(parse: Parser<T>): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof InvalidArgumentError) throw new UsageError(error.message);
      throw error;
    }
  };
}

function told<T>(parse: (text: string) => T, text: string): T {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof UsageError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}
