import { expect, test } from "bun:test";
import { fitPowerLaw, formatExponent } from "./power-law.ts";

const points = (law: (x: number) => number) => [1, 10, 100, 1000].map((x) => ({ x, y: law(x) }));

test("a power law is found again", () => {
  const { factor, exponent, fit } = fitPowerLaw(points((x) => 3 * x ** 0.5));
  expect([factor, exponent, fit]).toEqual([
    expect.closeTo(3, 9),
    expect.closeTo(0.5, 9),
    expect.closeTo(1, 9),
  ]);
});

test("what does not grow has the exponent 0; what falls, one below it", () => {
  expect(fitPowerLaw(points(() => 7))).toEqual({ factor: expect.closeTo(7, 9), exponent: 0, fit: 1 });
  expect(fitPowerLaw(points((x) => 1 / x)).exponent).toBeCloseTo(-1, 9);
});

test("of points off every power law the fit is worse", () => {
  const { exponent, fit } = fitPowerLaw(points((x) => 50 + x));
  expect(exponent).toBeGreaterThan(0.3);
  expect(fit).toBeLessThan(0.95);
});

test("an exponent has two digits, and no minus before zero", () => {
  expect([0.746, -0.25, -0.001].map(formatExponent)).toEqual(["0.75", "-0.25", "0.00"]);
});
