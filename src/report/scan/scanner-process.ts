import type { ProcessChannel } from "../../lib/process-channel.ts";
import { Irregular } from "../aggregate/irregular.ts";
import type { ScannerFrame, ScanOrder } from "./frames.ts";
import { scanPart } from "./scan-part.ts";

/** Scans what the process that started this one asks for, answers, and ends with it. */
export function scanForParent(parent: ProcessChannel): Promise<number> {
  return new Promise((resolve, reject) => {
    let isWanted = true;
    const tell = (frame: ScannerFrame) => parent.send(frame);
    parent.onLost = () => {
      isWanted = false;
      resolve(0);
    };
    parent.onFrame = (order: ScanOrder) => {
      scanPart(order, () => isWanted).then(
        (answer) => tell({ type: "answer", answer }),
        (error) => (error instanceof Irregular ? tell({ type: "irregular" }) : reject(error)),
      );
    };
    // What came before anyone listened would be lost.
    tell({ type: "ready" });
  });
}
