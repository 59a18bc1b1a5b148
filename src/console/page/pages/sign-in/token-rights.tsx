import type { VNode } from 'preact';
import type { Schema } from '../../api/api-types.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import { signInTexts } from './texts.js';

/** Says whose a token is, what it may do, where, and until when. */
export function TokenRights({ token }: { token: Schema<'TokenAnswer'> }): VNode {
  const texts = useTexts(signInTexts);
  const format = useFormat();
  return (
    <div class="rights">
      {token.subject !== null && <p>{texts.signedInAs(token.subject)}</p>}
      <Rights token={token} />
      {token.expiresAt !== null && <p>{texts.expires(format.dateTime(token.expiresAt))}</p>}
    </div>
  );
}

function Rights({ token }: { token: Schema<'TokenAnswer'> }): VNode {
  const texts = useTexts(signInTexts);
  const domains = token.domains ?? [];
  if (token.isSuperUser) return <p>{texts.mayEverything}</p>;
  if (domains.length === 0 || token.scopes.length === 0) return <p>{texts.mayNothing}</p>;
  return (
    <>
      <p>{texts.may(domains.join(', '))}</p>
      <ul>
        {token.scopes.map((scope) => (
          <li key={scope}>{texts.scopes[scope]}</li>
        ))}
      </ul>
    </>
  );
}
