/** What the process tells the thread that listens on its admin port. */
export type ToThread =
  | { type: "listen"; hostname: string; port: number; outcome: SharedArrayBuffer }
  /** Figures as they are now, made at `at`, milliseconds since the epoch, for the `call` that asked for them, if one did. */
  | { type: "figures"; text: string; at: number; call: number | undefined }
  | { type: "answer"; call: number; answer: Answer }
  | { type: "stop" };

/** What that thread asks of the process. */
export type FromThread =
  | { type: "figures"; call: number }
  | { type: "request"; call: number; method: string; url: string }
  | { type: "stopped" };

/** An HTTP answer that can be handed over. */
export interface Answer {
  status: number;
  headers: Array<[string, string]>;
  body: string;
}

/** Where the thread writes how listening went, for a process that stands still until then. */
export const OUTCOME = {
  /** 32-bit places: 0 until something is known, then the port, or -1; and how many bytes of an error's code follow. */
  port: 0,
  codeLength: 1,
  /** In bytes: where the code starts, and how much there is in all. */
  code: 8,
  bytes: 72,
} as const;
