// @ts-check
/**
 * The look of the elements. A constructed style sheet, which a Content-Security-Policy without `unsafe-inline` lets pass.
 * To change it: the custom properties below, and `::part(…)`.
 */
export const CSS = `
:host {
  --_accent: var(--tidings-accent, light-dark(#2456d6, #82aaff));
  --_good: var(--tidings-good, light-dark(#14784a, #5fd39a));
  --_bad: var(--tidings-bad, light-dark(#b3261e, #ff9b92));
  --_muted: var(--tidings-muted, light-dark(#586072, #a3adc2));
  --_track: var(--tidings-track, light-dark(#e3e8f2, #2b3345));
  --_line: var(--tidings-line, light-dark(#d6dce8, #353e52));
  --_edge: var(--tidings-edge, light-dark(#7b859b, #76829c));
  display: block;
  font: inherit;
  overflow-wrap: anywhere;
}
:host([hidden]), [hidden] { display: none !important; }
.quiet { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.head, .foot { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25em .75em; }
.title { flex: 1 1 8em; min-inline-size: 0; margin: 0; font: inherit; font-weight: 600; }
.state { font-size: .8125em; font-weight: 600; color: var(--_muted); white-space: nowrap; }
.state::before { content: ""; display: inline-block; inline-size: .55em; block-size: .55em; margin-inline-end: .45em; border-radius: 50%; background: currentColor; }
[data-state=running] .state { color: var(--_accent); }
[data-state=succeeded] .state { color: var(--_good); }
[data-state=failed] .state { color: var(--_bad); }
progress {
  appearance: none; display: block; inline-size: 100%; block-size: .5em; margin-block: .55em .45em;
  border: 0; border-radius: 1em; overflow: hidden; background: var(--_track); color: var(--_accent);
}
progress::-webkit-progress-bar { background: var(--_track); }
progress::-webkit-progress-value { background: var(--_accent); border-radius: 1em; transition: inline-size .25s ease-out; }
progress::-moz-progress-bar { background: var(--_accent); border-radius: 1em; }
progress:indeterminate { background: linear-gradient(90deg, var(--_track) 30%, var(--_accent) 50%, var(--_track) 70%) 0 0 / 300% 100%; animation: slide 1.6s linear infinite; }
progress:indeterminate::-webkit-progress-bar { background: none; }
progress:indeterminate::-moz-progress-bar { background: none; }
@keyframes slide { from { background-position: 100% 0; } to { background-position: 0 0; } }
[data-state=queued] progress { animation-play-state: paused; opacity: .6; }
.foot { font-size: .8125em; color: var(--_muted); min-block-size: 1.6em; }
.told { flex: 1 1 12em; min-inline-size: 0; }
.told > :not(:empty) ~ :not(:empty)::before { content: " · "; }
.told > :empty { display: none; }
.error { margin: .4em 0 0; color: var(--_bad); }
.results { display: flex; flex-wrap: wrap; gap: .4em; margin: .6em 0 0; padding: 0; list-style: none; font-size: .875em; }
.results a { display: inline-flex; gap: .5em; padding: .3em .7em; border: 1px solid var(--_line); border-radius: 2em; color: var(--_accent); text-decoration: none; }
.results small { color: var(--_muted); white-space: nowrap; }
button, summary { font: inherit; font-size: .875em; color: inherit; cursor: pointer; }
button { padding: .2em .75em; border: 1px solid var(--_edge); border-radius: .5em; background: none; }
:is(a, button):hover { border-color: currentColor; }
button[aria-disabled=true] { opacity: .5; cursor: default; }
:focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px; }
.does { display: flex; gap: .4em; }
progress[hidden] ~ .foot { margin-block-start: .15em; }
.boxes { display: flex; flex-wrap: wrap; gap: 0 1.25em; margin-block-start: .5em; }
details { min-inline-size: 0; }
details[open] { flex: 1 0 100%; }
summary { display: inline-block; color: var(--_muted); }
summary::before { content: "▸ "; }
details[open] summary::before { content: "▾ "; }
.log { max-block-size: 16em; margin: .4em 0 0; padding: .6em .8em; overflow: auto; border-radius: .5em; background: var(--_track); list-style: none; font: .8125em/1.5 ui-monospace, monospace; white-space: pre-wrap; }
table { border-collapse: collapse; }
td, th { padding: .1em .8em .1em 0; text-align: start; vertical-align: top; }
th { font-weight: 600; }
.sure { border-color: var(--_bad); color: var(--_bad); font-weight: 600; }
.log time { color: var(--_muted); }
.log .warn { font-weight: 600; }
.log .error { color: var(--_bad); margin: 0; }
.jobs { display: grid; gap: .75em; margin: 0; padding: 0; list-style: none; }
.jobs > li { padding: .9em 1.1em; border: 1px solid var(--_line); border-radius: .75em; background: var(--tidings-card, transparent); }
.empty { margin: 0; color: var(--_muted); }
.signin { color: var(--_accent); }
.more { margin-block-start: .75em; }
@media (forced-colors: active) {
  progress, .results a, button { border: 1px solid CanvasText; }
  progress::-webkit-progress-value { background: Highlight; forced-color-adjust: none; }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
`;
