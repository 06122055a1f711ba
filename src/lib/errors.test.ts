import { expect, test } from "bun:test";
import { AppError, messageOf, OperationError, systemCode, UsageError, whyUnreadable } from "./errors.ts";

test("errors for people have a sentence, a name and an exit code", () => {
  const usage = new UsageError("--port x: not a port");
  const operation = new OperationError("Cannot listen");
  expect([usage.message, usage.name, usage.exitCode]).toEqual(["--port x: not a port", "UsageError", 2]);
  expect([operation.name, operation.exitCode]).toEqual(["OperationError", 1]);
  for (const error of [usage, operation]) {
    expect(error).toBeInstanceOf(AppError);
    expect(error).toBeInstanceOf(Error);
  }
});

test("a system's error has its code, and nothing else has one", async () => {
  const missing = await Bun.file("/nowhere/at/all")
    .text()
    .catch((error: unknown) => error);
  expect(systemCode(missing)).toBe("ENOENT");
  for (const other of [new Error("a"), { code: 7 }, "ENOENT", null, undefined]) {
    expect(systemCode(other)).toBeUndefined();
  }
});

test("anything thrown has a sentence", () => {
  const thrown = [new Error("a"), new UsageError("b"), "c", 7, null, undefined];
  expect(thrown.map(messageOf)).toEqual(["a", "b", "c", "7", "null", "undefined"]);
});

test("why a file cannot be read is in words for the most common reason", () => {
  expect(whyUnreadable(Object.assign(new Error("ENOENT: x"), { code: "ENOENT" }))).toBe(
    "there is no such file",
  );
  expect(whyUnreadable(new Error("EISDIR: it is a folder"))).toBe("EISDIR: it is a folder");
});
