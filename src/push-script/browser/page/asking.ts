import { type Parts, loadPart } from './parts.js';
import type { PromptEnd, SoftPrompt } from './soft-prompt.js';
import type { PromptKind, SoftPromptSettings } from './soft-prompt-dialog.js';

/** What the page's script does around the soft prompt. */
export interface AskingSteps {
  /** Resolves with the status when the visitor need not be asked, otherwise with the kind of prompt. */
  readonly settleOrAsk: () => Promise<{ readonly status: PushScriptStatus } | { readonly kind: PromptKind }>;
  readonly onShown: () => void;
  /** Returns the status that follows; for `accept` it is called in the handler of the visitor's click. */
  readonly onEnd: (end: PromptEnd) => PushScriptStatus | Promise<PushScriptStatus>;
}

type StatusToCome = PushScriptStatus | Promise<PushScriptStatus>;

/** Returns whether the browser has constructed style sheets, as all maintained browsers do. */
export function canShowSoftPrompt(): boolean {
  return 'adoptedStyleSheets' in document;
}

/** Asks the visitor by the soft prompt, of which at most one is open. */
export class Asking {
  readonly #parts: Parts;
  readonly #settings: SoftPromptSettings;
  readonly #steps: AskingSteps;
  #answer: Promise<PushScriptStatus> | undefined;
  #resolve: ((status: StatusToCome) => void) | undefined;
  #prompt: SoftPrompt | undefined;

  constructor(parts: Parts, settings: SoftPromptSettings, steps: AskingSteps) {
    this.#parts = parts;
    this.#settings = settings;
    this.#steps = steps;
  }

  /**
   * Resolves with the status after the visitor's choice; while a prompt is open, with that of the earlier
   * call. Throws a Failure when the prompt cannot be loaded.
   */
  start(): Promise<PushScriptStatus> {
    this.#answer ??= new Promise<PushScriptStatus>((resolve, reject) => {
      this.#resolve = resolve;
      this.#show().catch(reject);
    }).finally(() => {
      this.#answer = undefined;
    });
    return this.#answer;
  }

  /** Ends the asking, if any: the prompt is removed, and `start` resolves with this status. */
  end(status: StatusToCome): void {
    this.#prompt?.close();
    this.#prompt = undefined;
    this.#resolve?.(status);
    this.#resolve = undefined;
  }

  async #show(): Promise<void> {
    const next = await this.#steps.settleOrAsk();
    if ('status' in next) {
      this.end(next.status);
      return;
    }
    const [{ showSoftPrompt }] = await Promise.all([loadPart(this.#parts.softPrompt), bodyIsThere()]);
    if (this.#resolve === undefined) return;
    this.#prompt = showSoftPrompt(this.#settings, next.kind, (end) => {
      this.end(this.#steps.onEnd(end));
    });
    this.#steps.onShown();
  }
}

/** Resolves once the page has a body; an async script may run before. */
function bodyIsThere(): Promise<unknown> {
  if (document.readyState !== 'loading') return Promise.resolve();
  return new Promise((resolve) => {
    document.addEventListener('DOMContentLoaded', resolve, { once: true });
  });
}
