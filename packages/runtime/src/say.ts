/** Where the runtime reports what it chose and why, one line at a time. */
export type Log = (line: string) => void;

const logged = new Set<string>();

/** The default: stderr, each line once per process, so that it does not flood a test suite or a sweep. */
export const sayOnce: Log = (line) => {
  if (logged.has(line)) return;
  logged.add(line);
  console.error(line);
};

/** The choice and what was passed over, as one line. */
export function sentence(
  chosen: { backend: string; why: string },
  passedOver: readonly { backend: string; reason: string }[],
): string {
  const passed = passedOver.map(({ backend, reason }) => `${backend}: ${reason}`).join('; ');
  return `backend ${chosen.backend}: ${chosen.why}${passed ? ` (passed over: ${passed})` : ''}`;
}

/** The first line of an error, which is enough for a list of reasons. */
export const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!.trim();
