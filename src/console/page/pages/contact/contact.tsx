import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Schema } from '../../api/api-types.js';
import { usePagedList } from '../../api/use-paged-list.js';
import { DomainHeading } from '../../components/domain-heading.js';
import { EmptyState } from '../../components/states.js';
import type { PageProps } from '../../shell/pages.js';
import { useSession } from '../../shell/session.js';
import { useTexts } from '../../texts/language.js';
import { type ContactKey, toQuery } from './contact-key.js';
import { Diagnosis } from './diagnosis.js';
import { FoundContacts } from './found-contacts.js';
import { History } from './history.js';
import { SearchForm } from './search-form.js';
import { StoredFacts } from './stored-facts.js';
import { contactTexts } from './texts.js';

/** What is searched for stays out of the address, and so out of the browser's history. */
export function ContactPage({ variables, query }: PageProps): VNode {
  const texts = useTexts(contactTexts);
  const { domain = '' } = variables;
  const [key, setKey] = useState<ContactKey | undefined>();
  const [messageId, setMessageId] = useState(query.get('messageId') ?? '');
  return (
    <>
      <DomainHeading domain={domain} current="contact" title={texts.title(domain)} />
      <SearchForm onSearch={setKey} />
      {key === undefined ? (
        <EmptyState title={texts.start}>{texts.startHint}</EmptyState>
      ) : (
        <SearchResult
          key={`${key.name} ${key.value}`}
          domain={domain}
          searched={key}
          messageId={messageId}
          onMessage={setMessageId}
        />
      )}
    </>
  );
}

interface SearchResultProps {
  readonly domain: string;
  readonly searched: ContactKey;
  readonly messageId: string;
  readonly onMessage: (messageId: string) => void;
}

function SearchResult({ domain, searched, messageId, onMessage }: SearchResultProps): VNode {
  const { api } = useSession();
  const [chosen, setChosen] = useState<Schema<'StoredContactAnswer'> | undefined>();
  const list = usePagedList(
    (cursor, signal) => {
      const query = { ...toQuery(searched), ...(cursor !== undefined && { cursor }) };
      return api.get('/domains/{name}/contacts', { path: { name: domain }, query }, signal);
    },
    [domain, searched.name, searched.value],
  );
  const contact = chosen ?? list.items[0];
  const diagnosed: ContactKey = contact === undefined ? searched : { name: 'deviceToken', value: contact.deviceToken };
  const isFound = contact !== undefined || list.isComplete;
  return (
    <>
      <FoundContacts list={list} chosen={contact} onChoose={setChosen} />
      {isFound && <Diagnosis domain={domain} contact={diagnosed} messageId={messageId} onChoose={onMessage} />}
      {contact !== undefined && <StoredFacts contact={contact} />}
      {contact !== undefined && <History domain={domain} contactId={contact.contactId} onExplain={onMessage} />}
    </>
  );
}
