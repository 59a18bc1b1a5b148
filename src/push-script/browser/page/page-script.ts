import { fetchDomainConfiguration, putEmail } from '../contact-api.js';
import { firebaseWay } from './firebase-way.js';
import type { ScriptTag } from './script-tag.js';
import { canShowSoftPrompt, showSoftPrompt, type SoftPrompt } from './soft-prompt.js';
import { forget, recall, remember, visitorGuid } from './visitor.js';
import type { Way, WayResult } from './way.js';
import { webPushWay } from './web-push-way.js';
import { windowWay } from './window-way.js';

/** PushScript on a page: decides when to ask, and keeps the page informed. */
export class PageScript implements PushScript {
  status: PushScriptStatus = 'starting';
  deviceToken: string | null = null;
  private way: Way | undefined;
  private prompt: SoftPrompt | undefined;
  private readonly started: Promise<void>;

  constructor(private readonly tag: ScriptTag) {
    if (tag.visitorGuid) remember('visitorGuid', tag.visitorGuid);
    this.started = this.start().catch(() => {
      this.become('failed');
    });
  }

  get visitorGuid(): string {
    return visitorGuid();
  }

  async ask(): Promise<PushScriptStatus> {
    await this.started;
    if (!this.mayAsk()) return this.status;
    forget('refusedAt');
    forget('leftAt');
    return this.showPrompt();
  }

  async subscribe(): Promise<PushScriptStatus> {
    // No pause before the request for permission when all is known already: it must still belong to the click.
    if (this.status === 'starting') await this.started;
    if (this.way === undefined || !this.mayAsk()) return this.status;
    this.prompt?.close();
    forget('leftAt');
    return this.settle(this.way.subscribe());
  }

  async setEmail(email: string): Promise<boolean> {
    remember('pendingEmail', email);
    await this.started;
    return this.handOverEmail();
  }

  setVisitorGuid(guid: string): void {
    remember('visitorGuid', guid);
  }

  async leave(): Promise<PushScriptStatus> {
    if (this.status === 'starting') await this.started;
    try {
      await this.way?.leave();
    } catch {
      return this.status;
    }
    this.deviceToken = null;
    remember('leftAt', new Date().toISOString());
    return this.become('left');
  }

  private async start(): Promise<void> {
    const configuration = await fetchDomainConfiguration(this.tag.apiUrl, this.tag.domain);
    if (configuration?.isPushFeatureEnabled !== true) {
      this.become('disabled');
      return;
    }
    const { usesExternalPushDomain, externalPushDomain } = configuration;
    this.way = this.chooseWay(usesExternalPushDomain ? externalPushDomain : null);
    if (!this.way.isSupported || !canShowSoftPrompt()) this.become('unsupported');
    else if (recall('leftAt') !== undefined) this.become('left');
    else await this.resume(this.way);
  }

  private async resume(way: Way): Promise<void> {
    const result = await way.resume();
    if (result.status === 'ready' && this.isRefused()) this.become('refused');
    else await this.accept(result);
    if (this.status === 'ready' && this.tag.asksByItself) setTimeout(() => void this.askByItself(), this.tag.delayMs);
  }

  private async askByItself(): Promise<void> {
    if (this.status === 'ready') await this.showPrompt();
  }

  private chooseWay(externalPushDomain: string | null): Way {
    const { apiUrl, domain, scope, workerUrl } = this.tag;
    const site = { apiUrl, domain, scope, siteUrl: location.origin, visitorGuid };
    const { getFirebaseToken, deleteFirebaseToken } = window.pushScriptOptions ?? {};
    if (getFirebaseToken) return firebaseWay({ ...site, getToken: getFirebaseToken, deleteToken: deleteFirebaseToken });
    if (externalPushDomain === null) return webPushWay({ ...site, workerUrl });
    const address = /^https?:/.test(externalPushDomain) ? externalPushDomain : `https://${externalPushDomain}`;
    return windowWay({ ...site, pushOrigin: new URL(address).origin });
  }

  private mayAsk(): boolean {
    return ['ready', 'asking', 'refused', 'left', 'failed'].includes(this.status) && this.way !== undefined;
  }

  private isRefused(): boolean {
    const refusedAt = Date.parse(recall('refusedAt') ?? '');
    return Date.now() - refusedAt < this.tag.askAgainMs;
  }

  private async showPrompt(): Promise<PushScriptStatus> {
    await bodyIsThere();
    this.prompt?.close();
    this.become('asking');
    return new Promise((resolve) => {
      const accept = (): void => {
        resolve(this.subscribe());
      };
      const refuse = (): void => {
        resolve(this.refuse());
      };
      this.prompt = showSoftPrompt(this.tag.texts, this.tag.color, accept, refuse);
    });
  }

  private refuse(): PushScriptStatus {
    remember('refusedAt', new Date().toISOString());
    return this.become('refused');
  }

  private async settle(working: Promise<WayResult>): Promise<PushScriptStatus> {
    try {
      return await this.accept(await working);
    } catch {
      return this.become('failed');
    }
  }

  private async accept(result: WayResult): Promise<PushScriptStatus> {
    if (result.status === 'refused') return this.refuse();
    if (result.status !== 'subscribed') return this.become(result.status);
    this.deviceToken = result.deviceToken;
    this.become('subscribed');
    await this.handOverEmail();
    return this.status;
  }

  /** Keeps the e-mail until the API has it or calls it invalid. */
  private async handOverEmail(): Promise<boolean> {
    const email = recall('pendingEmail');
    if (email === undefined || this.deviceToken === null) return false;
    const result = await putEmail(this.tag.apiUrl, this.deviceToken, email);
    if (result !== 'failed' && recall('pendingEmail') === email) forget('pendingEmail');
    return result === 'accepted';
  }

  private become(status: PushScriptStatus): PushScriptStatus {
    this.status = status;
    const detail = { status, deviceToken: this.deviceToken };
    document.dispatchEvent(new CustomEvent('pushscript:status', { detail }));
    return status;
  }
}

/** An async script may run before the browser has come to the page's body. */
function bodyIsThere(): Promise<unknown> {
  if (document.readyState !== 'loading') return Promise.resolve();
  return new Promise((resolve) => {
    document.addEventListener('DOMContentLoaded', resolve, { once: true });
  });
}
