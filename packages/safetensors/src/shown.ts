const LONGEST = 200;

/** A value from a file as a message shows it: shortened, and in words where it is nested too deep to be written. */
export function shown(value: unknown): string {
  try {
    const text = JSON.stringify(value) ?? String(value);
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text;
  } catch {
    return `a deeply nested ${Array.isArray(value) ? 'list' : typeof value}`;
  }
}
