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
import { Diagnosis, showSentence } from './diagnosis.js';
import { FoundContacts } from './found-contacts.js';
import { History } from './history.js';
import { SearchForm } from './search-form.js';
import { StoredFacts } from './stored-facts.js';
import { contactTexts } from './texts.js';
import { useSearched } from './use-searched.js';

/** What is searched for stays out of the address, and so out of the browser's history. */
export function ContactPage({ variables, query }: PageProps): VNode {
  const texts = useTexts(contactTexts);
  const { domain = '' } = variables;
  const { searched, search } = useSearched(domain);
  const [messageId, setMessageId] = useState(query.get('messageId') ?? '');
  return (
    <>
      <DomainHeading domain={domain} current="contact" title={texts.title(domain)} />
      <SearchForm searched={searched} onSearch={search} />
      {searched === undefined ? (
        <EmptyState title={texts.start}>{texts.startHint}</EmptyState>
      ) : (
        <SearchResult
          key={`${searched.name} ${searched.value}`}
          domain={domain}
          searched={searched}
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

function SearchResult({ domain, searched, messageId: explained, onMessage }: SearchResultProps): VNode {
  const { api } = useSession();
  const [chosen, setChosen] = useState<Schema<'StoredContactAnswer'> | undefined>();
  const list = usePagedList(
    (cursor, signal) => {
      const query = { ...toQuery(searched), ...(cursor !== undefined && { cursor }) };
      return api.get('/domains/{name}/contacts', { path: { name: domain }, query }, signal);
    },
    [domain, searched.name, searched.value],
  );
  const isOfAll = chosen === undefined && list.items.length > 1;
  const contact = isOfAll ? undefined : (chosen ?? list.items[0]);
  // A visitor may have several contacts: one browser has clicked, another came later.
  const diagnosed: ContactKey = chosen === undefined ? searched : { name: 'deviceToken', value: chosen.deviceToken };
  const explain = (messageId: string): void => {
    onMessage(messageId);
    showSentence();
  };
  return (
    <>
      <FoundContacts list={list} chosen={contact} onChoose={setChosen} />
      {(list.items.length > 0 || list.isComplete) && (
        <Diagnosis domain={domain} contact={diagnosed} isOfAll={isOfAll} messageId={explained} onChoose={onMessage} />
      )}
      {contact !== undefined && <StoredFacts domain={domain} contact={contact} />}
      {contact !== undefined && <History domain={domain} contactId={contact.contactId} onExplain={explain} />}
    </>
  );
}
