import type { VNode } from 'preact';
import type { Schema } from '../../api/api-types.js';
import type { PagedList } from '../../api/use-paged-list.js';
import { EmptyState, ErrorState, LoadingState } from '../../components/states.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import { ContactState } from './stored-facts.js';
import { contactTexts } from './texts.js';

type Contact = Schema<'StoredContactAnswer'>;

interface FoundContactsProps {
  readonly list: PagedList<Contact>;
  readonly chosen: Contact | undefined;
  readonly onChoose: (contact: Contact) => void;
}

/** The contacts that were found, of which one is looked at; a list only when there are several. */
export function FoundContacts({ list, chosen, onChoose }: FoundContactsProps): VNode {
  const texts = useTexts(contactTexts);
  const { items, isComplete, isLoading, problem, more, reload } = list;
  return (
    <div class="found" aria-live="polite">
      {problem !== undefined && <ErrorState problem={problem} onRetry={reload} />}
      {isLoading && items.length === 0 && <LoadingState />}
      {isComplete && items.length === 0 && <EmptyState title={texts.noContact}>{texts.noContactHint}</EmptyState>}
      {items.length > 1 && (
        <fieldset class="card">
          <legend>{texts.found}</legend>
          {items.map((contact) => (
            <Choice
              key={contact.contactId}
              contact={contact}
              isChosen={contact.contactId === chosen?.contactId}
              onChoose={onChoose}
            />
          ))}
        </fieldset>
      )}
      {items.length > 1 && !isComplete && (
        <button type="button" onClick={more}>
          {texts.moreContacts}
        </button>
      )}
    </div>
  );
}

interface ChoiceProps {
  readonly contact: Contact;
  readonly isChosen: boolean;
  readonly onChoose: (contact: Contact) => void;
}

function Choice({ contact, isChosen, onChoose }: ChoiceProps): VNode {
  const format = useFormat();
  const { registeredAt, modified, pushService } = contact;
  return (
    <label class="contact-choice">
      <input
        type="radio"
        name="contact"
        checked={isChosen}
        onChange={() => {
          onChoose(contact);
        }}
      />
      <span>
        {pushService} · {format.dateTime(registeredAt ?? modified)} <ContactState contact={contact} />
      </span>
    </label>
  );
}
