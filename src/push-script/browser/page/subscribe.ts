import { warn, warnOf } from '../console.js';
import { fetchDomainConfiguration } from '../contact-api.js';
import { ownOriginChannel } from './own-origin-channel.js';
import { readWindowRequest, toPushOrigin, type PopupResponse, type WindowRequest } from './popup-response.js';
import type { SubscriptionChannel, ChannelResult } from './subscription-channel.js';
import { textsFor } from './texts.js';
import { webPushConnection } from './web-push-connection.js';

const request = readWindowRequest(location.search);
if (request !== undefined) void respondTo(request);

async function respondTo(windowRequest: WindowRequest): Promise<void> {
  if (windowRequest.purpose === 'leave' || (await isServedHere(windowRequest.domain))) showQuestion(windowRequest);
  else showRefusal(windowRequest);
}

/** A domain's visitors are asked only on the origin that the domain's configuration names. */
async function isServedHere(domain: string): Promise<boolean> {
  const configuration = await fetchDomainConfiguration(location.origin, domain).catch(() => undefined);
  if (configuration?.usesExternalPushDomain !== true || configuration.externalPushDomain === null) return false;
  return toPushOrigin(configuration.externalPushDomain) === location.origin;
}

function showRefusal({ domain }: WindowRequest): void {
  say('title', speak(domain).notServed);
  byId('choices').remove();
  byId('question').hidden = false;
}

/**
 * Shows the question on the external push domain's origin and posts the response to the page that opened it.
 */
function showQuestion(windowRequest: WindowRequest): void {
  const { purpose, domain, siteUrl } = windowRequest;
  const texts = speak(domain);
  const isLeaving = purpose === 'leave';
  const channel = channelFor(windowRequest);
  const post = (response: PopupResponse): void => {
    (window.opener as Window | null)?.postMessage(response, new URL(siteUrl).origin);
  };
  const respond = (response: PopupResponse): void => {
    post(response);
    window.close();
  };
  // The page learns of a failure at once; the window stays open to tell the visitor, who may try again.
  const explain = (response: PopupResponse, text: string): void => {
    post(response);
    say('text', text);
  };
  say('title', isLeaving ? texts.leaveTitle : texts.title);
  say('text', isLeaving ? texts.leaveText : texts.text);
  say('accept', isLeaving ? texts.leave : texts.accept).addEventListener('click', () => {
    void (isLeaving ? leave(channel) : subscribe(channel)).then((response) => {
      if (response.status === 'denied') explain(response, texts.blocked);
      else if (response.status === 'failed') explain(response, texts.failed);
      else respond(response);
    });
  });
  say('refuse', texts.refuse).addEventListener('click', () => {
    respond({ source: 'push-script', status: 'refused' });
  });
  byId('question').hidden = false;
}

/** Returns the texts in the browser's language, which becomes the window's. */
function speak(domain: string): ReturnType<typeof textsFor>['texts'] {
  const { language, texts } = textsFor(navigator.languages, domain);
  document.documentElement.lang = language;
  document.title = texts.title;
  return texts;
}

function channelFor({ domain, visitorGuid, siteUrl }: WindowRequest): SubscriptionChannel {
  const apiUrl = location.origin;
  const workerUrl = new URL('/push-service-worker.js', apiUrl).href;
  // One scope for each domain: domains may share this origin, and a scope has one subscription.
  const scope = new URL(`/push-script/${encodeURIComponent(domain)}/`, apiUrl).href;
  const site = { apiUrl, domain, siteUrl, workerUrl, scope, visitorGuid: () => visitorGuid };
  const connection = webPushConnection(site);
  return ownOriginChannel({
    scope,
    domain,
    needsPushManager: true,
    connection: () => Promise.resolve(connection),
  });
}

async function subscribe(channel: SubscriptionChannel): Promise<PopupResponse> {
  const { obstacle } = channel;
  const result: ChannelResult = obstacle ? { status: 'failed', reason: obstacle } : await channel.subscribe();
  if (result.status === 'subscribed') return { source: 'push-script', ...result };
  const { status, reason, detail } = result;
  if (reason !== undefined) warn(reason, detail);
  return { source: 'push-script', status: status === 'ready' ? 'refused' : status, ...(reason && { reason }) };
}

async function leave(channel: SubscriptionChannel): Promise<PopupResponse> {
  try {
    await channel.leave();
    return { source: 'push-script', status: 'left' };
  } catch (error) {
    return { source: 'push-script', status: 'failed', reason: warnOf(error) };
  }
}

function say(id: string, text: string): HTMLElement {
  const element = byId(id);
  element.textContent = text;
  return element;
}

function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no element ${id}`);
  return element;
}
