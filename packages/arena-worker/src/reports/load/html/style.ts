/** Colours go by what lines mean: they are told apart by people who see no red or green too. Paper is light. */
export const STYLE = `
:root {
  --page: #f6f7f9; --card: #ffffff; --text: #1c2128; --quiet: #5b6470; --edge: #dde1e6; --grid: #e9ecf0; --warm-up: #eef1f5;
  --plan: #b4bcc6; --one: #1f6fd6; --two: #d9780f; --three: #8a35c9; --bad: #c8283c; --warn: #d9780f; --lost: #6b5bd2;
  --good-text: #12683a; --good-back: #e2f5ea; --bad-text: #a31d30; --bad-back: #fdebed; --warn-text: #85540a; --warn-back: #fff3d9;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #12161c; --card: #1a2028; --text: #e4e8ed; --quiet: #9aa5b1; --edge: #323b46; --grid: #28303a; --warm-up: #212934;
    --plan: #5f6b78; --one: #5aa2f5; --two: #f0a04b; --three: #c58af9; --bad: #ff6b7a; --warn: #f0a04b; --lost: #a598f5;
    --good-text: #6fd49b; --good-back: #173326; --bad-text: #ff8f9b; --bad-back: #3d1d23; --warn-text: #f2c063; --warn-back: #382c14;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1360px; margin: 0 auto; padding: 28px 24px 48px; }
h1, h2, p, ul, dl, figure { margin: 0; padding: 0; }
h1 { font-size: 26px; line-height: 1.25; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin-bottom: 8px; }
main > section { margin-top: 32px; }
code, pre { font: 12.5px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.kind { color: var(--quiet); font-size: 12px; font-weight: 600; letter-spacing: .06em; text-transform: uppercase; }
.facts, .note { color: var(--quiet); }
.note { font-size: 13px; margin-bottom: 8px; }
.scroll + .note { margin-top: 6px; }
.verdicts { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 16px; margin-top: 20px; }
.verdict { background: var(--card); border: 1px solid var(--edge); border-left: 6px solid var(--quiet); border-radius: 8px; padding: 14px 18px; overflow-wrap: anywhere; }
.verdict h2 { font-size: 19px; margin-bottom: 4px; }
.verdict ul { padding-left: 18px; }
.verdict.passed, .verdict.valid { border-left-color: var(--good-text); }
.verdict.failed, .verdict.invalid { border-left-color: var(--bad-text); }
.verdict.suspect { border-left-color: var(--warn-text); }
.verdict.passed h2, .verdict.valid h2 { color: var(--good-text); }
.verdict.failed h2, .verdict.invalid h2 { color: var(--bad-text); }
.verdict.suspect h2 { color: var(--warn-text); }
.tiles { list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: 12px; }
.tiles li { background: var(--card); border: 1px solid var(--edge); border-radius: 8px; padding: 12px 14px; display: flex; flex-direction: column; }
.tiles .name, .tiles .more { color: var(--quiet); font-size: 12.5px; }
.tiles .value { font-size: 22px; font-weight: 600; line-height: 1.35; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(540px, 100%), 1fr)); gap: 16px; }
.chart { background: var(--card); border: 1px solid var(--edge); border-radius: 8px; padding: 12px 14px 8px; min-width: 0; }
.chart figcaption { display: flex; gap: 8px; align-items: baseline; }
.chart .unit { color: var(--quiet); font-size: 12.5px; }
.chart .at { margin-left: auto; color: var(--quiet); font-variant-numeric: tabular-nums; }
.chart .note { margin: 0; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0 16px; min-height: 21px; font-size: 12.5px; color: var(--quiet); }
.legend output { color: var(--text); font-weight: 600; font-variant-numeric: tabular-nums; }
.swatch { display: inline-block; width: 14px; height: 0; margin-right: 6px; vertical-align: middle; border-top: 3px solid; }
.swatch.limit { border-top: 2px dashed; color: var(--quiet); }
svg { display: block; width: 100%; height: auto; touch-action: pan-y; }
svg text { fill: var(--quiet); font-size: 11px; font-variant-numeric: tabular-nums; }
text.value { text-anchor: end; }
text.time, text.stage-label { text-anchor: middle; }
text.last { text-anchor: end; }
.grid { stroke: var(--grid); }
.axis { stroke: var(--plan); }
.stage { stroke: var(--plan); stroke-dasharray: 2 3; }
.warm-up { fill: var(--warm-up); }
line.limit { stroke: var(--quiet); stroke-dasharray: 6 4; }
.cursor { stroke: var(--quiet); visibility: hidden; }
.cursor.shown { visibility: visible; }
.line { fill: none; stroke-width: 1.4; stroke-linejoin: round; stroke-linecap: round; }
.line.dense { stroke-width: 1; }
.line.plan { stroke-width: 3.5; }
.line.plan.dense { stroke-width: 2.5; }
.line.dots { stroke-width: 4; }
path.plan { stroke: var(--plan); } path.one { stroke: var(--one); } path.two { stroke: var(--two); } path.three { stroke: var(--three); }
path.bad { stroke: var(--bad); } path.warn { stroke: var(--warn); } path.lost { stroke: var(--lost); }
.swatch.plan { color: var(--plan); } .swatch.one { color: var(--one); } .swatch.two { color: var(--two); } .swatch.three { color: var(--three); }
.swatch.bad { color: var(--bad); } .swatch.warn { color: var(--warn); } .swatch.lost { color: var(--lost); }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--edge); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 7px 10px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--grid); }
th { color: var(--quiet); font-size: 12px; line-height: 1.3; font-weight: 600; white-space: normal; vertical-align: bottom; }
tbody tr:last-child td { border-bottom: 0; }
.text, .prose { text-align: left; }
td.prose { white-space: normal; min-width: 160px; overflow-wrap: anywhere; }
.badge { display: inline-block; padding: 1px 9px; border-radius: 10px; font-size: 12.5px; font-weight: 600; white-space: nowrap; }
.badge.passed, .badge.valid { color: var(--good-text); background: var(--good-back); }
.badge.failed, .badge.invalid { color: var(--bad-text); background: var(--bad-back); }
.badge.suspect { color: var(--warn-text); background: var(--warn-back); }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 10px 24px; background: var(--card); border: 1px solid var(--edge); border-radius: 8px; padding: 14px 18px; }
dt { color: var(--quiet); font-size: 12.5px; }
dd { margin: 0; overflow-wrap: anywhere; }
summary { cursor: pointer; font-weight: 600; padding: 8px 0; }
pre { margin: 0; padding: 14px 18px; overflow-x: auto; background: var(--card); border: 1px solid var(--edge); border-radius: 8px; }
@media print {
  @page { margin: 14mm; }
  :root { color-scheme: light; }
  body { background: none; font-size: 11px; }
  main { max-width: none; padding: 0; }
  main > section { margin-top: 18px; }
  h2 { break-after: avoid; }
  .charts { grid-template-columns: 1fr; }
  .tiles { grid-template-columns: repeat(4, 1fr); }
  .tiles .value { font-size: 17px; }
  .chart, .tiles li, .verdict, tr, dl > div { break-inside: avoid; }
  .scroll { overflow: visible; }
  th, td { padding: 3px 2px; font-size: 8px; white-space: normal; }
  td code, .badge { font-size: 8px; }
  .badge { padding: 0 3px; }
  td.prose { min-width: 0; }
}
`;
