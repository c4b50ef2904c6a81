/**
 * The first key that occurs twice in one object of a valid JSON text, or undefined. `JSON.parse` silently keeps the last of two
 * equal keys, so one tensor could hide another.
 */
export function findDuplicateKey(json: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  const token = /["{}[\]:]/g;
  let string = '';
  for (let match = token.exec(json); match; match = token.exec(json)) {
    const { index } = match;
    const [character] = match;
    if (character === '"') {
      token.lastIndex = endOfString(json, index);
      string = json.slice(index, token.lastIndex);
    } else if (character === '{') open.push(new Set());
    else if (character === '[') open.push(undefined);
    else if (character === ':') {
      // Decoded, because "a" and "\u0061" are one key.
      const key: string = JSON.parse(string);
      const keys = open.at(-1)!;
      if (keys.has(key)) return key;
      keys.add(key);
    } else open.pop();
  }
  return undefined;
}

/** Where the string that begins at a quote has ended. Not by a regular expression: on long strings their stack overflows. */
function endOfString(json: string, begin: number): number {
  let quote = json.indexOf('"', begin + 1);
  while (isEscaped(json, quote)) quote = json.indexOf('"', quote + 1);
  return quote + 1;
}

function isEscaped(json: string, at: number): boolean {
  let backslashes = 0;
  while (json[at - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}
