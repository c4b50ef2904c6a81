import { type Content, Html, html } from './markup';

/** Okabe and Ito's colours, which can be told apart with every common form of colour blindness. */
const LIGHT = html`--figure-ground:#fff;--figure-ink:#1d2126;--figure-text:#5d6670;--figure-grid:#dfe1e3;
--figure-ours:#0072b2;--figure-paper:#3b4148;--figure-untrained:#c26a00;--figure-shuffled:#7a3b69;
--figure-0:#0072b2;--figure-1:#56b4e9;--figure-2:#e69f00;--figure-3:#d55e00;--figure-4:#7a3b69;--figure-5:#009e73`;
const DARK = html`--figure-ground:#1d2126;--figure-ink:#eceef0;--figure-text:#a3abb4;--figure-grid:#363c44;
--figure-ours:#56b4e9;--figure-paper:#d5d9dd;--figure-untrained:#f0a63a;--figure-shuffled:#cf9bc0;
--figure-0:#3f9bd6;--figure-1:#a5d8f5;--figure-2:#e8b64c;--figure-3:#ef7d3a;--figure-4:#cf9bc0;--figure-5:#35c79c`;

/** Colours for a light or a dark ground; `auto` follows the reader's system, except on paper. */
export type Theme = 'auto' | 'light' | 'dark';

const rule = (content: Content): Html => html`:root{${content}}`;

export const themeStyle = (theme: Theme): Html =>
  theme === 'auto'
    ? html`${rule(LIGHT)}@media screen and (prefers-color-scheme:dark){${rule(DARK)}}`
    : rule(theme === 'dark' ? DARK : LIGHT);

export const FONT = 'system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif';

const PARTS = [0, 1, 2, 3, 4, 5];

/** How marks look. Everything is scoped to `.interlayer-figure`. */
export const markStyle: Html = scoped(`
text:not([fill]){fill:var(--figure-text)}
.heading text{fill:var(--figure-ink);font-weight:600}
.grid{stroke:var(--figure-grid)}
.line{fill:none;stroke-width:1.7}
.mark{stroke-width:1.2}
.whisker{fill:none;stroke-width:1.2}
.ribbon{opacity:.13;stroke:none}
.missing rect{fill:var(--figure-ground)}
.missing path{stroke:var(--figure-text)}
.ours{--hue:var(--figure-ours)}
.ceiling{--hue:var(--figure-paper)}
.paper{--hue:var(--figure-paper)}
.untrained{--hue:var(--figure-untrained)}
.shuffled{--hue:var(--figure-shuffled)}
.variant-0{--hue:var(--figure-0)}
.variant-1{--hue:var(--figure-3)}
.variant-2{--hue:var(--figure-5)}
.line,.whisker{stroke:var(--hue)}
.mark{stroke:var(--hue);fill:var(--hue)}
.ribbon{fill:var(--hue)}
.paper .line{stroke-width:1.2;stroke-dasharray:5 4}
.paper .mark{fill:var(--figure-ground)}
.paper .ribbon{opacity:.09}
.untrained .line{stroke-dasharray:2 4}
.shuffled .line{stroke-dasharray:8 3 2 3}
.points .mark{fill-opacity:.65}
${PARTS.map((part) => `.part-${part}{fill:var(--figure-${part})}`).join('\n')}
`);

/** Lays out what `figureHtml` writes: drawings that fit the width of the figure, legend, note and numbers. */
const layoutStyle: Html = scoped(`
svg{display:block;max-width:100%;height:auto;font:12.5px ${FONT}}
.narrow{display:none}
.narrow>svg{width:100%;max-width:440px}
figcaption{font-weight:600;margin-bottom:6px}
figcaption span{font-weight:400;color:var(--figure-text)}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;margin:6px 0 10px;padding:0;list-style:none;font-size:14px;color:var(--figure-text)}
.legend li{display:flex;align-items:center;gap:7px}
.legend svg{flex:none}
.plots{display:flex;flex-wrap:wrap;align-items:flex-end;gap:14px 18px}
.plots>div{max-width:100%}
.plots b{display:block;width:0;min-width:100%;font-size:13.5px;padding-left:40px;box-sizing:border-box}
.axis{margin:2px 0 6px 40px;font-size:14px;color:var(--figure-text)}
.note{font-size:14px;color:var(--figure-text)}
.numbers{overflow-x:auto}
`);

/** The style sheet of pages with figures: put it into a `<style>`. Override its `--figure-…` variables to change colours. */
export const figureStyle: Html = html`${themeStyle('auto')}
.interlayer-figure{container-type:inline-size}${layoutStyle}${markStyle}
@container (max-width:700px){.interlayer-figure .wide{display:none}.interlayer-figure .narrow{display:block}}
`;

/** The rules of a sheet, one per line, limited to the inside of figures. */
function scoped(sheet: string): Html {
  const rules = sheet.trim().replaceAll(/^[^{]+/gm, (selectors) =>
    selectors
      .split(',')
      .map((selector) => `.interlayer-figure ${selector}`)
      .join(','),
  );
  return new Html(rules);
}
