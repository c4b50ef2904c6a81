import type { PageMap } from '../src/page-data';

const FIELDS = ['scope', 'layer', 'head'] as const;
const unique = (values: string[]): string[] => [...new Set(values)];

/** Three lists that together choose one map, and buttons that step through all. */
export function mapChoice(
  maps: readonly PageMap[],
  element: (id: string) => HTMLElement,
  show: (map: PageMap) => void,
): void {
  const lists = FIELDS.map((field) => element(field) as HTMLSelectElement);
  let index = 0;

  function choose(next: number): void {
    index = (next + maps.length) % maps.length;
    const chosen = maps[index]!;
    let left = [...maps];
    for (const [i, field] of FIELDS.entries()) {
      const names = unique(left.map((map) => map[field]));
      lists[i]!.replaceChildren(...names.map((name) => new Option(name || 'all', name, false, name === chosen[field])));
      left = left.filter((map) => map[field] === chosen[field]);
    }
    element('position').textContent = `map ${index + 1} of ${maps.length}`;
    show(chosen);
  }

  /** The map that agrees with the lists as far as possible, first of all with the one that was changed and those before it. */
  function fromLists(changed: number): void {
    const agreeing = (map: PageMap) => FIELDS.map((field, i) => map[field] === lists[i]!.value);
    const score = (map: PageMap) =>
      agreeing(map).reduce((sum, agrees, i) => sum + (agrees ? (i <= changed ? 8 : 1) : 0), 0);
    choose(maps.indexOf(maps.reduce((best, map) => (score(map) > score(best) ? map : best))));
  }

  for (const [i, list] of lists.entries()) list.addEventListener('change', () => fromLists(i));
  element('previous').addEventListener('click', () => choose(index - 1));
  element('next').addEventListener('click', () => choose(index + 1));
  if (maps.every(({ head }) => head === '')) element('head-choice').hidden = true;
  choose(0);
}
