import { trace, warn, warnOf } from '../console.js';
import { fetchDomainConfiguration } from '../contact-api.js';
import { toFailure } from '../failure.js';
import { Asking, canShowSoftPrompt } from './asking.js';
import { chooseChannel } from './choose-channel.js';
import { noteViolation } from '../csp-violations.js';
import { type EmailResult, handOverEmail, keepEmail } from './email.js';
import { tryToLoad } from './parts.js';
import type { ScriptTag } from './script-tag.js';
import type { PromptEnd } from './soft-prompt.js';
import type { PromptKind } from './soft-prompt-dialog.js';
import { forget, isWithin, loadVisitor, recall, remember, rememberNow, visitorGuid } from './visitor.js';
import type { ChannelResult, Obstacle, SubscriptionChannel } from './subscription-channel.js';

/** The page's settings, and how its visitors are asked and subscribe, once they are known. */
interface Site {
  readonly tag: ScriptTag;
  readonly channel: SubscriptionChannel;
  readonly asking: Asking;
}

/** Statuses in which the visitor may be asked. */
const OPEN: readonly PushScriptStatus[] = ['ready', 'asking', 'refused', 'denied', 'left', 'failed'];

/**
 * Implements `window.pushScript`: decides when to ask the visitor, and reports each status to the page. Names
 * with # are shortened by the build, unlike TypeScript's private ones: the script is a part of each page.
 */
export class PageScript implements PushScript {
  status: PushScriptStatus = 'starting';
  reason: PushScriptReason | null = null;
  emailReason: PushScriptReason | null = null;
  deviceToken: string | null = null;
  debug = /[?&]pushscript-debug\b/.test(location.search);
  #site: Site | undefined;
  #promptKind: PromptKind = 'question';
  #attempt: Promise<PushScriptStatus> | undefined;
  #hasAsked = false;
  #started: Promise<unknown> = Promise.resolve();

  /** Starts; call it once, when `window.pushScript` is set. `readTag` may throw a Failure. */
  start(readTag: () => ScriptTag): void {
    this.#started = this.#load(readTag).catch((error: unknown) => this.#fail(error));
  }

  get visitorGuid(): string {
    return visitorGuid();
  }

