import type { VNode } from 'preact';
import { useRequest } from '../../api/use-request.js';
import { Field } from '../../components/field.js';
import { mayDo, useSession } from '../../shell/session.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import { contactTexts } from './texts.js';

/** Older ones are named by their id, or are in the contact's history. */
const OFFERED = 20;

interface SendPickerProps {
  readonly domain: string;
  readonly messageId: string;
  readonly onChoose: (messageId: string) => void;
}

/** Offers the last messages of the domain; nothing for who may not list them. */
export function SendPicker({ domain, messageId, onChoose }: SendPickerProps): VNode | null {
  const texts = useTexts(contactTexts);
  const format = useFormat();
  const session = useSession();
  const isAllowed = mayDo(session, 'reports', domain);
  const request = { path: { name: domain }, query: { per_page: OFFERED } };
  const { data } = useRequest(
    async (signal) => (isAllowed ? session.api.get('/domains/{name}/messages', request, signal) : undefined),
    [domain, isAllowed],
  );
  if (!isAllowed) return null;
  const messages = data?.items ?? [];
  return (
    <Field label={texts.lastSends}>
      {(attributes) => (
        <select
          {...attributes}
          value={messages.some((each) => each.messageId === messageId) ? messageId : ''}
          onChange={({ currentTarget }) => {
            onChoose(currentTarget.value);
          }}
        >
          <option value="">{texts.chooseSend}</option>
          {messages.map((each) => (
            <option key={each.messageId} value={each.messageId}>
              {format.dateTime(each.insertedAt)} – {each.title}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
