import { html } from './markup';

/** The style sheet of the report. Colours: Okabe and Ito's set, told apart under every common colour blindness. */
export const style = html`
:root{color-scheme:light dark;--page:#fbfaf8;--card:#fff;--ink:#1d2126;--soft:#5d6670;--line:#dfe1e3;
--ours:#0072b2;--paper:#3b4148;--untrained:#c26a00;--shuffled:#7a3b69;
--p0:#0072b2;--p1:#56b4e9;--p2:#e69f00;--p3:#d55e00;--p4:#7a3b69;--p5:#009e73;
--good:#00694c;--half:#8a5a00;--bad:#a8330b;--open:#7a3b69;--none:#5d6670}
@media (prefers-color-scheme:dark){:root{--page:#15181c;--card:#1d2126;--ink:#eceef0;--soft:#a3abb4;--line:#363c44;
--ours:#56b4e9;--paper:#d5d9dd;--untrained:#f0a63a;--shuffled:#cf9bc0;--p0:#3f9bd6;--p1:#a5d8f5;--p2:#e8b64c;--p3:#ef7d3a;--p4:#cf9bc0;--p5:#35c79c;
--good:#4fd1a5;--half:#f0b849;--bad:#ff8a5c;--open:#d9a3c9;--none:#a3abb4}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1080px;margin:0 auto;padding:40px 24px 80px}
h1{font-size:30px;line-height:1.2;margin:0 0 6px;letter-spacing:-.01em}
h2{font-size:21px;margin:56px 0 4px;line-height:1.3}
h3{font-size:18px;margin:0;line-height:1.35}
h4{font-size:13px;margin:22px 0 6px;color:var(--soft);font-weight:600}
p{margin:0 0 10px;max-width:74ch}
a{color:inherit;text-decoration-color:var(--line);text-underline-offset:3px}
.soft{color:var(--soft)}small,.small{font-size:13.5px}
code{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.scroll{overflow-x:auto;position:relative}
table{border-collapse:collapse;width:100%;font-size:14.5px}
th{text-align:left;font-weight:600;padding:7px 14px 7px 0;vertical-align:top;border-bottom:1px solid var(--line)}
thead th{color:var(--soft);font-size:13px;vertical-align:bottom}.matrix{margin:26px 0}.matrix thead th{color:var(--ink)}
td{padding:7px 14px 7px 0;border-bottom:1px solid var(--line);vertical-align:top}
.n{text-align:right}
.matrix td,.matrix th{padding-right:10px}.matrix tbody th{font-weight:400;min-width:210px}.matrix td a{text-decoration:none}
.matrix .paper th{padding-top:20px;font-weight:600;border-bottom-color:var(--ink)}
.verdict{white-space:nowrap;font-weight:600}
.verdict i{font-style:normal;display:inline-block;width:1.35em}
.measured{font-size:13.5px;color:var(--soft)}.matrix .measured,.tally .verdict{display:block}
.of{display:none;white-space:normal}.panel>summary .of{display:inline}
.reproduced{color:var(--good)}.partially{color:var(--half)}.not-reproduced{color:var(--bad)}.inconclusive{color:var(--open)}.not-run{color:var(--none)}
article{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:24px 28px 18px;margin:18px 0}
article>p{margin-top:8px}
.panel{border-top:1px solid var(--line);margin:14px 0 0;padding:12px 0 4px}
.panel>summary{font-size:16px;color:var(--ink)}
.found{font-size:17px;line-height:1.5;margin:10px 0 14px}
figure{margin:18px 0 8px}
figcaption{font-weight:600;margin-bottom:6px}
figcaption span{font-weight:400;color:var(--soft)}
svg{display:block;max-width:100%;height:auto;font:12.5px system-ui,sans-serif}svg.wide{width:760px;font-size:10px}
svg text{fill:var(--soft)}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;margin:6px 0 10px;padding:0;list-style:none;font-size:13.5px;color:var(--soft)}
.legend li{display:flex;align-items:center;gap:7px}.legend svg{flex:none}
.plots{display:flex;flex-wrap:wrap;align-items:flex-end;gap:14px 18px}.plots>div{max-width:100%}
.plots b{display:block;width:0;min-width:100%;font-size:13px;padding-left:40px}
.grid{stroke:var(--line)}
.line{fill:none;stroke-width:1.7}.mark{stroke-width:1.2}.whisker{fill:none;stroke-width:1.2}.ribbon{opacity:.13;stroke:none}
.ours .line,.ours .whisker,.ours .mark{stroke:var(--ours)}.ours .mark,.ours .ribbon{fill:var(--ours)}
.paper .line{stroke:var(--paper);stroke-width:1.2;stroke-dasharray:5 4}.paper .mark{stroke:var(--paper);fill:var(--card)}.paper .ribbon{fill:var(--paper);opacity:.09}
.untrained .line{stroke:var(--untrained);stroke-dasharray:2 4}.untrained .mark,.untrained .whisker{stroke:var(--untrained)}.untrained .mark{fill:var(--untrained)}
.shuffled .line{stroke:var(--shuffled);stroke-dasharray:8 3 2 3}.shuffled .mark,.shuffled .whisker{stroke:var(--shuffled)}.shuffled .mark{fill:var(--shuffled)}
.variant-0{--hue:var(--p0)}.variant-1{--hue:var(--p3)}.variant-2{--hue:var(--p5)}
[class*=variant] .line,[class*=variant] .whisker,[class*=variant] .mark{stroke:var(--hue)}.ours[class*=variant] .mark,.untrained[class*=variant] .mark,.shuffled[class*=variant] .mark,.ours[class*=variant] .ribbon{fill:var(--hue)}
.part-0{fill:var(--p0)}.part-1{fill:var(--p1)}.part-2{fill:var(--p2)}.part-3{fill:var(--p3)}.part-4{fill:var(--p4)}.part-5{fill:var(--p5)}
details{margin:8px 0}summary{cursor:pointer;color:var(--soft);font-size:14px}
details>div,dl{margin:8px 0 14px}
dl{display:grid;grid-template-columns:minmax(110px,auto) 1fr;gap:6px 18px;font-size:14.5px}
dt{color:var(--soft)}dd{margin:0;max-width:74ch;overflow-wrap:anywhere}dd div div{padding-left:14px}
ul{margin:4px 0;padding-left:20px}
@media (max-width:680px){main{padding:24px 14px}article{padding:18px 14px}dl{grid-template-columns:1fr}dt{margin-top:8px}
svg.wide{font-size:17px}
.stack thead{display:none}.stack,.stack tbody,.stack tr,.stack td,.stack th{display:block}.stack tr{border-bottom:1px solid var(--line);padding:7px 0}
.stack td,.stack tbody th{border:0;padding:1px 0}.stack td:empty{display:none}.stack .of{display:inline}.measured,.matrix .measured,.tally .verdict{display:inline-block}.tally .verdict{margin-right:8px}.tally .word{position:absolute;clip-path:inset(50%)}}
@media print{:root{--page:#fff}body{font-size:11pt}main{max-width:none;padding:0}article{border:0;border-top:1px solid var(--line);border-radius:0;padding:14px 0}
figure,tr,summary{break-inside:avoid}h2,h3,h4,.panel>summary{break-after:avoid}summary{list-style:none}}
`;
