/** A group of a regular expression that is open. */
interface Group {
  /** Whether a text may match it in several ways, as far as its form tells. */
  varies: boolean;
  /** The characters that its alternatives begin with. */
  beginnings: string[];
  begins: boolean;
}

const PART = /\\[pPu]\{[^}]*\}|\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]))?|[*+?]\??|\{(\d*)(,?)(\d*)\}\??|./gsu;

/** The least and the most repetitions of a quantifier; undefined for anything else. */
function repetitions(part: string, low?: string, comma?: string, high?: string): [number, number] | undefined {
  if (/^[*+?]/.test(part)) return [part[0] === '+' ? 1 : 0, part[0] === '?' ? 1 : Number.POSITIVE_INFINITY];
  if (low === undefined || !/^\{/.test(part)) return undefined;
  return [Number(low), comma === '' ? Number(low) : high === '' ? Number.POSITIVE_INFINITY : Number(high)];
}

/**
 * Whether a regular expression repeats a group that one text matches in several ways, such as `(a+)+` or `(a|a)*`: a text
 * that does not match may then take time exponential in its length, which nothing in JavaScript can stop. Told by the form,
 * so some harmless ones count too.
 *
 * @param source in JavaScript's syntax with the flag `u`.
 */
export function hasAmbiguousRepetition(source: string): boolean {
  const open = (): Group => ({ varies: false, beginnings: [], begins: true });
  const groups = [open()];
  let closed: Group | undefined;
  for (const { 0: part, 1: low, 2: comma, 3: high } of source.matchAll(PART)) {
    const group = groups.at(-1)!;
    const repeated = repetitions(part, low, comma, high);
    if (repeated) {
      const [least, most] = repeated;
      if (most > 1 && closed?.varies) return true;
      if (least !== most) group.varies = true;
      closed = undefined;
      continue;
    }
    closed = undefined;
    if (part === ')' && groups.length > 1) {
      groups.pop();
      const distinct = new Set(group.beginnings);
      const isPlain = group.beginnings.every((beginning) => /^(\\[^pPwWsSdDbB]|[^\\[(.])$/u.test(beginning));
      const alternatives = group.beginnings.length > 1 || (group.begins && group.beginnings.length > 0);
      if (alternatives && (distinct.size < group.beginnings.length || !isPlain || group.begins)) group.varies = true;
      closed = group;
      if (group.varies) groups.at(-1)!.varies = true;
    } else if (part === '|') group.begins = true;
    else {
      if (group.begins) group.beginnings.push(part);
      group.begins = false;
      if (part.startsWith('(')) groups.push(open());
    }
  }
  return false;
}
