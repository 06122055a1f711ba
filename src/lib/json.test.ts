import { expect, test } from "bun:test";
import { isObject } from "./json.ts";

test.each(["{}", '{"a":[1]}'])("%s is an object", (text) => expect(isObject(JSON.parse(text))).toBe(true));

test.each(["null", "[]", "[{}]", '"text"', "1", "true"])("%s is none", (text) =>
  expect(isObject(JSON.parse(text))).toBe(false),
);

test("undefined is none", () => expect(isObject(undefined)).toBe(false));
