import { expect, test } from "bun:test";
import { TextPool } from "./text-pool.ts";

test("texts come out as they went in, also when there are more of them than are kept", () => {
  const pool = new TextPool();
  for (let round = 0; round < 2; round++) {
    for (let number = 0; number < 2500; number++) expect(pool.of(`text ${number}`)).toBe(`text ${number}`);
  }
});
