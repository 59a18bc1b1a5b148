import { textsFor } from './texts.js';
import { webPushWay } from './web-push-way.js';
import type { Way, WayResult } from './way.js';
import { readWindowRequest, type WindowAnswer, type WindowRequest } from './window-answer.js';

const request = readWindowRequest(location.search);
if (request !== undefined) showQuestion(request);

/** The subscribe window: asks on the external push domain's origin, and answers the page that has opened it. */
function showQuestion({ purpose, domain, visitorGuid, siteUrl }: WindowRequest): void {
  const texts = textsFor('', domain);
  const isLeaving = purpose === 'leave';
  const way = webPushWay({
    apiUrl: location.origin,
    domain,
    siteUrl,
    visitorGuid: () => visitorGuid,
    workerUrl: '/push-service-worker.js',
    // A scope for each domain: several may share this origin, and a scope has one subscription.
    scope: new URL(`/push-script/${encodeURIComponent(domain)}/`, location.origin).href,
  });
  const answer = (given: WindowAnswer): void => {
    (window.opener as Window | null)?.postMessage(given, new URL(siteUrl).origin);
    window.close();
  };
  say('title', isLeaving ? texts.leaveTitle : texts.title);
  say('text', isLeaving ? texts.leaveText : texts.text);
  say('accept', isLeaving ? texts.leave : texts.accept).addEventListener('click', () => {
    void (isLeaving ? leave(way) : subscribe(way)).then((given) => {
      if (given.status === 'denied') say('text', texts.blocked);
      else if (given.status === 'failed') say('text', texts.failed);
      else answer(given);
    });
  });
  say('refuse', texts.refuse).addEventListener('click', () => {
    answer({ source: 'push-script', status: 'refused' });
  });
  byId('question').hidden = false;
}

async function subscribe(way: Way): Promise<WindowAnswer> {
  const result: WayResult = way.isSupported ? await way.subscribe() : { status: 'failed' };
  if (result.status === 'subscribed') return { source: 'push-script', ...result };
  return { source: 'push-script', status: result.status === 'ready' ? 'refused' : result.status };
}

async function leave(way: Way): Promise<WindowAnswer> {
  try {
    await way.leave();
    return { source: 'push-script', status: 'left' };
  } catch {
    return { source: 'push-script', status: 'failed' };
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
