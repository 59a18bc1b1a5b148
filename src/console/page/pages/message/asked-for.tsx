import type { ComponentChildren, VNode } from 'preact';
import type { Schema } from '../../api/api-types.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import { composeTexts } from '../compose/texts.js';
import { messageTexts } from './texts.js';

type MessageAnswer = Schema<'MessageAnswer'>;

/** The message as it was asked for; what was not given is left out. */
export function AskedFor({ message }: { message: MessageAnswer }): VNode {
  const texts = useTexts(messageTexts);
  const facts = useFacts(message).filter(([, value]) => isGiven(value));
  return (
    <section class="card">
      <h2>{texts.askedFor}</h2>
      <dl class="facts">
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

function useFacts(message: MessageAnswer): [string, ComponentChildren][] {
  const { fields } = useTexts(messageTexts);
  const { urgencies, directions } = useTexts(composeTexts).options;
  const format = useFormat();
  const { timeToLiveSeconds, ratePerMinute, sendAt, utm, actions, vibrate, data } = message;
  return [
    [fields.title, message.title],
    [fields.body, message.body],
    [fields.onClickLink, toLink(message.onClickLink)],
    [fields.imageUrl, toLink(message.imageUrl)],
    [fields.iconUrl, toLink(message.iconUrl)],
    [fields.badgeUrl, toLink(message.badgeUrl)],
    [fields.preferLargeImage, message.preferLargeImage ? fields.yes : null],
    [fields.actions, actions.length === 0 ? null : <Actions actions={actions} />],
    [fields.utm, utm === null ? null : toPairs(utm)],
    [fields.insertedAt, format.dateTime(message.insertedAt)],
    [fields.sendAt, sendAt === null ? null : format.dateTime(sendAt)],
    [fields.timeToLive, timeToLiveSeconds === null ? null : format.duration(timeToLiveSeconds)],
    [fields.ratePerMinute, ratePerMinute === null ? null : format.number(ratePerMinute)],
    [fields.urgency, toName(message.urgency, urgencies)],
    [fields.topic, message.topic],
    [fields.tag, message.tag],
    [fields.requireInteraction, toFlag(message.requireInteraction, fields)],
    [fields.silent, toFlag(message.silent, fields)],
    [fields.renotify, toFlag(message.renotify, fields)],
    [fields.vibrate, vibrate?.join(', ')],
    [fields.language, message.language],
    [fields.direction, toName(message.direction, directions)],
    [fields.data, data === undefined ? null : <code>{JSON.stringify(data)}</code>],
    [fields.messageId, <code key="id">{message.messageId}</code>],
  ];
}

function isGiven(value: ComponentChildren): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** As the form that it is chosen in has it. */
function toName(value: string | null | undefined, names: Readonly<Record<string, string>>): string | null {
  return value ? (names[value] ?? value) : null;
}

function toFlag(flag: boolean | undefined, { yes, no }: { yes: string; no: string }): string | null {
  if (flag === undefined) return null;
  return flag ? yes : no;
}

function toPairs(values: object): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(', ');
}

/** A stored link may have placeholders after its host, so it is shown and not followed. */
function toLink(link: string | null): ComponentChildren {
  return link === null ? null : <code>{link}</code>;
}

function Actions({ actions }: { actions: MessageAnswer['actions'] }): VNode {
  return (
    <ul>
      {actions.map(({ action, title, link }) => (
        <li key={action}>
          {title} <code>{action}</code> {toLink(link)}
        </li>
      ))}
    </ul>
  );
}
