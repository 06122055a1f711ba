/**
 * What the original experiment reported, by rooms x clients: a Go server with gorilla/websocket, held to 0.25 CPU and
 * 512 MB. Of runs that are not here only the bounds are known that those around them give.
 */
export const ORIGINAL: Record<string, Record<string, string>> = {
  "1": {
    "1x10": "p99 0.2 s",
    "1x40": "p99 0.4 s",
    "1x70": "p99 1.0 s",
    "1x80": "p80 1.3 s, p90 over 2 s, mean 2.5 s",
    "1x90": "p50 over 2 s, 84 % delivered",
    "1x100": "p10 over 2 s, mean 42 s (sd 33), 52 % delivered",
    "1x110": "mean 24 s, 62 % delivered",
  },
  "2": {
    "25x2": "p99 under 0.8 s",
    "25x4": "p99 under 0.8 s",
    "25x8": "p99 under 0.8 s",
    "25x12": "p99 over 2 s",
    "25x16": "p60 over 2 s",
    "50x12": "a limit",
    "75x8": "p40 over 2 s",
    "150x4": "p90 over 2 s, memory full of history",
    "200x4": "a limit",
  },
  "3": {
    "150x4": "p99 0.6 s",
    "175x4": "p99 1.1 s",
    "200x4": "p80 over 2 s",
    "250x4": "p10 over 2 s, mean 78 s (sd 47)",
  },
};
