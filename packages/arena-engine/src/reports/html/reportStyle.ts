/** What passed and what did not is told by words and numbers too, for people who see no red or green. Paper is light. */
export const REPORT_STYLE = `
:root { --page: #f6f7f9; --card: #fff; --text: #1c2128; --quiet: #5b6470; --edge: #dde1e6; --good: #12683a; --good-back: #e2f5ea; --bad: #a31d30; --bad-back: #fdebed; --warn: #85540a; --warn-back: #fff3d9; }
@media screen and (prefers-color-scheme: dark) {
  :root { --page: #12161c; --card: #1a2028; --text: #e4e8ed; --quiet: #9aa5b1; --edge: #323b46; --good: #6fd49b; --good-back: #173326; --bad: #ff8f9b; --bad-back: #3d1d23; --warn: #f2c063; --warn-back: #382c14; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
main { max-width: 1360px; margin: 0 auto; padding: 28px 24px 48px; }
h1, h2, p, ul { margin: 0; padding: 0; }
h1 { font-size: 24px; line-height: 1.25; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 32px 0 8px; }
.kind { color: var(--quiet); font-size: 12px; font-weight: 600; letter-spacing: .06em; text-transform: uppercase; }
.note { color: var(--quiet); font-size: 13px; margin: 8px 0; }
.tiles { list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(180px, 1fr)); gap: 12px; margin-top: 20px; }
.tiles li { background: var(--card); border: 1px solid var(--edge); border-radius: 8px; padding: 12px 14px; }
.tiles span { display: block; color: var(--quiet); font-size: 12.5px; }
.tiles b { font-size: 20px; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.scroll { overflow: auto; background: var(--card); border: 1px solid var(--edge); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 10px; text-align: right; border-bottom: 1px solid var(--edge); white-space: nowrap; }
thead th { color: var(--quiet); font-size: 12px; }
tbody th { font-weight: 600; }
tbody tr:last-child > * { border-bottom: 0; }
.text, .prose { text-align: left; }
.prose { white-space: normal; min-width: 240px; overflow-wrap: anywhere; }
.matrix { max-height: 70vh; }
.matrix thead th { position: sticky; top: 0; background: var(--card); }
#matrix tbody { cursor: pointer; }
.all, .passed { color: var(--good); } .all { background: var(--good-back); }
.some { color: var(--warn); background: var(--warn-back); }
.no, .failed, .errored { color: var(--bad); } .no { background: var(--bad-back); }
.none { color: var(--quiet); }
form { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: end; margin-bottom: 8px; }
form[hidden] { display: none; }
label { color: var(--quiet); font-size: 12.5px; }
input, select, button { display: block; font: inherit; color: var(--text); background: var(--card); border: 1px solid var(--edge); border-radius: 6px; padding: 4px 8px; }
button:disabled { color: var(--quiet); }
@media print { form { display: none; } body { background: none; font-size: 11px; } main { max-width: none; padding: 0; } .scroll { overflow: visible; max-height: none; } th, td { padding: 2px 4px; white-space: normal; } }
`;
