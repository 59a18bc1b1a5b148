/**
 * The CSS of the soft prompt's shadow root. Sizes are in em of at least 16 px: some sites make the root's rem
 * small. The class `dark` is set by the prompt, as a site may want a theme of its own.
 */
export const PROMPT_STYLE = `
:host { all: initial; }
section {
  --back: #fff; --ink: #1c1917; --line: #78716c;
  position: fixed; right: 1em; bottom: calc(1em + env(safe-area-inset-bottom, 0px)); z-index: 2147483647;
  box-sizing: border-box; width: min(24em, calc(100vw - 2em)); max-height: calc(100vh - 2em); overflow: auto;
  padding: 1.25em; border-radius: .75em; border: 1px solid var(--line);
  background: var(--back); color: var(--ink); box-shadow: 0 .5em 2em #0003;
  font: max(1rem, 16px)/1.5 system-ui, sans-serif; overflow-wrap: anywhere; animation: rise .25s ease-out;
}
section.rtl { right: auto; left: 1em; }
section.dark { --back: #1c1917; --ink: #f5f5f4; --line: #a8a29e; color-scheme: dark; }
h2 { margin: 0; padding-inline-end: 2em; font-size: 1.0625em; line-height: 1.3; }
p { margin: .5em 0 1em; }
p:empty { display: none; }
p:empty + .buttons { margin-top: 1em; }
svg { display: block; height: 2.5em; margin: 0 auto 1em; fill: none; stroke: currentcolor; stroke-width: 2; }
.buttons { display: flex; flex-wrap: wrap; gap: .5em; justify-content: flex-end; }
button {
  font: inherit; padding: .5em .875em; border-radius: .5em; border: 1px solid var(--line);
  background: none; color: inherit; cursor: pointer;
}
.accept { font-weight: 600; }
.later {
  position: absolute; top: .5em; inset-inline-end: .5em; min-width: 2.25em; padding: .25em; line-height: 1.5;
  border-color: transparent;
}
button:hover { text-decoration: underline; }
button:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
.status { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@keyframes rise { from { transform: translateY(1em); opacity: 0; } }
@media (prefers-reduced-motion: reduce) { section { animation: none; } }
@media print { section { display: none; } }
`;
