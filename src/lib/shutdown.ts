const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;
export type ShutdownSignal = keyof typeof EXIT_CODES;

/**
 * Waits for the first SIGINT or SIGTERM and resolves with it, so that the program can end in its own way.
 * At the second, `exitNow` is called with the code that a shell gives to that signal.
 */
export class Shutdown {
  readonly requested: Promise<ShutdownSignal>;
  private resolve!: (signal: ShutdownSignal) => void;
  private received = false;
  private readonly listener = (signal: ShutdownSignal) => this.receive(signal);

  constructor(private readonly exitNow: (code: number) => void) {
    this.requested = new Promise((resolve) => {
      this.resolve = resolve;
    });
    for (const signal of Object.keys(EXIT_CODES)) process.on(signal, this.listener);
  }

  /** Behaves as if the process had received `signal`: for Ctrl-C typed in a raw terminal. */
  receive(signal: ShutdownSignal): void {
    if (this.received) this.exitNow(EXIT_CODES[signal]);
    this.received = true;
    this.resolve(signal);
  }

  /** Stops listening: later signals have their default effect again. */
  release(): void {
    for (const signal of Object.keys(EXIT_CODES)) process.off(signal, this.listener);
  }
}

/** Listens for signals as long as `run` runs, however it ends. */
export async function withShutdown<T>(
  exitNow: (code: number) => void,
  run: (shutdown: Shutdown) => Promise<T>,
): Promise<T> {
  const shutdown = new Shutdown(exitNow);
  try {
    return await run(shutdown);
  } finally {
    shutdown.release();
  }
}
