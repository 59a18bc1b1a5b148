import type { VNode } from 'preact';
import type { Schema } from '../../api/api-types.js';
import { PATTERNS } from '../../shell/patterns.js';
import { toFragment } from '../../shell/route.js';
import { mayDo, useSession } from '../../shell/session.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import { contactTexts } from './texts.js';

type Contact = Schema<'StoredContactAnswer'>;

/** The state of a contact in a word. */
export function ContactState({ contact }: { contact: Contact }): VNode {
  const texts = useTexts(contactTexts);
  if (contact.isActive) return <span class="badge good">{texts.isActive}</span>;
  return <span class="badge bad">{texts[contact.endedBecause ?? 'pruned']}</span>;
}

interface StoredFactsProps {
  readonly domain: string;
  readonly contact: Contact;
}

/** What is stored of a contact, with a link that sends it a test. */
export function StoredFacts({ domain, contact }: StoredFactsProps): VNode {
  const texts = useTexts(contactTexts);
  const format = useFormat();
  const maySend = mayDo(useSession(), 'send', domain);
  const facts: readonly (readonly [string, VNode | string])[] = [
    [texts.state, <ContactState key="state" contact={contact} />],
    [texts.keys.email, contact.email ?? texts.nothing],
    [texts.keys.visitorGuid, contact.visitorGuid ?? texts.nothing],
    [texts.keys.deviceToken, contact.deviceToken],
    [texts.registered, contact.registeredAt === null ? texts.nothing : format.dateTime(contact.registeredAt)],
    [texts.modified, format.dateTime(contact.modified)],
    [texts.pushService, contact.pushService ?? texts.nothing],
    [texts.channel, contact.hasSubscription ? texts.subscription : texts.tokenAlone],
    ...(contact.hasSubscription ? [[texts.vapidKey, contact.vapidPublicKey ?? texts.firstKey] as const] : []),
    [texts.contactId, contact.contactId],
  ];
  return (
    <section class="card" aria-labelledby="stored">
      <div class="card-heading">
        <h2 id="stored">{texts.stored}</h2>
        {maySend && contact.isActive && (
          <a href={toFragment(PATTERNS.compose, { domain }, { contact: contact.contactId })}>{texts.sendTest}</a>
        )}
      </div>
      <dl class="stored-facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
