import { html } from './markup';

/** The style sheet of the report. Colours: Okabe and Ito's set, told apart under every common colour blindness. */
export const style = html`
:root{color-scheme:light dark;--page:#fbfaf8;--card:#fff;--ink:#1d2126;--soft:#5d6670;--line:#dfe1e3;
--ours:#0072b2;--paper:#3b4148;--untrained:#c26a00;--shuffled:#7a3b69;
--p0:#0072b2;--p1:#56b4e9;--p2:#e69f00;--p3:#d55e00;--p4:#7a3b69;--p5:#009e73;
--good:#00694c;--half:#8a5a00;--bad:#a8330b;--open:#7a3b69;--none:#5d6670}
@media screen and (prefers-color-scheme:dark){:root{--page:#15181c;--card:#1d2126;--ink:#eceef0;--soft:#a3abb4;--line:#363c44;
--ours:#56b4e9;--paper:#d5d9dd;--untrained:#f0a63a;--shuffled:#cf9bc0;--p0:#3f9bd6;--p1:#a5d8f5;--p2:#e8b64c;--p3:#ef7d3a;--p4:#cf9bc0;--p5:#35c79c;
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
:focus-visible{outline:2px solid var(--ours);outline-offset:3px;border-radius:3px}
:target{scroll-margin-top:120px}article:target{scroll-margin-top:12px;border-color:var(--ours)}
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
figcaption{font-weight:600;margin-bottom:6px}
figcaption span{font-weight:400;color:var(--soft)}
figure p{font-size:14px}
svg{display:block;max-width:100%;height:auto;font:12.5px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
svg text{fill:var(--soft)}
.narrow{display:none}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;margin:6px 0 10px;padding:0;list-style:none;font-size:14px;color:var(--soft)}
.legend li{display:flex;align-items:center;gap:7px}.legend svg{flex:none}
.plots{display:flex;flex-wrap:wrap;align-items:flex-end;gap:14px 18px}.plots>div{max-width:100%}.plots+p{margin:2px 0 6px 40px}
.plots b{display:block;width:0;min-width:100%;font-size:13.5px;padding-left:40px}
.grid{stroke:var(--line)}
.line{fill:none;stroke-width:1.7}.mark{stroke-width:1.2}.whisker{fill:none;stroke-width:1.2}.ribbon{opacity:.13;stroke:none}
.ours .line,.ours .whisker,.ours .mark{stroke:var(--ours)}.ours .mark,.ours .ribbon{fill:var(--ours)}
.paper .line{stroke:var(--paper);stroke-width:1.2;stroke-dasharray:5 4}.paper .mark{stroke:var(--paper);fill:var(--card)}.paper .ribbon{fill:var(--paper);opacity:.09}
.ceiling .line,.ceiling .whisker,.ceiling .mark{stroke:var(--paper)}.ceiling .mark{fill:var(--paper)}
.untrained .line{stroke:var(--untrained);stroke-dasharray:2 4}.untrained .mark,.untrained .whisker{stroke:var(--untrained)}.untrained .mark{fill:var(--untrained)}
.shuffled .line{stroke:var(--shuffled);stroke-dasharray:8 3 2 3}.shuffled .mark,.shuffled .whisker{stroke:var(--shuffled)}.shuffled .mark{fill:var(--shuffled)}
.variant-0{--hue:var(--p0)}.variant-1{--hue:var(--p3)}.variant-2{--hue:var(--p5)}
[class*=variant] .line,[class*=variant] .whisker,[class*=variant] .mark{stroke:var(--hue)}.ours[class*=variant] .mark,.untrained[class*=variant] .mark,.shuffled[class*=variant] .mark,.ours[class*=variant] .ribbon{fill:var(--hue)}
.part-0{fill:var(--p0)}.part-1{fill:var(--p1)}.part-2{fill:var(--p2)}.part-3{fill:var(--p3)}.part-4{fill:var(--p4)}.part-5{fill:var(--p5)}
details{margin:8px 0}summary{cursor:pointer;color:var(--soft);font-size:14px}
dl{display:grid;grid-template-columns:minmax(130px,max-content) 1fr;gap:6px 20px;margin:8px 0 14px;font-size:15px}
dt{color:var(--soft)}dd{margin:0;max-width:80ch;overflow-wrap:anywhere}dd div div{padding-left:14px}
#words dt{color:var(--ink);font-weight:600}
ul{margin:4px 0;padding-left:20px;max-width:80ch}dd ul{padding-left:16px}
@media screen and (max-width:800px){.findings li{display:block}.findings cite{display:block;margin:0 0 4px}main{padding:24px 14px 60px}h1{font-size:27px}article{padding:18px 13px 12px}
dl{grid-template-columns:minmax(0,1fr);gap:0}dt{margin-top:10px}
.wide{display:none}.narrow{display:block}.narrow>svg{width:100%;max-width:440px}
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
