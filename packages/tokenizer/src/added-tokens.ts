/** A token that is matched in the text before the model sees it, as tokenizer.json lists it. */
export interface AddedToken {
  id: number;
  content: string;
  special?: boolean;
  normalized?: boolean;
  lstrip?: boolean;
  rstrip?: boolean;
}

/** A stretch `[start, end)` of a text: an added token, or the text between two of them. */
export interface Section {
  start: number;
  end: number;
  added?: AddedToken;
}

/**
 * A function that splits a text at the given added tokens: leftmost match first, the longest of those that start at one
 * place. White space that a token strips (`lstrip`, `rstrip`) belongs to no section.
 */
export function addedTokenSplitter(tokens: ReadonlyMap<string, AddedToken>): (text: string) => Section[] {
  if (tokens.size === 0) return (text) => [{ start: 0, end: text.length }];
  const contents = [...tokens.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(contents.map((content) => content.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g');
  return (text) => {
    const sections: Section[] = [];
    let start = 0;
    const between = (end: number, right?: AddedToken) => {
      const left = sections.at(-1)?.added;
      let [from, to] = [start, end];
      if (left?.rstrip) from += text.slice(from, to).length - text.slice(from, to).trimStart().length;
      if (right?.lstrip) to -= text.slice(from, to).length - text.slice(from, to).trimEnd().length;
      if (from < to) sections.push({ start: from, end: to });
    };
    for (const match of text.matchAll(pattern)) {
      const added = tokens.get(match[0])!;
      between(match.index, added);
      start = match.index + match[0].length;
      sections.push({ start: match.index, end: start, added });
    }
    between(text.length);
    return sections;
  };
}
