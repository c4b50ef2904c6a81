import { htmlInBrowser } from '@interlayer/test-kit/browser';
import axe from 'axe-core';
import { expect, test } from 'vitest';
import { reportHtml } from '../../src/report/html';
import { summaryOf } from '../../src/report/summary';
import { claims, everything } from './example';

const page = reportHtml(summaryOf(...everything()));
/** A laptop, a tablet and a phone. */
const WIDTHS = [1280, 768, 400];
const SCHEMES = ['light', 'dark'] as const;

/** The smallest text in figures that anybody has to read, in pixels as displayed. */
const SMALLEST = 11;

const OPEN_ALL = 'for (const details of document.querySelectorAll("details")) details.open = true';

/** What reaches beyond the window, or scrolls sideways within it. */
const TOO_WIDE = `[...document.querySelectorAll('main *')]
  .filter((element) => {
    const { right, width } = element.getBoundingClientRect();
    const scrolls = element.scrollWidth > element.clientWidth + 1;
    return (width > 1 && right > innerWidth + 0.5) || (scrolls && /auto|scroll/.test(getComputedStyle(element).overflowX));
  })
  .map((element) => element.outerHTML.slice(0, 200))`;

/** Sizes of the texts of all figures that are displayed. */
const TEXT_SIZES = `[...document.querySelectorAll('svg text')].flatMap((text) => {
  const svg = text.closest('svg');
  const { width } = svg.getBoundingClientRect();
  return width > 0 ? [(parseFloat(getComputedStyle(text).fontSize) * width) / svg.viewBox.baseVal.width] : [];
})`;

const NAMES_SHOWN = `[...document.querySelectorAll('.matrix .of')].filter((name) => name.getClientRects().length > 0).length`;

htmlInBrowser('report.html', (show) => {
  test.each(WIDTHS.flatMap((width) => SCHEMES.map((colorScheme) => ({ width, colorScheme }))))(
    'axe has nothing to say at $width pixels, $colorScheme',
    async (view) => {
      const tab = await show(page, view);
      await tab.evaluate(OPEN_ALL);
      await tab.evaluate(axe.source);
      const { violations, passes } = (await tab.evaluate('axe.run()')) as axe.AxeResults;
      expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))).toEqual(
        [],
      );
      // What it looked at.
      for (const rule of ['color-contrast', 'heading-order', 'landmark-one-main', 'svg-img-alt'])
        expect(passes.map(({ id }) => id)).toContain(rule);
      await tab.close();
    },
    120_000,
  );

  test.each([...WIDTHS, 360])('nothing scrolls sideways at %i pixels', async (width) => {
    const tab = await show(page, { width });
    await tab.evaluate(OPEN_ALL);
    expect(await tab.evaluate(TOO_WIDE)).toEqual([]);
    expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await tab.close();
  });

  test.each(WIDTHS)(`text in figures has ${SMALLEST} pixels or more at %i pixels`, async (width) => {
    const tab = await show(page, { width });
    await tab.evaluate(OPEN_ALL);
    const sizes = await tab.evaluate<number[]>(TEXT_SIZES);
    expect(sizes.length).toBeGreaterThan(50);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(SMALLEST);
    await tab.close();
  });

  test.each([
    [1280, 'table-row', 0],
    [400, 'block', 6],
  ])('at %i pixels each claim of the matrix is a %s, which names %i subjects', async (width, display, names) => {
    const tab = await show(page, { width });
    const row = 'document.querySelector(".matrix tbody tr:not(.paper)")';
    expect(await tab.evaluate(`getComputedStyle(${row}).display`)).toBe(display);
    expect(await tab.evaluate(NAMES_SHOWN)).toBe(names);
    await tab.close();
  });

  test('a verdict of the matrix leads to its panel, which opens; the keyboard shows where it is', async () => {
    const tab = await show(page, { width: 1280 });
    const target = `${claims.c10.id.replace('/', '-')}--mini-bert`;
    const panel = tab.locator(`[id="${target}"]`);
    expect(await panel.isVisible()).toBe(false);
    await tab.locator(`.matrix a[href="#${target}"]`).focus();
    await tab.keyboard.press('Shift+Tab');
    await tab.keyboard.press('Tab');
    expect(await tab.evaluate('document.activeElement.getAttribute("href")')).toBe(`#${target}`);
    expect(await tab.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await tab.keyboard.press('Enter');
    await expect.poll(() => panel.isVisible()).toBe(true);
    await tab.close();
  });
});
