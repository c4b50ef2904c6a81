/** Markup that is safe to put into a page as it is. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What a template takes: text and numbers are escaped, markup is not, lists are joined, and what is absent adds nothing. */
export type Content = Html | string | number | false | null | undefined | readonly Content[];

const ESCAPED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Control characters and lone surrogates, which make an SVG file malformed. */
const NOT_XML = /(?![\t\n\r])[\p{Cc}\p{Cs}\ufffe\uffff]/gu;

function textOf(content: Content): string {
  if (content instanceof Html) return content.text;
  if (typeof content === 'string' || typeof content === 'number')
    return String(content)
      .replace(NOT_XML, '\ufffd')
      .replace(/[&<>"']/g, (character) => ESCAPED[character]!);
  return content ? content.map(textOf).join('') : '';
}

/** Markup from a template: every value is escaped unless it is markup itself. Values in attributes need double quotes around them. */
export const html = (strings: TemplateStringsArray, ...values: Content[]): Html =>
  new Html(String.raw({ raw: strings }, ...values.map(textOf)));
