/** The flag of an option by its name within a program: `maxRooms` is `--max-rooms`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The variable of an option: `--max-payload` is `SCALE_CHAT_MAX_PAYLOAD`, `--no-csv` is `SCALE_CHAT_NO_CSV`. */
export function environmentName(flag: string): string {
  const words = flag.replace(/^--?/, "");
  return `SCALE_CHAT_${words.replaceAll("-", "_").toUpperCase()}`;
}
