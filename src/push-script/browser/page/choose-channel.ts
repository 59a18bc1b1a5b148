import { trace } from '../console.js';
import { hasStorage } from '../contact-store.js';
import { ownOriginChannel } from './own-origin-channel.js';
import { loadPart } from './parts.js';
import { remoteChannel } from './remote-channel.js';
import type { ScriptTag } from './script-tag.js';
import type { SubscriptionChannel } from './subscription-channel.js';
import { visitorGuid } from './visitor.js';

/** Where the domain's visitors subscribe. */
interface DomainConfiguration {
  readonly usesExternalPushDomain: boolean;
  readonly externalPushDomain: string | null;
}

/** Chooses Firebase where the page provides a token, else the external push domain or the page's origin. */
export function chooseChannel(
  tag: ScriptTag,
  { usesExternalPushDomain, externalPushDomain }: DomainConfiguration,
): SubscriptionChannel {
  const { domain, scope, pageFirebase } = tag;
  const usesFirebase = pageFirebase.firebase ?? pageFirebase.getFirebaseToken;
  const site = { ...tag, siteUrl: location.origin, visitorGuid, hasStorage };
  if (usesExternalPushDomain && externalPushDomain !== null && !usesFirebase) {
    trace(`the channel is a window of ${externalPushDomain}`);
    return remoteChannel(async () =>
      (await loadPart(tag.parts.connection)).popupChannel({ ...site, externalPushDomain }),
    );
  }
  trace(`the channel is ${usesFirebase ? 'Firebase' : 'Web Push'}`);
  return ownOriginChannel({
    scope,
    domain,
    needsPushManager: !usesFirebase,
    connection: async () => (await loadPart(tag.parts.connection)).createConnection(site),
  });
}
