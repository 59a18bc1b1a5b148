import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { signInTexts } from '../pages/sign-in/texts.js';
import { TokenRights } from '../pages/sign-in/token-rights.js';
import { useTexts } from '../texts/language.js';
import type { Session } from './session.js';

const ID = 'access';

/** A button that shows what the token may do; who has just given one sees it without the button. */
export function Access({ session: { token, isNew } }: { session: Session }): VNode {
  const texts = useTexts(signInTexts);
  const shown = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isNew) shown.current?.showPopover();
  }, []);
  return (
    <>
      <button type="button" popovertarget={ID}>
        {texts.access}
      </button>
      <div ref={shown} id={ID} class="access" popover="auto" role="group" aria-label={texts.access}>
        <TokenRights token={token} />
      </div>
    </>
  );
}