  async ask(): Promise<PushScriptStatus> {
    await this.#started;
    await this.#resumeIfPruned();
    if (!this.#mayAsk()) return this.#attempt ?? this.status;
    forget('refusedAt');
    forget('laterAt');
    return this.#showPrompt();
  }

  async subscribe(): Promise<PushScriptStatus> {
    // Once started, nothing may be awaited here: the browser ties the permission request to the click.
    if (this.status === 'starting') await this.#started;
    if (this.status === 'subscribed') await this.#resumeIfPruned();
    if (this.#site === undefined || !this.#mayAsk()) return this.#attempt ?? this.status;
    if (this.#promptKind === 'home-screen') return this.#showPrompt();
    forget('leftAt');
    const attempt = this.#settle(this.#site.channel.subscribe());
    this.#become('subscribing');
    this.#site.asking.end(attempt);
    return attempt;
  }

  async setEmail(email: string): Promise<boolean> {
    const isKept = keepEmail(email);
    await this.#started;
    // The API takes the e-mail of a contact that it has pruned without a word.
    if (isKept) await this.#resumeIfPruned();
    this.emailReason = isKept ? await this.#handOverEmail() : 'email-invalid';
    return this.emailReason === null;
  }

  setVisitorGuid(guid: string): void {
    void remember('visitorGuid', guid);
  }

  async leave(): Promise<PushScriptStatus> {
    if (this.status === 'starting') await this.#started;
    if (this.#attempt !== undefined) await this.#attempt;
    try {
      await this.#site?.channel.leave();
    } catch (error) {
      warnOf(error);
      return this.status;
    }
    this.deviceToken = null;
    await rememberNow('leftAt');
    this.#become('left');
    this.#site?.asking.end('left');
    return 'left';
  }

  async #load(readTag: () => ScriptTag): Promise<void> {
    document.addEventListener('securitypolicyviolation', noteViolation);
    const tag = readTag();
    if (tag.visitorGuid) void remember('visitorGuid', tag.visitorGuid);
    const { domain, apiUrl } = tag;
    trace(`the API ${apiUrl} is asked about ${domain}`);
    const configuration = await fetchDomainConfiguration(apiUrl, domain);
    if (configuration === undefined) this.#become('disabled', { reason: 'domain-unknown', detail: domain });
    else if (!configuration.isPushFeatureEnabled) this.#become('disabled', { reason: 'feature-disabled' });
    else await this.#begin(tag, chooseChannel(tag, configuration));
  }

  async #begin(tag: ScriptTag, channel: SubscriptionChannel): Promise<void> {
    const asking = new Asking(tag.parts, tag.softPrompt, {
      settleOrAsk: () => this.#settleOrAsk(),
      onShown: () => {
        if (this.#promptKind !== 'home-screen') this.#become('asking');
      },
      onEnd: (end) => this.#followPrompt(end),
    });
    this.#site = { tag, channel, asking };
    const reason = channel.obstacle ?? (canShowSoftPrompt() ? undefined : 'browser-unsupported');
    if (reason === 'home-screen-needed' && tag.showsHomeScreenHint) this.#promptKind = 'home-screen';
    if (reason !== undefined) this.#become('unsupported', { reason });
    if (!this.#mayAsk() && reason !== undefined) return;
    await loadVisitor();
    if (reason === undefined) await this.#resume(tag, channel);
    if (tag.asksByItself) setTimeout(() => void this.#askByItself(tag), tag.delayMs);
  }

  async #resume(tag: ScriptTag, channel: SubscriptionChannel): Promise<void> {
    if (recall('leftAt') !== undefined) {
      this.#become('left');
      await channel.finishLeaving?.().catch(warnOf);
      return;
    }
    const result = await channel.resume({ isManual: !tag.asksByItself });
    if (result.status === 'ready' && isWithin('refusedAt', tag.askAgainMs)) this.#become('refused');
    else await this.#accept(result);
  }

  async #askByItself({ askAgainMs, laterMs }: ScriptTag): Promise<void> {
    // Another tab may have asked since this page was loaded.
    const hasDecided = isWithin('refusedAt', askAgainMs) || isWithin('laterAt', laterMs);
    const isOpen = this.status === 'ready' || this.#promptKind === 'home-screen';
    if (isOpen && !hasDecided) await this.#showPrompt();
  }

  /** Asks the API about the contact, once a page visit, and registers it again where it was pruned. */
  async #resumeIfPruned(): Promise<void> {
    if (this.status !== 'subscribed' || this.#site === undefined) return;
    if (recall('leftAt') !== undefined) {
      // In another tab, since this page was loaded.
      await this.#accept({ status: 'left' });
      return;
    }
    if (this.#hasAsked) return;
    this.#hasAsked = true;
    const { tag, channel } = this.#site;
    const connection = await tryToLoad(tag.parts.connection);
    if ((await connection?.fetchIsActive(tag.apiUrl, tag.domain, this.deviceToken ?? '')) !== false) return;
    this.#become('subscribing');
    await this.#settle(channel.resume({ mustAsk: true }));
  }

  #mayAsk(): boolean {
    return this.#site !== undefined && (OPEN.includes(this.status) || this.#promptKind === 'home-screen');
  }

  async #showPrompt(): Promise<PushScriptStatus> {
    try {
      return (await this.#site?.asking.start()) ?? this.status;
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** The permission may have been given, or taken, since the page was loaded. */
  async #settleOrAsk(): Promise<{ status: PushScriptStatus } | { kind: PromptKind }> {
    const isAsked = this.#promptKind === 'home-screen' || recall('leftAt') !== undefined;
    if (this.#site === undefined || isAsked) return { kind: this.#promptKind };
    const result = await this.#site.channel.resume();
    if (result.status !== 'ready') return { status: await this.#accept(result) };
    this.#promptKind = result.reason === 'permission-revoked' ? 'return' : 'question';
    return { kind: this.#promptKind };
  }

  #followPrompt(end: PromptEnd): PushScriptStatus | Promise<PushScriptStatus> {
    if (end === 'accept') return this.subscribe();
    if (end === 'refuse') void rememberNow('refusedAt');
    // What the page's code removed was not the visitor's decision.
    if (end === 'later') void rememberNow('laterAt');
    if (this.#promptKind === 'home-screen') return this.status;
    if (end === 'refuse') return this.#become('refused');
    return this.#become(recall('leftAt') === undefined ? 'ready' : 'left');
  }

  #settle(working: Promise<ChannelResult>): Promise<PushScriptStatus> {
    const attempt = working
      .then((result) => {
        // The browser's prompt, or the window, was closed: no decision either.
        if (result.status === 'ready') void rememberNow('laterAt');
        return this.#accept(result);
      })
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#attempt = undefined;
      });
    this.#attempt = attempt;
    return attempt;
  }

  async #accept(result: ChannelResult): Promise<PushScriptStatus> {
    if (result.status === 'refused') void rememberNow('refusedAt');
    this.deviceToken = result.status === 'subscribed' ? result.deviceToken : null;
    if (result.status !== 'subscribed') return this.#become(result.status, result);
    this.#become('subscribed');
    await this.#handOverEmail();
    return this.status;
  }

  async #handOverEmail(): Promise<EmailResult> {
    const site = this.#site;
    const { deviceToken } = this;
    if (site === undefined || deviceToken === null) return handOverEmail(null);
    const { apiUrl, parts } = site.tag;
    return handOverEmail(async (email) => {
      const connection = await tryToLoad(parts.connection);
      return connection === undefined ? 'file-unavailable' : connection.sendEmail(apiUrl, deviceToken, email);
    });
  }

  #fail(error: unknown): PushScriptStatus {
    const { reason, message } = toFailure(error, 'unexpected');
    return this.#become('failed', { reason, detail: message });
  }

  #become(status: PushScriptStatus, { reason, detail }: Obstacle = {}): PushScriptStatus {
    this.status = status;
    this.reason = reason ?? null;
    trace(`status: ${status}`);
    if (reason !== undefined) warn(reason, detail);
    const event = { status, deviceToken: this.deviceToken, reason: this.reason };
    document.dispatchEvent(new CustomEvent('pushscript:status', { detail: event }));
    return status;
  }
}
