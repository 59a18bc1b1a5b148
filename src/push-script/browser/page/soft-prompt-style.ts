/** The soft prompt's style, in a style sheet of its shadow root. */
export const PROMPT_STYLE = `
:host { all: initial; --accent: var(--push-script-color, #14532d); }
section {
  position: fixed; inset: auto 1rem 1rem auto; z-index: 2147483647; box-sizing: border-box;
  width: min(24rem, calc(100vw - 2rem)); padding: 1.25rem; border-radius: .75rem; border: 1px solid #8884;
  background: #fff; color: #1c1917; box-shadow: 0 .5rem 2rem #0003;
  font: 1rem/1.5 system-ui, sans-serif; animation: rise .25s ease-out;
}
h2 { margin: 0; font-size: 1.0625rem; line-height: 1.3; }
p { margin: .5rem 0 1rem; }
div { display: flex; flex-wrap: wrap; gap: .5rem; justify-content: flex-end; }
button {
  font: inherit; padding: .5rem .875rem; border-radius: .5rem; border: 1px solid transparent;
  background: none; color: inherit; cursor: pointer;
}
button:last-child { background: var(--accent); color: #fff; font-weight: 600; }
button:hover { filter: brightness(1.1); border-color: #8888; }
button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@keyframes rise { from { transform: translateY(1rem); opacity: 0; } }
@media (prefers-reduced-motion: reduce) { section { animation: none; } }
@media (prefers-color-scheme: dark) { section { background: #1c1917; color: #f5f5f4; } }
`;
