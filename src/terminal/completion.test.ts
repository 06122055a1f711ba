import { describe, expect, test } from "bun:test";
import { complete } from "./completion.ts";
import { KnownNames } from "./known-names.ts";

describe("complete", () => {
  const names = ["bob", "ann", "Anna", "ann"];
  const cases: Array<[line: string, typed: string, candidates: string[]]> = [
    ["/n", "/n", ["/nick "]],
    ["/qu", "/qu", ["/quiet", "/quit"]],
    ["/msg", "/msg", []],
    ["//", "//", []],
    ["b", "b", ["bob: "]],
    ["an", "an", ["Anna: ", "ann: "]],
    ["hello b", "b", ["bob "]],
    ["hello ", "", []],
    ["", "", []],
    ["x", "x", []],
    ["/nick b", "b", ["bob "]],
  ];
  test.each(cases)("%j: %j becomes one of %j", (line, typed, candidates) => {
    expect(complete(line, names)).toEqual({ candidates, typed });
  });
});

describe("KnownNames", () => {
  test("members and speakers, without oneself, without anything dangerous", () => {
    const names = new KnownNames();
    names.present(["ann", "bob"]);
    names.spoke("cid\u001b[2J");
    names.spoke("bob");
    expect(names.others("ann")).toEqual(["bob", "cid[2J"]);
  });

  test("forgets who spoke long ago", () => {
    const names = new KnownNames();
    for (let i = 0; i < 1000; i++) names.spoke(`n${i}`);
    names.spoke("n990");
    expect(names.others("").length).toBe(200);
    expect(names.others("").at(-1)).toBe("n990");
  });
});
