import { type Content, type Html, html } from '@interlayer/figures';
import type { Verdict } from '../claim/schema';
import { markOf } from './summary';

export const slug = (text: string): string => text.replace(/[^\w.-]+/g, '-');

/** A verdict in its colour, with its mark, which a screen reader leaves out. */
export const verdictMark = (verdict: Verdict, text: Content = verdict): Html =>
  html`<span class="verdict ${slug(verdict)}"><i aria-hidden="true">${markOf(verdict)}</i>${text}</span>`;
