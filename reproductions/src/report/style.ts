import { figureStyle, html } from '@interlayer/figures';

/** The style sheet of the report. */
export const style = html`${figureStyle}
:root{color-scheme:light dark;--page:#fbfaf8;--card:#fff;--ink:#1d2126;--soft:#5d6670;--line:#dfe1e3;
--good:#00694c;--half:#8a5a00;--bad:#a8330b;--open:#7a3b69;--none:#5d6670}
@media screen and (prefers-color-scheme:dark){:root{--page:#15181c;--card:#1d2126;--ink:#eceef0;--soft:#a3abb4;--line:#363c44;
--good:#4fd1a5;--half:#f0b849;--bad:#ff8a5c;--open:#d9a3c9;--none:#a3abb4}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:break-word}
main{max-width:1240px;margin:0 auto;padding:40px 32px 80px}
h1{font-size:32px;line-height:1.2;margin:0 0 8px;letter-spacing:-.015em}
h2{font-size:22px;margin:64px 0 4px;line-height:1.3;letter-spacing:-.01em}
h3{font-size:19px;margin:0;line-height:1.35}
h4{display:inline;font-size:16px;margin:0 8px 0 0}
h5{font-size:14px;margin:24px 0 4px;color:var(--soft)}
p{margin:0 0 10px;max-width:76ch}
a{color:inherit;text-decoration-color:var(--soft);text-decoration-thickness:1px;text-underline-offset:3px}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:2px solid var(--figure-ours);outline-offset:3px;border-radius:3px}
:target{scroll-margin-top:120px}article:target{scroll-margin-top:12px;border-color:var(--figure-ours)}
.soft{color:var(--soft)}small,.small{font-size:13.5px}small{display:block;font-weight:400;color:var(--soft)}
code{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
cite{font-style:normal;color:var(--soft)}
.number{color:var(--soft);font-weight:400;margin-right:4px}
.findings{list-style:none;margin:24px 0 30px;padding:0;max-width:none}
.findings li{display:grid;grid-template:auto 1fr/20em 1fr;column-gap:32px;border-top:1px solid var(--line);padding:10px 0}
.findings cite{grid-column:1;font-size:13.5px;line-height:1.4}.findings li>span{grid-column:2;grid-row:1/3;font-size:17px;line-height:1.6;max-width:88ch}
.verdict{font-weight:600}.verdict i{font-style:normal;display:inline-block;width:1.3em}
.findings .verdict{white-space:nowrap}.findings .verdict i{width:auto;margin-right:.25em}
.reproduced{color:var(--good)}.partially{color:var(--half)}.not-reproduced{color:var(--bad)}.inconclusive{color:var(--open)}.not-run{color:var(--none)}
table{border-collapse:collapse;width:100%;font-size:14.5px;line-height:1.45}
th,td{text-align:left;font-weight:400;padding:8px 16px 8px 0;vertical-align:top;border-bottom:1px solid var(--line)}
thead th{color:var(--soft);font-size:13.5px;font-weight:600;vertical-align:bottom}
.n{text-align:right}
.matrix thead th{color:var(--ink);border-bottom:2px solid var(--ink)}
.matrix tbody th{width:18%;min-width:190px}.matrix .says{width:27%;min-width:220px;color:var(--soft)}.matrix td{min-width:150px}
.matrix .paper th{padding-top:24px;font-weight:600;font-size:16px}
.matrix td a{text-decoration:none}.matrix td a:hover{text-decoration:underline}
.measured{white-space:nowrap;color:var(--ink)}.matrix .measured{display:block;white-space:normal}
.why{display:block;font-size:13.5px;color:var(--soft)}
.recorded{border-left:2px dotted var(--line);padding-left:10px}
.of{display:none}
article{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:24px 28px 18px;margin:18px 0}
article>dl{margin:10px 0 0}
.panel{border-top:1px solid var(--line);margin:16px 0 0;padding:14px 0 4px}
.panel>summary{font-size:15px}.panel>summary .measured{font-weight:600}
.found{font-size:17px;line-height:1.5;margin:12px 0 10px}
.alone{margin:18px 0 10px}
.parts{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:0 18px}
figure{margin:20px 0 10px}
figure{--figure-text:var(--soft);--figure-grid:var(--line);--figure-ground:var(--card)}
details{margin:8px 0}summary{cursor:pointer;color:var(--soft);font-size:14px}
dl{display:grid;grid-template-columns:minmax(130px,max-content) 1fr;gap:6px 20px;margin:8px 0 14px;font-size:15px}
dt{color:var(--soft)}dd{margin:0;max-width:80ch;overflow-wrap:anywhere}dd div div{padding-left:14px}
#words dt{color:var(--ink);font-weight:600}
ul{margin:4px 0;padding-left:20px;max-width:80ch}dd ul{padding-left:16px}
@media screen and (max-width:800px){.findings li{display:block}.findings cite{display:block;margin:0 0 4px}main{padding:24px 14px 60px}h1{font-size:27px}article{padding:18px 13px 12px}
dl{grid-template-columns:minmax(0,1fr);gap:0}dt{margin-top:10px}
.cards thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.cards,.cards tbody,.cards tr,.cards td,.cards th{display:block;width:auto!important}
.cards tr{border-bottom:1px solid var(--line);padding:8px 0}.cards td,.cards tbody th{border:0;padding:1px 0;text-align:left}.cards tbody th{font-weight:600}
.cards td[data-head]::before{content:attr(data-head) ": ";color:var(--soft)}.cards td:empty{display:none}
.cards .parts{display:inline-flex}
.matrix .paper{border:0;padding:0}.matrix tr:not(.paper){background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px;margin:0 0 12px}
.matrix tbody th{font-size:16px}.matrix .says{margin:2px 0 8px}.matrix td:not(.says){border-top:1px solid var(--line);padding:8px 0;font-size:15px}
.matrix .none{display:none!important}.recorded{padding-left:0;border-left:0}
.of{display:block;color:var(--soft);font-size:13.5px}.of small{display:inline}.of small::before{content:"· "}.matrix .measured{display:inline}}
@media print{:root{--page:#fff}body{font-size:10.5pt}main{max-width:none;padding:0}article{border:0;border-top:1px solid var(--line);border-radius:0;padding:14px 0}
figure,tr,summary,dt{break-inside:avoid}h2,h3,h4,h5,dt,.panel>summary{break-after:avoid}summary{list-style:none}.matrix .says{min-width:150px}.matrix td,.matrix tbody th{min-width:0}}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
`;
