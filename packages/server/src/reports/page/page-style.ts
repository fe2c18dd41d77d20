/** One style for the whole page, allowed by its digest. Colours hold 4.5 : 1 for text and 3 : 1 for marks on both faces. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ground: #ffffff; --ink: #1a1c1e; --soft: #55595e; --rule: #d9dce0; --mark: #2f6fb3; --whisker: #1a1c1e; --tint: #f3f5f7; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171a; --ink: #e8eaec; --soft: #a9afb6; --rule: #363b41; --mark: #5d9bdc; --whisker: #f5f6f7; --tint: #1d2125; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 50rem; padding: 2rem 1.25rem 4rem; background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.3rem; margin: 3rem 0 .5rem; }
h3 { font-size: 1.05rem; margin: 2.25rem 0 .25rem; }
p, ul { margin: .5rem 0; }
.lead { font-size: 1.1rem; }
.note { color: var(--soft); }
a { color: inherit; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; padding: 0; }
figure { margin: 1rem 0; }
svg { display: block; width: 100%; height: auto; }
svg text { font: 13px system-ui, sans-serif; }
.fill-ink { fill: var(--ink); } .fill-soft { fill: var(--soft); } .fill-mark { fill: var(--mark); } .fill-rule { fill: var(--rule); } .fill-whisker { fill: var(--whisker); }
.stroke-ink { stroke: var(--ink); } .stroke-soft { stroke: var(--soft); } .stroke-mark { stroke: var(--mark); } .stroke-rule { stroke: var(--rule); } .stroke-whisker { stroke: var(--whisker); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding: .25rem 0; }
th, td { padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; }
td.number, th.number { text-align: right; white-space: nowrap; }
th[scope=row] { font-weight: normal; }
dl { display: grid; grid-template-columns: minmax(8rem, 13rem) 1fr; gap: .5rem 1rem; margin: 1rem 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; } dd p { margin: 0 0 .25rem; }
code { font-size: .9em; overflow-wrap: anywhere; }
.promise { background: var(--tint); border-left: 4px solid var(--mark); padding: .75rem 1rem; margin: 1.25rem 0; }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; gap: .1rem; } dd { margin-bottom: .6rem; } }
@media print { body { max-width: none; } figure, table { break-inside: avoid; } }
`;
