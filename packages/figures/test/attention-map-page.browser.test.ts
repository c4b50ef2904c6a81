import { htmlInBrowser } from '@interlayer/test-kit/browser';
import axe from 'axe-core';
import { expect, test } from 'vitest';
import { attentionMapPage, type TokenMap } from '../src';

const tokens = ['[CLS]', 'the', '<b>cat</b>', 'sat', '[SEP]'];

/** Values that tell their place: target + source / 10, and more with each map. */
const mapsOf = (size: number, names: readonly Omit<TokenMap, 'map'>[]): TokenMap[] =>
  names.map((name, map) => ({
    ...name,
    map: {
      rows: size,
      columns: size,
      data: Float32Array.from({ length: size * size }, (_, i) => 100 * map + Math.floor(i / size) + (i % size) / 10),
    },
  }));

const maps = mapsOf(tokens.length, [
  { scope: 'weights', layer: 1, head: 1 },
  { scope: 'weights', layer: 1, head: 2 },
  { scope: 'weights', layer: 2, head: 1 },
  { scope: 'Atb', layer: 1 },
]);
const page = attentionMapPage(tokens, maps, { title: 'Maps', unit: 'nats' });

const WIDTHS = [1280, 768, 400];
const VALUE = 'document.querySelector("#value").textContent';
const CHOSEN = '["scope", "layer", "head"].map((id) => document.querySelector("#" + id).value)';

htmlInBrowser('the page of attention maps', (show) => {
  test.each(WIDTHS.flatMap((width) => (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme }))))(
    'axe has nothing to say at $width pixels, $colorScheme, and nothing scrolls sideways',
    async (view) => {
      const tab = await show(page, view);
      await tab.evaluate(axe.source);
      const { violations, passes } = (await tab.evaluate('axe.run()')) as axe.AxeResults;
      expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))).toEqual(
        [],
      );
      for (const rule of ['color-contrast', 'label', 'select-name', 'button-name'])
        expect(passes.map(({ id }) => id)).toContain(rule);
      expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(view.width);
      await tab.close();
    },
    120_000,
  );

  test('the keyboard moves through the cells and reads their numbers', async () => {
    const tab = await show(page, { width: 1280 });
    expect(await tab.evaluate(VALUE)).toBe('target “[CLS]” (1), source “[CLS]” (1): 0 nats');
    await tab.locator('#stage').focus();
    expect(await tab.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft'])
      await tab.keyboard.press(key);
    expect(await tab.evaluate(VALUE)).toBe('target “<b>cat</b>” (3), source “<b>cat</b>” (3): 2.2 nats');
    await tab.keyboard.press('End');
    expect(await tab.evaluate(VALUE)).toContain('source “[SEP]” (5): 2.4 nats');
    // There is nothing beyond the last token.
    for (const key of ['ArrowRight', 'PageDown']) await tab.keyboard.press(key);
    expect(await tab.evaluate(VALUE)).toBe('target “[SEP]” (5), source “[SEP]” (5): 4.4 nats');
    // The largest sources of the target, as a table.
    const rows = `[...document.querySelectorAll('#sources tr')].map((row) => row.textContent)`;
    expect(await tab.evaluate(rows)).toEqual([
      '“[SEP]” (5)4.4',
      '“sat” (4)4.3',
      '“<b>cat</b>” (3)4.2',
      '“the” (2)4.1',
      '“[CLS]” (1)4',
    ]);
    await tab.close();
  });

  test('a pointer reads the number of its cell, which has the colour of its value', async () => {
    const tab = await show(page, { width: 1280 });
    // Names take 96 pixels; five cells have 36 each.
    const box = (await tab.locator('canvas').boundingBox())!;
    await tab.mouse.move(box.x + 96 + 3.5 * 36, box.y + 96 + 1.5 * 36);
    expect(await tab.evaluate(VALUE)).toBe('target “the” (2), source “sat” (4): 1.3 nats');
    const colour = (row: number, column: number) =>
      tab.evaluate<number[]>(
        `[...document.querySelector('canvas').getContext('2d').getImageData(${96 + (column + 0.5) * 36}, ${96 + (row + 0.5) * 36}, 1, 1).data]`,
      );
    // The ends of viridis: #440154 at 0, #fde725 at the largest value.
    expect(await colour(0, 0)).toEqual([0x44, 0x01, 0x54, 255]);
    expect(await colour(4, 4)).toEqual([0xfd, 0xe7, 0x25, 255]);
    await tab.close();
  });

  test('lists and buttons step through scopes, layers and heads', async () => {
    const tab = await show(page, { width: 768 });
    expect(await tab.evaluate(CHOSEN)).toEqual(['weights', '1', '1']);
    const chosen: unknown[] = [];
    for (let i = 0; i < 4; i++) {
      await tab.locator('#next').click();
      chosen.push(await tab.evaluate(CHOSEN));
    }
    expect(chosen).toEqual([
      ['weights', '1', '2'],
      ['weights', '2', '1'],
      ['Atb', '1', ''],
      ['weights', '1', '1'],
    ]);
    await tab.locator('#head').selectOption('2');
    expect(await tab.evaluate(VALUE)).toContain(': 100 nats');
    await tab.locator('#layer').selectOption('2');
    expect(await tab.evaluate(CHOSEN)).toEqual(['weights', '2', '1']);
    await tab.locator('#scope').selectOption('Atb');
    expect(await tab.evaluate(VALUE)).toContain(': 300 nats');
    expect(await tab.evaluate('document.querySelector("#position").textContent')).toBe('map 4 of 4');
    await tab.locator('#previous').click();
    const high = 'document.querySelector("#high").textContent';
    expect(await tab.evaluate(high)).toBe('204.4 nats');
    await tab.locator('#previous').click();
    expect(await tab.evaluate(high)).toBe('104.4 nats');
    await tab.locator('#shared').check();
    expect(await tab.evaluate(high)).toBe('204.4 nats');
    await tab.close();
  });

  test('512 tokens take no more elements than five, and every cell is reached', async () => {
    const count = 'document.querySelectorAll("*").length';
    const small = await show(page, { width: 400 });
    const few = await small.evaluate<number>(count);
    await small.close();
    const many = Array.from({ length: 512 }, (_, i) => `token${i}`);
    const tab = await show(
      attentionMapPage(
        many,
        mapsOf(512, [
          { scope: 'a', layer: 1 },
          { scope: 'a', layer: 2 },
        ]),
      ),
      { width: 400 },
    );
    // The table has five more sources, of three elements each.
    expect(await tab.evaluate<number>(count)).toBeLessThanOrEqual(few + 15);
    expect(await tab.evaluate('document.querySelector("#head-choice").hidden')).toBe(true);
    await tab.locator('#stage').focus();
    await tab.keyboard.press('End');
    for (let i = 0; i < 52; i++) await tab.keyboard.press('PageDown');
    expect(await tab.evaluate(VALUE)).toContain('target “token511” (512), source “token511” (512): 562.1');
    // The cell has been scrolled to: cells have one pixel, and the window has 366 less the names.
    expect(await tab.evaluate<number>('document.querySelector("#stage").scrollLeft')).toBeGreaterThan(200);
    for (let i = 0; i < 6; i++) await tab.locator('#larger').click();
    expect(await tab.evaluate<number>('document.querySelector("#sheet").offsetWidth')).toBe(
      Math.ceil(96 + 512 * 1.5 ** 6),
    );
    await tab.locator('#next').click();
    expect(await tab.evaluate(VALUE)).toContain(': 662.1');
    await tab.close();
  }, 60_000);
});
