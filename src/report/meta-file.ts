import { dirname, isAbsolute, join } from "node:path";
import Papa from "papaparse";
import { excerpt } from "../lib/sanitise.ts";
import { RowError } from "./read/row-error.ts";

/** One line of a meta file: a results file and the rooms of its run. */
export interface MetaLine {
  path: string;
  rooms: number;
  roomSize: number;
}

const COLUMNS = ["rooms", "room_size", "file"];
const ALLOWED = `allowed: ${COLUMNS.join(",")}, such as 25,16,results.csv`;

/**
 * Reads the text of a meta file: lines of `rooms,room_size,file`, with or without a header of those names.
 * Files are relative to the meta file's own folder. Throws `RowError`.
 */
export function parseMetaFile(text: string, metaPath: string): MetaLine[] {
  const { data, errors } = Papa.parse<string[]>(text.replaceAll("\r\n", "\n"), {
    delimiter: ",",
    newline: "\n",
  });
  const lines: MetaLine[] = [];
  for (const [i, cells] of data.entries()) {
    if (errors.some((error) => error.row === i))
      throw new RowError(i + 1, `a quote is never closed; ${ALLOWED}`);
    const isBlank = cells.length === 1 && cells[0]!.trim() === "";
    const isHeader = i === 0 && cells.map((cell) => cell.trim()).join(",") === COLUMNS.join(",");
    if (isBlank || isHeader) continue;
    lines.push(parseLine(cells, i + 1, dirname(metaPath)));
  }
  if (lines.length === 0) throw new RowError(1, `names no file; ${ALLOWED}`);
  return lines;
}

function parseLine(cells: readonly string[], line: number, folder: string): MetaLine {
  if (cells.length !== COLUMNS.length) {
    throw new RowError(line, `${cells.length} columns instead of ${COLUMNS.length}; ${ALLOWED}`);
  }
  const [rooms, roomSize, file] = cells.map((cell) => cell.trim()) as [string, string, string];
  if (file === "") throw new RowError(line, `file is empty; ${ALLOWED}`);
  return {
    rooms: count("rooms", rooms, line),
    roomSize: count("room_size", roomSize, line),
    path: isAbsolute(file) ? file : join(folder, file),
  };
}

function count(column: string, text: string, line: number): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new RowError(line, `${column} is "${excerpt(text)}"; allowed: a whole number above 0`);
}
