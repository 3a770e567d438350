/** The page's look, light and dark. Contrast of text is at least 4.5 : 1 in both. */
export const style = `
:root { color-scheme: light dark;
  --ground: #f6f7f9; --card: #ffffff; --ink: #16191d; --soft: #586069; --rule: #dfe3e8; --grid: #eceff2;
  --good: #1a7f4b; --good-ground: #e3f5ea; --bad: #b3261e; --bad-ground: #fce8e6; --warn: #8a5a00; --warn-ground: #fdf1d8;
  --sps: #2462c4; --errors: #b3261e; --startup: #7a3eb1; --rebuffer: #a15c00; --band: #b3261e; --phase: #e8ecf2; }
@media (prefers-color-scheme: dark) { :root {
  --ground: #101317; --card: #181c22; --ink: #e8ebef; --soft: #9aa4b0; --rule: #2b323b; --grid: #232930;
  --good: #5fd08f; --good-ground: #14301f; --bad: #ff8a80; --bad-ground: #3a1917; --warn: #f2bf5c; --warn-ground: #35280f;
  --sps: #7fb0ff; --errors: #ff8a80; --startup: #c9a0f0; --rebuffer: #f2bf5c; --band: #ff8a80; --phase: #232a34; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 28px 20px 56px; }
h1 { font-size: 26px; line-height: 1.25; margin: 10px 0 6px; letter-spacing: -0.01em; }
h2 { font-size: 16px; margin: 0 0 12px; }
p { margin: 6px 0; max-width: 78ch; }
.soft { color: var(--soft); }
code { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
section, .verdict { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 18px 20px; margin-top: 18px; }
.verdict { border-left: 6px solid var(--tone); }
.held { --tone: var(--good); --tone-ground: var(--good-ground); }
.deviated, .residue, .bad-input, .found { --tone: var(--bad); --tone-ground: var(--bad-ground); }
.inconclusive, .aborted, .unknown { --tone: var(--warn); --tone-ground: var(--warn-ground); }
.none { --tone: var(--good); --tone-ground: var(--good-ground); }
.badge { display: inline-block; padding: 1px 10px; border-radius: 99px; font-weight: 600; font-size: 13px; color: var(--tone); background: var(--tone-ground); white-space: nowrap; }
.verdict .badge { font-size: 15px; padding: 3px 14px; text-transform: uppercase; letter-spacing: 0.04em; }
.verdict ul { margin: 10px 0 4px; padding-left: 20px; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 18px; margin: 0; }
.figures dt { color: var(--soft); font-size: 13px; }
.figures dd { margin: 2px 0 0; font-size: 20px; font-weight: 600; font-variant-numeric: tabular-nums; }
.figures dd small { display: block; font-size: 12.5px; font-weight: 400; color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; font-size: 13px; color: var(--soft); }
th, td { padding: 8px 14px 8px 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
td small { display: block; color: var(--soft); }
svg { display: block; width: 100%; height: auto; font: 12px system-ui, sans-serif; overflow: visible; }
svg:focus-visible { outline: 2px solid var(--sps); outline-offset: 4px; border-radius: 4px; }
svg text { fill: var(--ink); }
.phase rect { fill: var(--phase); } .phase line { stroke: var(--rule); stroke-dasharray: 2 3; }
.phase-name { font-weight: 600; } .panel-title { font-weight: 600; font-size: 13px; }
svg .tick, svg .empty { fill: var(--soft); } svg .empty { font-size: 14px; }
.grid { stroke: var(--grid); } .axis { stroke: var(--rule); }
.band { fill: var(--band); opacity: 0.07; }
.lane rect { fill: var(--band); opacity: 0.75; } .lane.unproven rect { fill: var(--warn); opacity: 0.5; }
.lane-name { font-size: 12px; }
.line { fill: none; stroke: var(--line); stroke-width: 1.8; stroke-linejoin: round; } .area { fill: var(--line); opacity: 0.13; } .line-dot { fill: var(--line); }
.sps { --line: var(--sps); } .errors { --line: var(--errors); } .startup { --line: var(--startup); } .rebuffer { --line: var(--rebuffer); }
.cursor { stroke: var(--ink); stroke-width: 1; opacity: 0.55; pointer-events: none; }
.readout { min-height: 1.6em; margin: 8px 0 0; font-variant-numeric: tabular-nums; color: var(--soft); font-size: 14px; }
.readout b { color: var(--ink); font-weight: 600; }
.nothing { max-width: none; padding: 40px 0; text-align: center; color: var(--warn); }
details { margin-top: 12px; } section > details:only-child { margin: 0; } .nowrap { white-space: nowrap; } summary { cursor: pointer; color: var(--soft); }
.events { list-style: none; padding: 0; margin: 0; max-height: 340px; overflow: auto; } .events li { display: flex; gap: 14px; padding: 3px 0; }
.events time { color: var(--soft); min-width: 64px; text-align: right; font-variant-numeric: tabular-nums; }
@media print { body { background: #fff; } section, .verdict { break-inside: avoid; } }
`;
