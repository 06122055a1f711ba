import { expect, test } from "bun:test";
import { screenOf } from "./screen.ts";

const TERMINAL = { isTTY: true, columns: 120 };

test("a pipe is no screen, and neither is a terminal that can do nothing", () => {
  expect(screenOf({ isTTY: false, columns: 120 }, {})).toBeNull();
  expect(screenOf(TERMINAL, { TERM: "dumb" })).toBeNull();
});

test.each([
  [{ LANG: "en_US.UTF-8" }, true],
  [{ LC_ALL: "C.utf8", LANG: "C" }, true],
  [{ LC_ALL: "C", LANG: "en_US.UTF-8" }, false],
  [{ LC_ALL: "", LC_CTYPE: "de_DE.UTF-8" }, true],
  [{}, false],
])("with %p, more than ASCII: %p", (env, unicode) => {
  expect(screenOf(TERMINAL, env)).toEqual({ columns: 120, unicode });
});

test("one that has not said its size", () => {
  expect(screenOf({ isTTY: true, columns: 0 }, {})!.columns).toBe(80);
});
