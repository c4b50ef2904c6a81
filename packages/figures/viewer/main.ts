/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { PageData, PageMap } from '../src/page-data';
import { mapCanvas, type Place } from './map-canvas';
import { mapChoice } from './map-choice';
import { domainOf, imageOf, valuesOf } from './map-image';

const element = (id: string): HTMLElement => document.getElementById(id)!;
const { tokens, unit, maps, colours } = JSON.parse(element('data').textContent!) as PageData;
const size = tokens.length;
/** Sources in the table of the chosen target. */
const MOST = 10;

let map: PageMap;
let values: Float32Array;
let row = -1;

const text = (value: number): string => (Number.isNaN(value) ? 'undefined' : String(Number(value.toPrecision(4))));
const named = (i: number): string => `“${tokens[i]}” (${i + 1})`;

const canvas = mapCanvas(element('stage'), tokens, (place: Place) => {
  element('value').textContent =
    `target ${named(place.row)}, source ${named(place.column)}: ${text(values[place.row * size + place.column]!)} ${unit}`;
  if (place.row !== row) listSources(place.row);
  row = place.row;
});

/** The largest sources of a target, as a table. */
function listSources(target: number): void {
  element('target').textContent = named(target);
  const sources = Array.from({ length: size }, (_, source) => ({ source, value: values[target * size + source]! }))
    .filter(({ value }) => !Number.isNaN(value))
    .sort((a, b) => b.value - a.value)
    .slice(0, MOST);
  element('sources').replaceChildren(
    ...sources.map(({ source, value }) => {
      const line = document.createElement('tr');
      for (const [kind, content] of [
        ['th', named(source)],
        ['td', text(value)],
      ] as const) {
        const cell = document.createElement(kind);
        if (kind === 'th') cell.setAttribute('scope', 'row');
        cell.textContent = content;
        line.append(cell);
      }
      return line;
    }),
  );
}

function draw(): void {
  const isShared = (element('shared') as HTMLInputElement).checked;
  const { scale, low, high } = domainOf(isShared ? maps.filter(({ scope }) => scope === map.scope) : [map]);
  const stops = Array.from(
    { length: 33 },
    (_, i) => `#${colours[scale].slice(6 * Math.round((i * 255) / 32)).slice(0, 6)}`,
  );
  element('bar').style.background = `linear-gradient(to right, ${stops.join(', ')})`;
  element('low').textContent = text(low);
  element('high').textContent = `${text(high)} ${unit}`;
  canvas.show(imageOf(values, size, colours[scale], low, high));
}

mapChoice(maps, element, (chosen) => {
  map = chosen;
  values = valuesOf(map);
  row = -1;
  draw();
});
element('shared').addEventListener('change', draw);
element('larger').addEventListener('click', () => canvas.zoom(1.5));
element('smaller').addEventListener('click', () => canvas.zoom(1 / 1.5));
element('fit').addEventListener('click', () => canvas.zoom());
