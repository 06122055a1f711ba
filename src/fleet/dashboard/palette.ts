import { COLOURS } from "./cast.ts";

/** The style sheet's colours, for what is drawn on a canvas. */
export interface Colours {
  ink: string;
  soft: string;
  grid: string;
  crowd: string;
  mean: string;
  threshold: string;
  surface: string;
  lines: readonly string[];
}

/** Keeps `colours` in step with light and dark. */
export class Palette {
  colours = readColours();

  constructor(onChange: () => void) {
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.colours = readColours();
      onChange();
    });
  }
}

function readColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ...{ ink: colour("ink"), soft: colour("soft"), grid: colour("grid"), crowd: colour("crowd") },
    ...{ mean: colour("mean"), threshold: colour("danger"), surface: colour("surface") },
    lines: Array.from({ length: COLOURS }, (_, slot) => colour(`line-${slot}`)),
  };
}
