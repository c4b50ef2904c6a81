import { htmlInBrowser } from '@interlayer/test-kit/browser';
import axe from 'axe-core';
import { expect, test } from 'vitest';
import { type Figure, figureHtml, figureStyle, figureSvg, html } from '../src';
import { examples } from './examples';
import { gallery } from './gallery';

const figures: Figure[] = [...Object.values(examples), ...Object.values(gallery)];

const page =
  html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Figures</title>
<style>:root{color-scheme:light dark}body{margin:12px;background:var(--figure-ground);color:var(--figure-ink)}figure{margin:0}${figureStyle}</style></head>
<body><main><h1>Figures</h1>${figures.map((figure) => figureHtml(figure))}</main></body></html>`.text;

/** Sizes of the texts of all figures that are displayed, in pixels. */
const TEXT_SIZES = `[...document.querySelectorAll('svg text')].flatMap((text) => {
  const svg = text.closest('svg');
  const { width } = svg.getBoundingClientRect();
  return width > 0 ? [(parseFloat(getComputedStyle(text).fontSize) * width) / svg.viewBox.baseVal.width] : [];
})`;

/** Texts that reach out of their drawing by more than a pixel. */
const CUT = `[...document.querySelectorAll('svg text')].flatMap((text) => {
  const [inner, outer] = [text, text.closest('svg')].map((element) => element.getBoundingClientRect());
  const isCut = inner.left < outer.left - 1 || inner.right > outer.right + 1 || inner.bottom > outer.bottom + 1;
  return outer.width > 0 && isCut ? [text.textContent] : [];
})`;

const WIDTHS = [1280, 768, 400];

htmlInBrowser('figures on a page', (show) => {
  test.each(WIDTHS.flatMap((width) => (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme }))))(
    'axe has nothing to say at $width pixels, $colorScheme',
    async (view) => {
      const tab = await show(page, view);
      await tab.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');
      await tab.evaluate(axe.source);
      const { violations, passes } = (await tab.evaluate('axe.run()')) as axe.AxeResults;
      expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))).toEqual(
        [],
      );
      expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(view.width);
      const scrolling = view.width === 400 ? ['scrollable-region-focusable'] : [];
      for (const rule of ['color-contrast', 'svg-img-alt', ...scrolling])
        expect(passes.map(({ id }) => id)).toContain(rule);
      await tab.close();
    },
    120_000,
  );

  test.each(WIDTHS)('at %i pixels all text has at least 11 pixels, and none is cut', async (width) => {
    const tab = await show(page, { width });
    const sizes = await tab.evaluate<number[]>(TEXT_SIZES);
    expect(sizes.length).toBeGreaterThan(100);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(11);
    expect(await tab.evaluate(CUT)).toEqual([]);
    expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await tab.close();
  });

  test.each([680, 320])('no text is cut in a file of %i pixels', async (width) => {
    const files = figures.map((figure) => figureSvg(figure, { width }));
    const tab = await show(`<!doctype html>${files.join('\n')}`, { width: 1280 });
    expect(await tab.evaluate('document.querySelectorAll("svg text").length')).toBeGreaterThan(100);
    expect(await tab.evaluate(CUT)).toEqual([]);
    await tab.close();
  });

  test('a wide figure shows its wide drawing, a narrow one the narrow one', async () => {
    for (const [width, shown] of [
      [1280, 'wide'],
      [400, 'narrow'],
    ] as const) {
      const tab = await show(page, { width });
      const displayed = `[...document.querySelectorAll('.wide,.narrow')].filter((each) => each.getClientRects().length).map((each) => each.className)`;
      expect(new Set(await tab.evaluate<string[]>(displayed))).toEqual(new Set([shown]));
      await tab.close();
    }
  });
});
